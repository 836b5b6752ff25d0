"""What the description shows: requests, and answers as they came from the demo catalogue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def example(name: str) -> Any:
    return json.loads((Path(__file__).parent / f"{name}.json").read_text())
