from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from matching import runtime
from tests.conftest import MakeProduct, encoded, picture

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

KINDS = [("red", "tshirt", "tshirts"), ("blue", "trousers", "trousers"), ("tan", "bag", "handbags")]


@pytest.fixture
def labelled(make_product: MakeProduct) -> None:
    for number in range(60):
        colour, shape, item_type = KINDS[number % 3]
        photo = encoded(picture(colour, shape, (60 + number, 80 + number)), quality=60)
        make_product(str(number), photo=photo, item_type=item_type, gender="men")


def train(**options: Any) -> str:
    out = io.StringIO()
    call_command("train_heads", stdout=out, **options)
    return out.getvalue()


def test_figures_are_printed_and_stored_with_a_plot_each(
    labelled: None, own_data_folder: Path
) -> None:
    printed = train()
    assert "attribute    classes  rows  accuracy  macro-F1  top-3    ECE" in printed
    assert "gender was left out: all labelled products have the same value." in printed
    assert "colour was left out: 0 labelled products, 20 are needed." in printed
    assert "Version 1: 60 products (60 embedded, 0 cached, 0 copied, 0 unreadable) in" in printed
    folder = runtime.heads_root(runtime.get_backbone()) / "1"
    figures = json.loads((folder / "figures.json").read_text())["item_type"]
    assert figures["accuracy"] == 1.0
    assert figures["classes"] == 3
    assert set(figures) == {"rows", "accuracy", "macro_f1", "top_3", "ece", "classes"}
    with Image.open(folder / "confusion-item_type.png") as plot:
        plot.verify()


def test_the_same_seed_gives_the_same_heads(labelled: None) -> None:
    train(seed=3)
    first = runtime.get_heads(runtime.get_backbone()).fingerprint
    assert "(0 embedded, 60 cached" in train(seed=3)
    assert runtime.get_heads(runtime.get_backbone()).fingerprint == first


def test_new_heads_serve_from_the_next_build_on(labelled: None) -> None:
    call_command("build_index", stdout=io.StringIO())
    bundled = runtime.live().generation.heads.fingerprint
    train()
    assert runtime.live().generation.heads.fingerprint == bundled
    call_command("build_index", stdout=io.StringIO(), if_needed=True)
    assert runtime.live().generation.heads.fingerprint != bundled
    assert set(runtime.live().generation.heads.by_key) >= {"item_type"}


def test_attributes_left_out_keep_the_heads_that_came_with_the_backbone(labelled: None) -> None:
    train()
    heads = runtime.get_heads(runtime.get_backbone())
    assert len(heads.by_key["item_type"].classes) == 3
    assert "navy blue" in heads.by_key["colour"].classes
    assert heads.garment is not None


def test_a_catalogue_without_photos_says_what_to_run(db: None) -> None:
    with pytest.raises(CommandError, match="no product with a photo to learn from. Run: python"):
        train()


def test_a_catalogue_without_labels_says_what_is_missing(make_product: MakeProduct) -> None:
    make_product("1", photo=encoded(picture("red")))
    with pytest.raises(CommandError, match="No attribute has enough labels to learn from"):
        train()
