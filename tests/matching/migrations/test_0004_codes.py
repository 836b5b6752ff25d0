from __future__ import annotations

import importlib

import pytest
from django.apps import apps

from catalog.models import Attribute
from matching.models import Search, SearchMatch
from matching.search.ask import Asker
from tests.helpers import MakeProduct
from tests.searches import FakeSearch

pytestmark = pytest.mark.django_db
migration = importlib.import_module("matching.migrations.0004_codes")
OURS = Asker(Search.Source.API)


def kept() -> list[tuple[str, str, list[str]]]:
    rows = SearchMatch.objects.order_by("search__created_at").select_related("search")
    return [(row.search.message, row.search.widened, row.reasons) for row in rows]


def test_sentences_become_codes_and_codes_sentences(
    fake_search: FakeSearch, make_product: MakeProduct
) -> None:
    Attribute.objects.create(key="fabric", label="Stoff", csv_column="fabric")
    product = make_product("1")
    before = [
        *((sentence, "", ["same item type", "same stoff"]) for sentence in migration.MESSAGES),
        ("", "other attributes", ["same colour", "same pattern that is gone"]),
        ("", "everything", []),
        ("A sentence of long ago.", "topwear", ["same colour", "same season", "same style"]),
    ]
    for message, widened, reasons in before:
        fields = {"message": message, "widened": widened, "match": {"reasons": reasons}}
        fake_search(OURS, [product], **fields)
    migration.forwards(apps, None)
    assert kept() == [
        *((code, "", ["item_type", "fabric"]) for code in Search.Message.values),
        ("", Search.Widened.WISHES, ["colour", "same pattern that is gone"]),
        ("", Search.Widened.EVERYTHING, []),
        ("A sentence of long ago.", "topwear", ["colour", "season", "style"]),
    ]
    migration.backwards(apps, None)
    assert kept() == before
