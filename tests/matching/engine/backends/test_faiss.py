from __future__ import annotations

from matching.engine.backends import backend
from tests.matching.engine.backends.contract import BackendTests, parts

__all__ = ["parts"]


class TestFaiss(BackendTests):
    backend = backend("faiss")
