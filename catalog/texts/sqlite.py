"""The text index of SQLite: FTS5, with the English stemmer."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "catalog_product_texts"
# A list is kept as JSON; "weiß" is asked for as "weiss".
SAID = """replace(%(row)sname || ' ' || %(row)sbrand, 'ß', 'ss'),
    replace(%(row)ssku || ' ' || %(row)sdescription
        || coalesce((SELECT ' ' || group_concat(value, ' ') FROM json_each(%(row)stags)), '')
        || coalesce(
            (SELECT ' ' || group_concat(value, ' ') FROM json_each(%(row)scollections)), ''),
        'ß', 'ss')"""
FIELDS = ("name", "brand", "sku", "description", "tags", "collections")
CHANGED = " OR ".join(f"old.{field} IS NOT new.{field}" for field in FIELDS)
ADD = f"INSERT INTO {TABLE} (rowid, named, told) SELECT new.id, {SAID % {'row': 'new.'}}"
DROP = f"DELETE FROM {TABLE} WHERE rowid = old.id"
MAKE = f"""CREATE VIRTUAL TABLE {TABLE} USING fts5(
    named, told, tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3')"""
# A table that a migration makes anew loses its triggers.
TRIGGERS = {
    f"{TABLE}_added": f"AFTER INSERT ON catalog_product BEGIN {ADD}; END",
    f"{TABLE}_changed": f"AFTER UPDATE ON catalog_product WHEN {CHANGED} BEGIN {DROP}; {ADD}; END",
    f"{TABLE}_gone": f"AFTER DELETE ON catalog_product BEGIN {DROP}; END",
}
READ = f"""INSERT INTO {TABLE} (rowid, named, told)
    SELECT id, {SAID % {"row": ""}} FROM catalog_product"""
NAMES_COUNT = 10  # as much as what is told


class SqliteTexts:
    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    def install(self) -> None:
        with transaction.atomic(self._connection.alias), self._connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            if TRIGGERS.keys() <= {name for (name,) in cursor.fetchall()}:
                return
            self.remove()
            cursor.execute(MAKE)
            cursor.execute(READ)
            for name, trigger in TRIGGERS.items():
                cursor.execute(f"CREATE TRIGGER {name} {trigger}")

    def remove(self) -> None:
        with transaction.atomic(self._connection.alias), self._connection.cursor() as cursor:
            for name in TRIGGERS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")

    def having(self, words: Sequence[str]) -> list[int]:
        return self._ids("ORDER BY rowid", _quoted(words))

    def best(self, words: Sequence[str], most: int) -> list[int]:
        order = f"ORDER BY bm25({TABLE}, {NAMES_COUNT}, 1), rowid DESC LIMIT %s"
        return self._ids(order, f"{_quoted(words)} *", most)

    def count(self, word: str, most: int) -> int:
        return len(self._ids("LIMIT %s", _quoted([word]), most))

    def _ids(self, order: str, *about: str | int) -> list[int]:
        with self._connection.cursor() as cursor:
            cursor.execute(f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s {order}", about)
            return [pk for (pk,) in cursor.fetchall()]


def _quoted(words: Sequence[str]) -> str:
    return " ".join(f'"{word}"' for word in words)
