"""Changes that meet others: of two at once both are made, one after the other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

Result = TypeVar("Result")
TRIES = 4
# What PostgreSQL calls a deadlock and a transaction that cannot be put in a row with others.
TANGLED = {"40P01", "40001"}


def in_turn(change: Callable[[], Result]) -> Result:
    """`change` in a transaction, from its start again where somebody came first: with the same new
    row, with the deletion of one that is named, with a lock. So it looks up by itself what it goes
    by. Raises what the last try raised."""
    for _ in range(TRIES - 1):
        try:
            with transaction.atomic():
                return change()
        except DatabaseError as error:
            if not came_second(error):
                raise
    with transaction.atomic():
        return change()


def hold(name: str) -> None:
    """In a transaction: whoever else holds `name` waits until it ends. For rows that are not there
    yet, which cannot be locked; SQLite writes one transaction after the other anyway."""
    if connection.vendor == "postgresql":
        digest = hashlib.sha256(name.encode()).digest()
        with connection.cursor() as cursor:
            number = int.from_bytes(digest[:8], signed=True)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def came_second(error: BaseException) -> bool:
    """Whether a change failed because another one was made at the same time."""
    if isinstance(error, IntegrityError):
        return True
    state = getattr(error.__cause__, "sqlstate", None)
    return isinstance(error, OperationalError) and state in TANGLED
