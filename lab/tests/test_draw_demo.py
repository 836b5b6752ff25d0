"""demo/ is what is drawn, and so is any other folder that is asked for."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lab import draw_demo
from lab.__main__ import main
from lab.draw_demo import DEMO, styles_csv
from lab.drawings import DemoProduct, demo_products, render

LARGEST = 6_000_000


@pytest.fixture(scope="module")
def products() -> list[DemoProduct]:
    return list(demo_products())


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, products: list[DemoProduct]) -> list[DemoProduct]:
    """Three drawings, in this process."""
    monkeypatch.setattr(draw_demo, "demo_products", lambda: iter(products[:3]))
    monkeypatch.setattr(draw_demo, "render_all", lambda svgs: map(render, svgs))
    return products[:3]


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "styles.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"), np.int16)


def test_the_table_that_ships_is_what_is_drawn(products: list[DemoProduct]) -> None:
    assert (DEMO / "styles.csv").read_text(encoding="utf-8") == styles_csv(products)


def test_each_product_that_ships_has_its_picture_and_no_other_is_there(
    products: list[DemoProduct],
) -> None:
    shipped = {path.name for path in (DEMO / "images").iterdir()}
    assert shipped == {f"{product.sku}.webp" for product in products}


def test_what_ships_is_small() -> None:
    assert sum(path.stat().st_size for path in DEMO.rglob("*") if path.is_file()) < LARGEST


def test_the_pictures_that_ship_are_what_is_drawn(
    products: list[DemoProduct], tmp_path: Path
) -> None:
    """Not to the byte: another version of the encoder may round otherwise."""
    for product in products[::24]:
        drawn = tmp_path / f"{product.sku}.webp"
        drawn.write_bytes(render(product.svg))
        shipped = pixels(DEMO / "images" / drawn.name)
        assert shipped.shape == (640, 480, 3)
        assert np.abs(pixels(drawn) - shipped).mean() < 1, product.sku


def test_the_drawings_are_written_as_a_folder_to_import(
    few: list[DemoProduct], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["draw_demo", str(tmp_path / "drawn"), "--further", "2"]) == 0
    assert "drawn: 5 drawings in" in capsys.readouterr().out
    rows = rows_of(tmp_path / "drawn")
    assert [row["id"] for row in rows] == [*(p.sku for p in few), "drawn-00001", "drawn-00002"]
    assert rows[0]["articleType"] == few[0].labels["articleType"]
    assert rows[0]["productDisplayName"] == few[0].name
    assert (rows[0]["price"], rows[0]["currency"]) == (str(few[0].price), "EUR")
    for row in rows:
        Image.open(tmp_path / "drawn" / "images" / f"{row['id']}.webp").verify()


def test_without_a_folder_what_ships_is_drawn_anew(
    few: list[DemoProduct], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draw_demo, "DEMO", tmp_path)
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "gone.webp").write_bytes(b"of a product that is gone")
    (tmp_path / "README.md").write_text("stays")
    assert main(["draw_demo"]) == 0
    assert {p.stem for p in (tmp_path / "images").iterdir()} == {p.sku for p in few}
    assert (tmp_path / "README.md").read_text() == "stays"


def test_a_folder_with_something_in_it_is_not_drawn_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["draw_demo", str(tmp_path)]) == 1
    assert "is not empty. Give a new folder." in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["drawn", "--further=-1"], "0 or more"), (["--further=3"], "--further needs a folder")],
)
def test_a_number_that_cannot_be_is_said(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["draw_demo", *arguments]) == 1
    assert message in capsys.readouterr().err


def test_without_the_rasteriser_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(draw_demo, "find_spec", lambda name: None)
    assert main(["draw_demo", str(tmp_path / "drawn")]) == 1
    assert "pip install -r lab/requirements.txt" in capsys.readouterr().err
    assert not (tmp_path / "drawn").exists()
