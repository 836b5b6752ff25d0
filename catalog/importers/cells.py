"""What the text of a cell means: amounts of money as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from price_parser import Price

MOST = Decimal(10) ** 10
CENT = Decimal("0.01")
NUMBER = re.compile(r"\d[\d.,'\u2019\s]*")
# A single sign before three last digits: 1.299 is a thousand to some and little more than one to
# others.
AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
CODE = re.compile(r"\b[A-Z]{3}\b")
# Which currencies write themselves so; the first is meant where nothing else is known.
SIGNS = {
    "€": ("EUR",),
    "£": ("GBP",),
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
    "Rs": ("INR", "PKR", "LKR", "NPR"),
    "zł": ("PLN",),
    "Kč": ("CZK",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
}


PROBLEMS = {
    "no_amount": "is no amount",
    "ambiguous": "may be a thousand or one with three decimals: write it with two decimals",
}


class CellError(ValueError):
    """The cell cannot be read; the message says why, to go after what it says. `code`: one of
    PROBLEMS."""

    def __init__(self, code: str) -> None:
        super().__init__(PROBLEMS[code])
        self.code = code


@dataclass(frozen=True)
class Money:
    """`amount` with two decimals, not negative; `currency` an ISO 4217 code or ""."""

    amount: Decimal
    currency: str = ""


def money(text: str, currency: str = "") -> Money:
    """Reads "1.299,00 €", "$49.99" or "49.99 USD"; `currency` holds where the text names none.
    Raises CellError for what is no single amount."""
    numbers = NUMBER.findall(text)
    if len(numbers) != 1 or re.search(r"-\s*\d", text):
        raise CellError("no_amount")
    if AMBIGUOUS.fullmatch(numbers[0].strip()):
        raise CellError("ambiguous")
    below_one = re.match(r"0([.,])", numbers[0])
    parsed = Price.fromstring(
        text.replace("\u2019", "'"), decimal_separator=below_one[1] if below_one else None
    )
    if parsed.amount is None or parsed.amount >= MOST:
        raise CellError("no_amount")
    return Money(parsed.amount.quantize(CENT), _currency(text, parsed.currency or "", currency))


def _currency(text: str, sign: str, known: str) -> str:
    code = CODE.search(text)
    if code:
        return code[0]
    meant = SIGNS.get(sign, ())
    return known if not meant or known in meant else meant[0]
