"""What to suggest to somebody who types what they look for: a service for pages and programs."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalog.completing import Completion, completions, products_named
from catalog.models import Product
from matching.search.history import searches_of
from shoppers.visitor import Visitor
from words import fold, run_together

MOST_WORDS, MOST_PRODUCTS = 6, 4
MOST_EARLIER, MOST_EARLIER_ALONE = 3, 6
LOOKED_AT = 200  # of somebody's searches the newest


@dataclass(frozen=True)
class Suggestions:
    """`earlier`: what the visitor searched for before, newest first; `words`: what they may be
    about to type; `products` that are called so."""

    earlier: list[str] = field(default_factory=list)
    words: list[Completion] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.earlier) + len(self.words) + len(self.products)


def suggest(typed: str, visitor: Visitor) -> Suggestions:
    """In the language of the page. Before anything is typed: the earlier searches alone."""
    if not run_together(typed):
        return Suggestions(_earlier("", visitor, MOST_EARLIER_ALONE))
    earlier = _earlier(typed, visitor, MOST_EARLIER)
    known = {run_together(one) for one in earlier}
    words = completions(typed, MOST_WORDS + len(earlier))
    new = [one for one in words if run_together(one.text) not in known]
    return Suggestions(earlier, new[:MOST_WORDS], products_named(typed, MOST_PRODUCTS))


def _earlier(typed: str, visitor: Visitor, most: int) -> list[str]:
    """Other words than those that are typed, of which one begins like them."""
    rows = searches_of(visitor).exclude(words="").values_list("words", flat=True)[:LOOKED_AT]
    start = " ".join(fold(typed).split())
    found: dict[str, str] = {}
    for words in rows:
        told = " ".join(fold(words).split())
        if f" {start}" in f" {told}" and told != start:
            found.setdefault(told, words)
    return list(found.values())[:most]
