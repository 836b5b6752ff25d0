from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matching.engine import versions
from matching.engine.backends import backend
from matching.engine.errors import GenerationError
from matching.engine.generation import Catalogue, load_generation, read_manifest, write_generation
from matching.engine.heads import Head, Heads


def build(root: Path, ids: tuple[int, ...] = (3, 8, 9), backbone: Path | None = None) -> int:
    rows = len(ids)
    codes = np.array([1, -1, 0] * rows, np.int32)[:rows]
    catalogue = Catalogue(
        ids=np.array(ids, np.int64),
        values={"item_type": ("shirts", "jeans")},
        codes={"item_type": codes},
        merchant={"item_type": np.full(rows, -1, np.int32)},
        ancestors={"shirts": ["topwear", "apparel"]},
        roles={"gate": "item_type", "style": ""},
    )
    head = Head(("shirts", "jeans"), np.ones((2, 4), "f4"), np.zeros(2, "f4"))
    return write_generation(
        root,
        index=backend().build(
            catalogue.ids, np.eye(4, dtype="f4")[np.arange(rows) % 4], np.empty((rows, 0), "f4")
        ),
        catalogue=catalogue,
        heads=Heads({"item_type": head}),
        facts={"backbone": "tiny", "twin_cosine": 0.98},
        backbone=backbone,
    )


def test_a_generation_loads_as_it_was_written(tmp_path: Path) -> None:
    number = build(tmp_path)
    loaded = load_generation(tmp_path, number)
    assert loaded.manifest["count"] == 3
    assert loaded.manifest["vectors"] == "faiss"
    assert loaded.manifest["backbone"] == "tiny"
    assert loaded.manifest["heads"] == loaded.heads.fingerprint
    assert loaded.catalogue.values == {"item_type": ("shirts", "jeans")}
    assert loaded.catalogue.ancestors == {"shirts": ["topwear", "apparel"]}
    assert loaded.catalogue.rows(np.array([9, 3])).tolist() == [2, 0]
    assert len(loaded.index) == 3


def test_products_are_listed_by_value_without_the_unknown(tmp_path: Path) -> None:
    catalogue = load_generation(tmp_path, build(tmp_path)).catalogue
    found = {name: ids.tolist() for name, ids in catalogue.ids_by_value("item_type").items()}
    assert found == {"jeans": [3], "shirts": [9]}


def test_a_new_generation_stands_beside_the_old_one_and_becomes_current(tmp_path: Path) -> None:
    first = build(tmp_path)
    before = versions.switched_at(tmp_path)
    second = build(tmp_path, (1, 2))
    assert (first, second) == (1, 2)
    assert versions.current_number(tmp_path) == 2
    assert versions.switched_at(tmp_path) != before
    assert load_generation(tmp_path, 1).manifest["count"] == 3


def test_old_generations_go_the_current_one_never(tmp_path: Path) -> None:
    for _ in range(5):
        build(tmp_path)
    assert versions.numbers(tmp_path) == [3, 4, 5]
    versions.activate(tmp_path, 3)
    versions.prune(tmp_path, kept=1)
    assert versions.numbers(tmp_path) == [3, 5]


def test_a_build_that_fails_leaves_the_live_one_and_nothing_else(tmp_path: Path) -> None:
    build(tmp_path)

    def fail(folder: Path) -> None:
        (folder / "half").write_text("written")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        versions.write_version(tmp_path, fail)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "CURRENT"]


@pytest.mark.parametrize("name", ["index.faiss", "catalogue.npz", "heads.safetensors"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    number = build(tmp_path)
    path = tmp_path / str(number) / name
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(GenerationError, match=f"{name} is damaged; build the index again"):
        load_generation(tmp_path, number)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    number = build(tmp_path)
    (tmp_path / str(number) / "catalogue.npz").unlink()
    with pytest.raises(GenerationError, match="is incomplete; build the index again"):
        load_generation(tmp_path, number)


def test_another_format_is_refused(tmp_path: Path) -> None:
    number = build(tmp_path)
    (tmp_path / str(number) / "manifest.json").write_text('{"format": 99}')
    (tmp_path / str(number) / "manifest.sha256").unlink()
    with pytest.raises(GenerationError, match="has another format; build the index again"):
        read_manifest(tmp_path, number)


def test_two_builds_at_once_get_a_number_each(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: versions.write_version(tmp_path, _write), range(8)))
    assert sorted(found) == list(range(1, 9))


def _write(folder: Path) -> None:
    (folder / "file").write_text("x")


def bits(path: Path, count: int) -> list[tuple[int, int]]:
    """Places in a file, each with a bit of that byte, spread over all of it."""
    spread = np.linspace(0, path.stat().st_size - 1, count).astype(int)
    return [(int(at), 1 << (number % 8)) for number, at in enumerate(spread)]


@pytest.mark.parametrize(
    "name",
    ["manifest.json", "manifest.sha256", "index.faiss", "catalogue.npz", "heads.safetensors"],
)
def test_one_bit_of_any_file_is_noticed(tmp_path: Path, name: str) -> None:
    path = tmp_path / str(build(tmp_path)) / name
    whole = path.read_bytes()
    for at, bit in bits(path, 40):
        broken = bytearray(whole)
        broken[at] ^= bit
        path.write_bytes(broken)
        with pytest.raises(GenerationError):
            load_generation(tmp_path, 1)
    path.write_bytes(whole)
    assert load_generation(tmp_path, 1).number == 1


def test_a_generation_holds_copies_not_links(tmp_path: Path) -> None:
    backbone = tmp_path / "backbone"
    backbone.mkdir()
    (backbone / "image.onnx").write_bytes(b"weights")
    (backbone / "manifest.json").write_text("{}")
    build(tmp_path / "index", backbone=backbone)
    kept = tmp_path / "index" / "1" / "backbone" / "image.onnx"
    assert kept.read_bytes() == b"weights"
    assert kept.stat().st_ino != (backbone / "image.onnx").stat().st_ino
