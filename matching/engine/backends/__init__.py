"""The vectors of a catalogue behind one contract; each backend is a module beside this one.

score(q, c) = w <v_q, v_c> + (1 - w) <s_q, s_c> equals the inner product of [w v_q ; (1 - w) s_q]
with [v_c ; s_c]. So an index holds the concatenation, and the weight can change with every query.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol, cast

from matching.engine.arrays import Floats, Ids
from matching.engine.errors import BackendError

DEFAULT = "faiss"


class HybridIndex(ABC):
    """Visual and style part of every product, keyed by product id; read-only once built. `backend`:
    the name of the module that made it, which a generation keeps."""

    backend: str

    @abstractmethod
    def search(
        self, visual: Floats, style: Floats, weight: float, count: int, among: Ids | None = None
    ) -> tuple[Ids, Floats]:
        """The best `count` product ids and scores for one query, best first, ties by id.

        `visual` (d,), `style` (s,), `weight` 0 to 1; `among` restricts the search to those ids.
        """

    @abstractmethod
    def vectors(self, ids: Ids) -> tuple[Floats, Floats]:
        """(m,) ids to their visual (m, d) and style (m, s) parts."""

    @abstractmethod
    def __len__(self) -> int: ...

    @property
    @abstractmethod
    def dimension(self) -> int:
        """d, the width of the visual part."""

    @property
    @abstractmethod
    def style_width(self) -> int:
        """s, the width of the style part."""


class KeptIndex(HybridIndex):
    """One that a backend made, and that a generation keeps."""

    @abstractmethod
    def save(self, path: Path) -> None: ...


class Backend(Protocol):
    """What a module of this folder offers."""

    def build(self, ids: Ids, visual: Floats, style: Floats) -> KeptIndex:
        """`ids` (n,), `visual` (n, d) unit rows, `style` (n, s) probabilities."""

    def load(self, path: Path, dimension: int) -> KeptIndex:
        """What `save` wrote. Raises GenerationError for a damaged file."""


def backend(name: str = DEFAULT) -> Backend:
    """The module of that name. Raises BackendError if there is none."""
    known = sorted(module.name for module in iter_modules(__path__))
    if name not in known:
        raise BackendError(f"There is no vector backend {name!r}; there is {', '.join(known)}.")
    return cast(Backend, import_module(f"{__name__}.{name}"))
