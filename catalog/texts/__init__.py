"""The text index: which products say some words in name, brand, SKU, description, tags and
collections. The database keeps it in step with every write, by triggers; it stems words and ranks.

What values say, in any language, is not in it: `words/` and the columns in memory know that better.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from django.db import connections

from catalog.columns import Ids
from catalog.texts.base import Texts
from catalog.texts.postgres import PostgresTexts
from catalog.texts.sqlite import SqliteTexts
from words import words_of

BACKENDS: dict[str, type[Texts]] = {"sqlite": SqliteTexts, "postgresql": PostgresTexts}


def texts(using: str = "default") -> Texts:
    connection = connections[using]
    return BACKENDS[connection.vendor](connection)


def mentioning(text: str) -> Ids:
    """(n,) ids, ascending, of the products in which all these words are said."""
    words = words_of(text)
    return np.array(texts().having(words) if words else [], np.int64)


def best(text: str, most: int) -> list[int]:
    """Products in which all these words are said, the last at least begun: names before all else,
    then new ones before old."""
    words = words_of(text)
    return texts().best(words, most) if words else []


def make_way(using: str, plan: Iterable[tuple[Any, bool]] = (), **about: Any) -> None:
    """Before each migration that may change the columns of products; `plan`: the migrations and
    whether each is taken back."""
    if any(migration.app_label == "catalog" for migration, _is_taken_back in plan):
        texts(using).remove()


def install(using: str, **about: Any) -> None:
    """After each migration: what is not there yet is made, with what the products say today."""
    texts(using).install()
