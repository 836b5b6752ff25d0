from __future__ import annotations

import pytest

from matching.engine.backends import backend
from matching.engine.errors import BackendError
from tests.matching.engine.backends.contract import BackendTests, parts

__all__ = ["parts"]


class TestFaiss(BackendTests):
    backend = backend("faiss")


def test_a_backend_that_is_not_there_is_named() -> None:
    with pytest.raises(
        BackendError, match="There is no vector backend 'other'; there is faiss, hnsw."
    ):
        backend("other")
