from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from catalog.models import Product
from matching import runtime

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

Shop = dict[str, Product]


def listed(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("backbones", *arguments, stdout=out)
    return out.getvalue().splitlines()


def install(name: str, **changes: Any) -> Path:
    """A copy of the bundled one; `changes` go to its manifest."""
    folder = runtime.backbones_root() / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(Path(settings.BUNDLED_BACKBONES_DIR) / "vibe-mini", folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"name": name} | changes))
    return folder


def test_a_fresh_site_has_the_bundled_one_chosen_and_none_live() -> None:
    head, mini = listed("--no-timing")
    assert head.split() == ["name", "from", "dim", "precision", "size", "per", "image"]
    assert mini.split()[:4] == ["vibe-mini", "bundled", "512", "fp32"]
    assert mini.endswith(" MB         -  chosen")


def test_each_is_timed_on_this_machine() -> None:
    fields = listed()[1].split()
    assert 0 < float(fields[6]) < 1000
    assert fields[7:] == ["ms", "chosen"]


def test_an_installed_one_hides_the_bundled_one_of_its_name(shop: Shop) -> None:
    install("vibe-mini", precision="int8")
    _, installed, bundled = listed("--no-timing")
    assert installed.split()[:4] == ["vibe-mini", "installed", "512", "int8"]
    assert installed.endswith("-  live, chosen")
    assert bundled.endswith("-  hidden by the installed one")


def test_another_one_chosen_is_not_live_before_a_build(shop: Shop, settings: Any) -> None:
    image = runtime.get_backbone().manifest["image"]
    install("eyes", image=image | {"mean": [0.5, 0.5, 0.5]})
    settings.BACKBONE = "eyes"
    _, eyes, mini = listed("--no-timing")
    assert eyes.endswith("-  chosen")
    assert mini.endswith("-  live")
    call_command("build_index", stdout=io.StringIO())
    _, eyes, mini = listed("--no-timing")
    assert eyes.endswith("-  live, chosen")
    assert mini.endswith("-")


def test_one_that_was_replaced_and_still_serves_is_listed_with_what_ends_that(shop: Shop) -> None:
    image = runtime.get_backbone().manifest["image"]
    install("vibe-mini", image=image | {"mean": [0.5, 0.5, 0.5]})
    runtime.forget()
    _, replaced, bundled, kept, hint = listed("--no-timing")
    assert replaced.endswith("-  chosen")
    assert bundled.endswith("-  hidden by the installed one")
    assert kept.split()[:4] == ["vibe-mini", "the", "index", "512"]
    assert kept.endswith("-  live")
    assert hint == (
        "vibe-mini was replaced or removed; the index serves with the one it keeps until you run: "
        "python manage.py build_index"
    )


def test_one_that_cannot_be_used_says_why_and_hides_no_other(own_data_folder: Path) -> None:
    folder = install("broken")
    (folder / "image.onnx").write_bytes(b"cut short")
    _, broken, mini = listed()
    path = folder / "image.onnx"
    assert broken == (
        "broken                       installed cannot be used: "
        f"{path} is damaged; install the backbone again."
    )
    assert mini.endswith("chosen")
