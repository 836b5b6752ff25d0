"""What the API takes and gives, made of openapi.yaml by `scripts/client.py`."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

AttributeValuesRoleEnum: TypeAlias = Literal["gate", "style", "plain"]


AvailabilityEnum: TypeAlias = Literal["in_stock", "out_of_stock", "preorder", "backorder"]


ChipRoleEnum: TypeAlias = Literal["wanted", "unwanted", "nicer", "limit", "sku", "unknown"]


KindEnum: TypeAlias = Literal["secret", "publishable"]


OutcomeEnum: TypeAlias = Literal["added", "updated", "unchanged", "refused", "tagged"]


ScopesEnum: TypeAlias = Literal["search", "catalogue:read", "catalogue:write", "admin"]


SourceEnum: TypeAlias = Literal["merchant", "predicted"]


StateEnum: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled"]


StatusEnum: TypeAlias = Literal["draft", "active", "archived"]


class Account(TypedDict):
    name: str
    email: str
    joined_at: str
    favourites: int
    lists: int
    searches: int


class ApiProblem(TypedDict):
    """RFC 9457. What each type means stands under /api/v1/problems."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[Error]]
    scope: NotRequired[str]


class Attribute(TypedDict):
    key: str
    label: str
    values: list[Count]


class AttributeValues(TypedDict):
    key: str
    label: str
    role: AttributeValuesRoleEnum
    is_shown: bool
    values: list[Value]


class Attributes(TypedDict):
    results: list[Attribute]


class Chip(TypedDict):
    """A part of the words, and how it was taken."""

    role: ChipRoleEnum
    text: str
    typed: str
    without: str
    as_typed: str
    turned: str


class ClientJob(TypedDict):
    id: str
    href: str
    results: str
    state: StateEnum
    done: int
    total: int | None
    counts: dict[str, int]
    detail: str
    created_at: str
    finished_at: str | None


class ClientJobPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[ClientJob]


class Companion(TypedDict):
    where: str
    product: Product


class Companions(TypedDict):
    results: list[Companion]


class Completion(TypedDict):
    text: str
    key: str
    label: str
    count: int


class Count(TypedDict):
    value: str
    count: int


class CropRequest(TypedDict):
    """A part of the upright photo, as shares of its sides."""

    left: float
    top: float
    width: float
    height: float


class EmbeddingFormRequest(TypedDict):
    """Photos, texts or both, each field as often as needed."""

    photo: NotRequired[list[bytes]]
    text: NotRequired[list[str]]


class Embeddings(TypedDict):
    backbone: str
    network: str
    dimension: int
    photos: list[list[float]]
    texts: list[list[float]]


class Error(TypedDict):
    """What is wrong with one field of a request."""

    field: str
    detail: str


class FiltersRequest(TypedDict):
    """What to stay within; all of it has to be met."""

    q: NotRequired[str]
    brand: NotRequired[list[str]]
    price_min: NotRequired[str]
    price_max: NotRequired[str]
    attributes: NotRequired[dict[str, list[str]]]


class FormWishRequest(TypedDict):
    """The same as a form; `crop`, `filters` and `attributes` are JSON."""

    words: NotRequired[str]
    sku: NotRequired[str]
    photo_url: NotRequired[str]
    search: NotRequired[str]
    crop: NotRequired[Any]
    garment: NotRequired[int]
    k: NotRequired[int]
    weight: NotRequired[float]
    filters: NotRequired[Any]
    attributes: NotRequired[Any]
    store: NotRequired[bool]
    photo: NotRequired[bytes]


class FoundGarment(TypedDict):
    """A garment that was seen in the photo, the main one first."""

    box: list[float]
    turned: int
    item_type: str
    confidence: float
    attributes: dict[str, GarmentLabel]
    number: int


class GarmentLabel(TypedDict):
    value: str
    confidence: float


class GraceRequest(TypedDict):
    grace_hours: NotRequired[int]


