"""docker-compose.yml, .env.example, Caddyfile and settings fit each other."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from scripts.compose_file import (
    COMPOSE,
    UnsetError,
    environment_of,
    read_compose,
    read_variables,
)

ROOT = Path(__file__).parent.parent
EXAMPLE = (ROOT / ".env.example").read_text()
SET = {
    "SITE_HOST": "shop.example",
    "SECRET_KEY": "a-long-random-text",
    "POSTGRES_PASSWORD": "abc123",
    "S3_ACCESS_KEY": "findmyvibe",
    "S3_SECRET_KEY": "def456",
}
VARIABLES = read_variables(ROOT / ".env.example") | SET
SERVICES: dict[str, dict[str, Any]] = read_compose(VARIABLES)["services"]
OURS = {name: one for name, one in SERVICES.items() if "build" in one}
ONCE = {name for name, one in SERVICES.items() if one["restart"] == "no"}


def listed(section: str = "") -> set[str]:
    """The variables of .env.example, or of one section of it."""
    _, heading, rest = EXAMPLE.partition(f"# --- {section}")
    assert heading
    return set(re.findall(r"^([A-Z_0-9]+)=", rest.split("# --- ")[0] if section else EXAMPLE, re.M))


def test_every_variable_of_the_file_is_in_the_example() -> None:
    asked_for = set(re.findall(r"\$\{([A-Z_0-9]+)", COMPOSE.read_text()))
    assert {"SITE_HOST", "POSTGRES_PASSWORD", "HTTPS_PORT"} <= asked_for
    assert asked_for - listed() == set()


def test_what_only_compose_reads_stands_in_its_own_sections() -> None:
    settings = (ROOT / "findmyvibe/settings.py").read_text()
    of_compose = listed("docker compose only: must") | listed("docker compose only: may")
    assert [name for name in of_compose if f'"{name}"' in settings] == []


def test_every_setting_reaches_the_services_unless_the_file_decides_it() -> None:
    """What it decides by itself is said in the example; all else comes from .env."""
    assert {service["env_file"] for service in OURS.values()} == {".env"}
    written = yaml.safe_load(COMPOSE.read_text())["x-app"]["environment"]
    for service in OURS.values():
        assert service["environment"].keys() == written.keys()
    decided = {name for name, value in written.items() if f"${{{name}:" not in str(value)}
    assert decided == listed("decided by docker-compose.yml itself")


@pytest.mark.parametrize("name", SET)
def test_secrets_and_the_name_of_the_site_must_be_set(name: str) -> None:
    with pytest.raises(UnsetError, match=f"set {name} in .env"):
        read_compose(VARIABLES | {name: ""})


def test_no_password_stands_in_the_file_or_in_the_example() -> None:
    secret = re.compile(r"(SECRET|PASSWORD|TOKEN|ACCESS_KEY)")
    empty = dict(re.findall(r"^([A-Z_0-9]+)=(.*)$", EXAMPLE, re.M))
    assert {value for name, value in empty.items() if secret.search(name)} == {""}
    lines = [line for line in COMPOSE.read_text().splitlines() if re.search(r"^ +\w+: \S", line)]
    given = [line for line in lines if secret.search(line.split(":")[0])]
    assert len(given) >= 6
    assert [line for line in given if "${" not in line] == []


def test_only_the_proxy_is_published() -> None:
    assert {name for name, one in SERVICES.items() if one.get("ports")} == {"proxy"}
    for name in ("postgres", "redis", "s3"):
        assert SERVICES[name]["networks"] == ["data"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned(name: str) -> None:
    repository, _, tag = SERVICES[name]["image"].partition(":")
    if name in OURS:
        assert tag == "local"
    else:
        assert re.match(r"v?\d+\.\d+(\.\d+)?(-|$)", tag), repository


def test_what_our_images_stand_on_is_pinned() -> None:
    foreign = re.findall(r"^FROM (\S+:\S+)", (ROOT / "Dockerfile").read_text(), re.M)
    assert foreign
    assert all(re.search(r":\d+\.\d+\.\d+-", one) for one in foreign)


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_limits_logs_that_end_and_a_check(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert service["security_opt"] == ["no-new-privileges:true"]
    if name in ONCE:
        assert service["healthcheck"] == {"disable": True}
    elif name not in ("web", "worker"):  # Theirs are part of the image.
        assert service["healthcheck"]["test"]
    if name in OURS:
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_needs_is_healthy_before_it(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        done = "service_completed_successfully" if other in ONCE else "service_healthy"
        assert how["condition"] == done


def test_jobs_and_requests_have_time_to_end() -> None:
    graceful = re.search(r"graceful_timeout = (\d+)", (ROOT / "gunicorn.conf.py").read_text())
    assert graceful
    assert SERVICES["web"]["stop_grace_period"] == "40s"
    assert int(graceful[1]) < 40
    assert SERVICES["worker"]["stop_grace_period"] == "1m"


def commands() -> dict[str, list[str]]:
    """What each of our services runs: its own command, or that of its image."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    found = {}
    for name, service in OURS.items():
        stage = dockerfile.split(f" AS {service['build']['target']}\n")[1].split("\nFROM")[0]
        (own,) = re.findall(r"^CMD (\[.*\])$", stage, re.M)
        found[name] = service.get("command") or json.loads(own)
    return found


