from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Product
from matching import runtime
from matching.measuring.evaluation import evaluate_folder
from matching.models import Search
from matching.search.ask import Ask, Asker, begin, decide
from matching.search.choose import choose
from matching.search.understand import understand_vector
from tests.helpers import encoded, picture

HEADER = "id,gender,articleType,baseColour,season,usage,productDisplayName"
Folder = Callable[..., Path]


class Quiet:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        assert total is None or done <= total

    def log(self, line: str) -> None:
        self.lines.append(line)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """`folder({"1": (row, photo bytes or None)})`: a Kaggle-shaped folder with those products."""

    def make(products: dict[str, tuple[str, bytes | None]]) -> Path:
        root = tmp_path / "labelled"
        (root / "images").mkdir(parents=True)
        (root / "styles.csv").write_text(
            "\n".join([HEADER, *(f"{sku},{row}" for sku, (row, _) in products.items())]) + "\n"
        )
        for sku, (_, photo) in products.items():
            if photo is not None:
                (root / "images" / f"{sku}.jpg").write_bytes(photo)
        return root

    return make


def seen_types(*pictures: bytes) -> list[str]:
    """What the heads alone say, one picture at a time."""
    live = runtime.live()
    head = live.generation.heads.by_key["item_type"]
    vectors = [live.backbone.embed_images([one]) for one in pictures]
    return [head.classes[int(head.probabilities(vector).argmax())] for vector in vectors]


def photo(colour: str, shape: str) -> bytes:
    return encoded(picture(colour, shape, size=(66, 88)))


def test_nothing_of_a_messy_folder_is_fatal_and_all_of_it_is_counted(
    shop: dict[str, Product], folder: Folder
) -> None:
    held = shop["tshirt-red"].photo.open().read()
    root = folder(
        {
            "1": ("Men,Tshirts,Red,Summer,Casual,Red shirt", photo("red", "tshirt")),
            "2": ("Men,Trousers,,Summer,NA,Blue trousers", photo("navy", "trousers")),
            "3": ("Men,Spaceships,Red,Summer,Casual,Red bag", photo("red", "handbag")),
            "4": ("Men,Tshirts,Red,Summer,Casual,No photo", None),
            "5": ("Men,Tshirts,Red,Summer,Casual,Broken", b"\xff\xd8\xff broken"),
            "6": ("Men,Tshirts,Red,Summer,Casual,Held", held),
            "7": ("too few", None),
        }
    )
    report = Quiet()
    result = evaluate_folder(report, path=str(root))
    assert result["counts"] == {
        "rows": 7,
        "unusable_rows": 1,
        "chosen": 6,
        "without_photo": 1,
        "unreadable": 1,
        "in_catalogue": 1,
        "measured": 3,
    }
    assert report.lines == [
        "line 8: has 2 of 7 fields; left out",
        "line 6: The picture is damaged or incomplete; send it again.",
    ]
    seen = result["attributes"]["item_type"]["heads"]
    assert (seen["rows"], seen["no_label"], seen["unknown_class"]) == (2, 0, 1)
    right = [
        said == label
        for said, label in zip(
            seen_types(photo("red", "tshirt"), photo("navy", "trousers")),
            ("tshirts", "trousers"),
            strict=True,
        )
    ]
    assert seen["accuracy"] == sum(right) / 2
    assert seen["accuracy_of_all"] == pytest.approx(sum(right) / 3)
    assert result["attributes"]["colour"]["heads"]["no_label"] == 1
    assert result["matches"]["hybrid"]["item_type"]["queries"] == 2
    assert result["matches"]["hybrid"]["item_type"]["findable"] == 2
    assert result["text"]["names"] == 3
    assert result["text"]["same_name_recall_10"] == result["text"]["recall_10"] == 1
    assert json.loads(json.dumps(result)) == result


def test_the_hybrid_column_is_what_the_shop_answers(
    shop: dict[str, Product], folder: Folder
) -> None:
    live = runtime.live()
    understood = understand_vector(
        live, live.backbone.embed_image(picture("red", "tshirt", size=(66, 88)))
    )
    asked = begin(live, understood, Ask(k=10), Asker("api"))
    chosen = choose(live, understood, decide(live, understood, asked))
    right = [shop[sku].pk for sku in shop if sku.startswith("tshirt")]
    expected = sum(match.product_id in right for match in chosen.matches) / 10
    root = folder({"1": ("Men,Tshirts,Red,Summer,Casual,Red shirt", photo("red", "tshirt"))})
    result = evaluate_folder(Quiet(), path=str(root))
    assert result["matches"]["hybrid"]["item_type"]["precision_10"] == pytest.approx(expected)
    assert expected == 0.4


