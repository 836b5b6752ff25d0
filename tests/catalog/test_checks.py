from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.checks import shop_settings


@pytest.mark.parametrize(("value", "faults"), [("hide", 0), ("sink", 0), ("show", 0), ("on", 1)])
def test_what_is_not_for_sale_is_treated_in_one_of_three_ways(
    settings: Any, value: str, faults: int
) -> None:
    settings.NOT_FOR_SALE = value
    assert len(shop_settings()) == faults


@pytest.mark.parametrize(
    ("rates", "faults"),
    [
        ({}, 0),
        ({"EUR": 1}, 0),
        ({"EUR": 1, "USD": Decimal("0.92")}, 0),
        ({"USD": Decimal("0.92"), "EUR": 1}, 1),
        ({"EUR": 1, "USD": 0}, 1),
        ({"Euro": 1}, 1),
    ],
)
def test_rates_name_the_own_currency_first(
    settings: Any, rates: dict[str, Any], faults: int
) -> None:
    settings.CURRENCY_RATES = rates
    assert len(shop_settings()) == faults
