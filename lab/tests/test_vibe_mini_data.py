"""What the bundled backbone learns from: pictures, labels, what is held out, what a step sees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from lab.tests.small_corpus import drawing
from lab.vibe_mini import augment, data
from lab.vibe_mini.batches import MatteCache
from lab.vibe_mini.train import TrainConfig, Trainer, corpus_of
from matching.engine.preprocess import ImagePreprocessor

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


def test_what_is_held_out_does_not_depend_on_the_size_the_towers_see(config: TrainConfig) -> None:
    small, large = corpus_of(config), corpus_of(replace(config, side=96))
    assert large.products.pictures.shape == (48, 96, 96, 3)
    assert small.split == large.split
    assert np.array_equal(small.products.held_out, large.products.held_out)


def test_unknown_labels_and_other_cases_are_the_same_label(config: TrainConfig) -> None:
    corpus = corpus_of(config)
    assert corpus.classes["item_type"] == ["heels", "jeans", "tops", "tshirts"]
    assert corpus.classes["season"] == ["summer"]
    assert (corpus.products.codes["season"] == -1).sum() == 10


def test_a_coarse_label_covers_the_item_types_it_can_stand_for(config: TrainConfig) -> None:
    shots = corpus_of(config).snapshots
    assert shots is not None
    assert sorted(set(shots.labels)) == ["pants", "shoes", "t-shirt"]
    allowed = dict(zip(shots.labels, shots.covers["item_type"].tolist(), strict=True))
    assert allowed["pants"] == [False, True, False, False]
    assert allowed["t-shirt"] == [False, False, False, True]


def test_a_snapshot_allows_the_genders_its_item_types_come_in_at_its_age() -> None:
    genders = ["boys", "girls", "men", "unisex", "women"]
    # item types: one for women and girls, one for all, one that no product is of
    held_out = np.array([False] * 5 + [True])
    codes = {
        "item_type": np.array([0, 0, 1, 1, -1, 0]),
        "gender": np.array([4, 1, 2, 0, 2, 2]),  # the man's of the first type is held out
    }
    products = data.Products(np.empty((6, 1, 1, 3), np.uint8), [""] * 6, codes, held_out)
    types = np.array([[1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]], bool)
    kids = ["false", "true", "", "true", "false", "false"]
    allowed = data._genders(types, kids, genders, products)
    assert [list(np.array(genders)[row]) for row in allowed] == [
        ["women"],
        ["girls"],
        ["girls", "women"],
        ["boys"],
        ["men", "unisex", "women"],
        ["men", "women"],
    ]


def test_training_letterboxes_as_serving_does(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    drawing(5, 90, 40).save(path)
    serving = ImagePreprocessor(
        (32, 32), "letterbox", Image.Resampling.BICUBIC, (0, 0, 0), (1, 1, 1), rescale=1
    )
    with Image.open(path) as image:
        expected = serving(image.convert("RGB")).transpose(1, 2, 0)
    assert np.array_equal(data.letterboxed(path, 32), expected)


def test_the_table_is_read_as_the_shop_reads_it(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    for number in (1, 2, 3):
        drawing(number).save(tmp_path / "images" / f"{number}.jpg")
    (tmp_path / "styles.csv").write_text(
        "id,articleType,gender,baseColour,season,usage,productDisplayName\n"
        "1, TSHIRTS ,Men,Navy  Blue,N/A,,Tee, of cotton\n"
        "2,Jeans\n"
        "4,Jeans,Men,Blue,Fall,Casual,Without a photo\n"
    )
    row, *others = data._read_rows(tmp_path)
    assert others == []
    assert row == {
        "item_type": "tshirts",
        "gender": "men",
        "colour": "navy blue",
        "season": "",
        "style": "",
        "name": "Tee, of cotton",
        "path": str(tmp_path / "images" / "1.jpg"),
    }


# Augmentation


def test_a_white_garment_inside_its_outline_is_no_ground() -> None:
    picture = torch.ones(1, 3, 32, 32)
    picture[:, :, 8:24, 8:24] = 0
    picture[:, :, 10:22, 10:22] = 1
    matte = augment.mattes(picture)[0, 0]
    assert matte[16, 16] == 1
    assert matte[2, 2] == 0


def test_a_thin_outline_keeps_the_ground_out() -> None:
    picture = torch.ones(1, 3, 33, 33)
    picture[:, :, 9:25, 9:25] = 0
    picture[:, :, 10:24, 10:24] = 1
    matte = augment.mattes(picture)
    assert matte.shape == (1, 1, 33, 33)
    assert matte[0, 0, 17, 17] == 1
    assert matte[0, 0, 2, 2] == matte[0, 0, 31, 31] == 0


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


def test_the_one_before_shines_through_some_pictures() -> None:
    torch.manual_seed(0)
    pictures = torch.arange(40.0)[:, None, None, None].expand(40, 3, 2, 2)
    changed, own = augment.mixed(pictures, 0.5)
    assert ((own >= 0.5) & (own <= 1)).all()
    assert 5 < (own < 1).sum() < 35
    number = torch.arange(40.0)
    expected = own * number + (1 - own) * number.roll(1)
    assert torch.allclose(changed[:, 0, 0, 0], expected, atol=1e-4)


def test_wear_changes_half_of_the_pictures_and_leaves_the_others_as_they_are() -> None:
    torch.manual_seed(0)
    pictures = torch.rand(200, 3, 16, 16)
    before = pictures.clone()
    changed = (augment.worn(pictures) != pictures).flatten(1).any(dim=1)
    assert 80 < changed.sum() < 140
    assert torch.equal(pictures, before)


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
    assert batch.pixels.shape == (6 + 2 + 2 + 3 + 2, 3, 32, 32)
    assert batch.words.shape == (8, 16)
    assert batch.covers["item_type"].shape == batch.second["item_type"].shape == (5, 4)
    for key, covers in batch.covers.items():
        assert torch.equal(batch.second[key][:2], covers[:2].roll(1, 0))
    assert not batch.covers["gender"][2:].any()  # figures are of several products
    assert batch.shares[2:].tolist() == [1.0] * 3  # nothing shines through a figure
    assert batch.garment.tolist() == [1.0] * 13 + [0.0] * 2


def test_one_pass_shows_every_training_product_once_and_none_held_out(config: TrainConfig) -> None:
    batches = Trainer(config, corpus_of(config), lambda _: None).batches
    out = batches.corpus.products.held_out
    shown = np.concatenate([batches._choose(0, step) for step in range(batches.per_epoch)])
    assert len(shown) == len(set(shown.tolist()))
    assert not out[shown].any()
