"""Work that goes on until somebody ends it, for processes that are killed in the middle."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from jobs.queue import Report


def doze(report: Report, *, path: str) -> dict[str, Any]:
    """Sleeps for a minute at the first attempt; each leaves a line in the file."""
    with Path(path).open("a") as file:
        file.write("began\n")
    began = Path(path).read_text().count("began")
    for second in range(600 if began == 1 else 0):
        report.progress(second, 600, "dozing")
        time.sleep(0.1)
    return {"began": began}
