from __future__ import annotations

import pytest

from tests.api.clients import Program, problem
from tests.helpers import MakeProduct

pytestmark = pytest.mark.django_db


def test_what_is_typed_is_completed_as_on_the_pages(make_product: MakeProduct) -> None:
    make_product("1", name="Trailblazer", item_type="trousers", brand="Tidewell")
    found = Program().get("/suggestions?q=trou").json()
    assert found["words"][0] == {
        "text": "trousers",
        "key": "item_type",
        "label": "Item type",
        "count": 1,
    }
    assert found["products"] == []
    found = Program().get("/suggestions?q=Trailb").json()
    assert [one["sku"] for one in found["products"]] == ["1"]
    assert Program().get("/suggestions?q=").json() == {"words": [], "products": []}


def test_what_nobody_types_is_refused() -> None:
    problem(Program().get("/suggestions"), 400, "invalid")
    problem(Program().get(f"/suggestions?q={'x' * 201}"), 400, "invalid")
