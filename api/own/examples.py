"""What the description shows of a shopper's own things."""

from __future__ import annotations

from api.examples import example

SEARCH = example("search")

SIGN_IN = {"email": "anna@example.org", "password": "a long and odd pass phrase"}
TOKEN = {
    "prefix": "fmv_st_0f3a9c21",
    "created_at": "2026-11-30T09:00:00Z",
    "expires_at": "2026-12-30T09:00:00Z",
    "is_this": True,
}
NEW_TOKEN = {"token": f"{TOKEN['prefix']}{'x' * 56}", **TOKEN}
ACCOUNT = {
    "name": "anna@example.org",
    "email": "anna@example.org",
    "joined_at": "2026-11-01T09:00:00Z",
    "favourites": 3,
    "lists": 1,
    "searches": 2,
}
LIST = {
    "id": 7,
    "href": "https://shop.example/api/v1/me/lists/7",
    "name": "For the wedding",
    "count": 3,
    "link": None,
    "created_at": "2026-11-30T09:00:00Z",
}
HISTORY = "https://shop.example/api/v1/me/searches"
OWN_SEARCH = {
    **SEARCH,
    "title": "Hat",
    "href": f"{HISTORY}/{SEARCH['id']}",
    "photo": f"{HISTORY}/{SEARCH['id']}/photo",
    "asked": {"k": 24},
    "next": None,
}
