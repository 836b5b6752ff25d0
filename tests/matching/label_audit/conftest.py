from __future__ import annotations

import pytest

from matching.models import Finding
from tests.helpers import MakeProduct, encoded, picture


@pytest.fixture
def finding(make_product: MakeProduct) -> Finding:
    product = make_product("1", photo=encoded(picture()), colour="blue")
    make_product("2", colour="red")
    link = product.attributes.get()
    return Finding.objects.create(
        product=product,
        attribute=link.attribute,
        label=link.value,
        proposal=link.attribute.values.get(value="red"),
        probability=0.9,
        label_probability=0.05,
        score=0.8,
    )
