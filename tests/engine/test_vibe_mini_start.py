"""Training that goes on from a finished backbone instead of from ImageNet's weights."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from matching.engine.backbone import Backbone
from matching.engine.heads import load_heads
from matching.engine.vibe_mini.data import Corpus
from matching.engine.vibe_mini.model import spread
from matching.engine.vibe_mini.objective import Vibe
from matching.engine.vibe_mini.start import read_tokenizer, read_tower, start_from
from matching.engine.vibe_mini.text import encode
from matching.engine.vibe_mini.train import (
    FROZEN_BLOCKS,
    TrainConfig,
    Trainer,
    corpus_of,
    train_backbone,
)
from tests.engine.small_corpus import trained

pytestmark = pytest.mark.slow


@pytest.fixture
def finished(config: TrainConfig) -> Path:
    return train_backbone(replace(config, epochs=0.3, cooldown=0.2, out=config.work / "finished"))


def from_folder(folder: Path, corpus: Corpus) -> Vibe:
    model = Vibe(read_tokenizer(folder).get_vocab_size(), corpus.classes, folded=True)
    start_from(folder, model, corpus.classes, corpus.split)
    return model.eval()


def test_the_towers_and_heads_read_back_say_what_the_folder_says(
    config: TrainConfig, finished: Path
) -> None:
    model = from_folder(finished, corpus_of(config))
    backbone, heads = Backbone(finished), load_heads(finished)
    torch.manual_seed(0)
    pixels, names = torch.randn(3, 3, 32, 32), ["Brand Red Tshirts 0", "no such words", ""]
    with torch.no_grad():
        pictures = model.image(pixels).numpy()
        texts = model.text(torch.from_numpy(encode(read_tokenizer(finished), names))).numpy()
        scaled = torch.from_numpy(pictures) * model.head_scale.exp()
        logits = {key: layer(scaled).numpy() for key, layer in model.heads.items()}
    centre = read_tower(finished / "image.onnx")["centre"]
    apart = pictures - centre.numpy()
    centred = apart / np.linalg.norm(apart, axis=1, keepdims=True)
    assert np.allclose(centred, backbone._run_image(pixels.numpy()), atol=1e-4)
    names_apart = texts - centre.numpy()
    names_apart /= np.linalg.norm(names_apart, axis=1, keepdims=True)
    assert np.allclose(names_apart, backbone.embed_texts(names), atol=1e-4)
    apart /= spread(centre)  # what is as far from the centre as usual gets the very same logits
    for key, head in heads.by_key.items():
        assert np.allclose(logits[key], apart @ head.weight.T + head.bias, atol=1e-4)


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
    with pytest.raises(ValueError, match="began elsewhere; give --start just as it was given"):
        trained(replace(further, start=None, resume=True), 2)


def test_towers_of_another_kind_are_no_start(config: TrainConfig, finished: Path) -> None:
    shutil.copy(finished / "text.onnx", finished / "image.onnx")
    with pytest.raises(ValueError, match="holds towers of another kind"):
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
