from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage

from files.placing import place


def test_a_file_is_written_beside_and_renamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileSystemStorage(tmp_path)
    place(store, "a/b.jpg", ContentFile(b"first"))
    seen = []
    real = os.replace

    def replace(draft: Path, path: Path) -> None:
        seen.append((path.read_bytes(), draft.read_bytes()))
        real(draft, path)

    monkeypatch.setattr(os, "replace", replace)
    place(store, "a/b.jpg", ContentFile(b"second"))
    assert seen == [(b"first", b"second")]
    assert (tmp_path / "a/b.jpg").read_bytes() == b"second"
    assert (tmp_path / "a/b.jpg").stat().st_mode & 0o777 == 0o644
    assert len(list((tmp_path / "a").iterdir())) == 1


def test_what_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*about: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        place(FileSystemStorage(tmp_path), "b.jpg", ContentFile(b"x"))
    assert list(tmp_path.iterdir()) == []


def test_another_storage_takes_it_under_the_same_name() -> None:
    store = InMemoryStorage()
    for text in (b"first", b"second"):
        place(store, "b.jpg", ContentFile(text))
    assert store.open("b.jpg").read() == b"second"
