from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from matching.engine.backbone import Backbone
from matching.engine.errors import BackboneError
from matching.engine.installing import quantize
from matching.engine.installing.quantize import nearest, quantize_images
from matching.engine.installing.trial import drawn_pictures, milliseconds_per_image, smoke_test
from tests.matching.engine.test_backbone import BUNDLED, rewrite


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED, tmp_path / "mini"))


def test_the_nearest_are_the_others_with_the_highest_product() -> None:
    vectors = np.eye(5, dtype=np.float32)
    vectors[0] = [0.9, 0.5, 0.4, 0.3, 0.1]
    assert nearest(vectors)[1].tolist() == [0, 2, 3]
    assert nearest(vectors)[0].tolist() == [1, 2, 3]


@pytest.mark.slow
def test_int8_takes_its_place_where_the_pictures_allow_it(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantize, "LEAST_COSINE", 0.5)
    monkeypatch.setattr(quantize, "LEAST_AGREEMENT", 0.0)
    before = Backbone(copied)
    trial = quantize_images(copied, drawn_pictures(12))
    after = Backbone(copied)
    assert trial.kept
    assert trial.pictures == 12
    assert after.manifest["precision"] == "int8"
    assert after.fingerprint != before.fingerprint
    rows = after.embed_images(drawn_pictures(3))
    fp32 = Backbone(BUNDLED).embed_images(drawn_pictures(3))
    assert (rows * fp32).sum(axis=1).min() >= trial.cosine - 1e-3
    smoke_test(copied)


@pytest.mark.slow
@pytest.mark.parametrize("limit", ["LEAST_COSINE", "LEAST_AGREEMENT"])
def test_fp32_stays_untouched_where_they_do_not(
    copied: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(quantize, limit, 1.01)
    before = {path.name: path.read_bytes() for path in copied.iterdir()}
    assert not quantize_images(copied, drawn_pictures(8)).kept
    assert {path.name: path.read_bytes() for path in copied.iterdir()} == before


@pytest.mark.slow
def test_int8_that_is_no_faster_is_not_worth_it(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantize, "LEAST_COSINE", -1.0)
    monkeypatch.setattr(quantize, "LEAST_AGREEMENT", 0.0)
    monkeypatch.setattr(quantize, "LEAST_GAIN", 1000.0)
    assert not quantize_images(copied, drawn_pictures(8), only_if_faster=True).kept


def test_too_few_pictures_decide_nothing(copied: Path) -> None:
    with pytest.raises(BackboneError, match=r"^There are too few pictures to try int8 on\.$"):
        quantize_images(copied, [*drawn_pictures(4), b"no picture"])


def test_drawn_pictures_differ_and_come_again() -> None:
    first, again = drawn_pictures(20), drawn_pictures(20)
    assert len({image.tobytes() for image in first}) == 20
    assert [image.tobytes() for image in first] == [image.tobytes() for image in again]


def test_the_bundled_backbone_passes_the_smoke_test_at_some_cost() -> None:
    smoke_test(BUNDLED)
    assert milliseconds_per_image(Backbone(BUNDLED), count=4) > 0


def test_a_wrong_dimension_does_not_pass_the_smoke_test(copied: Path) -> None:
    rewrite(copied, dimension=500)
    expected = r"^The backbone vibe-mini gives pictures 512 dimensions, its manifest says 500\.$"
    with pytest.raises(BackboneError, match=expected):
        smoke_test(copied)


def test_rows_that_are_no_numbers_do_not_pass_the_smoke_test(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Backbone, "embed_texts", lambda *_: np.full((2, 512), np.nan, dtype=np.float32)
    )
    with pytest.raises(BackboneError, match="gives texts rows that are not of unit length"):
        smoke_test(copied)
