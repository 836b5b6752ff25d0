"""Installs the pinned torch as a CPU build: `python scripts/install_torch.py requirements.txt`.

On Linux the default wheel brings gigabytes of CUDA. Where pip would take such a wheel, the wheels
of PyTorch's own CPU index are taken instead; TORCH_INDEX names another index ("" for pip's own).
"""

import json
import os
import platform
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

CPU_INDEX = "https://download.pytorch.org/whl/cpu"


def main(requirements: str) -> int:
    pin = re.search(r"^torch==(\S+)", Path(requirements).read_text(), re.MULTILINE)
    if pin is None:
        sys.exit(f"{requirements} pins no torch==VERSION")
    if _installed() == pin[1]:
        return 0
    index = os.environ.get("TORCH_INDEX", CPU_INDEX if _pip_would_take_cuda(pin[0]) else "")
    return _pip("install", *(["--index-url", index] if index else []), pin[0])


def _installed() -> str:
    try:
        return metadata.version("torch").split("+")[0]
    except metadata.PackageNotFoundError:
        return ""


def _pip_would_take_cuda(pin: str) -> bool:
    """The plain wheel for Linux on x86-64 is a CUDA build; one named +cpu is not."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return False
    command = ["install", "--dry-run", "--quiet", "--no-deps", "--report", "-", pin]
    done = subprocess.run([sys.executable, "-m", "pip", *command], capture_output=True, text=True)
    try:
        return "+cpu" not in json.loads(done.stdout)["install"][0]["metadata"]["version"]
    except (ValueError, LookupError):
        return True


def _pip(*arguments: str) -> int:
    return subprocess.call([sys.executable, "-m", "pip", *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
