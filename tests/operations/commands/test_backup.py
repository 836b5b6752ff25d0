"""A backup of this database, restored into an empty one of a process of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from catalog.models import Product
from matching.models import Search
from tests.helpers import MakeProduct, encoded, picture
from tests.operations.test_cache import photo_form

ROOT = Path(__file__).parent.parent.parent.parent
SEARCH = """
import json, django
django.setup()
from catalog.models import Product
from django.contrib.auth import authenticate
from matching.models import Search
search = Search.objects.get()
product = Product.objects.get(sku="tshirt-red")
print(json.dumps([
    str(search.pk), [match.sku for match in search.matches.all()], search.photo.read().hex()[:40],
    product.updated_at.isoformat(), product.photo.read().hex()[:40],
    bool(authenticate(username="boss", password="a-good-password")),
    Product.objects.create(sku="new", name="New").pk > product.pk]))
"""

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Run]:
    """Runs a command in an empty place: another database of the same kind, other folders."""
    name = f"restored_{os.getpid()}"
    address = ""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/".format(**connection.settings_dict)
        address += name

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment |= {"READ_DOT_ENV": "0", "DJANGO_SETTINGS_MODULE": "findmyvibe.settings"}
        environment |= {"DATA_DIR": str(tmp_path / "elsewhere"), "DATABASE_URL": address}
        program = [sys.executable, *command]
        return subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True)

    yield run
    if address:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def backup(path: Path) -> str:
    out = io.StringIO()
    call_command("backup", path, stdout=out)
    return out.getvalue()


@pytest.mark.slow
def test_a_restored_site_gives_the_same_answers(
    shop: dict[str, Product], client: Client, tmp_path: Path, elsewhere: Run
) -> None:
    get_user_model().objects.create_superuser("boss", "boss@shop.example", "a-good-password")
    client.post("/predict/", photo_form(encoded(picture("red"))))
    photo, file = tmp_path / "photo.jpg", tmp_path / "backup.tar"
    photo.write_bytes(encoded(picture("navy", "trousers")))
    assert "8 files of default" in backup(file)
    assert file.stat().st_mode & 0o777 == 0o600
    asked = ["find_vibe", str(photo), "--json"]

    restored = elsewhere("manage.py", "restore", str(file))
    assert restored.returncode == 0, restored.stderr
    examined = elsewhere("manage.py", "doctor")
    assert examined.returncode == 0, examined.stdout
    there = elsewhere("manage.py", *asked)
    assert there.returncode == 0, there.stderr
    here = io.StringIO()
    call_command(*asked, stdout=here)
    assert json.loads(there.stdout) == json.loads(here.getvalue())
    assert json.loads(there.stdout)["matches"][0]["sku"] == "trousers-blue"

    elsewhere(
        "-c",
        "import django; django.setup(); from matching.models import Search; "
        "Search.objects.filter(source='command').delete()",
    )
    known = elsewhere("-c", SEARCH)
    assert known.returncode == 0, known.stderr
    search = Search.objects.get(source="api")
    red = shop["tshirt-red"]
    red.refresh_from_db()
    assert json.loads(known.stdout) == [
        str(search.pk),
        [match.sku for match in search.matches.all()],
        search.photo.read().hex()[:40],
        red.updated_at.isoformat(),
        red.photo.read().hex()[:40],
        True,
        True,
    ]

    again = elsewhere("manage.py", "restore", str(file))
    assert again.returncode == 1
    assert "into an empty database only" in again.stderr


def test_nothing_half_done_is_left(
    make_product: MakeProduct, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from operations import backup as module

    def full(*_: Any) -> int:
        raise OSError("No space left on device")

    monkeypatch.setattr(module, "_add_artifacts", full)
    with pytest.raises(CommandError, match="No space left"):
        backup(tmp_path / "backup.tar")
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == []


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    file.write_text("precious")
    with pytest.raises(CommandError, match="is there already"):
        backup(file)
    assert file.read_text() == "precious"


def test_a_photo_that_goes_meanwhile_is_counted(
    make_product: MakeProduct, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sku in ("1", "2"):
        make_product(sku, photo=encoded(picture((sku == "1" and "red") or "blue")))
    names = list(Product.objects.order_by("sku").values_list("photo", flat=True))
    from operations import backup as module

    real = module.files_of
    monkeypatch.setattr(
        module,
        "files_of",
        lambda *place: [*real(*place), *(["gone.jpg"] if len(place) < 2 else [])],
    )
    said = backup(tmp_path / "backup.tar")
    assert "2 files of default, 1 went meanwhile" in said
    with tarfile.open(tmp_path / "backup.tar") as tar:
        kept = [name for name in tar.getnames() if name.startswith("files/default/")]
    assert kept == sorted(f"files/default/{name}" for name in names)
    assert all(storages["default"].exists(name) for name in names)


def restore(path: Path) -> None:
    call_command("restore", path, stdout=io.StringIO())


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photo.tar"
    path.write_bytes(encoded(picture("red")))
    with pytest.raises(CommandError, match="is no backup, or it is damaged"):
        restore(path)
    with tarfile.open(path, "w") as tar:
        tar.add(ROOT / "README.md", "README.md")
    with pytest.raises(CommandError, match="it has no manifest.json"):
        restore(path)


def test_a_backup_of_another_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from operations import tables

    path = tmp_path / "backup.tar"
    backup(path)
    monkeypatch.setattr(tables, "migrations", lambda: ["catalog.0099_later"])
    with pytest.raises(CommandError, match="Restore it with that version, then upgrade"):
        restore(path)


def test_a_place_that_is_in_use_is_left_alone(make_product: MakeProduct, tmp_path: Path) -> None:
    make_product("1")
    backup(tmp_path / "backup.tar")
    with pytest.raises(CommandError, match="The database has products already"):
        restore(tmp_path / "backup.tar")
    assert Product.objects.get().sku == "1"
