"""The training of the bundled backbone, on drawings of a few garments and with random weights."""

from __future__ import annotations

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
from safetensors.torch import load_file

from lab.tests.small_corpus import drawing, trained
from lab.vibe_mini import evaluate, export
from lab.vibe_mini.model import SCALES, ImageTower, TextTower, imagenet_weights
from lab.vibe_mini.objective import Vibe, coarse_loss, coarse_losses, even_loss
from lab.vibe_mini.run import train_backbone
from lab.vibe_mini.shipped import Eye, ShippedImage, ShippedText, basis_of
from lab.vibe_mini.train import (
    Progress,
    TrainConfig,
    Trainer,
    corpus_of,
)
from matching.engine.backbone import Backbone
from matching.engine.heads import load_heads

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


def test_what_a_coarse_label_covers_is_likely_alike() -> None:
    logits = torch.log(torch.tensor([[0.2, 0.3, 0.5], [0.1, 0.1, 0.8]]))
    covers = torch.tensor([[True, True, False], [False, False, False]])
    expected = -(math.log(0.2) + math.log(0.3)) / 2
    assert float(even_loss(logits, covers)) == pytest.approx(expected, abs=1e-5)


def test_each_row_has_its_own_coarse_loss() -> None:
    logits = torch.log(torch.tensor([[0.2, 0.3, 0.5]] * 3))
    covers = torch.tensor([[True, False, False], [False, True, True], [False] * 3])
    expected = [-math.log(0.2), -math.log(0.8), 0]
    assert coarse_losses(logits, covers).tolist() == pytest.approx(expected, abs=1e-5)


def test_another_photo_of_the_same_name_is_no_wrong_answer() -> None:
    vibe = Vibe(9, {"item_type": ["a", "b"]})
    rows = torch.eye(512)[:2]
    same = vibe._contrast(rows, rows.flip(0), torch.tensor([1, 1])).detach()
    assert float(same) == pytest.approx(0, abs=1e-4)
    vibe = Vibe(9, {"item_type": ["a", "b"]})
    other = vibe._contrast(rows, rows.flip(0), torch.tensor([1, 2])).detach()
    assert float(other) > 1


@pytest.mark.parametrize("kind", SCALES)
def test_the_imagenet_weights_fill_everything_but_the_projection(kind: str) -> None:
    result = ImageTower(kind=kind).load_state_dict(imagenet_weights(kind), strict=False)
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
    vibes = [Vibe(9, {"item_type": ["a", "b"]}, kind=kind).eval() for kind in ("lite0", "lite2")]
    eyes = [Eye(vibe.image, side, 40) for vibe, side in zip(vibes, (40, 32), strict=True)]
    basis = basis_of(eyes, [torch.randn(8, 3, 40, 40)])
    texts = [vibe.text for vibe in vibes]
    towers = export.Towers(ShippedImage(eyes, basis), ShippedText(texts, basis))
    export.write_towers(towers, tmp_path, side=40)
    import onnxruntime

    for name, given, inputs, tower in (
        ("image", "pixel_values", torch.randn(3, 3, 40, 40), towers.image),
        ("text", "input_ids", torch.tensor([[3, 4] + [0] * 14]), towers.text),
    ):
        session = onnxruntime.InferenceSession(str(tmp_path / f"{name}.onnx"))
        found = session.run(["embedding"], {given: inputs.numpy()})[0]
        with torch.no_grad():
            # weights are stored in half precision
            assert np.allclose(found, tower(inputs).numpy(), atol=1e-3)


@pytest.mark.slow
def test_weights_are_stored_in_half_the_bytes(tmp_path: Path) -> None:
    vibe = Vibe(9, {"item_type": ["a", "b"]}).eval()
    eyes = [Eye(vibe.image, 32, 32)]
    basis = basis_of(eyes, [torch.randn(8, 3, 32, 32)])
    towers = export.Towers(ShippedImage(eyes, basis), ShippedText([vibe.text], basis))
    export.write_towers(towers, tmp_path, side=32)
    numbers = sum(value.numel() for value in vibe.image.parameters())
    assert (tmp_path / "image.onnx").stat().st_size < 2.8 * numbers


# Figures


def test_votes_are_weighted_by_nearness_and_skip_the_unlabelled() -> None:
    cosines = np.array([[0.9, 0.88, 0.86]], np.float32)
    votes = evaluate.tally(cosines, np.array([[1, 0, -1]]), 2)
    near = math.exp(-1)
    assert votes[0].tolist() == pytest.approx([near / (1 + near), 1 / (1 + near)], rel=1e-4)


def test_votes_of_nobody_are_zero() -> None:
    assert evaluate.tally(np.ones((1, 2), np.float32), np.array([[-1, -1]]), 3).sum() == 0


def test_figures_stand_side_by_side() -> None:
    table = evaluate.table({"old": {"a": 0.5}, "new": {"a": 0.25, "b": 1}})
    assert table == "| | old | new |\n|---|---|---|\n| a | 0.500 | 0.250 |\n| b |  | 1.000 |\n"
