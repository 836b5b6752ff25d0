from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.importers.cells import CellError, Money, money


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("12,99", "12.99", "EUR"),
        ("1.299,00 €", "1299", "EUR"),
        ("€ 1.299,00", "1299", "EUR"),
        ("1,299.00", "1299", "EUR"),
        ("$49.99", "49.99", "USD"),
        ("49.99 USD", "49.99", "USD"),
        ("EUR 19.90", "19.9", "EUR"),
        ("1 299,00", "1299", "EUR"),
        ("1\u202f299,00 €", "1299", "EUR"),
        ("1'299.00", "1299", "EUR"),
        ("1\u2019299.00", "1299", "EUR"),
        ("1.249.000 VND", "1249000", "VND"),
        ("INR 1,24,999.00", "124999", "INR"),
        ("12,99 zł", "12.99", "PLN"),
        ("0.999", "1", "EUR"),
        ("1299", "1299", "EUR"),
        ("0", "0", "EUR"),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: str, currency: str) -> None:
    assert money(text, "EUR") == Money(Decimal(amount), currency)


@pytest.mark.parametrize(
    ("text", "known", "currency"),
    [("$10", "CAD", "CAD"), ("10 kr", "NOK", "NOK"), ("10 kr", "", "SEK"), ("10", "", "")],
)
def test_a_sign_of_many_is_that_of_the_shop(text: str, known: str, currency: str) -> None:
    assert money(text, known).currency == currency


@pytest.mark.parametrize("text", ["1.299", "1,299", "€ 1.299", "12.345 EUR"])
def test_what_may_be_either_is_asked_about(text: str) -> None:
    with pytest.raises(CellError, match="may be a thousand or one with three decimals"):
        money(text)


@pytest.mark.parametrize(
    "text", ["", "on request", "-5", "- 5", "12 to 15", "from 12.99 to 15", "1e5", "9" * 12, "free"]
)
def test_what_is_no_single_amount_is_refused(text: str) -> None:
    with pytest.raises(CellError, match="is no amount"):
        money(text)
