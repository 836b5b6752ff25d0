"""What POST /predict/ costs beside its answer: what runs at once, and what passes over the index.

    python -m benchmarks.predict FOLDER [--products 40000] [--clients 32] [--rounds 3] [--json FILE]

FOLDER holds JPEG files. Three questions, each side by side in one run: whether pictures of several
requests would embed faster together; what it saves to vote for all garments of a photo in one pass
over the index; and what so many clients get out of the site, against one after another. The
catalogue is drawn by lot (benchmarks.live); the site is one process of gunicorn on loopback.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import Role, jpegs, machine, side_by_side, write_json
from matching.engine.backbone import Backbone
from matching.engine.backends import backend

ROOT = Path(__file__).parents[1]
TOGETHER = (1, 2, 4, 8)
VOTERS, WIDTH, STYLES = 30, 512, 9
BOUNDARY = "photo"
Times = dict[str, dict[str, float]]


def told(spent: dict[str, list[float]], counts: dict[str, int]) -> Times:
    """Prints and returns things a second, and how many times more than the first."""
    rates = {name: counts[name] / statistics.median(times) for name, times in spent.items()}
    first = next(iter(rates.values()))
    for name, rate in rates.items():
        print(f"  {name:48} {rate:8.1f} a second  {rate / first:5.2f} x")
    return {name: {"rate": rate, "times": rate / first} for name, rate in rates.items()}


def embedding(rounds: int) -> Times:
    backbone = Backbone(ROOT / "matching" / "backbones" / "vibe-mini")
    pixels = np.random.default_rng(0).normal(size=(16, 3, *backbone.preprocess.size)).astype("f4")

    def run(size: int) -> Callable[[], None]:
        def all_of_them() -> None:
            for start in range(0, len(pixels), size):
                backbone._run_image(pixels[start : start + size])

        return all_of_them

    runs = {f"pictures embedded, {size} at once": run(size) for size in TOGETHER}
    return told(side_by_side(runs, rounds, tell=lambda _: None), dict.fromkeys(runs, len(pixels)))


def voting(products: int, rounds: int) -> Times:
    dice = np.random.default_rng(0)
    visual = dice.normal(size=(products, WIDTH)).astype("f4")
    visual /= np.linalg.norm(visual, axis=1, keepdims=True)
    style = dice.dirichlet(np.ones(STYLES), products).astype("f4")
    index = backend().build(np.arange(products, dtype=np.int64), visual, style)
    none = np.zeros((max(TOGETHER), STYLES), np.float32)

    def run(size: int) -> Callable[[], None]:
        return lambda: (index.search_all(visual[:size], none[:size], 1.0, VOTERS), None)[1]

    runs = {f"garments voted for, {size} in one pass": run(size) for size in TOGETHER}
    counts = dict(zip(runs, TOGETHER, strict=True))
    return told(side_by_side(runs, rounds * 5, tell=lambda _: None), counts)


@contextmanager
def site(folder: Path, products: int, threads: int) -> Iterator[int]:
    """Fills a catalogue and serves it; gives the port."""
    shop = Role("benchmarks.live", "shop", folder)
    shop.ask("fill", products)
    shop.end()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["gunicorn", "findmyvibe.wsgi", "--bind", f"127.0.0.1:{port}"]
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "READ_DOT_ENV": "0",
        "PREDICT_RATE": "100000/s",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "--workers", "1", "--threads", str(threads)],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield port
    finally:
        process.terminate()
        process.wait(60)


def post(port: int, photo: bytes) -> float:
    """Seconds of one request. Whatever is not answered with 200 ends the run."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
    head += "Content-Type: image/jpeg\r\n\r\n"
    body = head.encode() + photo + f"\r\n--{BOUNDARY}--\r\n".encode()
    started = time.perf_counter()
    connection = http.client.HTTPConnection("localhost", port, timeout=120)
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    connection.request("POST", "/predict/", body, kind)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"/predict/ answered {answer.status}: {said[:200]!r}")
    return time.perf_counter() - started


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The site did not start.")


def serving(port: int, photos: Sequence[bytes], clients: int, rounds: int) -> Times:
    wait_for(port)

    def run(size: int) -> Callable[[], None]:
        def all_of_them() -> None:
            with ThreadPoolExecutor(size) as pool:
                list(pool.map(lambda photo: post(port, photo), photos))

        return all_of_them

    runs = {f"POST /predict/, {size} clients": run(size) for size in (1, clients)}
    return told(side_by_side(runs, rounds, tell=lambda _: None), dict.fromkeys(runs, len(photos)))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=32, help="photos a round; default: 32")
    parser.add_argument("--products", type=int, default=40_000)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--threads", type=int, default=4, help="of the site; default: 4")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    files = jpegs(chosen.folder, (480, 640), chosen.count, Path())
    result: dict[str, Any] = {"machine": machine(), "products": chosen.products}
    print(", ".join(f"{name} {value}" for name, value in result["machine"].items()))
    result["embedding"] = embedding(chosen.rounds)
    result["voting"] = voting(chosen.products, chosen.rounds)
    photos = [file.read_bytes() for file in files]
    with (
        tempfile.TemporaryDirectory() as folder,
        site(Path(folder), chosen.products, chosen.threads) as port,
    ):
        result["serving"] = serving(port, photos, chosen.clients, chosen.rounds)
    write_json(chosen.json, result)


if __name__ == "__main__":
    main()
