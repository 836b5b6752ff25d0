"""Runs the suite: on the embedded defaults, then again on PostgreSQL and Redis where they answer.

`REQUIRE_ALL=1` (as CI sets it) makes anything that would be left out a failure. Further arguments
go to pytest.
"""

import os
import shutil
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = "postgres://findmyvibe:findmyvibe@127.0.0.1:5432/findmyvibe"
REDIS = "redis://127.0.0.1:6379/15"


def main(arguments: list[str]) -> int:
    embedded = os.environ | {"DATABASE_URL": "", "REDIS_URL": "", "READ_DOT_ENV": "0"}
    left_out = []
    if not os.environ.get("VIBE_DATA"):
        left_out.append("tests on a real data set: set VIBE_DATA to a Kaggle-shaped folder")
    if not shutil.which("chromium"):
        left_out.append("browser tests: install chromium")
    if find_spec("resvg_py") is None:
        left_out.append("tests of the laboratory: pip install -r lab/requirements.txt")
    print("== SQLite, tasks in the calling process", flush=True)
    failed = _pytest(embedded, "-m", "not services", *arguments)
    if _answers(5432) and _answers(6379):
        print("== PostgreSQL, Celery on Redis", flush=True)
        served = embedded | {"DATABASE_URL": POSTGRES, "REDIS_URL": REDIS}
        # The laboratory knows neither a database nor a queue.
        served_only = ["-m", "not browser and not dataset", *(arguments or ["tests"])]
        failed |= _pytest(served, *served_only)
    else:
        left_out.append("PostgreSQL and Redis do not answer: make services")
    for reason in left_out:
        print(f"left out: {reason}")
    return failed or int(bool(left_out) and os.environ.get("REQUIRE_ALL") == "1")


def _pytest(environment: dict[str, str], *arguments: str) -> int:
    set_only = {name: value for name, value in environment.items() if value}
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.call(command, cwd=ROOT, env=set_only | {"READ_DOT_ENV": "0"})


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