def test_what_the_services_run_exists() -> None:
    found = commands()
    assert found.keys() == {"migrate", "bucket", "web", "worker", "beat"}
    for program, *arguments in found.values():
        if program == "python":
            assert arguments[0] == "manage.py"
            assert arguments[1] in get_commands()
        else:
            assert (Path(sys.executable).parent / program).is_file()


def test_the_tasks_of_the_night_exist() -> None:
    from findmyvibe.celery import app

    app.loader.import_default_modules()
    scheduled = {one["task"] for one in app.conf.beat_schedule.values()}
    assert len(scheduled) >= 2
    assert scheduled <= set(app.tasks)


SETTINGS = """
import json, django
django.setup()
from django.conf import settings as s
from django.core.files.storage import storages
print(json.dumps([s.ALLOWED_HOSTS, s.PHOTO_HOSTS, s.DATABASES["default"]["HOST"], s.DEBUG,
    s.SESSION_COOKIE_SECURE, storages["default"].url("a.jpg"), s.CACHES["default"]["LOCATION"]]))
"""


def test_a_site_with_this_environment_is_reached_through_the_proxy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SETTINGS],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
        | environment_of(SERVICES["web"], VARIABLES)
        | {"READ_DOT_ENV": "0", "DJANGO_SETTINGS_MODULE": "findmyvibe.settings"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        ["shop.example", "127.0.0.1"],
        ["https://shop.example"],
        "postgres",
        False,
        True,
        "https://shop.example/findmyvibe/media/a.jpg",
        "redis://redis:6379/0",
    ]


def test_the_proxy_understands_its_file() -> None:
    caddy = shutil.which("caddy", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert caddy, "pip install -r requirements-dev.txt"
    environment = environment_of(SERVICES["proxy"], VARIABLES) | {"HOME": "/nonexistent"}
    command = [caddy, "adapt", "--config", str(ROOT / "Caddyfile"), "--adapter", "caddyfile"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert '"shop.example"' in done.stdout
    assert '"/findmyvibe/media/*"' in done.stdout
    assert '"max_size":1073741824' in done.stdout


@pytest.mark.services
@pytest.mark.slow
def test_every_service_starts_with_its_very_command_and_environment() -> None:
    """Each in a network namespace of its own; what no package here carries has a stand-in."""
    if os.geteuid() or not shutil.which("ip"):
        pytest.skip("network namespaces need root and iproute2")
    command = [sys.executable, "-m", "scripts.compose_on_host", "--short"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "'database': {'state': 'ok'}" in done.stdout
    assert "'workers': {'state': 'ok'}" in done.stdout
    assert done.stdout.rstrip().endswith("done")
