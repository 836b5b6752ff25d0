"""Names that stand in addresses and answers beside the keys of attributes."""

from __future__ import annotations

WORDS, PRICE_MIN, PRICE_MAX, BRAND = "q", "price_min", "price_max", "brand"
SORT, PAGE, WEIGHT = "sort", "page", "w"
# What an answer of the API says beside the attributes it saw.
STYLE_TOP3, CONFIDENCE = "style_top3", "confidence"
TAKEN = {WORDS, PRICE_MIN, PRICE_MAX, BRAND, "price", SORT, PAGE, WEIGHT, STYLE_TOP3, CONFIDENCE}
