"""Limits that words set: "under 50", "20 to 40 €", "size 42", "on sale"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from words.text import Kind, Token


class What(StrEnum):
    PRICE = "price"
    SIZE = "size"
    SALE = "sale"
    STOCK = "stock"
    NEW = "new"


# Roles of phrases in the table of words.
MOST, LEAST, BETWEEN, TO, MONEY = "most", "least", "between", "to", "money"
SIZE_WORD, SIZED, PRICE_WORD = "size", "sized", "price"
LETTERS = {"s", "m", "l"}
DASHES = {"-", "\N{EN DASH}"}
# Of a shoe or a garment, where a number stands alone.
SIZES = range(32, 52)
# A role's phrase at a place -> how many tokens it takes; 0 if there is none.
Taken = Callable[[int, str], int]


@dataclass(frozen=True)
class Limit:
    """`low` and `high` of a price, None for open; `size` as typed."""

    what: What
    low: Decimal | None = None
    high: Decimal | None = None
    size: str = ""


def limit_at(place: int, line: Sequence[Token], taken: Taken) -> tuple[Limit, int] | None:
    """The limit that begins at this token, and how many tokens it takes."""
    start = place
    place += taken(place, PRICE_WORD)
    for read in (_size, _one_sided, _range, _bare_price):
        if found := read(place, line, taken):
            return found[0], found[1] - start
    for what in (What.SALE, What.STOCK, What.NEW):
        if place == start and (count := taken(place, what.value)):
            return Limit(what), count
    return None


def _size(place: int, line: Sequence[Token], taken: Taken) -> tuple[Limit, int] | None:
    if count := taken(place, SIZED):
        return Limit(What.SIZE, size=_said(line[place : place + count])), place + count
    after = place + taken(place, SIZE_WORD)
    if after > place and after < len(line) and _is_size(line[after]):
        return Limit(What.SIZE, size=line[after].text), after + 1
    return None


def _is_size(token: Token) -> bool:
    return token.kind is Kind.NUMBER or token.word in LETTERS or bool(re.search(r"\d", token.word))


def _one_sided(place: int, line: Sequence[Token], taken: Taken) -> tuple[Limit, int] | None:
    for role in (MOST, LEAST):
        after = place + taken(place, role)
        if after > place and (found := _money(after, line, taken)):
            amount, end, _ = found
            if role == LEAST and (both := _to(amount, end, line, taken)):
                return both
            low, high = (amount, None) if role == LEAST else (None, amount)
            return Limit(What.PRICE, low, high), end
    return None


def _range(place: int, line: Sequence[Token], taken: Taken) -> tuple[Limit, int] | None:
    between = taken(place, BETWEEN)
    first = _money(place + between, line, taken)
    return _to(first[0], first[1], line, taken) if first else None


def _to(low: Decimal, place: int, line: Sequence[Token], taken: Taken) -> tuple[Limit, int] | None:
    is_dash = place < len(line) and line[place].text in DASHES
    after = place + (1 if is_dash else taken(place, TO))
    second = _money(after, line, taken) if after > place else None
    if second is None:
        return None
    return Limit(What.PRICE, min(low, second[0]), max(low, second[0])), second[1]


def _bare_price(place: int, line: Sequence[Token], taken: Taken) -> tuple[Limit, int] | None:
    """ "50 €" is what somebody has to spend; a number alone may be a size."""
    found = _money(place, line, taken)
    if found and found[2]:
        return Limit(What.PRICE, None, found[0]), found[1]
    if found and found[0] in SIZES:
        return Limit(What.SIZE, size=line[place].text), place + 1
    return None


def _money(place: int, line: Sequence[Token], taken: Taken) -> tuple[Decimal, int, bool] | None:
    """The amount, the place after it, and whether it names a currency."""
    before = taken(place, MONEY)
    at = place + before
    if at >= len(line) or line[at].kind is not Kind.NUMBER:
        return None
    amount = amount_of(line[at].word)
    if amount is None:
        return None
    if line[at].is_glued and at + 1 < len(line) and line[at + 1].word == "k":
        return amount * 1000, at + 2, False
    after = taken(at + 1, MONEY)
    return amount, at + 1 + after, bool(before or after)


def amount_of(text: str) -> Decimal | None:
    """ "2,000", "1.299,00" and "49.90": a mark before three digits parts thousands."""
    head, mark, tail = re.fullmatch(r"(.*?)(?:([.,])(\d{1,2}))?", text).groups()  # type: ignore[union-attr]
    digits = re.sub(r"[.,]", "", head)
    try:
        return Decimal(f"{digits}.{tail}" if mark else digits)
    except InvalidOperation:
        return None


def _said(line: Sequence[Token]) -> str:
    return " ".join(token.text for token in line)
