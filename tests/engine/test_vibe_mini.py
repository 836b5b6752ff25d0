"""The training of the bundled backbone, on a few drawn products."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

torch = pytest.importorskip("torch")

from matching.engine.backbone import Backbone  # noqa: E402
from matching.engine.heads import load_heads  # noqa: E402
from matching.engine.vibe_mini import augment, data, evaluate  # noqa: E402
from matching.engine.vibe_mini.batches import Mix  # noqa: E402
from matching.engine.vibe_mini.objective import coarse_loss  # noqa: E402
from matching.engine.vibe_mini.train import TrainConfig, Trainer, train_backbone  # noqa: E402

COLOURS = {"Red": (200, 30, 30), "Blue": (30, 40, 200), "Green": (20, 150, 60)}
TYPES = ("Tshirts", "Jeans", "Caps")
COLUMNS = ("id", "gender", "articleType", "baseColour", "season", "usage", "productDisplayName")


def draw_product(path: Path, kind: int, colour: tuple[int, int, int], number: int) -> None:
    image = Image.new("RGB", (60, 80), "white")
    brush, margin = ImageDraw.Draw(image), 8 + number % 5
    if kind == 0:
        brush.rectangle((margin, 20, 60 - margin, 60), fill=colour)
    elif kind == 1:
        brush.polygon([(20, 5), (40, 5), (50 - number % 7, 75), (30, 30), (10, 75)], fill=colour)
    else:
        brush.ellipse((margin, 30, 60 - margin, 50 + number % 9), fill=colour)
    image.save(path, quality=95)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalogue")
    (folder / "images").mkdir()
    with (folder / "styles.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number in range(72):
            kind, (colour, ink) = number % 3, list(COLOURS.items())[number // 3 % 3]
            draw_product(folder / "images" / f"{number}.jpg", kind, ink, number)
            name = f"Brand {number} {colour} {TYPES[kind]}"
            values = ("Men", TYPES[kind], colour, "NA" if number % 9 == 0 else "Summer", "Casual")
            writer.writerow(dict(zip(COLUMNS, (number, *values, name), strict=True)))
    return folder


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapshots")
    (folder / "images").mkdir()
    lines = ["image,sender_id,label,kids"]
    for number in range(12):
        draw_product(folder / "images" / f"s{number}.jpg", number % 2, (90, 90, 20), number)
        lines.append(f"s{number},{number % 4},{('T-Shirt', 'Pants')[number % 2]},False")
    (folder / "images.csv").write_text("\n".join(lines))
    return folder


@pytest.fixture
def config(catalogue: Path, snapshots: Path, tmp_path: Path) -> TrainConfig:
    return TrainConfig(
        data=catalogue,
        snapshots=snapshots,
        out=tmp_path / "vibe-mini",
        work=tmp_path / "work",
        side=32,
        small_side=32,
        epochs=1.0,
        cooldown=0.5,
        threads=1,
        pretrained=False,
        mix=Mix(products=16, demo=2, snapshots=4, others=2, figures=2),
    )


def load(config: TrainConfig) -> data.Corpus:
    cache = config.work / "cache"
    return data.load_corpus(
        config.data, cache, side=config.side, seed=0, snapshots=config.snapshots
    )


def test_unknown_labels_have_no_code_and_classes_are_lower_case(config: TrainConfig) -> None:
    corpus = load(config)
    assert corpus.classes["item_type"] == ["caps", "jeans", "tshirts"]
    assert corpus.classes["season"] == ["summer"]
    assert (corpus.products.codes["season"] == -1).sum() == 8


def test_near_duplicates_share_a_group_by_name_or_by_picture() -> None:
    dice = np.random.default_rng(0)
    first, second, third = dice.integers(0, 256, (3, 32, 32, 3)).astype(np.uint8)
    pictures = np.stack([first, second, first, third])
    groups = data.near_duplicates(pictures, ["a", "b", "c", "b"])
    assert groups[0] == groups[2]
    assert groups[1] == groups[3]
    assert groups[0] != groups[1]


def test_groups_are_held_out_whole() -> None:
    groups = [str(number // 3) for number in range(90)]
    out = data.held_out(groups, 0.2, seed=1)
    assert 15 <= out.sum() <= 21
    assert all(len(set(out[start : start + 3])) == 1 for start in range(0, 90, 3))


def test_senders_of_snapshots_are_on_one_side_only(config: TrainConfig) -> None:
    shots = load(config).snapshots
    assert shots is not None
    senders = np.arange(12) % 4
    assert not set(senders[shots.held_out]) & set(senders[~shots.held_out])
    assert shots.covers[shots.labels.index("pants")].tolist() == [False, True, False]


def test_a_drawn_negative_is_the_same_for_the_same_number() -> None:
    assert np.array_equal(data.draw_negative(7), data.draw_negative(7))
    assert not np.array_equal(data.draw_negative(7), data.draw_negative(12))


def test_the_matte_keeps_white_that_is_enclosed_by_the_garment() -> None:
    picture = torch.ones(1, 3, 40, 40)
    picture[:, :, 8:32, 8:32] = 0.3
    picture[:, :, 16:24, 16:24] = 1.0
    matte = augment.mattes(picture)[0, 0]
    assert matte[2, 2] == 0
    assert matte[20, 20] == 1
    assert matte[12, 12] == 1


def test_a_pasted_garment_shows_the_ground_around_it() -> None:
    picture = torch.ones(1, 3, 40, 40)
    picture[:, :, 8:32, 8:32] = 0.3
    ground = torch.zeros(1, 3, 40, 40)
    still = torch.tensor([[[1.0, 0, 0], [0, 1.0, 0]]])
    placed = augment.place(picture, augment.mattes(picture), still, ground)
    assert placed[0, 0, 2, 2] == pytest.approx(0, abs=1e-5)
    assert placed[0, 0, 20, 20] == pytest.approx(0.3, abs=1e-5)


def test_other_light_never_turns_red_into_another_hue() -> None:
    torch.manual_seed(0)
    red = torch.tensor([0.8, 0.1, 0.1])[None, :, None, None].expand(64, 3, 16, 16)
    lit = augment.lit(red).mean(dim=(2, 3))
    assert (lit[:, 0] > 2 * lit[:, 1]).all()
    assert ((lit[:, 1] - lit[:, 2]).abs() < 0.06).all()


def test_recompression_with_tiny_steps_changes_nothing_and_with_large_ones_flattens() -> None:
    torch.manual_seed(0)
    pictures = torch.rand(1, 3, 16, 16)
    same = augment.recompressed(pictures, torch.tensor([1e-5]))
    assert torch.allclose(same, pictures, atol=1e-3)
    flat = augment.recompressed(pictures, torch.tensor([50.0]))
    assert float(flat.std()) == pytest.approx(0, abs=1e-6)


def test_a_coarse_label_is_the_sum_of_what_it_covers() -> None:
    logits = torch.log(torch.tensor([[0.2, 0.3, 0.5], [0.1, 0.1, 0.8]]))
    covers = torch.tensor([[True, True, False], [False, False, False]])
    assert float(coarse_loss(logits, covers)) == pytest.approx(-np.log(0.5))


def test_votes_weigh_the_nearest_most_and_leave_out_the_unlabelled() -> None:
    cosines = np.array([[0.90, 0.90, 0.88]], np.float32)
    votes = evaluate.tally(cosines, np.array([[1, -1, 0]]), 2)
    assert votes[0, 0] == pytest.approx(np.exp(-1) / (1 + np.exp(-1)), rel=1e-3)
    assert votes.sum() == pytest.approx(1)


@pytest.mark.slow
def test_training_that_was_interrupted_ends_where_the_uninterrupted_one_does(
    config: TrainConfig, tmp_path: Path
) -> None:
    corpus = load(config)
    whole = Trainer(config, corpus, lambda _: None)
    whole.train()
    part = dataclasses.replace(config, work=tmp_path / "part")
    Trainer(dataclasses.replace(part, epochs=0.5), corpus, lambda _: None).train()
    resumed = Trainer(dataclasses.replace(part, resume=True), corpus, lambda _: None)
    assert 0 < resumed.step < whole.step
    resumed.train()
    assert resumed.step == whole.step
    for name, value in whole.average.items():
        assert torch.allclose(value, resumed.average[name], atol=1e-5), name


@pytest.mark.slow
def test_the_exported_folder_is_a_backbone_with_heads(config: TrainConfig) -> None:
    stages: list[str] = []
    folder = train_backbone(config, lambda progress: stages.append(progress.stage))
    backbone, heads = Backbone(folder), load_heads(folder)
    pictures = [Image.new("RGB", (60, 80), colour) for colour in ("red", "blue", "white")]
    vectors = backbone.embed_images(pictures)
    texts = backbone.embed_texts(["red tshirts", "blue jeans"])
    assert vectors.shape == (3, 512)
    assert texts.shape == (2, 512)
    assert np.allclose(np.linalg.norm(np.concatenate([vectors, texts]), axis=1), 1, atol=1e-4)
    assert heads.by_key["item_type"].classes == ("caps", "jeans", "tshirts")
    assert np.isfinite(heads.fashion_logits(vectors)).all()
    assert "held-out" in (folder / "README.md").read_text()
    assert stages[-1] == "done"
    assert not folder.with_name("vibe-mini.part").exists()