class Key(TypedDict):
    """A key without its secret."""

    prefix: str
    client: str
    kind: NotRequired[KindEnum]
    scopes: list[ScopesEnum]
    origins: list[str]
    created_at: str
    expires_at: NotRequired[str | None]
    revoked_at: str | None
    last_used_at: str | None


class KeyWishRequest(TypedDict):
    """A key to be made, for a client that is there or for a new one."""

    client: str
    kind: NotRequired[KindEnum]
    scopes: list[ScopesEnum]
    origins: NotRequired[list[str]]
    expires_in_days: NotRequired[int]


class Label(TypedDict):
    value: str
    source: SourceEnum
    confidence: float | None


class Liked(TypedDict):
    since: str
    product: Product


class LikedPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Liked]


class List(TypedDict):
    id: int
    href: str
    name: str
    count: int
    link: str | None
    created_at: str


class Lists(TypedDict):
    results: list[List]


class Match(TypedDict):
    """What something costs today, and whether it can be had."""

    price: str | None
    price_before: str | None
    sale_until: str | None
    currency: str
    availability: str
    shop_page: str
    rank: int
    sku: str
    name: str
    href: str | None
    brand: str
    offers: list[Offer]
    page: str
    photo: Photo | None
    score: float
    visual: float
    style: float
    reasons: list[Said]
    similar: int
    twins: list[str]


class MatchPage(TypedDict):
    next: str | None
    results: list[Match]


class NewKey(TypedDict):
    """A key that was just made: only now its secret is told."""

    key: str
    prefix: str
    client: str
    kind: NotRequired[KindEnum]
    scopes: list[ScopesEnum]
    origins: list[str]
    created_at: str
    expires_at: NotRequired[str | None]
    revoked_at: str | None
    last_used_at: str | None


class NewListRequest(TypedDict):
    name: str


class NewProductRequest(TypedDict):
    """What is left out stays as it is; a new product needs no more than a SKU."""

    name: NotRequired[str]
    description: NotRequired[str]
    brand: NotRequired[str]
    price: NotRequired[str | None]
    sale_price: NotRequired[str | None]
    availability: NotRequired[AvailabilityEnum]
    quantity: NotRequired[int | None]
    currency: NotRequired[str]
    year: NotRequired[int | None]
    status: NotRequired[StatusEnum]
    shop_page: NotRequired[str]
    photo_url: NotRequired[str]
    attributes: NotRequired[dict[str, str]]
    sku: str


class NewToken(TypedDict):
    """A token without its secret."""

    prefix: str
    created_at: str
    expires_at: str | None
    is_this: bool
    token: str


class Offer(TypedDict):
    """A size or colour of a product at a price."""

    price: str | None
    price_before: str | None
    sale_until: str | None
    currency: str
    availability: str
    shop_page: str
    sku: str
    options: dict[str, str]


class OwnSearch(TypedDict):
    id: str | None
    href: str | None
    created_at: str | None
    photo: str | None
    asked: dict[str, Any]
    weight: float
    is_fashion: bool
    message: Said | None
    widened: Said | None
    understood: Understood
    garments: list[FoundGarment]
    garment: int | None
    matches: list[Match]
    next: str | None
    generation: int
    backbone: str
    title: str


class OwnSearchPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[OwnSearch]


class PatchedListWishRequest(TypedDict):
    """What is left out stays as it is."""

    name: NotRequired[str]
    is_shared: NotRequired[bool]


class PatchedProductWishRequest(TypedDict):
    """What is left out stays as it is; a new product needs no more than a SKU."""

    name: NotRequired[str]
    description: NotRequired[str]
    brand: NotRequired[str]
    price: NotRequired[str | None]
    sale_price: NotRequired[str | None]
    availability: NotRequired[AvailabilityEnum]
    quantity: NotRequired[int | None]
    currency: NotRequired[str]
    year: NotRequired[int | None]
    status: NotRequired[StatusEnum]
    shop_page: NotRequired[str]
    photo_url: NotRequired[str]
    attributes: NotRequired[dict[str, str]]


