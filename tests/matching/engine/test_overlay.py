from __future__ import annotations

import numpy as np
import pytest

from matching.engine.arrays import Ids
from matching.engine.backends import backend
from matching.engine.generation import Catalogue, Generation
from matching.engine.heads import Heads
from matching.engine.overlay import Delta, no_delta, overlaid, renewed

WIDTH, STYLES, VALUES = 6, 3, ("shirts", "jeans")


def catalogue_of(ids: Ids, codes: np.ndarray, values: tuple[str, ...] = VALUES) -> Catalogue:
    return Catalogue(
        ids, {"item_type": values}, {"item_type": codes}, {"item_type": codes}, {}, {"style": ""}
    )


class Shop:
    """Products as they are now, by id: vectors, style and code."""

    def __init__(self, seed: int) -> None:
        self.dice = np.random.default_rng(seed)
        self.rows: dict[int, tuple[np.ndarray, np.ndarray, int]] = {}

    def put(self, product_id: int) -> None:
        vectors = self.dice.normal(size=(self.dice.integers(1, 4), WIDTH)).astype("f4")
        style = self.dice.dirichlet(np.ones(STYLES)).astype("f4")
        code = int(self.dice.integers(-1, 2))
        self.rows[product_id] = (
            vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
            style,
            code,
        )

    def parts(self, ids: list[int]) -> tuple[Catalogue, Ids, np.ndarray, np.ndarray]:
        known = sorted(set(ids) & set(self.rows))
        rows = [self.rows[one] for one in known]
        return (
            catalogue_of(np.array(known, np.int64), np.array([row[2] for row in rows], np.int32)),
            np.array([one for one in known for _ in self.rows[one][0]], np.int64),
            np.array([vector for row in rows for vector in row[0]], "f4").reshape(-1, WIDTH),
            np.array([row[1] for row in rows for _ in row[0]], "f4").reshape(-1, STYLES),
        )

    def built(self) -> Generation:
        catalogue, *photos = self.parts(list(self.rows))
        index = backend().build(*photos)
        return Generation(1, {}, index, Heads({}), catalogue)


def looked_at(generation: Generation, delta: Delta, shop: Shop, ids: list[int]) -> Delta:
    return renewed(generation, delta, np.array(sorted(ids), np.int64), *shop.parts(ids))


@pytest.mark.parametrize("seed", range(8))
def test_it_answers_as_an_index_that_is_built_anew(seed: int) -> None:
    shop = Shop(seed)
    for product_id in range(10, 50):
        shop.put(product_id)
    generation = shop.built()
    delta = no_delta(generation)
    for _ in range(12):
        touched = shop.dice.choice(np.arange(5, 60), 6, replace=False).tolist()
        for product_id in touched:
            if shop.dice.random() < 0.4:
                shop.rows.pop(product_id, None)
            else:
                shop.put(product_id)
        delta = looked_at(generation, delta, shop, touched)
    now, anew = overlaid(generation, delta), shop.built()
    assert now.catalogue.ids.tolist() == anew.catalogue.ids.tolist()
    assert (now.catalogue.codes["item_type"] == anew.catalogue.codes["item_type"]).all()
    assert len(now.index) == len(anew.index)
    some = anew.catalogue.ids[::3]
    for among in (None, some, np.arange(5, 60)):
        query = shop.dice.normal(size=WIDTH).astype("f4"), shop.dice.random(STYLES).astype("f4")
        for weight, count in ((0.7, 5), (1.0, 100)):
            ids, scores = now.index.search(*query, weight, count, among)
            expected, right = anew.index.search(*query, weight, count, among)
            assert ids.tolist() == expected.tolist()
            assert scores == pytest.approx(right, abs=1e-6)
    for mine, theirs in zip(now.index.photos(some), anew.index.photos(some), strict=True):
        assert (mine == theirs).all()


def test_what_is_again_as_it_was_built_leaves_the_delta() -> None:
    shop = Shop(1)
    for product_id in (1, 2, 3):
        shop.put(product_id)
    generation, before = shop.built(), shop.rows[2]
    shop.put(2)
    delta = looked_at(generation, no_delta(generation), shop, [1, 2])
    assert (delta.hidden.tolist(), delta.catalogue.ids.tolist(), len(delta)) == ([2], [2], 1)
    shop.rows[2] = before
    assert len(looked_at(generation, delta, shop, [2])) == 0


def test_a_further_photo_is_a_difference_and_its_place_too() -> None:
    shop = Shop(1)
    for product_id in (1, 2):
        shop.put(product_id)
    vectors, *others = shop.rows[1]
    shop.rows[1] = np.vstack([vectors[:1], vectors[:1] * -1]), *others
    generation, built = shop.built(), shop.rows[1][0]
    for other in (built[:1], built[::-1], np.vstack([built, built[:1]])):
        shop.rows[1] = other, *others
        assert len(looked_at(generation, no_delta(generation), shop, [1, 2])) == 1
    shop.rows[1] = built, *others
    assert len(looked_at(generation, no_delta(generation), shop, [1, 2])) == 0


def test_a_label_that_differs_is_a_difference() -> None:
    shop = Shop(1)
    shop.put(7)
    generation = shop.built()
    vector, style, code = shop.rows[7]
    shop.rows[7] = vector, style, (code + 2) % 2
    delta = looked_at(generation, no_delta(generation), shop, [7])
    assert overlaid(generation, delta).catalogue.codes["item_type"].tolist() == [(code + 2) % 2]


def test_a_value_that_came_after_the_build_is_known_by_its_name() -> None:
    shop = Shop(1)
    shop.put(7)
    generation = shop.built()
    _, *photos = shop.parts([7])
    ids = np.array([7], np.int64)
    found = catalogue_of(ids, np.array([2], np.int32), (*VALUES, "capes"))
    delta = renewed(generation, no_delta(generation), ids, found, *photos)
    now = overlaid(generation, delta).catalogue
    assert {key: known.tolist() for key, known in now.ids_by_value("item_type").items()} == {
        "capes": [7]
    }


def test_more_may_be_hidden_than_a_search_expects() -> None:
    shop = Shop(3)
    for product_id in range(300):
        shop.put(product_id)
    generation = shop.built()
    query = shop.rows[0][0][0], np.zeros(STYLES, "f4")
    best, _ = generation.index.search(*query, 1.0, 200)
    for product_id in best.tolist():
        del shop.rows[product_id]
    delta = looked_at(generation, no_delta(generation), shop, best.tolist())
    ids, _ = overlaid(generation, delta).index.search(*query, 1.0, 5)
    assert ids.tolist() == shop.built().index.search(*query, 1.0, 5)[0].tolist()
