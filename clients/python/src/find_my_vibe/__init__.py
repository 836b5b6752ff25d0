"""A client of the Find-My-Vibe API: `Client`, and `AsyncClient` with the same methods."""

from find_my_vibe import types
from find_my_vibe._async import AsyncClient
from find_my_vibe._common import Call
from find_my_vibe._sync import Client
from find_my_vibe.errors import ApiError, JobFailedError, ProblemError, UnreachableError

__all__ = [
    "ApiError",
    "AsyncClient",
    "Call",
    "Client",
    "JobFailedError",
    "ProblemError",
    "UnreachableError",
    "types",
]
