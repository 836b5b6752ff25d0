from __future__ import annotations

from typing import Any

import pytest

from catalog.checks import shop_settings


@pytest.mark.parametrize(("value", "faults"), [("hide", 0), ("sink", 0), ("show", 0), ("on", 1)])
def test_what_is_not_for_sale_is_treated_in_one_of_three_ways(
    settings: Any, value: str, faults: int
) -> None:
    settings.NOT_FOR_SALE = value
    assert len(shop_settings()) == faults
