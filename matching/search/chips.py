"""How each word of a search was taken, to be shown, and taken back by one click."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from catalog.reading import read
from catalog.templatetags.wording import word
from matching.models import Search
from matching.search.worded import is_usable
from words import Limit, Meaning, Part, Reading, Role
from words.limits import What

MOST_VALUES = 2


@dataclass(frozen=True)
class Chip:
    """`said`: what was understood, `typed`: the misspelt word that it was taken for, or "".
    `without`: the query without this part, "" if there is no other; `as_typed`: the query with the
    word taken as it was typed, "" if nothing was corrected; `turned`: the query with what was
    wanted unwanted or the other way about, "" for what is neither."""

    role: str
    said: str
    typed: str
    without: str
    as_typed: str
    turned: str

    @property
    def turn(self) -> str:
        """What turning it is called."""
        return _("yes") if self.role == Role.UNWANTED else _("not")


def chips_of(search: Search) -> list[Chip]:
    """One for each part of the words that says something."""
    reading = read(search.words) if search.words else Reading()
    return [_chip(reading, part) for part in reading.parts]


def _chip(reading: Reading, part: Part) -> Chip:
    text = reading.text
    is_misspelt = bool(part.corrected) and part.role is not Role.SKU
    return Chip(
        part.role.value,
        _said(part),
        part.text if is_misspelt else "",
        _without(reading, part),
        _instead(text, part, f'"{part.text}"') if is_misspelt else "",
        _turned(reading, part),
    )


def _turned(reading: Reading, part: Part) -> str:
    if part.role is Role.UNWANTED:
        return f"{part.text} {_without(reading, part)}".strip()
    is_turnable = part.role in (Role.WANTED, Role.NICER)
    return _instead(reading.text, part, f"-{part.text}") if is_turnable else ""


def _without(reading: Reading, part: Part) -> str:
    """What negates nothing else goes with the part."""
    text, shared = reading.text, [one.negation for one in reading.parts]
    if part.negation is None or shared.count(part.negation) > 1:
        return _instead(text, part, "")
    start, end = part.negation
    return _tidy(f"{text[:start]} {text[end : part.start]} {text[part.end :]}")


def _instead(text: str, part: Part, words: str) -> str:
    return _tidy(f"{text[: part.start]} {words} {text[part.end :]}")


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _said(part: Part) -> str:
    if part.limit:
        return _limit_said(part.limit, part.text)
    if part.role is Role.SKU:
        return _("number %(sku)s") % {"sku": part.corrected}
    what = {"what": _named(part)}
    if part.role is Role.UNWANTED:
        return _("not %(what)s") % what
    if part.role is Role.NICER:
        return _("best with %(what)s") % what
    if part.role is Role.UNKNOWN:
        return _("%(what)s: not known here") % what
    return what["what"]


def _named(part: Part) -> str:
    """The value as pages call it; the word itself where it stands for many or for a name."""
    meaning = part.meaning or Meaning("")
    values = [one for found in meaning.values.values() for one in found]
    if 0 < len(values) <= MOST_VALUES and not meaning.names:
        return ", ".join(word(value) for value in values)
    return part.corrected or part.text.strip('"')


def _limit_said(limit: Limit, text: str) -> str:
    if not is_usable(limit):
        return _("%(what)s: cannot be searched by here") % {"what": text}
    if limit.what is not What.PRICE:
        return text
    low, high = _amount(limit.low), _amount(limit.high)
    if low and high:
        return _("%(low)s to %(high)s") % {"low": low, "high": high}
    if high:
        return _("up to %(price)s") % {"price": high}
    return _("from %(price)s") % {"price": low}


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else number_format(amount, use_l10n=True, force_grouping=True)
