"""What goes on where a file of the live index is damaged."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from catalog.models import Product
from matching import runtime
from matching.engine import versions
from matching.engine.backbone import Backbone
from matching.indexing.model_room import look_around
from operations.health import generation

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
