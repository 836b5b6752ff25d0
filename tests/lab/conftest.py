from __future__ import annotations

from pathlib import Path

import pytest

from matching.engine.vibe_mini import data, export
from matching.engine.vibe_mini.batches import Mix
from matching.engine.vibe_mini.train import TrainConfig
from tests.lab.small_corpus import nothing, shop, snapshots


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
        mix=Mix(products=6, demo=2, snapshots=2, others=2, figures=3),
    )
