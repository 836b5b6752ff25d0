"""What a text index of a database is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper


class Texts(Protocol):
    """Words are letters and digits in lower case, without accents; at least one is given."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None: ...

    def install(self) -> None:
        """Makes what is missing, and then reads all products; costs next to nothing where it is
        there."""

    def remove(self) -> None:
        """Takes away all that `install` makes, as long as the columns that it reads change."""

    def having(self, words: Sequence[str]) -> list[int]:
        """Ids, ascending, of the products that say all of the words or forms of them."""

    def best(self, words: Sequence[str], most: int) -> list[int]:
        """The same, of the last word what begins so, too; those with the words in their names
        first, and new ones before old."""

    def count(self, word: str, most: int) -> int:
        """How many products say it, as far as `most`."""
