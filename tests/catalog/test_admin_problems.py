from __future__ import annotations

from django.utils.translation import override

from catalog.admin.problems import OF_ADDRESSES, OF_TABLES, said
from catalog.importers import fetching, rows


def test_each_problem_is_said_as_the_import_logs_it() -> None:
    assert {code: str(text) for code, text in OF_TABLES.items()} == rows.PROBLEMS
    assert {code: str(text) for code, text in OF_ADDRESSES.items()} == fetching.PROBLEMS


def test_problems_are_said_in_the_language_of_who_reads_them() -> None:
    with override("de"):
        assert said(rows.TableError("damaged_feed", line=3)).startswith("Der Feed ist in Zeile 3")
        assert said(fetching.FetchError("status", status=404)) == "Die Adresse antwortet mit 404."
