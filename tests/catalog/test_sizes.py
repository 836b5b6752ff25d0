"""Which products come in which size."""

from __future__ import annotations

import pytest

from catalog.offers import Variant
from catalog.sizes import in_size, sizes
from tests.helpers import MakeProduct


@pytest.mark.django_db
def test_a_size_is_found_as_a_shopper_says_it(make_product: MakeProduct) -> None:
    product = make_product("1")
    for number, options in enumerate([{"Size": "EU 42"}, {"Size": "XL", "Colour": "Red"}, {}]):
        Variant.objects.create(product=product, sku=f"1-{number}", options=options)
    assert in_size("42").tolist() == in_size("xl").tolist() == [product.pk]
    assert in_size("4").tolist() == []
    assert set(sizes()) == {"eu 42", "42", "xl", "red"}
