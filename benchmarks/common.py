"""What the benchmarks share: photos, a model of FashionCLIP's shape, timing side by side."""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from matching.engine.backends.faiss import load_faiss
from matching.engine.installing.quantize import quantize_images
from matching.engine.installing.trial import drawn_pictures

load_faiss()  # before torch, as everywhere

SUFFIXES = (".jpg", ".jpeg")
ROOT = Path(__file__).parents[1]


class Role:
    """A process of a benchmark `module` with a database of its own in `folder`, which answers lines
    of JSON: `serve` is what it runs."""

    def __init__(self, module: str, role: str, folder: Path) -> None:
        environment = {"DATA_DIR": str(folder), "READ_DOT_ENV": "0", "VISION_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, "--role", role],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, name: str, *arguments: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps([name, *arguments]), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(60)


def serve(part: Callable[[], Any]) -> None:
    """Makes the part once Django is there, and calls what it is asked for."""
    import django

    answers, sys.stdout = sys.stdout, sys.stderr
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "findmyvibe.settings")
    django.setup()
    made = part()
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(getattr(made, name)(*arguments)), file=answers, flush=True)


def jpegs(folder: Path | None, size: tuple[int, int], count: int, scratch: Path) -> list[Path]:
    """`count` JPEG files: the first ones of `folder`, or drawn ones of `size` (w, h)."""
    if folder is not None:
        files = (file for file in sorted(folder.iterdir()) if file.suffix.lower() in SUFFIXES)
        found = [file for file, _ in zip(files, range(count), strict=False)]
        if len(found) < count:
            raise SystemExit(f"{folder} holds only {len(found)} JPEG files.")
        return found
    made = scratch / "photos"
    made.mkdir(parents=True, exist_ok=True)
    for at, picture in enumerate(drawn_pictures(count)):
        picture.resize(size).save(made / f"{at:05}.jpg", quality=90)
    return sorted(made.iterdir())


def save_clip(folder: Path) -> Path:
    """A checkpoint with FashionCLIP's image tower, ViT-B/32 at 224 pixels to 512 dimensions, random
    weights, and a text tower of two small layers, which nothing here measures."""
    import torch
    from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel

    from tests.matching.engine.checkpoints import TOWER, clip_tokenizer

    torch.manual_seed(0)
    text = TOWER | {"vocab_size": 100, "bos_token_id": 98, "eos_token_id": 99, "pad_token_id": 99}
    CLIPModel(CLIPConfig(text_config=text)).eval().save_pretrained(folder)
    clip_tokenizer().save_pretrained(folder)
    CLIPImageProcessorPil().save_pretrained(folder)
    return folder


def in_int8(folder: Path, copy: Path) -> Path:
    """The backbone folder once more, its image tower in 8-bit integers."""
    shutil.copytree(folder, copy)
    trial = quantize_images(copy, drawn_pictures(32))
    if not trial.kept:
        raise SystemExit(f"int8 does not hold for {folder.name}: {trial}")
    return copy


def side_by_side(
    runs: Mapping[str, Callable[[], Any]], rounds: int, tell: Callable[[str], None] = print
) -> dict[str, list[float]]:
    """Seconds of each run in each round. In every round all of them run, one after the other,
    beginning with another one each time: whatever else the machine does hits all alike."""
    names, spent = list(runs), {name: [] for name in runs}
    for name in names:
        runs[name]()  # loads what is lazy
    for number in range(rounds):
        first = number % len(names)
        for name in [*names[first:], *names[:first]]:
            started = time.perf_counter()
            runs[name]()
            spent[name].append(time.perf_counter() - started)
        tell(f"  round {number + 1} of {rounds}")
    return spent


def table(
    spent: Mapping[str, list[float]], count: int, against: str
) -> dict[str, dict[str, float]]:
    """Prints photos a second and how many times faster than `against`, by medians."""
    base = statistics.median(spent[against])
    rows = {}
    for name, seconds in spent.items():
        middle = statistics.median(seconds)
        rows[name] = {"photos_per_second": count / middle, "times": base / middle}
        low, high = count / max(seconds), count / min(seconds)
        print(
            f"  {name:44} {count / middle:8.1f} photos/s  ({low:.1f} to {high:.1f})"
            f"  {base / middle:6.2f} x"
        )
    return rows


def machine() -> dict[str, Any]:
    import onnxruntime
    import torch
    import transformers

    return {
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "onnxruntime": onnxruntime.__version__,
        "torch_threads": torch.get_num_threads(),
    }


def write_json(path: Path | None, result: dict[str, Any]) -> None:
    if path:
        path.write_text(json.dumps(result, indent=1) + "\n")


def size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)
