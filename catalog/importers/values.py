"""The cells of one row, typed. One that cannot be read is told, and says nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from catalog.importers.cells import CellError, Money, money
from catalog.importers.headings import (
    ACTIVE,
    AVAILABILITY,
    BRAND,
    CURRENCY,
    DESCRIPTION,
    LINK,
    NAME,
    PRICE,
    QUANTITY,
    SALE_DATES,
    SALE_PRICE,
    STATUS,
    YEAR,
)
from catalog.importers.html_text import text_of_html
from catalog.importers.rows import Row
from catalog.importers.styles_csv import UNKNOWN_LABELS

Problem = Callable[[int, str], None]
LONGEST_ADDRESS = 500
YES = {"1", "true", "yes", "y", "ja", "wahr", "on", "x"}
NO = {"0", "false", "no", "n", "nein", "falsch", "off", "-1"}
STATES = {"active": "active", "draft": "draft", "archived": "archived", "inactive": "draft"}
AVAILABILITIES = {
    **dict.fromkeys(("instock", "available", "limitedavailability"), "in_stock"),
    **dict.fromkeys(("outofstock", "soldout", "discontinued", "unavailable"), "out_of_stock"),
    **dict.fromkeys(("preorder", "presale"), "preorder"),
    **dict.fromkeys(("backorder", "onbackorder", "availablefororder"), "backorder"),
}
# Between addresses, never within one: a comma may be part of it.
BETWEEN_ADDRESSES = re.compile(r"[\s,;|]+(?=https?://)")


@dataclass(frozen=True)
class Values:
    """`problem(line, text)` hears of each cell that cannot be read."""

    row: Row
    problem: Problem

    def __contains__(self, column: str) -> bool:
        return column in self.row.cells

    def __getitem__(self, column: str) -> str:
        return self.row.cells.get(column, "").strip()

    def told(self, text: str) -> None:
        self.problem(self.row.line, text)

    def text(self, column: str, longest: int) -> str:
        text = self[column]
        if len(text) > longest:
            self.told(f"{column} is longer than {longest} characters; cut")
        return text[:longest].strip()

    def product(self) -> dict[str, Any]:
        """What it says of the product, by the names of `IncomingProduct.said`."""
        said: dict[str, Any] = {}
        if self[NAME]:
            said["name"] = self.text(NAME, 255)
        if DESCRIPTION in self:
            said["description"] = text_of_html(self[DESCRIPTION])
        if BRAND in self:
            said["brand"] = self.text(BRAND, 100)
        if YEAR in self:
            said |= self._year()
        return said | self._status()

    def offer(self) -> dict[str, Any]:
        """What it says of the offer, by the names of `IncomingOffer.said`."""
        said: dict[str, Any] = {}
        if CURRENCY in self:
            said["currency"] = self.text(CURRENCY, 3).upper()
        if LINK in self:
            said["product_url"] = web_address(self[LINK])
        known = said.get("currency", "")
        said |= self.amount(PRICE, "price", known)
        said |= self.amount(SALE_PRICE, "sale_price", said.get("currency") or known)
        return said | self._dates() | self._availability() | self._quantity()

    def amount(self, column: str, name: str, currency: str = "") -> dict[str, Any]:
        """`name` and the currency, if the cell names one; nothing if it cannot be read."""
        if column not in self:
            return {}
        if self[column].lower() in UNKNOWN_LABELS:
            return {name: None}
        try:
            return _said(money(self[column], currency), name)
        except CellError as error:
            self.told(f"{column} {self[column][:40]!r} {error}; left as it was")
            return {}

    def yes_no(self, column: str) -> bool | None:
        """None if it says neither."""
        text = self[column].lower()
        if text in YES or text in NO:
            return text in YES
        if text not in UNKNOWN_LABELS:
            self.told(f"{column} {text[:40]!r} is neither yes nor no; left as it was")
        return None

    def addresses(self, column: str) -> list[str]:
        """The web addresses in a cell, in their order."""
        found = (web_address(one) for one in BETWEEN_ADDRESSES.split(self[column]))
        return [one for one in found if one]

    def _year(self) -> dict[str, Any]:
        text = self[YEAR].removesuffix(".0")
        if text.lower() in UNKNOWN_LABELS:
            return {"year": None}
        if re.fullmatch(r"[0-9]{4}", text):
            return {"year": int(text)}
        self.told(f"year {text[:40]!r} is no year; left as it was")
        return {}

    def _status(self) -> dict[str, Any]:
        state = STATES.get(self[STATUS].lower(), "")
        if self[STATUS] and not state:
            self.told(f"status {self[STATUS][:40]!r} is not known; left as it was")
        shown = self.yes_no(ACTIVE) if ACTIVE in self else None
        if shown is False and state in ("", "active"):
            state = "draft"
        elif shown and not state:
            state = "active"
        return {"status": state} if state else {}

    def _dates(self) -> dict[str, Any]:
        """ "2024-03-01T00:00/2024-03-31T23:59": both days belong to it; either may be left out."""
        if SALE_DATES not in self:
            return {}
        parts = re.split(r"/(?=\d{4}-|$)", self[SALE_DATES])
        days = [day_of(one) for one in parts]
        unread = [one for one, day in zip(parts, days, strict=True) if one and day is None]
        if self[SALE_DATES] and (len(days) != 2 or unread):
            self.told(f"{SALE_DATES} {self[SALE_DATES][:60]!r} are no two days; left as they were")
            return {}
        begin, end = days if len(days) == 2 else (None, None)
        return {"sale_from": begin, "sale_until": end}

    def _availability(self) -> dict[str, Any]:
        text = self[AVAILABILITY].lower()
        if not text:
            return {}
        if text in YES or text in NO:
            return {"availability": "in_stock" if text in YES else "out_of_stock"}
        word = re.sub(r"[\W_]+", "", text.rpartition("/")[2])
        if word in AVAILABILITIES:
            return {"availability": AVAILABILITIES[word]}
        self.told(f"{AVAILABILITY} {text[:40]!r} is not known; left as it was")
        return {}

    def _quantity(self) -> dict[str, Any]:
        text = self[QUANTITY].removesuffix(".0")
        if re.fullmatch(r"-?\d{1,9}", text):
            return {"quantity": max(0, int(text))}
        if text.lower() not in UNKNOWN_LABELS:
            self.told(f"{QUANTITY} {text[:40]!r} is no whole number; left as it was")
        return {}


def _said(found: Money, name: str) -> dict[str, Any]:
    return {name: found.amount} | ({"currency": found.currency} if found.currency else {})


def web_address(text: str) -> str:
    """With blanks and letters of other alphabets as addresses write them; "" for none."""
    text = quote(text.strip(), safe="%/:?#[]@!$&'()*+,;=~") if text else ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    return text if is_web and len(text) <= LONGEST_ADDRESS else ""


def day_of(text: str) -> date | None:
    """The day of a date or of a time, as ISO 8601 or as Germans write it."""
    text = text.strip()
    for pattern in ("%d.%m.%Y", "%d.%m.%y"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def barcode(text: str) -> str:
    """A GTIN keeps its leading noughts; the mark before it, which makes it a text to spreadsheets,
    goes."""
    digits = re.sub(r"[\s-]", "", text.strip().lstrip("'"))
    return digits if re.fullmatch(r"\d{8,14}", digits) else text.strip().lstrip("'")[:64]
