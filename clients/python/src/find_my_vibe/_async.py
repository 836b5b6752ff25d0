"""The async client. `_sync.py` is made of this file by `scripts/client.py`."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, cast

import httpx2

from find_my_vibe import types
from find_my_vibe._common import (
    AGENT,
    API,
    Call,
    Photo,
    bytes_of,
    check,
    embedding_call,
    file_of,
    filters,
    given,
    next_page,
    path,
    rows_call,
    search_call,
    wait_after,
)
from find_my_vibe.errors import JobFailedError, UnreachableError

ENDED = {"done", "failed", "cancelled"}


class AsyncClient:
    """Asks one shop, with a key or with the token of a shopper; `""` asks as anybody may.

    What does not go well is tried again where that does no harm, `retries` times at most and as
    late as `Retry-After` says. All methods raise `ProblemError` for what the shop refuses and
    `UnreachableError` where nobody answers.
    """

    def __init__(
        self,
        base_url: str,
        key: str = "",
        *,
        language: str = "en",
        timeout: float = 30.0,
        retries: int = 3,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        headers = {"Accept-Language": language, "User-Agent": AGENT}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._base = base_url.rstrip("/")
        self._retries = retries
        self._http = httpx2.AsyncClient(
            base_url=self._base + API, headers=headers, timeout=timeout, transport=transport
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._http.aclose()

    # --- how it asks ---

    async def send(self, call: Call) -> httpx2.Response:
        """Any request; what the methods below are made of."""
        tried = 0
        while True:
            tried += 1
            response, failure = None, None
            try:
                response = await self._http.request(call.method, call.path, **call.options())
            except httpx2.TransportError as error:
                failure = error
            wait = wait_after(call, response, tried) if tried <= self._retries else None
            if wait is not None:
                await asyncio.sleep(wait)
            elif response is None:
                raise UnreachableError(f"{self._base} does not answer.") from failure
            else:
                check(response)
                return response

    async def _get(self, place: str, params: Mapping[str, Any] | None = None) -> Any:
        return (await self.send(Call("GET", place, params=params))).json()

    async def _pages(
        self, place: str, params: Mapping[str, Any] | None = None
    ) -> AsyncIterator[Any]:
        answer = await self._get(place, params)
        while True:
            for one in answer["results"]:
                yield one
            following = next_page(answer, self._base)
            if following is None:
                return
            answer = await self._get(following)

    # --- searches ---

    async def search(
        self,
        *,
        photo: Photo | None = None,
        words: str | None = None,
        sku: str | None = None,
        photo_url: str | None = None,
        crop: types.CropRequest | None = None,
        k: int | None = None,
        weight: float | None = None,
        filters: types.FiltersRequest | None = None,
        attributes: Mapping[str, str] | None = None,
        store: bool | None = None,
        idempotency_key: str | None = None,
        **more: Any,
    ) -> types.Search:
        """By photo, words or both, or for more like the product `sku`. `more`: what else the
        operation takes. Sent again it is still one search."""
        wish = given(
            words=words,
            sku=sku,
            photo_url=photo_url,
            crop=crop,
            k=k,
            weight=weight,
            filters=filters,
            attributes=attributes,
            store=store,
            **more,
        )
        call = search_call(photo, wish, idempotency_key or uuid.uuid4().hex)
        return cast(types.Search, (await self.send(call)).json())

    def searches(self) -> AsyncIterator[types.Search]:
        """Those of your client, newest first."""
        return self._pages("/searches")

    async def get_search(self, search_id: str) -> types.Search:
        return cast(types.Search, await self._get(path("searches", search_id)))

    def matches(self, search_id: str) -> AsyncIterator[types.Match]:
        """All of a search, also beyond those that it was answered with."""
        return self._pages(path("searches", search_id, "matches"))

    async def delete_search(self, search_id: str) -> None:
        await self.send(Call("DELETE", path("searches", search_id)))

    async def search_photo(self, search_id: str) -> bytes:
        """The JPEG that was searched with."""
        answer = await self.send(Call("GET", path("searches", search_id, "photo")))
        return answer.content

    async def suggestions(self, q: str) -> types.Suggestions:
        return cast(types.Suggestions, await self._get("/suggestions", {"q": q}))

    async def embeddings(
        self, *, photos: Iterable[Photo] = (), texts: Iterable[str] = ()
    ) -> types.Embeddings:
        call = embedding_call(photos, texts)
        return cast(types.Embeddings, (await self.send(call)).json())

    # --- the catalogue ---

    def products(
        self, *, sort: str | None = None, limit: int | None = None, **said: Any
    ) -> AsyncIterator[types.Product]:
        """`said`: `q`, `brand`, `price_min`, `price_max`, and `attributes` as in a search."""
        return self._pages("/products", {**filters(said), **given(sort=sort, limit=limit)})

    async def product(self, sku: str) -> types.Product:
        return cast(types.Product, await self._get(path("products", sku)))

    async def create_product(self, product: types.NewProductRequest) -> types.Product:
        call = Call("POST", "/products", json=product)
        return cast(types.Product, (await self.send(call)).json())

    async def update_product(
        self, sku: str, changes: types.PatchedProductWishRequest, *, etag: str | None = None
    ) -> types.Product:
        """What is named becomes so; with an `etag` only if nobody was faster."""
        headers = {"If-Match": etag} if etag else {}
        call = Call("PATCH", path("products", sku), json=changes, headers=headers)
        return cast(types.Product, (await self.send(call)).json())

    async def delete_product(self, sku: str) -> None:
        await self.send(Call("DELETE", path("products", sku)))

    async def put_product_photo(self, sku: str, photo: Photo) -> types.Product:
        headers = {"Content-Type": "application/octet-stream"}
        place = path("products", sku, "photo")
        call = Call("PUT", place, content=bytes_of(photo), headers=headers)
        return cast(types.Product, (await self.send(call)).json())

    async def similar(self, sku: str) -> list[types.Product]:
        answer = await self._get(path("products", sku, "similar"))
        return cast(list[types.Product], answer["results"])

    async def goes_with(self, sku: str) -> list[types.Companion]:
        answer = await self._get(path("products", sku, "goes-with"))
        return cast(list[types.Companion], answer["results"])

    async def attributes(self, **said: Any) -> list[types.Attribute]:
        """With the counts of what passes the filters; `said` as in `products`."""
        answer = await self._get("/attributes", filters(said))
        return cast(list[types.Attribute], answer["results"])

    async def attribute(self, key: str) -> types.AttributeValues:
        return cast(types.AttributeValues, await self._get(path("attributes", key)))

    # --- long work ---

    async def upsert_products(self, rows: Iterable[types.NewProductRequest]) -> types.ClientJob:
        """Up to 10,000 products, as a job: see `wait_for_job` and `job_results`."""
        return cast(types.ClientJob, (await self.send(rows_call(rows))).json())

    async def tag_photos(self, photos: Iterable[Photo]) -> types.ClientJob:
        """Up to 500 photos, as a job; `job_results` has what each shows."""
        call = Call("POST", "/jobs", files=[file_of(one) for one in photos])
        return cast(types.ClientJob, (await self.send(call)).json())

    def jobs(self) -> AsyncIterator[types.ClientJob]:
        return self._pages("/jobs")

    async def job(self, job_id: str) -> types.ClientJob:
        return cast(types.ClientJob, await self._get(path("jobs", job_id)))

    async def wait_for_job(self, job_id: str, *, every: float = 1.0) -> types.ClientJob:
        """Until it is done; looks `every` so many seconds. Raises JobFailedError."""
        while True:
            found = await self.job(job_id)
            if found["state"] == "done":
                return found
            if found["state"] in ENDED:
                raise JobFailedError(found)
            await asyncio.sleep(every)

    async def cancel_job(self, job_id: str) -> None:
        await self.send(Call("DELETE", path("jobs", job_id)))

    def job_results(self, job_id: str) -> AsyncIterator[types.Row]:
        return self._pages(path("jobs", job_id, "results"))

    # --- what belongs to a shopper ---

    async def sign_in(self, email: str, password: str, code: str = "") -> types.NewToken:
        """A token to make a client of: `AsyncClient(address, made["token"])`."""
        said = {"email": email, "password": password, "code": code}
        call = Call("POST", "/tokens", json=said)
        return cast(types.NewToken, (await self.send(call)).json())

    async def account(self) -> types.Account:
        return cast(types.Account, await self._get("/me"))

    async def tokens(self) -> list[types.Token]:
        return cast(list[types.Token], (await self._get("/me/tokens"))["results"])

    async def sign_out(self, prefix: str) -> None:
        """Ends the token that begins so."""
        await self.send(Call("DELETE", path("me", "tokens", prefix)))

    def favourites(self) -> AsyncIterator[types.Liked]:
        return self._pages("/me/favourites")

    async def like(self, sku: str) -> None:
        await self.send(Call("PUT", path("me", "favourites", sku)))

    async def unlike(self, sku: str) -> None:
        await self.send(Call("DELETE", path("me", "favourites", sku)))

    async def lists(self) -> list[types.List]:
        return cast(list[types.List], (await self._get("/me/lists"))["results"])

    async def get_list(self, list_id: int) -> types.List:
        return cast(types.List, await self._get(path("me", "lists", list_id)))

    async def create_list(self, name: str) -> types.List:
        call = Call("POST", "/me/lists", json={"name": name})
        return cast(types.List, (await self.send(call)).json())

    async def update_list(
        self, list_id: int, *, name: str | None = None, is_shared: bool | None = None
    ) -> types.List:
        said = given(name=name, is_shared=is_shared)
        call = Call("PATCH", path("me", "lists", list_id), json=said)
        return cast(types.List, (await self.send(call)).json())

    async def delete_list(self, list_id: int) -> None:
        await self.send(Call("DELETE", path("me", "lists", list_id)))

    def listed(self, list_id: int) -> AsyncIterator[types.Liked]:
        """The products of a list, newest first."""
        return self._pages(path("me", "lists", list_id, "products"))

    async def put_listed(self, list_id: int, sku: str) -> None:
        await self.send(Call("PUT", path("me", "lists", list_id, "products", sku)))

    async def delete_listed(self, list_id: int, sku: str) -> None:
        await self.send(Call("DELETE", path("me", "lists", list_id, "products", sku)))

    def own_searches(self) -> AsyncIterator[types.OwnSearch]:
        """What the shopper has searched for on the pages, newest first."""
        return self._pages("/me/searches")

    async def get_own_search(self, search_id: str) -> types.OwnSearch:
        return cast(types.OwnSearch, await self._get(path("me", "searches", search_id)))

    async def delete_own_search(self, search_id: str) -> None:
        await self.send(Call("DELETE", path("me", "searches", search_id)))

    async def delete_own_searches(self) -> None:
        """The whole history."""
        await self.send(Call("DELETE", "/me/searches"))

    async def own_search_photo(self, search_id: str) -> bytes:
        answer = await self.send(Call("GET", path("me", "searches", search_id, "photo")))
        return answer.content

    # --- keys and problems ---

    async def key(self) -> types.Key:
        """The key that is shown."""
        return cast(types.Key, await self._get("/key"))

    async def keys(self) -> list[types.Key]:
        return cast(list[types.Key], await self._get("/keys"))

    async def make_key(self, wish: types.KeyWishRequest) -> types.NewKey:
        call = Call("POST", "/keys", json=wish)
        return cast(types.NewKey, (await self.send(call)).json())

    async def rotate_key(self, prefix: str, grace_hours: int = 24) -> types.NewKey:
        call = Call("POST", path("keys", prefix, "rotate"), json={"grace_hours": grace_hours})
        return cast(types.NewKey, (await self.send(call)).json())

    async def revoke_key(self, prefix: str) -> None:
        await self.send(Call("DELETE", path("keys", prefix)))

    async def problems(self) -> list[types.ProblemKind]:
        return cast(list[types.ProblemKind], await self._get("/problems"))
