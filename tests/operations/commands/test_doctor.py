from __future__ import annotations

import io
import os
import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalog.models import Product
from catalog.renditions import path_of
from files.models import KeptFile
from jobs.models import Job
from matching import runtime
from matching.engine import versions
from matching.models import Embedding
from tests.helpers import MakeProduct, encoded, picture

pytestmark = pytest.mark.django_db
LARGE = encoded(picture(size=(400, 500)))


def doctor(*options: str) -> str:
    said = io.StringIO()
    call_command("doctor", *options, stdout=said)
    return said.getvalue()


def named(*options: str) -> str:
    """What it names before it ends with an error."""
    said = io.StringIO()
    with pytest.raises(CommandError, match=r"\d+ found"):
        call_command("doctor", *options, stdout=said)
    return said.getvalue()


def flip(path: Path, at: float = 0.5) -> None:
    """One bit of a file."""
    data = bytearray(path.read_bytes())
    data[int(len(data) * at)] ^= 1
    path.write_bytes(data)


def test_an_empty_shop_is_well() -> None:
    assert doctor().startswith("All is well")


def test_files_and_rows_that_do_not_fit_are_named_and_mended(make_product: MakeProduct) -> None:
    product = make_product("1", photo=LARGE)
    assert doctor().startswith("All is well")
    rendition = path_of(product.photo_digest, 320)
    storages["default"].delete(rendition)
    KeptFile.objects.filter(name=str(product.photo)).delete()
    KeptFile.objects.create(
        storage="private", name="searches/a.jpg", state="to_delete", since=timezone.now()
    )
    said = named()
    assert f"files: default/{rendition} is missing" in said
    assert f"files: default/{product.photo} is not in the ledger" in said
    assert "files: private/searches/a.jpg: to_delete was not ended" in said
    assert "All is well" in doctor("--repair")
    assert storages["default"].exists(rendition)


def test_a_photo_that_is_gone_is_named_and_cannot_be_mended(make_product: MakeProduct) -> None:
    product = make_product("1", photo=encoded(picture()))
    storages["default"].delete(str(product.photo))
    for options in ((), ("--repair",)):
        assert f"files: default/{product.photo} is missing; bring it back" in named(*options)


def test_stuck_jobs_old_sessions_and_drafts_are_named_and_mended(settings: Any) -> None:
    Job.objects.create(kind="build_index", state=Job.State.RUNNING, owner="x", pid=2**22 + 1)
    Job.objects.create(kind="train_heads")
    Job.objects.update(created_at=timezone.now() - timedelta(hours=1))
    Session.objects.create(session_key="a", expire_date=timezone.now() - timedelta(days=30))
    draft = Path(settings.ARTIFACTS_DIR) / "index/.draft-1"
    draft.mkdir(parents=True)
    os.utime(draft, (time.time() - 2 * 86400,) * 2)
    said = named()
    assert "is running, and nobody does it" in said
    assert "has waited since" in said
    assert "sessions: 1 ended long ago" in said
    assert f"drafts: {draft} was never ended" in said
    assert "All is well" in doctor("--repair")
    assert not draft.exists()
    assert not Session.objects.exists()


@pytest.mark.slow
def test_what_was_learnt_is_checked_to_the_last_bit(
    shop: dict[str, Product], settings: Any
) -> None:
    call_command("build_index", stdout=io.StringIO())
    assert doctor().startswith("All is well")
    root = runtime.index_root()
    first, second = versions.numbers(root)
    for name in sorted(path.name for path in (root / str(second)).iterdir() if path.is_file()):
        kept = (root / str(second) / name).read_bytes()
        flip(root / str(second) / name)
        assert f"generations: {root / str(second)}" in named(), name
        (root / str(second) / name).write_bytes(kept)
    flip(root / str(second) / "index.faiss")
    assert "All is well" in doctor("--repair")
    assert versions.current_number(root) == first
    runtime.forget()
    assert runtime.built().generation.number == first


@pytest.mark.slow
def test_a_damaged_backbone_is_brought_back_from_the_copy_of_an_index(
    shop: dict[str, Product], settings: Any
) -> None:
    installed = runtime.backbones_root() / settings.BACKBONE
    shutil.copytree(runtime.backbone_folder(settings.BACKBONE), installed)
    for name in ("image.onnx", "text.onnx", "tokenizer.json"):
        flip(installed / name)
        assert f"backbones: {installed / name} is damaged" in named(), name
        assert "All is well" in doctor("--repair")


def test_a_damaged_finder_is_named(settings: Any, tmp_path: Path) -> None:
    folder = Path(settings.ARTIFACTS_DIR) / "finders" / settings.FINDER
    shutil.copytree(Path(settings.BUNDLED_FINDERS_DIR) / settings.FINDER, folder)
    flip(folder / "finder.onnx")
    assert f"finder: {folder / 'finder.onnx'} is damaged" in named("--repair")


@pytest.mark.slow
def test_vectors_are_counted_and_looked_at(shop: dict[str, Product], settings: Any) -> None:
    one, other = Embedding.objects.order_by("pk")[:2]
    Embedding.objects.filter(pk=one.pk).update(vector=b"short")
    other.delete()
    settings.LIVE_UPDATES = True
    said = named()
    assert f"vectors: vector {one.pk} is damaged" in said
    assert "vectors: 1 products with a photo have no vector" in said
    assert "All is well" in doctor("--repair")
