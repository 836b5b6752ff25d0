from __future__ import annotations

import numpy as np
import pytest

from matching.engine.backends import backend
from matching.engine.select import Query, gate_levels, gate_types, select

CLASSES = ["shirts", "tshirts", "jeans", "watches"]
ANCESTORS = {
    "shirts": ["topwear", "apparel"],
    "tshirts": ["topwear", "apparel"],
    "jeans": ["bottomwear", "apparel"],
    "watches": ["watches", "accessories"],
}
NO_STYLE = np.empty(0, "f4")


def at(*degrees: float) -> np.ndarray:
    """Unit vectors in the plane: the cosine between two is that of the angle between them."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype("f4")


def everyone(ids: list[int]) -> set[int]:
    return set(ids)


def search(degrees: dict[int, float], k: int = 3, **options):
    """Products at angles from the query, which looks along 0 degrees."""
    ids = np.array(list(degrees), np.int64)
    visual = at(*degrees.values())
    index = backend().build(ids, visual, np.empty((len(ids), 0), "f4"))
    types = options.pop("types", {"shirts": ids})
    wanted = options.pop("wanted", ["shirts"])
    levels = gate_levels(wanted, ANCESTORS, types)
    available = options.pop("available", everyone)
    twin_cosine = options.pop("twin_cosine", 0.99999)
    return select(index, Query(at(0)[0], NO_STYLE, 1.0, k), levels, twin_cosine, available)


def test_a_sure_query_passes_the_gate_with_one_type_an_unsure_one_with_several() -> None:
    assert gate_types(np.array([0.02, 0.95, 0.02, 0.01]), CLASSES) == ["tshirts"]
    assert gate_types(np.array([0.35, 0.5, 0.1, 0.05]), CLASSES) == ["tshirts", "shirts"]


def test_the_gate_takes_no_more_types_than_hold_the_mass() -> None:
    assert gate_types(np.array([0.45, 0.45, 0.1, 0.0]), CLASSES) == ["shirts", "tshirts"]


def test_levels_go_from_the_types_over_their_groups_to_everything() -> None:
    ids = {name: np.array([at]) for at, name in enumerate(CLASSES)}
    levels = list(gate_levels(["shirts"], ANCESTORS, ids))
    assert [level.name for level in levels] == [None, "topwear", "apparel", "everything"]
    found = [None if level.among is None else sorted(level.among.tolist()) for level in levels]
    assert found == [[0], [0, 1], [0, 1, 2], None]


def test_a_type_of_no_known_group_widens_to_everything_at_once() -> None:
    names = [level.name for level in gate_levels(["capes"], ANCESTORS, {})]
    assert names == [None, "everything"]


def test_without_a_gate_everything_is_searched() -> None:
    found = search({1: 10, 2: 20}, wanted=[], types={})
    assert [match.product_id for match in found.matches] == [1, 2]


def test_matches_come_best_first_and_no_more_than_asked_for() -> None:
    found = search({1: 40, 2: 10, 3: 30, 4: 20}, k=3)
    assert [match.product_id for match in found.matches] == [2, 4, 3]
    assert found.matches[0].score == pytest.approx(np.cos(np.radians(10)), abs=1e-6)
    assert found.widened is None


def test_a_closer_product_of_another_type_stays_outside_the_gate() -> None:
    types = {"shirts": np.array([1, 2, 3]), "watches": np.array([9])}
    found = search({1: 30, 2: 40, 3: 50, 9: 1}, types=types)
    assert [match.product_id for match in found.matches] == [1, 2, 3]


def test_too_few_of_the_type_are_filled_up_from_its_group_and_that_is_said() -> None:
    types = {"shirts": np.array([1]), "tshirts": np.array([5, 6]), "watches": np.array([9])}
    found = search({1: 60, 5: 20, 6: 10, 9: 1}, types=types)
    assert [match.product_id for match in found.matches] == [1, 6, 5]
    assert found.widened == "topwear"


def test_widening_goes_on_to_everything() -> None:
    types = {"shirts": np.array([1]), "watches": np.array([9])}
    found = search({1: 60, 9: 1}, types=types)
    assert [match.product_id for match in found.matches] == [1, 9]
    assert found.widened == "everything"


def test_widening_that_found_nothing_is_not_claimed() -> None:
    assert search({1: 60}, types={"shirts": np.array([1])}).widened is None


def test_near_twins_are_folded_under_the_best_of_them() -> None:
    found = search({1: 10, 2: 11, 3: 30, 4: 12, 5: 50}, twin_cosine=np.cos(np.radians(3)))
    assert [match.product_id for match in found.matches] == [1, 3, 5]
    assert found.matches[0].folded == [2, 4]
    assert found.matches[1].folded == []


def test_only_what_may_be_shown_is_chosen_or_counted() -> None:
    found = search({1: 10, 2: 20, 3: 30}, k=2, available=lambda ids: set(ids) - {1})
    assert [match.product_id for match in found.matches] == [2, 3]


def test_thousands_of_twins_do_not_hide_what_stands_behind_them() -> None:
    degrees = {number: 10 + number * 1e-5 for number in range(1, 1500)} | {5000: 40.0, 6000: 60.0}
    found = search(degrees, twin_cosine=np.cos(np.radians(2)))
    assert [match.product_id for match in found.matches] == [1, 5000, 6000]
    assert len(found.matches[0].folded) == 1498


def test_both_parts_of_the_score_are_told() -> None:
    style = np.array([[1, 0], [0, 1]], "f4")
    index = backend().build(np.array([1, 2]), at(10, 20), style)
    query = Query(at(0)[0], np.array([0.25, 0.75], "f4"), 0.7, 2)
    first = select(index, query, gate_levels([], {}, {}), 0.999, everyone).matches[0]
    assert first.product_id == 2
    assert first.visual == pytest.approx(np.cos(np.radians(20)), abs=1e-6)
    assert first.style == pytest.approx(0.75)
    assert first.score == pytest.approx(0.7 * first.visual + 0.3 * first.style, abs=1e-6)


def test_an_empty_index_has_no_matches() -> None:
    index = backend().build(np.empty(0, "i8"), np.empty((0, 2), "f4"), np.empty((0, 0), "f4"))
    found = select(index, Query(at(0)[0], NO_STYLE, 1.0, 3), gate_levels([], {}, {}), 0.9, everyone)
    assert found.matches == []
