"""The site outside debug mode: collected static files, secure settings, no demo login."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.test import Client

ROOT = Path(__file__).parent.parent
VISIT = """
import django; django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
page = Client().get("/", headers={"host": "localhost"})
print(page.status_code, "css/" in page.content.decode())
"""


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    environment = clean | {
        "DATA_DIR": str(folder),
        "READ_DOT_ENV": "0",
        "DJANGO_SETTINGS_MODULE": "findmyvibe.settings",
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_pages_stand_with_and_without_collected_static_files(tmp_path: Path) -> None:
    bare = run(tmp_path, "-c", VISIT, STATIC_ROOT=str(tmp_path / "none"))
    assert bare.stdout.strip() == "200 True", bare.stderr
    collected = run(
        tmp_path, "manage.py", "collectstatic", "--noinput", STATIC_ROOT=str(tmp_path / "s")
    )
    assert collected.returncode == 0, collected.stderr
    visited = run(tmp_path, "-c", VISIT, STATIC_ROOT=str(tmp_path / "s"))
    assert visited.stdout.strip() == "200 True", visited.stderr


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    code = "from django.conf import settings; print(settings.SECRET_KEY)"
    first, second = (run(tmp_path, "-c", code).stdout for _ in range(2))
    assert first == second
    assert len(first.strip()) == 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"VISUAL_WEIGHT": "1.5"}, "matching.E001"),
        ({"PREDICT_RATE": "often"}, "matching.E002"),
        ({"MAX_UPLOAD_MB": "0"}, "matching.E003"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, variables: dict[str, str], message: str) -> None:
    done = run(tmp_path, "manage.py", "check", **variables)
    assert done.returncode == 1
    assert message in done.stderr
    assert next(iter(variables)) in done.stderr


def test_an_empty_variable_is_the_same_as_none(tmp_path: Path) -> None:
    code = "from django.conf import settings; print(settings.DATABASES['default']['ENGINE'])"
    assert "sqlite3" in run(tmp_path, "-c", code, DATABASE_URL="", DEBUG="").stdout


@pytest.mark.django_db
def test_the_demo_login_exists_in_debug_mode_only(settings: Any) -> None:
    get_user_model().objects.create_superuser("demo", password="demo")
    settings.DEBUG = True
    assert authenticate(username="demo", password="demo")
    settings.DEBUG = False
    assert authenticate(username="demo", password="demo") is None


def test_pages_run_nothing_that_stands_inside_them(client: Client, db: None) -> None:
    policy = client.get("/account/login/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "object-src 'none'" in policy


@pytest.mark.parametrize(
    ("variables", "host"),
    [
        ({"S3_PUBLIC_DOMAIN": "cdn.shop.example/photos"}, "https://cdn.shop.example"),
        ({"S3_ENDPOINT_URL": "http://minio:9000/"}, "http://minio:9000"),
        ({}, "https://*.amazonaws.com"),
    ],
)
def test_photos_may_come_from_where_the_bucket_is(
    tmp_path: Path, variables: dict[str, str], host: str
) -> None:
    code = "from django.conf import settings; print(settings.CONTENT_SECURITY_POLICY)"
    assert f"'{host}'" in run(tmp_path, "-c", code, S3_BUCKET="photos", **variables).stdout
