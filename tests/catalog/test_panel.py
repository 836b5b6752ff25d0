from __future__ import annotations

from decimal import Decimal

from django.utils.translation import override

from catalog.facets import Filters
from catalog.panel import Panel


def panel(filters: Filters, *extra: tuple[str, str]) -> Panel:
    return Panel(filters, [], "/products/", "#catalogue", list(extra))


def test_a_chip_leads_to_the_address_without_it_and_keeps_the_rest() -> None:
    shown = panel(Filters({"colour": ("red", "blue")}), ("sort", "-price"))
    assert shown.chips == [
        ("red", "/products/?colour=blue&sort=-price"),
        ("blue", "/products/?colour=red&sort=-price"),
    ]
    assert shown.bare == "/products/?sort=-price"
    assert shown.pairs == [("colour", "red"), ("colour", "blue"), ("sort", "-price")]


def test_the_last_chip_leads_to_the_bare_address() -> None:
    shown = panel(Filters(words="blue tee"))
    assert shown.chips == [('"blue tee"', "/products/")]
    assert shown.bare == "/products/"


def test_filters_are_counted_in_words() -> None:
    assert panel(Filters({"colour": ("red",)})).count == "1 filter"
    two = panel(Filters({"colour": ("red",)}, price_max=Decimal(20)))
    assert two.count == "2 filters"
    assert two.filters.has_price
    with override("de"):
        assert two.count == "2 Filter"
