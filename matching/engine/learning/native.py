"""The one way to torch: after faiss.

Both bring an OpenMP runtime of their own, and crashes are on record for mixed orders. With faiss
first, a process that only serves never pays for torch.
"""

from __future__ import annotations

from types import ModuleType


def load_torch() -> ModuleType:
    import faiss  # noqa: F401
    import torch

    return torch