def test_answers_count_what_the_shop_would_have_said(
    shop: dict[str, Product], folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = runtime.live()
    manifest = live.generation.manifest | {"weak_cosine": 1.1}
    weak = runtime.Live(replace(live.generation, manifest=manifest), live.backbone)
    monkeypatch.setattr(runtime, "live", lambda: weak)
    root = folder({"1": ("Men,Tshirts,Red,Summer,Casual,Shirt", photo("red", "tshirt"))})
    result = evaluate_folder(Quiet(), path=str(root))
    assert result["answers"]["weak"] == 1
    assert result["answers"]["abstained"] == 0
    assert result["answers"]["nothing"] == 0


def test_the_stages_of_a_search_are_timed(shop: dict[str, Product], folder: Folder) -> None:
    root = folder({"1": ("Men,Tshirts,Red,Summer,Casual,Shirt", photo("red", "tshirt"))})
    latency = evaluate_folder(Quiet(), path=str(root))["latency_ms"]
    assert list(latency) == ["intake", "embed", "heads", "search", "select", "all"]
    assert all(0 < spent["median"] <= spent["p95"] for spent in latency.values())


def test_nothing_is_written_to_the_catalogue(shop: dict[str, Product], folder: Folder) -> None:
    root = folder({"1": ("Men,Spaceships,Red,Summer,Casual,Shirt", photo("red", "tshirt"))})
    evaluate_folder(Quiet(), path=str(root))
    assert Product.objects.count() == len(shop)
    assert Search.objects.count() == 0


def test_the_same_seed_draws_the_same_products(shop: dict[str, Product], folder: Folder) -> None:
    colours = ["red", "blue", "green", "orange", "purple", "black"]
    root = folder(
        {
            str(at): (f"Men,Tshirts,{colour},Summer,Casual,Shirt", photo(colour, "tshirt"))
            for at, colour in enumerate(colours)
        }
    )

    def drawn(seed: int) -> Any:
        result = evaluate_folder(Quiet(), path=str(root), limit=2, seed=seed)
        assert result["counts"]["measured"] == 2
        return result["attributes"]

    assert drawn(1) == drawn(1)
    assert any(drawn(seed) != drawn(1) for seed in range(2, 6))


def test_the_command_prints_tables_and_ends_with_counts_and_seconds(
    shop: dict[str, Product], folder: Folder, tmp_path: Path
) -> None:
    root = folder(
        {
            "1": ("Men,Tshirts,Red,Summer,Casual,Red shirt", photo("red", "tshirt")),
            "2": ("Men,Trousers,Blue,Summer,Casual,Trousers", photo("navy", "trousers")),
            "3": ("Men,Tshirts,,,,Held", shop["tshirt-red"].photo.open().read()),
        }
    )
    out, err = io.StringIO(), io.StringIO()
    call_command(
        "evaluate_matcher",
        root,
        json=tmp_path / "figures.json",
        plots=tmp_path / "plots",
        stdout=out,
        stderr=err,
    )
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("backbone vibe-mini, generation 1, 8 products")
    assert any(line.startswith("item_type    heads and votes     2     ") for line in lines)
    columns = "hybrid visual only style only no gate gate 50 % no folding"
    assert any(" ".join(line.split()) == columns for line in lines)
    assert any(line.startswith("item_type recall@3") for line in lines)
    assert lines[-1].startswith(
        "Measured 2 of 3 rows (1 in the catalogue, 0 without photo, 0 unreadable, "
        "0 unusable rows) in "
    )
    assert err.getvalue() == (
        "1 photos are in the catalogue already and were left out: a product finds itself. "
        "Measure with products that it does not hold.\n"
    )
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["live"]["products"] == 8
    drawn = sorted(path.name for path in (tmp_path / "plots").iterdir())
    assert "confusion-item_type.png" in drawn
    assert "reliability-item_type.png" in drawn


def test_a_folder_that_the_catalogue_holds_measures_nothing(
    shop: dict[str, Product], folder: Folder
) -> None:
    held = shop["tshirt-red"].photo.open().read()
    root = folder({"1": ("Men,Tshirts,Red,Summer,Casual,Held", held), "2": (",,,,,None", None)})
    with pytest.raises(CommandError) as failure:
        call_command("evaluate_matcher", root)
    assert str(failure.value) == (
        "There is nothing to measure with: of 2 products 1 are in the catalogue, 1 have no photo "
        "and 0 an unreadable one."
    )


def test_a_folder_without_a_table_is_refused(shop: dict[str, Product], tmp_path: Path) -> None:
    with pytest.raises(CommandError) as failure:
        call_command("evaluate_matcher", tmp_path)
    assert str(failure.value) == (
        f"There is no styles.csv in {tmp_path}. Give the folder that holds it."
    )


def test_without_an_index_it_says_what_to_run(db: None, folder: Folder) -> None:
    root = folder({"1": ("Men,Tshirts,Red,Summer,Casual,Shirt", photo("red", "tshirt"))})
    with pytest.raises(CommandError, match="Run: python manage.py build_index"):
        call_command("evaluate_matcher", root)


@pytest.mark.dataset
@pytest.mark.slow
@pytest.mark.django_db
def test_real_products_are_measured_against_others(tmp_path: Path) -> None:
    """The first 2,000 rows are the catalogue; the draw from all rows leaves those out."""
    data = Path(os.environ["VIBE_DATA"])
    call_command("import_products", data, limit=2000, stdout=io.StringIO(), stderr=io.StringIO())
    call_command("build_index", stdout=io.StringIO(), stderr=io.StringIO())
    result = evaluate_folder(Quiet(), path=str(data), limit=300)
    counts = result["counts"]
    assert counts["measured"] > 200
    assert result["attributes"]["item_type"]["heads and votes"]["accuracy"] > 0.8
    shipped = result["matches"]["hybrid"]
    assert shipped["item_type"]["precision_3"] > 0.75
    assert shipped["twins"]["shown"] == 0.0
    assert result["matches"]["style only"]["colour"]["precision_3"] < 0.3
    assert result["text"]["same_name_recall_10"] >= result["text"]["recall_10"] > 0.7
