from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Attribute, AttributeValue
from matching import runtime
from matching.engine.backbone import Backbone
from matching.engine.heads import Heads
from tests.helpers import MakeProduct, encoded, picture
from tests.matching.engine.checkpoints import save_clip, save_siglip

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

KINDS = [("red", "tshirt", "tshirts"), ("blue", "trousers", "trousers"), ("tan", "bag", "handbags")]


@pytest.fixture
def photos(make_product: MakeProduct) -> None:
    """Thirty products that no shop has labelled."""
    for number in range(30):
        colour, shape, _ = KINDS[number % 3]
        make_product(str(number), photo=encoded(picture(colour, shape, (60 + number, 80 + number))))


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("hub")
    return {"clip": save_clip(root / "clip"), "siglip": save_siglip(root / "siglip")}


def train(*arguments: str) -> str:
    out = io.StringIO()
    call_command("train_heads", *arguments, stdout=out)
    return out.getvalue()


def install(folder: Path) -> Backbone:
    call_command("install_backbone", str(folder), "--name", folder.name, stdout=io.StringIO())
    return runtime.get_backbone(folder.name)


def heads(backbone: Backbone | None = None) -> Heads:
    return runtime.get_heads(backbone or runtime.get_backbone())


@pytest.mark.parametrize("kind", ["clip", "siglip"])
def test_a_new_backbone_serves_a_catalogue_without_any_label(
    kind: str, checkpoints: dict[str, Path], photos: None, settings: Any
) -> None:
    backbone = install(checkpoints[kind])
    settings.BACKBONE = kind
    printed = train("--zero-shot")
    assert "gender is named by words alone: 5 values." in printed
    assert "learnt from the photos of the catalogue and drawn pictures." in printed
    assert "accuracy" not in printed
    made = heads(backbone)
    assert set(made.by_key) == {"item_type", "gender", "colour", "season", "style"}
    assert made.by_key["gender"].classes == ("boys", "girls", "men", "unisex", "women")
    assert made.garment is not None
    call_command("build_index", stdout=io.StringIO())
    assert runtime.live().generation.heads.fingerprint == made.fingerprint


def test_words_are_read_only_where_labels_and_the_backbone_teach_nothing(photos: None) -> None:
    pattern = Attribute.objects.create(key="pattern", label="Pattern", csv_column="pattern")
    for value in ("striped", "plain", "checked"):
        AttributeValue.objects.create(attribute=pattern, value=value)
    printed = train("--zero-shot")
    kept = "was left out: too few labels, so the head that came with the backbone is kept."
    assert f"colour {kept}" in printed
    assert "pattern is named by words alone: 3 values." in printed
    assert "the detector that came with the backbone is kept" in printed
    assert heads().by_key["pattern"].classes == ("checked", "plain", "striped")
    assert len(heads().by_key["item_type"].classes) > 100


def test_labels_teach_their_attribute_and_words_the_others(
    make_product: MakeProduct, checkpoints: dict[str, Path]
) -> None:
    for number in range(60):
        colour, shape, item_type = KINDS[number % 3]
        photo = encoded(picture(colour, shape, (60 + number, 80 + number)))
        make_product(str(number), photo=photo, item_type=item_type)
    install(checkpoints["clip"])
    printed = train("--zero-shot", "lacking", "--backbone", "clip")
    assert "on products held out, near-duplicates kept together:\nattribute " in printed
    assert "item_type is named" not in printed
    assert "colour is named by words alone" in printed
    made = heads(runtime.get_backbone("clip"))
    assert made.by_key["item_type"].classes == ("handbags", "trousers", "tshirts")
    assert len(made.by_key["colour"].classes) > 40


def test_all_by_words_is_measured_on_the_labels_there_are(make_product: MakeProduct) -> None:
    for number in range(30):
        colour = ("red", "blue", "black")[number % 3]
        photo = encoded(picture(colour, "tshirt", (60 + number, 80 + number)))
        make_product(str(number), photo=photo, colour=colour)
    printed = train("--zero-shot", "all")
    assert "on all products with a label:\nattribute " in printed
    assert "colour is named by words alone: 46 values." in printed
    assert "was left out" not in printed
    folder = runtime.heads_root(runtime.get_backbone()) / "1"
    figures = json.loads((folder / "figures.json").read_text())
    assert set(figures) == {"colour"}
    assert figures["colour"]["rows"] == 30
    assert figures["colour"]["accuracy"] > 0.5  # of 46 colours, and none was learnt
    assert (folder / "confusion-colour.png").is_file()


def test_an_attribute_with_one_value_has_nothing_to_name(photos: None) -> None:
    pattern = Attribute.objects.create(key="pattern", label="Pattern", csv_column="pattern")
    AttributeValue.objects.create(attribute=pattern, value="plain")
    printed = train("--zero-shot")
    assert "pattern was left out: fewer than two values to choose from." in printed
    assert "pattern" not in heads().by_key


def test_a_backbone_without_a_text_tower_says_so_at_once(
    checkpoints: dict[str, Path], photos: None
) -> None:
    folder = install(checkpoints["clip"]).folder
    (folder / "text.onnx").unlink()
    runtime.forget()
    with pytest.raises(CommandError) as caught:
        train("--zero-shot", "--backbone", "clip")
    assert str(caught.value) == (
        "The backbone clip has no text tower, so it cannot learn from words alone: give products "
        "labels and train without --zero-shot, or choose another --backbone."
    )
    assert not runtime.heads_root(Backbone(folder)).exists()


def test_without_labels_the_error_names_the_way_without_them(photos: None) -> None:
    with pytest.raises(CommandError) as caught:
        train()
    assert str(caught.value).endswith(
        "To go without labels: python manage.py train_heads --zero-shot"
    )


def test_the_same_catalogue_gives_the_same_heads_of_words(
    checkpoints: dict[str, Path], photos: None
) -> None:
    backbone = install(checkpoints["clip"])
    train("--zero-shot", "--backbone", "clip")
    first = heads(backbone).fingerprint
    train("--zero-shot", "--backbone", "clip")
    assert heads(backbone).fingerprint == first
