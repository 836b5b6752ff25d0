"""Products as the rows of a table to download, one for each variant, with a column for each
attribute: an import takes it back as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import CharWidget, DecimalWidget, IntegerWidget

from catalog.importers import headings
from catalog.importers.formulas import quoted
from catalog.models import Attribute, Offer, Pictured, Product, ProductAttribute, Variant

OF_SIZES = {headings.fold(name) for name in (headings.SIZE, *headings.SYNONYMS[headings.SIZE])}


@dataclass(frozen=True)
class Line:
    """One row; a product without variants has one too. `photos`: the addresses of all of them."""

    product: Product
    variant: Variant | None
    offer: Offer | None
    photos: Sequence[str] = ()

    @property
    def sku(self) -> str:
        return self.variant.sku if self.variant else self.product.sku

    @property
    def group(self) -> str:
        """What says that several rows are one product; "" where each is one."""
        is_one = len(self.product.variants.all()) < 2 and self.sku == self.product.sku
        return "" if is_one else self.product.sku

    @property
    def size(self) -> str:
        options = self.variant.options if self.variant else {}
        return next((one for name, one in options.items() if headings.fold(name) in OF_SIZES), "")

    @property
    def collections(self) -> str:
        return ", ".join(self.product.collections)

    @property
    def tags(self) -> str:
        return ", ".join(self.product.tags)

    @property
    def photo(self) -> str:
        return self.photos[0] if self.photos else ""

    @property
    def further_photos(self) -> str:
        return ", ".join(self.photos[1:])

    @property
    def alts(self) -> str:
        """Of each photo, with a bar between them."""
        words = (one.photo_alt.replace("|", "/") for one in self.product.photos)
        return " | ".join(words).rstrip("| ")

    @property
    def sale_dates(self) -> str:
        """Both days, either of which may be open."""
        days = (self.offer.sale_from, self.offer.sale_until) if self.offer else (None, None)
        return "/".join(str(day or "") for day in days) if any(days) else ""

    def label(self, key: str) -> str:
        """The merchant's value of one attribute."""
        links = (one for one in self.product.attributes.all() if one.attribute.key == key)
        merchant = ProductAttribute.Source.MERCHANT
        return next((one.value.value for one in links if one.source == merchant), "")


class NumberWidget(IntegerWidget):
    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else super().render(value, obj, **kwargs)


class LabelField(Field):
    def __init__(self, attribute: Attribute) -> None:
        # A field that names no attribute of the model would be passed over.
        super().__init__(
            attribute=f"label_{attribute.key}",
            column_name=attribute.csv_column,
            widget=CharWidget(),
        )
        self.key = attribute.key

    def get_value(self, instance: Line) -> str:
        return instance.label(self.key)


def amount(path: str, column: str) -> Field:
    return Field(path, column, widget=DecimalWidget(coerce_to_string=True))


def number(path: str, column: str) -> Field:
    return Field(path, column, widget=NumberWidget(coerce_to_string=False))


class ProductResource(ModelResource):
    sku = Field("sku", "sku")
    name = Field("product__name", "name")
    description = Field("product__description", headings.DESCRIPTION)
    brand = Field("product__brand", headings.BRAND)
    price = amount("offer__price", headings.PRICE)
    currency = Field("offer__currency", headings.CURRENCY)
    product_url = Field("offer__product_url", "product_url")
    year = number("product__year", headings.YEAR)
    status = Field("product__status", headings.STATUS)
    group = Field("group", headings.GROUP)
    size = Field("size", headings.SIZE)
    barcode = Field("variant__barcode", headings.GTIN)
    sale_price = amount("offer__sale_price", headings.SALE_PRICE)
    sale_dates = Field("sale_dates", headings.SALE_DATES)
    availability = Field("offer__availability", headings.AVAILABILITY)
    quantity = number("offer__quantity", headings.QUANTITY)

    collections = Field("collections", headings.COLLECTIONS)
    tags = Field("tags", headings.TAGS)
    photo = Field("photo", headings.PHOTO)
    further_photos = Field("further_photos", headings.MORE_PHOTOS)
    alts = Field("alts", headings.ALTS)

    class Meta:
        model = Product
        fields: tuple[str, ...] = (
            *("sku", "name", "description", "brand", "price", "currency", "product_url", "year"),
            *("status", "group", "size", "barcode"),
            *("sale_price", "sale_dates", "availability", "quantity"),
            *("collections", "tags", "photo", "further_photos", "alts"),
        )

    def __init__(self, origin: str = "", **kwargs: Any) -> None:
        """`origin`: what the addresses of photos begin with where the storage names no host."""
        super().__init__(**kwargs)
        self._origin = origin
        for attribute in Attribute.objects.all():
            self.fields[f"label_{attribute.key}"] = LabelField(attribute)

    def get_queryset(self) -> QuerySet[Product]:
        return _whole(Product.objects.all())

    def filter_export(self, queryset: QuerySet[Product], **kwargs: Any) -> QuerySet[Product]:
        return _whole(queryset)

    def iter_queryset(self, queryset: QuerySet[Product]) -> Iterator[Line]:
        for product in super().iter_queryset(queryset):
            photos = [_address(one, self._origin) for one in product.photos]
            for variant in product.variants.all():
                offers: Iterable[Offer | None] = variant.offers.all()[:1] or [None]
                yield from (Line(product, variant, offer, photos) for offer in offers)
            if not product.variants.all():
                yield Line(product, None, None, photos)

    def export_field(self, field: Field, instance: Line, **kwargs: Any) -> Any:
        value = super().export_field(field, instance, **kwargs)
        return quoted(value) if isinstance(value, str) else value

    def get_user_visible_fields(self) -> Iterable[Field]:
        return [self.fields[name] for name in self.get_export_order()]

    def get_export_order(self) -> list[str]:
        labels = [name for name in self.fields if name.startswith("label_")]
        return [*self._meta.fields, *labels]


def _whole(products: QuerySet[Product]) -> QuerySet[Product]:
    labels = ("attributes__attribute", "attributes__value")
    return products.prefetch_related(*labels, "variants__offers", "media")


def _address(row: Pictured, origin: str) -> str:
    """Where a photo is, and which it is: an import that knows it need not fetch it. What a storage
    signs an address with runs out, and is left away."""
    address = urljoin(origin, default_storage.url(str(row.photo.name))).partition("?")[0]
    return f"{address}#sha256={row.photo_digest}"
