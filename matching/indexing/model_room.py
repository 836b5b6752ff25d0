"""What the shop has learnt and built, and how to go back to an earlier one of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from jobs.queue import JobError, Report
from matching import runtime
from matching.engine import versions
from matching.engine.backbone import Backbone
from matching.engine.errors import EngineError, HeadsError
from matching.engine.generation import load_generation, read_manifest
from matching.engine.heads import Heads, load_heads
from matching.indexing.build import stale_reasons

PLOT = re.compile(r"confusion-([\w-]{1,50})\.png")
BUNDLED = 0


@dataclass(frozen=True)
class HeadsVersion:
    """One training of the heads; number 0 are those that came with the backbone."""

    number: int
    created: datetime | None
    is_current: bool
    fingerprint: str = ""
    figures: dict[str, dict[str, float]] = field(default_factory=dict)
    plots: list[str] = field(default_factory=list)
    problem: str = ""


@dataclass(frozen=True)
class GenerationFacts:
    number: int
    is_live: bool
    size: int
    created: datetime | None = None
    backbone: str = ""
    heads: str = ""
    count: int = 0
    problem: str = ""


@dataclass(frozen=True)
class InstalledBackbone:
    name: str
    is_chosen: bool
    is_bundled: bool
    fingerprint: str = ""
    dimension: int = 0
    source: str = ""
    problem: str = ""


@dataclass(frozen=True)
class ModelRoom:
    """`problem`: why the chosen backbone cannot be used. `stale`: why the index wants a build."""

    backbones: list[InstalledBackbone]
    generations: list[GenerationFacts]
    heads: list[HeadsVersion]
    stale: list[str]
    problem: str = ""


def look_around() -> ModelRoom:
    problem, heads, stale = "", list[HeadsVersion](), list[str]()
    try:
        backbone = runtime.get_backbone()
        heads = _heads_versions(backbone)
        stale = stale_reasons(backbone, runtime.get_heads(backbone))
    except EngineError as error:
        problem = str(error)
    problem = problem or runtime.damaged()
    return ModelRoom(_backbones(), _generations(), heads, stale, problem)


def _backbones() -> list[InstalledBackbone]:
    roots = (runtime.backbones_root(), Path(settings.BUNDLED_BACKBONES_DIR))
    folders = {
        path.parent.name: path.parent
        for root in reversed(roots)
        for path in sorted(root.glob("*/manifest.json"))
    }
    return [_backbone_facts(folders[name], roots[1]) for name in sorted(folders)]


def _backbone_facts(folder: Path, bundled: Path) -> InstalledBackbone:
    is_chosen, is_bundled = folder.name == settings.BACKBONE, folder.parent == bundled
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        backbone = Backbone(folder)
        source = " ".join(str(manifest.get(key, "")) for key in ("source", "revision")).strip()
        return InstalledBackbone(
            folder.name, is_chosen, is_bundled, backbone.fingerprint, backbone.dimension, source
        )
    except (EngineError, OSError, ValueError) as error:
        return InstalledBackbone(folder.name, is_chosen, is_bundled, problem=str(error))


def _generations() -> list[GenerationFacts]:
    root = runtime.index_root()
    live = versions.current_number(root)
    return [_generation_facts(root, number, live) for number in reversed(versions.numbers(root))]


def _generation_facts(root: Path, number: int, live: int | None) -> GenerationFacts:
    size = sum(path.stat().st_size for path in (root / str(number)).iterdir())
    try:
        manifest = read_manifest(root, number)
    except EngineError as error:
        return GenerationFacts(number, number == live, size, problem=str(error))
    return GenerationFacts(
        number,
        number == live,
        size,
        parse_datetime(str(manifest.get("created", ""))),
        str(manifest.get("backbone", "")),
        str(manifest.get("heads", "")),
        int(manifest.get("count", 0)),
    )


def _heads_versions(backbone: Backbone) -> list[HeadsVersion]:
    root = runtime.heads_root(backbone)
    current = versions.current_number(root)
    found = [_heads_facts(root, number, current) for number in reversed(versions.numbers(root))]
    try:
        bundled = load_heads(backbone.folder)
    except HeadsError:
        return found
    return [*found, HeadsVersion(BUNDLED, None, current is None, bundled.fingerprint)]


def _heads_facts(root: Path, number: int, current: int | None) -> HeadsVersion:
    folder = root / str(number)
    created = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
    try:
        fingerprint, problem = load_heads(folder).fingerprint, ""
    except HeadsError as error:
        fingerprint, problem = "", str(error)
    plots = [found[1] for path in sorted(folder.iterdir()) if (found := PLOT.fullmatch(path.name))]
    is_current = number == current
    return HeadsVersion(number, created, is_current, fingerprint, _figures(folder), plots, problem)


def _figures(folder: Path) -> dict[str, dict[str, float]]:
    try:
        figures: dict[str, dict[str, float]] = json.loads((folder / "figures.json").read_text())
        return figures
    except (OSError, ValueError):
        return {}


def plot_file(number: int, key: str) -> Path | None:
    """The plot of one attribute of one heads version; None if there is none of that name."""
    name = f"confusion-{key}.png"
    try:
        folder = runtime.heads_root(runtime.get_backbone()) / str(number)
    except EngineError:
        return None
    path = folder / name
    return path if PLOT.fullmatch(name) and path.is_file() else None


def activate_generation(report: Report, *, number: int) -> dict[str, Any]:
    """Makes an earlier index the live one, after reading all of it. Raises JobError."""
    root = runtime.index_root()
    if number not in versions.numbers(root):
        raise JobError(gettext("There is no index %d any more.") % number)
    report.progress(0, None, "checking every file")
    try:
        manifest = load_generation(root, number).manifest
        backbone = runtime.get_backbone(manifest["backbone"])
    except EngineError as error:
        raise JobError(str(error)) from error
    if backbone.fingerprint != manifest["backbone_fingerprint"]:
        raise JobError(
            gettext("Index %(number)d was built with another %(backbone)s. Build a new index.")
            % {"number": number, "backbone": backbone.name}
        )
    report.progress(0, None, "switching")
    versions.activate(root, number)
    return {"generation": number, "products": manifest["count"]}


def activate_heads(report: Report, *, number: int) -> dict[str, Any]:
    """Makes an earlier version of the heads the one to build with. Raises JobError."""
    try:
        backbone = runtime.get_backbone()
        root = runtime.heads_root(backbone)
        folder = root / str(number) if number else backbone.folder
        heads = load_heads(folder)
    except EngineError as error:
        raise JobError(str(error)) from error
    _check_fit(heads, backbone, number)
    report.progress(0, None, "switching")
    if number:
        versions.activate(root, number)
    else:
        versions.deactivate(root)
    return {"version": number, "heads": heads.fingerprint}


def _check_fit(heads: Heads, backbone: Backbone, number: int) -> None:
    widths = {head.weight.shape[1] for head in heads.by_key.values()}
    if widths != {backbone.dimension}:
        raise JobError(
            gettext("Heads %(number)d do not fit the backbone %(backbone)s. Train new ones.")
            % {"number": number, "backbone": backbone.name}
        )
