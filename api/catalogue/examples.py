"""What the description shows: a product of the demo catalogue."""

from __future__ import annotations

PHOTO = {
    "url": "https://shop.example/media/products/38/demo-0478.jpg",
    "width": 480,
    "height": 640,
    "alt": "A charcoal beanie, seen from the front",
    "sizes": [{"width": 240, "url": "https://shop.example/media/renditions/38/240.webp"}],
}
PRODUCT = {
    "sku": "demo-0478",
    "href": "https://shop.example/api/v1/products/demo-0478",
    "name": "Tidewell Unisex Charcoal Beanie Hat",
    "description": "",
    "brand": "Tidewell",
    "price": "19.90",
    "currency": "EUR",
    "availability": "in_stock",
    "variants": [
        {
            "sku": "demo-0478",
            "barcode": "",
            "options": {"Size": "M"},
            "price": "19.90",
            "currency": "EUR",
            "availability": "in_stock",
        }
    ],
    "year": 2026,
    "status": "active",
    "page": "https://shop.example/products/demo-0478/",
    "shop_page": "",
    "photo": PHOTO,
    "photos": [PHOTO],
    "attributes": {"item_type": {"value": "hat", "source": "merchant", "confidence": None}},
    "created_at": "2026-11-30T09:00:00Z",
    "updated_at": "2026-11-30T09:00:00Z",
}
ATTRIBUTES = {
    "results": [
        {"key": "item_type", "label": "Item type", "values": [{"value": "hat", "count": 12}]}
    ]
}
