"""All rows of the database, as texts that any database takes back."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Field, Model

BATCH = 1000
# A moment is held fast for all that is read, and nobody who writes has to wait.
BEGIN = {
    "sqlite": "BEGIN DEFERRED",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


def tables() -> list[type[Model]]:
    """Every model that has a table of its own, those between many and many too."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and not model._meta.proxy]


def migrations() -> list[str]:
    """What the database was brought to, as app.name, in order of the names."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


@contextmanager
def one_moment() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(BEGIN[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def write_table(model: type[Model], path: Path) -> int:
    """The names of its columns, then a row a line; returns how many."""
    fields, count = _fields(model), 0
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
        file.write(json.dumps([field.attname for field in fields]) + "\n")
        for row in model._base_manager.order_by("pk").iterator(chunk_size=BATCH):
            file.write(json.dumps([_text(field, row) for field in fields]) + "\n")
            count += 1
    return count


def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def _text(field: Field[Any, Any], row: Model) -> Any:
    value = field.value_from_object(row)
    return None if value is None else field.value_to_string(row)


def empty_all() -> None:
    """To be called within a transaction, as `read_table`: what refers to what is checked at its
    end."""
    with connection.cursor() as cursor:
        for model in tables():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608


def read_table(model: type[Model], path: Path) -> int:
    """Puts the rows of `write_table` into an empty table, as they were; returns how many."""
    fields, count = _fields(model), 0
    with gzip.open(path, "rt", encoding="utf-8") as file, connection.cursor() as cursor:
        names: list[str] = json.loads(next(file))
        by_name = {field.attname: field for field in fields}
        ordered = [by_name[name] for name in names]
        statement = _insert(model, ordered)
        while batch := list(islice(file, BATCH)):
            rows = [_values(ordered, json.loads(line)) for line in batch]
            cursor.executemany(statement, rows)
            count += len(rows)
    return count


def _insert(model: type[Model], fields: list[Field[Any, Any]]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608


def _values(fields: list[Field[Any, Any]], texts: list[Any]) -> list[Any]:
    return [
        None if text is None else field.get_db_prep_save(field.to_python(text), connection)
        for field, text in zip(fields, texts, strict=True)
    ]


def go_on_counting() -> None:
    """The next row of each table gets a number that no restored one has."""
    statements = connection.ops.sequence_reset_sql(no_style(), tables())
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
