"""What goes on where a file of the live index is damaged."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from catalog.models import Product
from matching import runtime
from matching.engine import versions
from matching.engine.backbone import Backbone
from matching.engine.errors import FinderError
from matching.engine.heads import Head, Heads
from matching.indexing import canaries
from matching.indexing.model_room import look_around
from matching.models import Search
from matching.search.ask import Ask, Asker
from matching.search.find import find
from operations.health import PartError, backbone, finder, generation
from tests.helpers import encoded, picture

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def build() -> None:
    call_command("build_index", stdout=io.StringIO())


@pytest.mark.parametrize("name", ["index.faiss", "manifest.json", "heads.safetensors"])
def test_the_last_good_index_serves_while_the_new_one_is_damaged(
    shop: dict[str, Product], name: str
) -> None:
    build()
    damage(runtime.index_root() / "2" / name)
    runtime.forget()
    assert runtime.built().generation.number == 1
    assert "Index 2 is damaged; index 1 serves." in runtime.damaged()
    assert "Index 2 is damaged" in look_around().problem
    with pytest.raises(Exception, match="Index 2 is damaged"):
        generation()
    build()
    assert runtime.built().generation.number == 3
    assert runtime.damaged() == ""
    assert generation() == "generation 3"


def test_what_serves_goes_on_from_memory_where_a_damaged_one_is_switched_to(
    shop: dict[str, Product],
) -> None:
    serving = runtime.built()
    damage(runtime.index_root() / "1" / "index.faiss")
    versions.activate(runtime.index_root(), 1)
    assert runtime.built() is serving


def test_an_index_that_is_the_only_one_and_damaged_is_said_to_be(
    shop: dict[str, Product],
) -> None:
    damage(runtime.index_root() / "1" / "catalogue.npz")
    runtime.forget()
    with pytest.raises(runtime.NotReadyError, match=r"catalogue\.npz is damaged"):
        runtime.built()
    assert runtime.damaged() == ""


def test_an_index_that_does_not_find_its_own_photos_does_not_go_live(
    shop: dict[str, Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(0)

    def embed(self: Backbone, image: object) -> np.ndarray:
        row = noise.normal(size=self.dimension).astype(np.float32)
        return row / np.linalg.norm(row)

    monkeypatch.setattr(Backbone, "embed_image", embed)
    with pytest.raises(CommandError, match="of 8 of its own photos and does not go live"):
        build()
    assert versions.numbers(runtime.index_root()) == [1]


@pytest.mark.parametrize("name", ["image.onnx", "text.onnx", "tokenizer.json", "manifest.json"])
def test_a_damaged_backbone_is_named_and_the_copy_of_the_index_serves(
    shop: dict[str, Product], settings: Any, name: str
) -> None:
    installed = runtime.backbones_root() / settings.BACKBONE
    shutil.copytree(runtime.backbone_folder(settings.BACKBONE), installed)
    before = answer_of(picture("red"))
    if name == "manifest.json":
        (installed / name).write_text((installed / name).read_text()[:-20])
    else:
        damage(installed / name)
    runtime.forget()
    assert answer_of(picture("red")) == before
    assert runtime.built().backbone.folder == runtime.index_root() / "1" / "backbone"
    with pytest.raises(PartError, match="The copy of the index serves"):
        generation()
    assert backbone().startswith(settings.BACKBONE)


def test_an_index_whose_own_backbone_is_another_does_not_serve(shop: dict[str, Product]) -> None:
    manifest = runtime.index_root() / "1" / "backbone" / "manifest.json"
    damage(manifest)
    runtime.forget()
    with pytest.raises(runtime.NotReadyError, match="is damaged"):
        runtime.built()


def test_a_damaged_finder_is_named_and_the_bundled_one_serves(
    shop: dict[str, Product], settings: Any
) -> None:
    folder = Path(settings.ARTIFACTS_DIR) / "finders" / settings.FINDER
    shutil.copytree(Path(settings.BUNDLED_FINDERS_DIR) / settings.FINDER, folder)
    damage(folder / "finder.onnx")
    with pytest.raises(PartError, match="is damaged; the bundled one serves"):
        finder()
    before = answer_of(picture("red"))
    settings.BUNDLED_FINDERS_DIR = settings.ARTIFACTS_DIR
    runtime.forget()
    assert answer_of(picture("red")) == before
    with pytest.raises(FinderError, match="is damaged"):
        finder()


def answer_of(photo: Image.Image) -> list[str]:
    search = find(Ask(encoded(photo)), asker=Asker(Search.Source.API))
    return [match.sku for match in search.matches.all()]


def test_heads_that_see_something_else_do_not_go_live(
    shop: dict[str, Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canaries, "FEWEST", 4)
    real = runtime.get_heads

    def swapped(vision: Backbone) -> Heads:
        heads = real(vision)
        head = heads.by_key["item_type"]
        # As damaged weights do: the same value for everything.
        bias = np.where(np.arange(len(head.classes)) == 3, 1e3, head.bias).astype(np.float32)
        return Heads(heads.by_key | {"item_type": Head(head.classes, head.weight, bias)})

    monkeypatch.setattr(runtime, "get_heads", swapped)
    with pytest.raises(CommandError, match="do not go live; the index before stays"):
        build()
    assert versions.current_number(runtime.index_root()) == 1
    call_command("build_index", accept_heads=True, stdout=io.StringIO())
    assert versions.current_number(runtime.index_root()) == 2


def test_agreement_is_of_values_that_both_know() -> None:
    vectors = np.eye(4, dtype=np.float32)[np.arange(100) % 4]
    no_bias = np.zeros(4, np.float32)
    first = Head(("a", "b", "c", "d"), np.eye(4, dtype=np.float32), no_bias)
    second = Head(("b", "a", "c", "e"), np.eye(4, dtype=np.float32), no_bias)
    assert canaries.agreement({"x": first}, {"x": first}, vectors) == {"x": 1.0}
    assert canaries.agreement({"x": first}, {"x": second}, vectors) == {"x": pytest.approx(1 / 3)}
    assert canaries.agreement({"x": first}, {"y": first}, vectors) == {}
    assert canaries.agreement({"x": first}, {"x": first}, vectors[:49]) == {}
