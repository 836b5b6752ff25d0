"""What templates/catalog/_filters.html shows: the filters of a page and where they lead."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.columns import table
from catalog.facets import Facet, Filters

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Panel:
    """`action`: the address of the page; `target`: the selector of what scripts replace; `extra`:
    what else stands in the address and stays there; `found`: how many products pass, None where
    that is not known."""

    filters: Filters
    facets: list[Facet]
    action: str
    target: str
    extra: Pairs
    found: int | None = None

    @property
    def pairs(self) -> Pairs:
        """All that stands in the address."""
        return [*self.filters.pairs, *self.extra]

    @property
    def count(self) -> str:
        n = len(self.filters.pairs)
        return ngettext("%(n)s filter", "%(n)s filters", n) % {"n": n}

    @property
    def currency(self) -> str:
        """What prices are compared in; "" where none is named."""
        return table().currency

    @property
    def show(self) -> str:
        """What the button says that leads from the filters to the products."""
        if self.found is None:
            return _("Show")
        shown = number_format(self.found, force_grouping=True)
        return ngettext("Show %(n)s", "Show %(n)s", self.found) % {"n": shown}

    @property
    def chips(self) -> Pairs:
        """What was chosen, each with the address without it."""
        return [(chip.label, self._address(chip.query)) for chip in self.filters.chips()]

    @property
    def bare(self) -> str:
        """The address without any filter."""
        return self._address("")

    def _address(self, query: str) -> str:
        whole = "&".join(one for one in (query, urlencode(self.extra)) if one)
        return f"{self.action}?{whole}" if whole else self.action
