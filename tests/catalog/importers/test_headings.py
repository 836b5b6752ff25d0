from __future__ import annotations

import pytest

from catalog.importers.headings import named


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["id", "productDisplayName", "link"], ["id", "productDisplayName", "link"]),
        (["SKU", " Title ", "Product URL"], ["id", "productDisplayName", "link"]),
        (["Artikelnummer", "Bezeichnung", "Preis"], ["id", "productDisplayName", "price"]),
        (["id", "sku", "name"], ["id", "sku", "productDisplayName"]),
        (["sku", "item number"], ["id", "item number"]),
        (["Item_Type", "weight"], ["articleType", "weight"]),
    ],
)
def test_columns_are_known_by_any_of_their_names(header: list[str], expected: list[str]) -> None:
    assert named(header, {"articleType": ["item_type", "Item type"]}) == expected
