from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.catalog.importers.tables import case, read, read_text

pytestmark = pytest.mark.django_db
ITEM = """<item><g:id>{id}</g:id><title>Kurta - {size}</title>
<description>Soft &amp;amp; &lt;b&gt;red&lt;/b&gt;</description>
<link>https://x.example/k?v={id}</link><g:image_link>https://x.example/1.jpg</g:image_link>
<g:additional_image_link>https://x.example/2.jpg</g:additional_image_link>
<g:additional_image_link>https://x.example/3.jpg</g:additional_image_link>
<g:availability>out of stock</g:availability><g:price>19.90 EUR</g:price>
<g:sale_price>15 EUR</g:sale_price>
<g:sale_price_effective_date>2024-03-01T00:00+0100/2024-03-31T23:59+0100</g:sale_price_effective_date>
<g:gender>female</g:gender><g:age_group>kids</g:age_group><g:size>{size}</g:size>
<g:color>Red</g:color><g:product_type>Apparel &gt; Topwear &gt; Kurtas</g:product_type>
<g:item_group_id>77</g:item_group_id></item>"""
RSS = (
    '<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>'
    "<title>Shop</title>{items}</channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">{items}'
    "</feed>"
)


@pytest.mark.parametrize("feed", [RSS, ATOM])
def test_items_of_one_group_are_one_product(tmp_path: Path, feed: str) -> None:
    items = "".join(ITEM.format(id=size, size=size) for size in "SM")
    if feed == ATOM:
        items = items.replace("item>", "entry>")
    found = read_text(tmp_path, feed.format(items=items))
    (kurta,) = found.products.values()
    assert kurta.said == {"name": "Kurta", "description": "Soft & red"}
    assert kurta.labels == {"item_type": "kurtas", "gender": "girls", "colour": "red"}
    assert [one.url[-5:] for one in kurta.media] == ["1.jpg", "2.jpg", "3.jpg"]
    assert [one.options["Size"] for one in kurta.variants] == ["S", "M"]
    assert kurta.variants[1].offers[0].said == {
        "product_url": "https://x.example/k?v=M",
        "price": Decimal("19.90"),
        "currency": "EUR",
        "sale_price": Decimal("15.00"),
        "sale_from": date(2024, 3, 1),
        "sale_until": date(2024, 3, 31),
        "availability": "out_of_stock",
    }
    assert found.log == []


@pytest.mark.parametrize(("ending", "count"), [("tsv", 21), ("xml", 17)])
def test_a_feed_of_a_shop_comes_whole(ending: str, count: int) -> None:
    found = read(case(f"shop-files/google-merchant.{ending}"))
    assert len(found.products) == count
    assert found.log == []
    kurta = found.products["7000000000002"]
    assert kurta.said["name"] == "Sushilas Women Printed Green Kurta"
    assert len(kurta.variants) == 4
    assert kurta.variants[2].offers[0].said["availability"] == "out_of_stock"
    assert kurta.said["description"].endswith("Black & easy to match") is False
    assert "Green & easy to match" in kurta.said["description"]
