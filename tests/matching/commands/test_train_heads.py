from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from matching import runtime
from matching.engine.heads import load_heads
from matching.engine.learning.negatives import drawn_negatives
from matching.indexing.embed import load_vectors
from tests.helpers import MakeProduct, encoded, picture

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


@pytest.fixture
def bare(own_data_folder: Path) -> Path:
    """The bundled backbone, installed without the heads that come with it."""
    folder = runtime.backbones_root() / "vibe-mini"
    shutil.copytree(
        runtime.backbone_folder("vibe-mini"), folder, ignore=shutil.ignore_patterns("heads.*")
    )
    return folder


def test_a_backbone_that_brings_no_garment_detector_gets_one(labelled: None, bare: Path) -> None:
    printed = train()
    made = "learnt from the photos of the catalogue and drawn pictures."
    assert f"What is no garment: {made}" in printed
    backbone = runtime.get_backbone()
    assert backbone.folder == bare
    heads = runtime.get_heads(backbone)
    _, vectors = load_vectors(backbone)
    assert (heads.fashion_logits(vectors) > 0).mean() >= 0.98
    others = backbone.embed_images(drawn_negatives(100, first=5000))
    assert (heads.fashion_logits(others) <= 0).mean() >= 0.9


def test_one_that_brings_a_detector_keeps_it(labelled: None) -> None:
    assert "the detector that came with the backbone is kept." in train()
    backbone = runtime.get_backbone()
    before, after = load_heads(backbone.folder).garment, runtime.get_heads(backbone).garment
    assert before is not None
    assert after is not None
    assert np.array_equal(before.weight, after.weight)


def test_too_few_photos_for_a_detector_are_named(make_product: MakeProduct, bare: Path) -> None:
    for number in range(5):
        make_product(str(number), photo=encoded(picture("red", size=(60 + number, 80))))
    printed = io.StringIO()
    call_command("train_heads", "--zero-shot", stdout=printed)
    assert (
        "What is no garment: not learnt, 20 photos are needed; no picture will be refused."
    ) in printed.getvalue()
    assert runtime.get_heads(runtime.get_backbone()).garment is None
