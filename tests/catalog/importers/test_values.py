from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from catalog.importers.rows import Row
from catalog.importers.values import Values, barcode, day_of, web_address


def values(**cells: str) -> tuple[Values, list[str]]:
    told: list[str] = []
    return Values(Row(3, cells), lambda line, text: told.append(f"{line}: {text}")), told


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"availability": "in stock"}, {"availability": "in_stock"}),
        ({"availability": "https://schema.org/OutOfStock"}, {"availability": "out_of_stock"}),
        ({"availability": "0"}, {"availability": "out_of_stock"}),
        ({"availability": ""}, {}),
        ({"quantity": "-2"}, {"quantity": 0}),
        ({"sale_price": ""}, {"sale_price": None}),
        ({"price": "5 USD", "currency": "eur"}, {"price": 5, "currency": "USD"}),
    ],
)
def test_an_offer_says_what_its_cells_say(cells: dict[str, str], said: dict[str, Any]) -> None:
    row, told = values(**cells)
    assert row.offer() == said
    assert told == []


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ({"availability": "maybe"}, "3: availability 'maybe' is not known; left as it was"),
        ({"quantity": "many"}, "3: quantity 'many' is no whole number; left as it was"),
        ({"price": "dear"}, "3: price 'dear' is no amount; left as it was"),
    ],
)
def test_what_cannot_be_read_is_told_and_says_nothing(cells: dict[str, str], text: str) -> None:
    row, told = values(**cells)
    assert row.offer() == {}
    assert told == [text]


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"is_active": "0"}, "draft"),
        ({"is_active": "Ja"}, "active"),
        ({"status": "Active", "is_active": "false"}, "draft"),
        ({"status": "archived", "is_active": "true"}, "archived"),
    ],
)
def test_whether_it_is_shown(cells: dict[str, str], status: str) -> None:
    row, _told = values(**cells)
    assert row.product() == {"status": status}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" https://x.example/a b.jpg ", "https://x.example/a%20b.jpg"),
        ("https://x.example/ä.jpg?v=1%20", "https://x.example/%C3%A4.jpg?v=1%20"),
        ("ftp://x.example/a", ""),
        ("https://[broken", ""),
        ("/photos/a.jpg", ""),
    ],
)
def test_addresses_are_written_as_the_web_does(text: str, address: str) -> None:
    assert web_address(text) == address


def test_a_barcode_keeps_its_noughts() -> None:
    assert barcode("'0400000000015") == "0400000000015"


@pytest.mark.parametrize("text", ["2024-03-01", "01.03.2024", "2024-03-01T10:00:00Z"])
def test_days_are_read(text: str) -> None:
    assert day_of(text) == date(2024, 3, 1)
