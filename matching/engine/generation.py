"""Generations: immutable, complete builds of the index, one version folder each (see `versions`).

manifest.json, index.faiss, catalogue.npz, heads.safetensors, heads.json, where there is a sentence
encoder meanings.npz, and in backbone/ what it was built with: another one installed under the same
name leaves a generation as good as it was.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.engine.arrays import Codes, Ids
from matching.engine.backends import DEFAULT, HybridIndex, KeptIndex, backend
from matching.engine.errors import GenerationError
from matching.engine.heads import Heads, load_heads
from matching.engine.meanings import FILE as MEANINGS
from matching.engine.meanings import Meanings, load_meanings
from matching.engine.versions import prune, write_version

FORMAT = 1
MANIFEST, MANIFEST_SUM, CATALOGUE = "manifest.json", "manifest.sha256", "catalogue.npz"
BACKBONE = "backbone"
GATE, STYLE = "gate", "style"
# In the manifest: the number of the newest change that is in it for certain.
CHANGES = "changes"
KEPT = 3


@dataclass(frozen=True)
class Catalogue:
    """What a search needs to know of each product, aligned with `ids` (n,), ascending.

    `codes`: attribute key -> (n,) int32 into `values[key]`, -1 unknown, merchant's label or else
    predicted. `merchant`: the same with the merchant's labels only, which is what may vote.
    `values[key]` starts with the classes of the head. `ancestors`: value of the gate attribute ->
    its groups, nearest first. `roles`: role -> key of the attribute that has it, "" for none.
    `kinds`: value of the gate attribute -> kind of garment -> the share of it that a finder sees
    in photos of such products; without those it sees nothing in.
    """

    ids: Ids
    values: dict[str, tuple[str, ...]]
    codes: dict[str, Codes]
    merchant: dict[str, Codes]
    ancestors: dict[str, list[str]]
    roles: dict[str, str]
    kinds: dict[str, dict[str, float]] = field(default_factory=dict)

    @property
    def gate(self) -> str:
        return self.roles.get(GATE, "")

    @property
    def style(self) -> str:
        return self.roles.get(STYLE, "")

    def ids_by_value(self, key: str) -> dict[str, Ids]:
        """Product ids of each value that some product has."""
        codes = self.codes[key]
        order = np.argsort(codes, kind="stable")
        present, starts = np.unique(codes[order], return_index=True)
        pieces = np.split(self.ids[order], starts[1:])
        named = zip(present.tolist(), pieces, strict=True) if len(codes) else ()
        return {self.values[key][code]: ids for code, ids in named if code >= 0}

    def taken(self, rows: npt.NDArray[np.bool_]) -> Catalogue:
        """Of those rows (n,) alone."""
        return replace(
            self,
            ids=self.ids[rows],
            codes={key: codes[rows] for key, codes in self.codes.items()},
            merchant={key: codes[rows] for key, codes in self.merchant.items()},
        )

    def rows(self, ids: Ids) -> npt.NDArray[np.intp]:
        """Where those product ids stand in the arrays."""
        return np.searchsorted(self.ids, ids)


@dataclass(frozen=True)
class Generation:
    number: int
    manifest: dict[str, Any]
    index: HybridIndex
    heads: Heads
    catalogue: Catalogue
    meanings: Meanings | None = None


def write_generation(
    root: Path,
    *,
    index: KeptIndex,
    catalogue: Catalogue,
    heads: Heads,
    facts: Mapping[str, Any],
    backbone: Path | None = None,
    meanings: Meanings | None = None,
) -> int:
    """Writes a new generation beside the live one, switches to it and returns its number.

    `index` holds the products of `catalogue.ids`. `facts` (backbone, its
    fingerprint, thresholds, ...) go into the manifest, with count, dimension and every sha256.
    `backbone` is the folder of the one that made the vectors; it is copied into the generation.
    """

    def write(folder: Path) -> None:
        index.save(folder / _vectors(index.backend))
        _save_catalogue(folder / CATALOGUE, catalogue)
        heads.save(folder)
        if meanings is not None:
            meanings.save(folder / MEANINGS)
        if backbone is not None:
            _copy(backbone, folder / BACKBONE)
        about = {
            "format": FORMAT,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "count": len(catalogue.ids),
            "dimension": index.dimension,
            "vectors": index.backend,
            "heads": heads.fingerprint,
        }
        _write_manifest(folder, dict(facts) | about)

    number = write_version(root, write)
    prune(root, KEPT)
    return number


def _write_manifest(folder: Path, facts: Mapping[str, Any]) -> None:
    """With the digest of every file; those of the backbone are checked by its own manifest when
    they are opened."""
    files = [*sorted(folder.iterdir()), folder / BACKBONE / MANIFEST]
    digests = {str(one.relative_to(folder)): _sha256(one) for one in files if one.is_file()}
    (folder / MANIFEST).write_text(json.dumps(dict(facts) | {"sha256": digests}, indent=1))
    (folder / MANIFEST_SUM).write_text(_sha256(folder / MANIFEST))


def _vectors(backend: str) -> str:
    return f"index.{backend}"


def _copy(backbone: Path, target: Path) -> None:
    """No links: what damages one of the two must not damage both."""
    target.mkdir()
    for path in sorted(backbone.iterdir()):
        if path.is_file():
            shutil.copyfile(path, target / path.name)


def read_manifest(root: Path, number: int) -> dict[str, Any]:
    path = root / str(number) / MANIFEST
    written = path.with_name(MANIFEST_SUM)
    try:
        # An earlier release kept none.
        if written.exists() and written.read_text() != _sha256(path):
            raise GenerationError(f"{path} is damaged; build the index again.")
        manifest: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise GenerationError(f"{path} cannot be read; build the index again.") from error
    if manifest.get("format") != FORMAT:
        raise GenerationError(f"{path} has another format; build the index again.")
    return manifest


def load_generation(root: Path, number: int) -> Generation:
    """Opens one generation, checking every file against its sha256. Raises GenerationError."""
    folder, manifest = root / str(number), read_manifest(root, number)
    vectors = manifest.get("vectors", DEFAULT)
    with _damage_named(folder):
        for name, digest in manifest["sha256"].items():
            is_of_backbone = name.startswith(f"{BACKBONE}/")
            if is_of_backbone and not (folder / BACKBONE).is_dir():
                continue  # The installed one serves while it is the same.
            if _sha256(folder / name) != digest:
                raise GenerationError(f"{folder / name} is damaged; build the index again.")
        return Generation(
            number,
            manifest,
            backend(vectors).load(folder / _vectors(vectors), manifest["dimension"]),
            load_heads(folder),
            _load_catalogue(folder / CATALOGUE),
            load_meanings(folder / MEANINGS),
        )


@contextmanager
def _damage_named(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError) as error:
        raise GenerationError(f"{folder} is incomplete; build the index again.") from error


def _save_catalogue(path: Path, catalogue: Catalogue) -> None:
    facts = {
        "values": catalogue.values,
        "ancestors": catalogue.ancestors,
        "roles": catalogue.roles,
        "kinds": catalogue.kinds,
    }
    arrays: dict[str, Any] = {f"codes.{key}": codes for key, codes in catalogue.codes.items()}
    arrays |= {f"merchant.{key}": codes for key, codes in catalogue.merchant.items()}
    np.savez(path, ids=catalogue.ids, facts=np.array(json.dumps(facts)), **arrays)


def _load_catalogue(path: Path) -> Catalogue:
    with np.load(path, allow_pickle=False) as arrays:
        facts = json.loads(str(arrays["facts"]))
        return Catalogue(
            arrays["ids"],
            {key: tuple(values) for key, values in facts["values"].items()},
            {key: arrays[f"codes.{key}"] for key in facts["values"]},
            {key: arrays[f"merchant.{key}"] for key in facts["values"]},
            facts["ancestors"],
            facts.get("roles") or {role: facts[role] for role in (GATE, STYLE)},
            facts.get("kinds", {}),
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
