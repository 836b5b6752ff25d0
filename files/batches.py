from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

One = TypeVar("One")


def batches(many: Iterable[One], size: int) -> Iterator[list[One]]:
    stream = iter(many)
    while batch := list(islice(stream, size)):
        yield batch
