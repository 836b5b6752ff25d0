"""What docs/api.md shows is what a shell can do, against a server of the site."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User

from api.models import ShopperToken
from catalog.models import Product, Variant
from tests.api.clients import program
from tests.helpers import encoded, picture

DOCUMENT = (Path(__file__).parents[2] / "docs/api.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL)
# Of what is refused the shell says which line it was, and ends.
SHELL = """
set -eu
curl() { command curl --silent --show-error --fail-with-body "$@"; echo; }
"""


@pytest.fixture
def world(shop: dict[str, Product], settings: Any, tmp_path: Path) -> dict[str, str]:
    """What the document speaks of, and the variables that its lines take."""
    settings.ALLOWED_HOSTS = ["*"]
    Variant.objects.filter(sku="tshirt-red").update(sku="demo-0478")
    there = Product.objects.filter(sku="tshirt-red")
    there.update(sku="demo-0478", slug="demo-0478", brand="Tidewell")
    admin = program("admin")
    changed = {"attributes": {"colour": "red"}, "price": "19.90", "currency": "EUR"}
    assert admin.ask("PATCH", "/products/demo-0478", changed).status_code == 200
    anna = User.objects.create_user("anna", "anna@example.org", "a long and odd pass phrase")
    kept = {"session_hash": anna.get_session_auth_hash()}
    (tmp_path / "photo.jpg").write_bytes(encoded(picture("red")))
    for name in ("1.jpg", "2.jpg"):
        (tmp_path / name).write_bytes(encoded(picture("red")))
    with ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.write(tmp_path / "1.jpg", "1.jpg")
    (tmp_path / "tee.jpg").write_bytes(encoded(picture("blue")))
    (tmp_path / "products.ndjson").write_text('{"sku": "tee-2", "name": "Blue Tee"}\n')
    photo = encoded(picture("red"))
    found = admin.post("/searches", photo, content_type="image/jpeg").json()
    token = ShopperToken.objects.create(anna, **kept)[1]
    return {"KEY": admin.secret, "TOKEN": token, "ID": found["id"]}


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_every_line_of_the_document_works(
    world: dict[str, str], at_once: None, live_server: Any, tmp_path: Path
) -> None:
    blocks = [one for one in BLOCKS if "curl" in one]
    assert len(blocks) > 5
    script = SHELL + "\n".join(blocks).replace("http://127.0.0.1:8000", "$SHOP")
    script = script.replace('"garment": 2', '"k": 2')  # the drawing shows one
    done = subprocess.run(
        ["bash", "-xc", script],
        cwd=tmp_path,
        env={**world, "SHOP": live_server.url, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
    assert (tmp_path / "rows.f32").stat().st_size % 4 == 0
    assert done.stdout.count("{") >= len(blocks)
