"""What a web process installs is enough to serve; what it lacks it says in words."""

from __future__ import annotations

import io
import logging
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from catalog.models import Product
from jobs import queue
from jobs.models import Job
from matching.models import Embedding
from tests.conftest import MakeProduct, encoded, picture
from tests.test_structure import NOT_FOR_WEB

ROOT = Path(__file__).parent.parent
FILES = ("requirements-web.txt", "requirements.txt", "lab/requirements.txt", "requirements-dev.txt")
INSTALL = r"not installed here\. .* run: .*pip install -r requirements\.txt"

SERVE = """
import sys
for name in {lacking}:
    sys.modules[name] = None
import django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
call_command("import_products", {folder!r})
call_command("build_index")
with open({photo!r}, "rb") as file:
    answer = Client().post("/predict/", {{"file": file}}, headers={{"host": "localhost"}})
print(answer.status_code, answer.json()["matches"][0]["sku"])
"""


def pins(file: str) -> list[str]:
    """The packages that a file names itself."""
    lines = (ROOT / file).read_text().splitlines()
    return [re.split(r"[\[~=]", line)[0] for line in lines if line[:1] not in ("", "#", "-")]


# The files


def test_each_package_is_pinned_once() -> None:
    named = [name for file in FILES for name in pins(file)]
    assert sorted(named) == sorted(set(named))


def test_the_files_include_one_another() -> None:
    for inner, outer in pairwise(FILES):
        (line,) = re.findall(r"^-r (\S+)$", (ROOT / outer).read_text(), re.MULTILINE)
        assert (ROOT / outer).parent.joinpath(line).resolve() == ROOT / inner


def test_what_a_web_process_does_without_is_known() -> None:
    assert sorted(name.replace("-", "_") for name in pins("requirements.txt")) == sorted(
        NOT_FOR_WEB
    )


def test_the_services_run_on_images_that_are_there() -> None:
    targets = re.findall(r"^FROM \S+ AS (\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    built = {name: one["build"]["target"] for name, one in services.items() if "build" in one}
    assert set(built.values()) == {"web", "worker"} <= set(targets)
    assert built["worker"] == "worker"


# A process that has no more than requirements-web.txt


@pytest.mark.slow
def test_the_web_requirements_are_enough_to_import_to_build_and_to_answer(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    rows = ["id,articleType,productDisplayName"]
    for colour in ("red", "blue", "green"):
        (tmp_path / f"images/{colour}.jpg").write_bytes(encoded(picture(colour)))
        rows.append(f"{colour},Tshirts,A {colour} tee")
    (tmp_path / "styles.csv").write_text("\n".join(rows))
    photo = str(tmp_path / "images/blue.jpg")
    program = SERVE.format(lacking=NOT_FOR_WEB, folder=str(tmp_path), photo=photo)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "findmyvibe.settings",
            "DATA_DIR": str(tmp_path / "data"),
            "READ_DOT_ENV": "0",
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1:] == ["200 blue"], done.stderr


@pytest.fixture
def web_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing beyond requirements-web.txt can be imported."""
    for name in NOT_FOR_WEB:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.fixture
def one_product(make_product: MakeProduct) -> Product:
    return make_product("1", photo=encoded(picture()), item_type="tshirts")


def test_training_says_what_is_missing_before_it_does_anything(
    web_only: None, one_product: Product
) -> None:
    wanted = "Training needs torch and matplotlib, which are " + INSTALL
    with pytest.raises(CommandError, match=wanted):
        call_command("train_heads")
    assert not Embedding.objects.exists()


def test_the_button_for_training_leads_to_a_page_that_says_what_is_missing(
    web_only: None,
    one_product: Product,
    admin_client: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(queue, "_start_thread", queue._execute_quietly)
    with caplog.at_level(logging.DEBUG), django_capture_on_commit_callbacks(execute=True):
        answer = admin_client.post(reverse("admin:model-room-start"), {"kind": "train_heads"})
    row = Job.objects.get()
    assert row.state == Job.State.FAILED
    assert re.match("Training needs torch and matplotlib, which are " + INSTALL, row.log)
    page = admin_client.get(answer.url).content.decode()
    assert "Training needs torch and matplotlib" in page
    assert [record for record in caplog.records if record.exc_info] == []


def test_the_label_audit_says_what_is_missing(web_only: None, one_product: Product) -> None:
    with pytest.raises(queue.JobError, match="The label audit needs torch, which is " + INSTALL):
        queue.run_here("audit_labels")


def test_installing_a_backbone_says_what_is_missing(web_only: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Installing a backbone needs torch, .* and onnxscript"):
        call_command("install_backbone", tmp_path)


def test_measuring_says_what_its_plots_need(web_only: None, db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Drawing plots needs matplotlib, which is " + INSTALL):
        call_command("evaluate_matcher", tmp_path, plots=tmp_path / "plots")


@pytest.mark.slow
def test_a_search_is_answered_and_its_grid_says_what_it_needs(
    web_only: None, shop: dict[str, Product], tmp_path: Path
) -> None:
    photo, said = tmp_path / "photo.jpg", io.StringIO()
    photo.write_bytes(encoded(picture("red")))
    with pytest.raises(CommandError, match="Drawing a grid needs matplotlib, which is " + INSTALL):
        call_command("find_vibe", photo, grid=tmp_path / "grid.png", stdout=said)
    assert "tshirt-red" in said.getvalue()
    call_command("find_vibe", photo, stdout=said)
