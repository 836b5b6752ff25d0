"""Training that goes on from a finished backbone instead of from ImageNet's weights."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from lab.tests.small_corpus import trained
from lab.vibe_mini.data import Corpus
from lab.vibe_mini.export import export
from lab.vibe_mini.objective import Vibe
from lab.vibe_mini.run import train_backbone
from lab.vibe_mini.start import (
    BESIDE,
    NETWORK,
    read_networks,
    read_tokenizer,
    sides_of,
    start_from,
)
from lab.vibe_mini.text import encode
from lab.vibe_mini.train import (
    FROZEN_BLOCKS,
    TrainConfig,
    Trainer,
    corpus_of,
)
from matching.engine.backbone import Backbone

pytestmark = pytest.mark.slow


@pytest.fixture
def finished(config: TrainConfig) -> Path:
    return train_backbone(replace(config, epochs=0.3, cooldown=0.2, out=config.work / "finished"))


def from_folder(folder: Path, corpus: Corpus) -> Vibe:
    model = Vibe(read_tokenizer(folder).get_vocab_size(), corpus.classes, folded=True)
    start_from(folder, model, corpus.classes, corpus.split)
    return model.eval()


def test_the_towers_and_heads_read_back_are_those_that_were_written(
    config: TrainConfig, tmp_path: Path
) -> None:
    trainer = trained(config, 2)
    written, folder = trainer.averaged(), export(trainer, lambda _: None)
    model = from_folder(folder, trainer.corpus)
    torch.manual_seed(0)
    pixels, names = torch.randn(3, 3, 32, 32), ["Brand Red Tshirts 0", "no such words", ""]
    ids = torch.from_numpy(encode(read_tokenizer(folder), names))
    with torch.no_grad():
        for found, expected in (
            (model.image(pixels), written.image(pixels)),
            (model.text(ids), written.text(ids)),
        ):
            assert torch.allclose(found, expected, atol=5e-3)  # stored in half precision
    for name, value in written.state_dict().items():
        if name.startswith(BESIDE):
            assert torch.equal(model.state_dict()[name], value), name


def test_training_goes_on_from_it_and_its_first_blocks_stay(
    config: TrainConfig, finished: Path
) -> None:
    before = from_folder(finished, corpus_of(config)).state_dict()
    further = replace(config, start=finished, work=config.work / "further")
    after = trained(further, 2).model.state_dict()
    first = [f"image.blocks.{number}." for number in range(FROZEN_BLOCKS)]
    for name, value in after.items():
        if name.startswith(("image.stem", *first)):
            assert torch.equal(value, before[name]), name
    assert not torch.equal(after["image.head.weight"], before["image.head.weight"])
    assert not any("norm" in name for name in after if name.startswith("image."))
    folder = train_backbone(replace(further, resume=True, epochs=0.4, cooldown=0.2))
    assert np.isfinite(Backbone(folder).embed_texts(["red tshirts"])).all()


def test_its_checkpoint_is_not_resumed_without_it(config: TrainConfig, finished: Path) -> None:
    further = replace(config, start=finished, work=config.work / "further")
    trained(further, 1)
    with pytest.raises(ValueError, match="began elsewhere; give --start and --tower just as"):
        trained(replace(further, start=None, resume=True), 2)


def test_towers_of_another_kind_are_no_start(config: TrainConfig, finished: Path) -> None:
    shutil.copy(finished / "text.onnx", finished / "image.onnx")
    with pytest.raises(ValueError, match="holds towers of another kind"):
        Trainer(replace(config, start=finished), corpus_of(config), lambda _: None)


def test_a_backbone_that_was_not_trained_here_is_no_start(
    config: TrainConfig, finished: Path
) -> None:
    (finished / NETWORK).unlink()
    with pytest.raises(ValueError, match="is no folder of train_backbone"):
        Trainer(replace(config, start=finished), corpus_of(config), lambda _: None)


def test_heads_for_other_attributes_are_no_start(config: TrainConfig, finished: Path) -> None:
    corpus = corpus_of(config)
    corpus = replace(corpus, classes=corpus.classes | {"fabric": ["silk", "wool"]})
    with pytest.raises(ValueError, match="has heads for other attributes"):
        from_folder(finished, corpus)


def test_a_backbone_that_knows_what_is_held_out_is_no_start(
    config: TrainConfig, finished: Path
) -> None:
    other = replace(config, seed=config.seed + 1, start=finished)
    with pytest.raises(ValueError, match="has learnt from pictures that are held out now"):
        Trainer(other, corpus_of(other), lambda _: None)


# Towers that are shipped together


@pytest.fixture
def together(config: TrainConfig, finished: Path) -> Path:
    """A folder of a small tower trained at 32 pixels and another one, trained at 40, beside it."""
    work = config.work / "second"
    return train_backbone(
        replace(config, tower="lite2", beside=finished, side=40, epochs=0.3, work=work)
    )


def test_two_towers_are_shipped_as_one_backbone(
    config: TrainConfig, finished: Path, together: Path
) -> None:
    backbone = Backbone(together)
    assert sides_of(together) == {"lite2": 40, "lite0": 32}
    assert backbone.preprocess.size == (40, 40)
    assert "EfficientNet-Lite2 at 40 pixels and EfficientNet-Lite0 at 32" in (
        together / "README.md"
    ).read_text().replace("\n", " ")
    rows = backbone.embed_texts(["Brand Red Tshirts 0"])
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-3)


def test_each_tower_of_several_can_be_gone_on_from(
    config: TrainConfig, finished: Path, together: Path
) -> None:
    corpus = corpus_of(config)
    before = from_folder(finished, corpus).state_dict()
    (network,) = read_networks(together, corpus.classes, corpus.split, but="lite2")
    assert (network.model.kind, network.side) == ("lite0", 32)
    for name, value in network.model.state_dict().items():
        if not name.startswith("queue"):
            assert torch.allclose(value, before[name], atol=1e-4), name
    again = Trainer(
        replace(config, tower="lite2", side=40, start=together, beside=together),
        corpus_of(replace(config, side=40)),
        lambda _: None,
    )
    assert [model.kind for model, _ in again.networks()] == ["lite2", "lite0"]


def test_a_tower_is_not_shipped_beside_one_of_its_kind(config: TrainConfig, finished: Path) -> None:
    with pytest.raises(ValueError, match="holds no other tower than lite0, which is trained here"):
        Trainer(replace(config, beside=finished), corpus_of(config), lambda _: None)


def test_a_folder_without_the_tower_that_learns_is_no_start(
    config: TrainConfig, finished: Path
) -> None:
    with pytest.raises(ValueError, match="holds lite0, not lite2"):
        Trainer(replace(config, tower="lite2", start=finished), corpus_of(config), lambda _: None)


def test_towers_that_read_other_words_are_not_shipped_together(
    config: TrainConfig, finished: Path
) -> None:
    other = config.work / "other"
    shutil.copytree(finished, other)
    words = json.loads((other / "tokenizer.json").read_text())
    words["model"]["vocab"]["further"] = len(words["model"]["vocab"])
    (other / "tokenizer.json").write_text(json.dumps(words))
    with pytest.raises(ValueError, match="reads other words than"):
        Trainer(replace(config, start=finished, beside=other), corpus_of(config), lambda _: None)
