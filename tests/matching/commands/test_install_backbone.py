from __future__ import annotations

import io
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from matching import runtime
from matching.engine.backbone import Backbone
from matching.management.commands import install_backbone as command
from tests.helpers import encoded, picture
from tests.matching.engine.checkpoints import save_bert, save_clip, save_siglip

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_clip(tmp_path_factory.mktemp("hub") / "Tiny_CLIP")


def run(*arguments: Any, name: str = "install_backbone") -> list[str]:
    out = io.StringIO()
    call_command(name, *map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


def refusal(*arguments: Any) -> str:
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    assert caught.value.returncode == 1
    return str(caught.value)


def installed() -> list[str]:
    root = runtime.backbones_root()
    return sorted(os.listdir(root)) if root.is_dir() else []


def test_a_folder_is_installed_tried_and_explained(clip: Path) -> None:
    lines = run(clip)
    assert lines[:4] == [
        f"loading {clip}",
        "exporting the image tower",
        "exporting the text tower",
        "trying what was installed",
    ]
    assert lines[4].startswith("Installed tiny-clip: 0.3 MB, 24 dimensions, cosine to torch ")
    assert lines[4].endswith(
        "To use it: set BACKBONE=tiny-clip, then run: python manage.py train_heads && "
        "python manage.py build_index"
    )
    assert len(lines) == 5
    assert installed() == ["tiny-clip"]
    assert runtime.get_backbone("tiny-clip").embed_texts(["a red dress"]).shape == (1, 24)


def test_a_siglip_checkpoint_is_installed_under_the_name_that_is_given(tmp_path: Path) -> None:
    run(save_siglip(tmp_path / "siglip"), "--name", "eyes")
    assert runtime.get_backbone("eyes").manifest["text"]["length"] == 64


def test_an_existing_one_is_replaced_with_force_only(clip: Path) -> None:
    run(clip)
    marker = runtime.backbones_root() / "tiny-clip" / "marker"
    marker.touch()
    assert refusal(clip) == (
        "There is a backbone tiny-clip already; replace it with --force or choose another name."
    )
    assert marker.exists()
    run(clip, "--force")
    assert not marker.exists()
    assert installed() == ["tiny-clip"]


def test_the_bundled_one_is_not_hidden_by_accident(clip: Path) -> None:
    assert refusal(clip, "--name", "vibe-mini") == (
        "vibe-mini is bundled; hide it with --force or choose another --name."
    )


@pytest.mark.parametrize("name", ["../up", ".hidden", "a b", "a/b"])
def test_a_name_that_is_no_folder_name_is_refused(clip: Path, name: str) -> None:
    assert refusal(clip, "--name", name) == (
        f"A backbone cannot be called {name!r}: letters, digits, . _ - only."
    )
    assert installed() == []


def test_another_kind_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    source = save_bert(tmp_path / "bert")
    assert "is a checkpoint of the kind 'bert'" in refusal(source)
    assert installed() == []


def test_what_fails_the_smoke_test_is_not_installed(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = np.full((2, 24), np.nan, np.float32)
    monkeypatch.setattr(Backbone, "embed_images", lambda *_, **__: rows)
    assert refusal(clip) == (
        "The backbone tiny-clip gives pictures rows that are not of unit length."
    )
    assert installed() == []


def test_an_interruption_leaves_nothing(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "smoke_test", interrupt)
    with pytest.raises(CommandError, match=r"^Stopped\. Nothing was installed\.$") as caught:
        run(clip)
    assert caught.value.returncode == 130
    assert installed() == []


def test_an_unreachable_hub_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    from huggingface_hub import constants

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    message = refusal()
    assert message.startswith("The Hugging Face hub cannot be reached for patrickjohncyh/")
    readme = (Path(__file__).parents[3] / "README.md").read_text()
    assert "`The Hugging Face hub cannot be reached for …`" in readme
    assert message.endswith("python manage.py install_backbone FOLDER")
    assert installed() == []


@pytest.mark.django_db
def test_int8_is_tried_on_drawn_pictures_where_the_catalogue_is_empty(clip: Path) -> None:
    lines = run(clip, "--precision", "int8")
    assert lines[3] == "trying int8 on 200 drawn pictures"
    assert lines[4].startswith(("int8 is kept: lowest cosine", "fp32 is kept, int8 falls short:"))
    kept = runtime.get_backbone("tiny-clip").manifest["precision"]
    assert lines[4].startswith(kept)


def test_int8_is_tried_on_photos_of_the_catalogue(
    clip: Path, make_product: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "FEWEST_SAMPLES", 5)
    for number in range(6):
        photo = encoded(picture((40 * number, 90, 200 - 30 * number)))
        make_product(str(number), photo=photo)
    make_product("gone", photo=encoded(picture("red"))).photo.storage.delete("nothing")
    lines = run(clip, "--precision", "auto")
    assert lines[3] == "trying int8 on 7 photos of the catalogue"


@pytest.mark.django_db
def test_backbones_lists_what_there_is(clip: Path, settings: Any) -> None:
    run(clip)
    shutil.copytree(runtime.backbones_root() / "tiny-clip", runtime.backbones_root() / "broken")
    (runtime.backbones_root() / "broken" / "manifest.json").write_text("{")
    settings.BACKBONE = "tiny-clip"
    head, broken, tiny, mini = run(name="backbones")
    assert head.split() == ["name", "from", "dim", "precision", "size", "per", "image"]
    assert broken.startswith("broken                       installed cannot be used: ")
    fields = tiny.split()
    assert fields[:6] == ["tiny-clip", "installed", "24", "fp32", "0.3", "MB"]
    assert float(fields[6]) > 0
    assert fields[7:] == ["ms", "chosen"]
    assert mini.split()[:4] == ["vibe-mini", "bundled", "512", "fp32"]


def test_backbones_says_which_one_is_live(shop: Any, clip: Path) -> None:
    run(clip)
    lines = run("--no-timing", name="backbones")
    assert lines[1].split() == ["tiny-clip", "installed", "24", "fp32", "0.3", "MB", "-"]
    assert lines[2].endswith("-  live, chosen")
