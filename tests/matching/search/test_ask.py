"""What is wanted is decided once: a correction before a wish, a wish before what is seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from catalog.facets import Filters
from catalog.models import Attribute, Product
from matching import runtime
from matching.models import Search
from matching.runtime import Live
from matching.search.ask import TOP, Ask, Asker, Narrowing, Wanted, begin, decide
from matching.search.choose import choose, rows_of
from matching.search.understand import Understood, understand_vector
from shoppers.visitor import Visitor
from tests.helpers import picture
from words import Meaning, Part, Reading, Role

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAGE = Asker(Search.Source.PAGE, Visitor(session_key="abc"))


@pytest.fixture
def live(shop: dict[str, Product]) -> Live:
    return runtime.live()


def tshirt(live: Live, **wishes: list[str]) -> Understood:
    """A red t-shirt, and what words ask for beside it."""
    seen = understand_vector(live, live.backbone.embed_image(picture("red")))
    wanted = Meaning("value", {key: tuple(values) for key, values in wishes.items()})
    words = Reading("", (Part("", 0, 0, Role.WANTED, wanted),), "item_type")
    return Understood(seen.vector, seen.probabilities, reading=words)


def wanted(live: Live, understood: Understood, asker: Asker = PAGE, **ask: Any) -> Wanted:
    return decide(live, understood, begin(live, understood, Ask(**ask), asker))


def test_what_is_seen_is_wanted_where_nothing_is_said(live: Live) -> None:
    seen = wanted(live, tshirt(live))
    assert seen.types == ("tshirts",)
    assert seen.said == {}
    assert seen.sought["item_type"] == ("tshirts",)
    assert seen.sought["colour"] == ("red",)


def test_a_wish_comes_before_what_is_seen(live: Live) -> None:
    wish = wanted(live, tshirt(live, item_type=["handbags", "trousers"], gender=["women"]))
    assert wish.types == ("handbags", "trousers")
    assert wish.said == {"gender": ("women",)}
    assert wish.sought["item_type"] == ("handbags", "trousers")


def test_a_correction_comes_before_a_wish(live: Live) -> None:
    understood = tshirt(live, item_type=["handbags"], gender=["women"])
    corrected = wanted(live, understood, corrections={"item_type": "trousers", "gender": "men"})
    assert corrected.types == ("trousers",)
    assert corrected.said == {"gender": ("men",)}
    assert corrected.sought["gender"] == ("men",)


def test_title_types_matches_and_reasons_all_go_by_the_same(live: Live) -> None:
    understood = tshirt(live, item_type=["handbags"])
    search = begin(live, understood, Ask(corrections={"item_type": "trousers"}), PAGE)
    decided = decide(live, understood, search)
    rows = rows_of(live, search, choose(live, understood, decided), decided)
    assert search.kind == decided.types[0] == "trousers"
    same = {row.sku for row in rows if "item_type" in row.reasons}
    assert same == {"trousers-black", "trousers-blue"}


@pytest.mark.parametrize("said", ["corrections", "wishes"])
def test_a_style_that_is_said_is_the_one_that_is_compared(live: Live, said: str) -> None:
    seen = tshirt(live)
    plain = choose(live, seen, wanted(live, seen))
    classes = live.generation.heads.by_key["style"].classes
    other = classes[int(np.argmin(seen.probabilities["style"]))]
    if said == "wishes":
        understood, ask = tshirt(live, style=[other]), {}
    else:
        understood, ask = seen, {"corrections": {"style": other}}
    decided = wanted(live, understood, **ask)
    assert decided.said == {"style": (other,)}
    match = choose(live, understood, decided).matches[0]
    _, style = live.generation.index.vectors(np.array([match.product_id], np.int64))
    assert match.style == pytest.approx(float(style[0, classes.index(other)]), abs=1e-5)
    assert match.style < plain.matches[0].style


def test_a_page_is_content_with_three_and_a_program_counts_on_all(live: Live) -> None:
    understood = tshirt(live)
    assert wanted(live, understood, PAGE, k=12).enough == TOP
    assert wanted(live, understood, Asker(Search.Source.API), k=10).enough == 10


def test_filters_stay_within_what_was_searched_unless_they_choose_the_type(live: Live) -> None:
    understood = tshirt(live)
    search = begin(live, understood, Ask(), PAGE)
    search.gate, search.types = "item_type", ["tshirts", "handbags", "trousers", "belts"]
    women = decide(live, understood, search, Narrowing(Filters({"gender": ("women",)})))
    assert women.types == ("tshirts", "handbags", "trousers", "belts")
    assert women.among is not None
    assert len(women.among) == 4
    bags = decide(live, understood, search, Narrowing(Filters({"item_type": ("handbags",)}), 0.2))
    assert bags.types == ()
    assert bags.weight == 0.2


def test_with_another_gate_since_the_narrowed_search_goes_by_that(live: Live) -> None:
    understood = tshirt(live)
    search = begin(live, understood, Ask(), PAGE)
    search.gate, search.types = "season", ["winter"]
    narrowed = decide(live, understood, search, Narrowing(weight=0.5))
    assert (narrowed.gate, narrowed.types) == ("item_type", ("tshirts",))


def test_roles_are_those_of_the_index_that_is_searched(live: Live) -> None:
    Attribute.objects.filter(role=Attribute.Role.STYLE).update(role=Attribute.Role.PLAIN)
    Attribute.objects.filter(key="season").update(role=Attribute.Role.STYLE)
    assert wanted(live, tshirt(live)).style == "style"