class Photo(TypedDict):
    url: str
    width: int
    height: int
    sizes: list[Size]
    alt: str


class PhotosFormRequest(TypedDict):
    """Photos to be tagged: one by one, or all in a zip."""

    photo: NotRequired[list[bytes]]
    zip: NotRequired[bytes]


class PhotosRequest(TypedDict):
    """Photos to be tagged, each at a public address."""

    photo_urls: list[str]


class ProblemKind(TypedDict):
    type: str
    code: str
    status: int
    title: str
    help: str


class Product(TypedDict):
    """What something costs today, and whether it can be had."""

    price: str | None
    price_before: str | None
    sale_until: str | None
    currency: str
    availability: str
    shop_page: str
    sku: str
    href: str
    name: str
    description: str
    brand: str
    variants: list[Variant]
    year: int | None
    status: StatusEnum
    page: str
    photo: Photo | None
    photos: list[Photo]
    attributes: dict[str, Label]
    created_at: str
    updated_at: str


class ProductPage(TypedDict):
    count: int
    next: str | None
    results: list[Product]


class Products(TypedDict):
    results: list[Product]


class Ranked(TypedDict):
    value: str
    probability: float


class Root(TypedDict):
    name: str
    version: str
    links: dict[str, str]


class Row(TypedDict):
    number: int
    sku: NotRequired[str]
    name: NotRequired[str]
    outcome: OutcomeEnum
    detail: NotRequired[str]
    garments: list[TaggedGarment] | None


class RowPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Row]


class Said(TypedDict):
    """A code, which never changes, and what it says in the language asked for."""

    code: str
    text: str


class Search(TypedDict):
    id: str | None
    href: str | None
    created_at: str | None
    photo: str | None
    asked: dict[str, Any]
    weight: float
    is_fashion: bool
    message: Said | None
    widened: Said | None
    understood: Understood
    garments: list[FoundGarment]
    garment: int | None
    matches: list[Match]
    next: str | None
    generation: int
    backbone: str


class SearchPage(TypedDict):
    next: str | None
    previous: str | None
    results: list[Search]


class SignInRequest(TypedDict):
    email: str
    password: str
    code: NotRequired[str]


class Size(TypedDict):
    width: int
    url: str


class Suggestions(TypedDict):
    words: list[Completion]
    products: list[Product]


class TaggedGarment(TypedDict):
    """A garment of a photo, the main one first."""

    box: list[float]
    turned: int
    item_type: str
    confidence: float
    attributes: dict[str, GarmentLabel]


class TextsRequest(TypedDict):
    texts: list[str]


class Token(TypedDict):
    """A token without its secret."""

    prefix: str
    created_at: str
    expires_at: str | None
    is_this: bool


class Tokens(TypedDict):
    results: list[Token]


class Understood(TypedDict):
    """Attributes by their keys."""

    attributes: dict[str, list[Ranked]]
    wishes: dict[str, list[str]]
    chips: list[Chip]
    overridden: dict[str, str]
    types: list[str]


class Value(TypedDict):
    value: str
    groups: list[str]
    count: int


class Variant(TypedDict):
    """One of the sizes or colours that a product is sold in, with the offer that is shown."""

    price: str | None
    price_before: str | None
    sale_until: str | None
    currency: str
    availability: str
    shop_page: str
    sku: str
    options: dict[str, str]
    barcode: str


class WishRequest(TypedDict):
    """A photo, words, or both; or the SKU of a product to find more like; or the photo of a
    search that was kept."""

    words: NotRequired[str]
    sku: NotRequired[str]
    photo_url: NotRequired[str]
    search: NotRequired[str]
    crop: NotRequired[CropRequest]
    garment: NotRequired[int]
    k: NotRequired[int]
    weight: NotRequired[float]
    filters: NotRequired[FiltersRequest]
    attributes: NotRequired[dict[str, str]]
    store: NotRequired[bool]
