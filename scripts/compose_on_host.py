"""Runs every service of docker-compose.yml on this machine, without Docker, and walks through it.

    sudo .venv/bin/python -m scripts.compose_on_host

Each service is a host of its own: a network namespace with its own address, in which the names of
the others lead to theirs. It runs the very command of the compose file with the environment that
compose would give it; folders of volumes lie in one folder that goes afterwards. What no package
here carries has a stand-in, which is told: PostgreSQL and Redis are Debian's, the S3 server is
moto's. Two web processes and two workers; one of each is killed, Redis is stopped and started. It
takes some minutes; with --short, which only starts all and asks whether it is ready, one or two.

Needs root, iproute2, PostgreSQL and Redis (`make services`), and requirements-dev.txt.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from scripts.compose_file import ROOT, environment_of, read_compose, read_variables

NET, BRIDGE = "10.213.77", "vibe0"
HOSTS = ["proxy", "web", "web2", "worker", "worker2", "beat", "postgres", "redis", "s3"]
BIN = Path(sys.executable).parent
PATIENCE = 240
STATE_FOLDERS = ("data", "artifacts", "tmp", "postgres", "redis", "proxy")


class FailedError(Exception):
    """A step did not go as it should; the message says which and what was said."""


def sh(*command: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=True, capture_output=True, text=True, **options)


class Stage:
    """The hosts, what runs on them, and the folder of what they keep."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        own = {name: secrets.token_hex(16) for name in ("SECRET_KEY", "POSTGRES_PASSWORD")}
        own |= {"S3_ACCESS_KEY": "findmyvibe", "S3_SECRET_KEY": secrets.token_hex(16)}
        own |= {"SITE_HOST": "localhost", "METRICS_TOKEN": "token"}
        self.variables = read_variables(ROOT / ".env.example") | own
        self.services = read_compose(self.variables)["services"]
        for folder in STATE_FOLDERS:
            (state / folder).mkdir(mode=0o777)

    def lay_network(self) -> None:
        sh("ip", "link", "add", BRIDGE, "type", "bridge")
        sh("ip", "link", "set", BRIDGE, "up")
        for number, host in enumerate(HOSTS, start=2):
            names = Path(f"/etc/netns/vibe-{host}/hosts")
            names.parent.mkdir(parents=True, exist_ok=True)
            lines = [f"{NET}.{at} {one}" for at, one in enumerate(HOSTS, start=2)]
            names.write_text("\n".join(["127.0.0.1 localhost", *lines, f"{NET}.4 web", ""]))
            sh("ip", "netns", "add", f"vibe-{host}")
            end = f"vibe{number}"
            sh("ip", "link", "add", end, "type", "veth", "peer", "eth0", "netns", f"vibe-{host}")
            sh("ip", "link", "set", end, "master", BRIDGE, "up")
            inside = ["ip", "-n", f"vibe-{host}"]
            sh(*inside, "addr", "add", f"{NET}.{number}/24", "dev", "eth0")
            sh(*inside, "link", "set", "eth0", "up")
            sh(*inside, "link", "set", "lo", "up")

    def clear(self) -> None:
        for host in HOSTS:
            found = subprocess.run(
                ["ip", "netns", "pids", f"vibe-{host}"], capture_output=True, text=True
            )
            for pid in map(int, found.stdout.split()):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            subprocess.run(["ip", "netns", "del", f"vibe-{host}"], capture_output=True)
            shutil.rmtree(f"/etc/netns/vibe-{host}", ignore_errors=True)
        subprocess.run(["ip", "link", "del", BRIDGE], capture_output=True)

    def on_host(self, text: str) -> str:
        """Where the folders of volumes and of the image are on this machine."""
        if text.startswith(str(self.state)):
            return text
        text = re.sub(r"^/(data|artifacts|tmp)\b", rf"{self.state}/\1", text)
        text = text.replace("/app/", f"{ROOT}/").replace("/etc/caddy/", f"{ROOT}/")
        return re.sub(r"^python$", sys.executable, text)

    def environment(self, service: str) -> dict[str, str]:
        """As compose gives it, less every folder that is elsewhere here."""
        given = environment_of(self.services[service], self.variables)
        plain = {"PATH": f"{BIN}:{os.environ['PATH']}", "READ_DOT_ENV": "0"}
        plain |= {"HOME": str(self.state / "proxy"), "TMPDIR": str(self.state / "tmp")}
        return plain | {name: self.on_host(value) for name, value in given.items()}

    def command(self, service: str) -> list[str]:
        """The very command of the service; that of its image where it has none."""
        if service == "s3":  # versitygw is in no package
            return ["moto_server", "-H", "0.0.0.0", "-p", "7070"]
        if service == "postgres":
            return self._postgres()
        found = self.services[service].get("command") or of_image(service, "CMD")
        own = ["--protected-mode", "no"] if service == "redis" else []  # as its image has it
        return [*(self.on_host(part) for part in found), *own]

    def _postgres(self) -> list[str]:
        """What the image does before it starts: a cluster with the role and database it is told."""
        binaries = max(Path("/usr/lib/postgresql").glob("*/bin"))
        folder, as_user = self.state / "postgres", ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
        told = self.environment("postgres")
        password = self.state / "tmp" / "password"
        password.write_text(told["POSTGRES_PASSWORD"])
        password.chmod(0o644)
        user = f"--username={told['POSTGRES_USER']}"
        sh(*as_user, f"{binaries}/initdb", "-D", str(folder), user, f"--pwfile={password}")
        with (folder / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {NET}.0/24 scram-sha-256\n")
        single = [f"{binaries}/postgres", "--single", "-D", str(folder), "postgres"]
        sh(*as_user, *single, input=f"CREATE DATABASE {told['POSTGRES_DB']};\n")
        return [*as_user, f"{binaries}/postgres", "-D", str(folder), "-h", "*", "-k", ""]

    def within(self, host: str, command: list[str]) -> list[str]:
        named = ["unshare", "--uts", "sh", "-c", f'hostname {host}; exec "$@"', host]
        return ["ip", "netns", "exec", f"vibe-{host}", *named, *command]

    def start(self, host: str) -> None:
        service = host.rstrip("2")
        log = (self.state / f"{host}.log").open("ab")
        folder = self.state / "redis" if service == "redis" else ROOT
        self.running[host] = subprocess.Popen(
            self.within(host, self.command(service)),
            cwd=folder,
            env=self.environment(service),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def stop(self, host: str, how: signal.Signals = signal.SIGTERM) -> int:
        process = self.running.pop(host)
        os.killpg(process.pid, how)
        return process.wait(timeout=90)

    def run(self, host: str, *command: str, service: str = "") -> str:
        """What a command says that runs on a host to its end, as `docker compose exec`."""
        service = service or host.rstrip("2")
        full = self.within(host, [self.on_host(part) for part in command])
        environment = self.environment(service)
        done = subprocess.run(full, cwd=ROOT, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise FailedError(f"{' '.join(command)} on {host}: {done.stdout}{done.stderr}")
        return done.stdout

    def until(self, what: str, is_so: Callable[[], bool]) -> None:
        ends = time.monotonic() + PATIENCE
        while not is_so():
            ended = [host for host, one in self.running.items() if one.poll() is not None]
            if ended or time.monotonic() > ends:
                raise FailedError(f"{what}: not within {PATIENCE} s; ended: {ended}")
            time.sleep(0.5)

    def wait_healthy(self, host: str) -> None:
        """By the service's own check, on its host."""
        if host == "s3":
            check = ["python", "-c", "import socket; socket.create_connection(('s3', 7070))"]
        else:
            check = check_of(self.services[host.rstrip("2")], host.rstrip("2"))
        check = [part.replace("/tmp", f"{self.state}/tmp") for part in check]

        def is_well() -> bool:
            full = self.within(host, [self.on_host(part) for part in check])
            environment = self.environment(host.rstrip("2")) | {"HOSTNAME": host}
            return not subprocess.run(
                full, cwd=ROOT, env=environment, capture_output=True, timeout=60
            ).returncode

        self.until(f"{host} is healthy", is_well)


def of_image(service: str, word: str) -> list[str]:
    """CMD of the stage that the image of a service is built from."""
    stage = (ROOT / "Dockerfile").read_text().split(f" AS {service}\n")[1].split("\nFROM")[0]
    (found,) = re.findall(rf"{word} (\[.*\]|[a-z].*)$", stage.replace("HEALTHCHECK", ""), re.M)[-1:]
    return json.loads(found) if found.startswith("[") else ["sh", "-c", found]


def check_of(service: dict[str, Any], name: str) -> list[str]:
    if "healthcheck" not in service:
        stage = (ROOT / "Dockerfile").read_text().split(f" AS {name}\n")[1].split("\nFROM")[0]
        (found,) = re.findall(r"HEALTHCHECK .*\\\n\s+CMD (.*)$", stage, re.M)
        return json.loads(found) if found.startswith("[") else ["sh", "-c", found]
    kind, *rest = service["healthcheck"]["test"]
    return ["sh", "-c", *rest] if kind == "CMD-SHELL" else rest


class Walk:
    """What a shop and its visitors do, through the proxy."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def curl(self, path: str, *options: str) -> str:
        authority = next((self.stage.state / "proxy").rglob("root.crt"))
        command = ["curl", "-sS", "--fail-with-body", "--max-time", "60", "--cacert"]
        return self.stage.run(
            "proxy", *command, str(authority), *options, f"https://localhost{path}"
        )

    def search(self) -> dict[str, Any]:
        photo = ROOT / "demo/images/demo-0001.webp"
        found: dict[str, Any] = json.loads(self.curl("/predict/", "-F", f"file=@{photo}"))
        return found

    def ready(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.curl("/readyz"))
        return found

    def take(self) -> None:
        stage = self.stage
        self.lose_a_worker()
        say("build by a worker")
        stage.run("web", "python", "manage.py", "build_index")
        say("a search through the proxy, its photo from the bucket")
        found = self.search()
        if found["matches"][0]["sku"] != "demo-0001":
            raise FailedError(f"demo-0001 is not found: {found}")
        photo = found["matches"][0]["image"]
        if not photo.startswith("https://localhost/findmyvibe/media/"):
            raise FailedError(f"the photo is elsewhere: {photo}")
        self.curl(photo.removeprefix("https://localhost"), "-o", os.devnull)
        stage.until("all parts hold", lambda: self.ready()["status"] == "ready")
        self.lose_a_web_process()
        self.lose_redis()
        say("backup")
        stage.run("worker", "python", "manage.py", "backup", "/tmp/walk.tar")

    def lose_a_worker(self) -> None:
        say("import by a worker, which is killed; the other one goes on")
        stage = self.stage
        stage.stop("worker2")
        import_some = ["import_products", str(ROOT / "demo"), "--limit", "80"]
        command = stage.within("web", [sys.executable, "manage.py", *import_some])
        going = subprocess.Popen(command, cwd=ROOT, env=stage.environment("web"))
        stage.until("the import runs", lambda: "running" in self.jobs())
        stage.stop("worker", signal.SIGKILL)
        stage.start("worker2")
        if going.wait(timeout=2 * PATIENCE):
            raise FailedError("the import did not survive its worker")
        stage.start("worker")

    def jobs(self) -> list[str]:
        """The states that jobs are in."""
        text = self.curl("/metrics", "-H", "Authorization: Bearer token")
        found = re.findall(r'findmyvibe_jobs\{state="(\w+)"\} ([\d.]+)', text)
        return [state for state, count in found if float(count)]

    def lose_a_web_process(self) -> None:
        say("a web host is killed; the other answers")
        self.stage.stop("web", signal.SIGKILL)
        time.sleep(1)  # What it had begun in that moment is lost with it.
        self.search()
        self.stage.start("web")
        self.stage.wait_healthy("web")

    def lose_redis(self) -> None:
        say("Redis is stopped: searches go on")
        self.stage.stop("redis")
        self.search()
        self.stage.until("it says so", lambda: self.ready()["status"] == "degraded")
        self.stage.start("redis")
        self.stage.wait_healthy("redis")
        self.stage.until("all parts hold again", lambda: self.ready()["status"] == "ready")


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def bring_up(stage: Stage) -> None:
    """In the order of depends_on; each is healthy before what needs it."""
    stage.lay_network()
    say("postgres, redis and moto in place of versitygw")
    for host in ("postgres", "redis", "s3"):
        stage.start(host)
    for host in ("postgres", "redis", "s3"):
        stage.wait_healthy(host)
    for once in ("migrate", "bucket"):
        say(once)
        stage.run("web", *stage.command(once), service=once)
    say("web, worker (two of each), beat, proxy")
    stage.run(
        "web", "python", "manage.py", "collectstatic", "--noinput", "-v0"
    )  # as the image does
    for host in ("web", "web2", "worker", "worker2", "beat", "proxy"):
        stage.start(host)
    for host in ("web", "web2", "worker", "worker2", "proxy"):
        stage.wait_healthy(host)


def main() -> int:
    if os.geteuid():
        sys.exit("Network namespaces need root: sudo .venv/bin/python -m scripts.compose_on_host")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to stop"))
    with tempfile.TemporaryDirectory(prefix="compose-") as made:
        Path(made).chmod(0o755)
        stage = Stage(Path(made))
        stage.clear()  # of a run that was killed
        try:
            bring_up(stage)
            walk = Walk(stage)
            say(f"through the proxy: {walk.ready()}")
            if "--short" not in sys.argv:
                walk.take()
            say("stopped as compose does it")
            codes = {host: stage.stop(host) for host in ("proxy", "beat", "worker", "web", "web2")}
            say(f"exit codes: {codes}")
        except (FailedError, subprocess.SubprocessError) as error:
            for log in sorted(Path(made).glob("*.log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}")
            say(f"failed: {error} {getattr(error, 'stderr', '') or ''}")
            return 1
        finally:
            stage.clear()
    say("done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
