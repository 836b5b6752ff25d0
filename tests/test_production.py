"""The site outside debug mode: collected static files, secure settings, no demo login."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

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


@pytest.mark.slow
def test_gunicorn_adds_up_what_its_processes_count(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    own = {"DATA_DIR": str(tmp_path), "READ_DOT_ENV": "0", "METRICS_TOKEN": "t", "ACCESS_LOG": "1"}
    command = [sys.executable, "-m", "gunicorn", "findmyvibe.wsgi", "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        command, cwd=ROOT, env=clean | own | {"LOG_FORMAT": "json"}, stderr=subprocess.PIPE
    )
    try:
        for _ in range(20):
            assert asked(f"http://127.0.0.1:{port}/healthz") == '{"status": "ok"}'
        figures = asked(f"http://127.0.0.1:{port}/metrics", Authorization="Bearer t")
    finally:
        server.terminate()
        _, said = server.communicate(timeout=40)
    name = 'findmyvibe_requests_total{method="GET",route="/healthz",status="200"}'
    assert f"{name} 20.0" in figures
    lines = [json.loads(line) for line in said.splitlines() if line.startswith(b"{")]
    assert [line["route"] for line in lines].count("/healthz") == 20
    assert len({line["request_id"] for line in lines}) == 21
    assert server.returncode == 0


def asked(address: str, **headers: str) -> str:
    """What answers there, within half a minute."""
    for _ in range(60):
        try:
            with urlopen(Request(address, headers=headers), timeout=30) as answer:
                return str(answer.read().decode())
        except URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.5)
    raise AssertionError(f"{address} does not answer")
