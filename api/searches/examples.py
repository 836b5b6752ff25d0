"""What the description shows: a search of a snapshot of a hat, asked of the demo catalogue."""

from __future__ import annotations

WISH = {
    "words": "white summer dress",
    "k": 3,
    "filters": {"price_max": "100.00", "attributes": {"season": ["summer"]}},
}
MATCH = {
    "rank": 1,
    "sku": "demo-0478",
    "name": "Tidewell Unisex Charcoal Beanie Hat",
    "similar": 0,
    "brand": "Tidewell",
    "price": "19.90",
    "currency": "EUR",
    "page": "https://shop.example/products/demo-0478/",
    "shop_page": "",
    "photo": "https://shop.example/media/products/38/demo-0478.jpg",
    "score": 0.8566,
    "visual": 0.8337,
    "style": 0.9103,
    "reasons": [{"code": "item_type", "text": "same item type"}],
}
SEARCH = {
    "id": "7b0d3f34-5a5e-4d0a-9d5c-9f1a1f0b8a11",
    "href": "https://shop.example/api/v1/searches/7b0d3f34-5a5e-4d0a-9d5c-9f1a1f0b8a11",
    "created_at": "2026-11-30T09:00:00Z",
    "photo": "https://shop.example/api/v1/searches/7b0d3f34-5a5e-4d0a-9d5c-9f1a1f0b8a11/photo",
    "asked": {"k": 1},
    "weight": 0.7,
    "is_fashion": True,
    "message": None,
    "widened": None,
    "understood": {
        "attributes": {"item_type": [{"value": "hat", "probability": 0.6941}]},
        "wishes": {},
        "overridden": {},
        "types": ["hat", "caps"],
    },
    "matches": [MATCH],
    "generation": 1,
    "backbone": "0f3a9c21d4e7b850",
}
