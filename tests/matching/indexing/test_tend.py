from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from catalog.models import Product
from jobs.models import Job
from matching import runtime, tasks
from matching.indexing import delta
from matching.indexing.tend import Tended, tend
from matching.models import Embedding
from tests.conftest import Committed
from tests.helpers import MakeProduct, encoded, picture

pytestmark = pytest.mark.django_db
PHOTO = encoded(picture("purple"))


def test_what_was_left_waiting_is_embedded_and_what_cannot_be_read_is_left(
    shop: dict[str, Product], make_product: MakeProduct, settings: Any
) -> None:
    settings.LIVE_UPDATES = True
    make_product("left", photo=PHOTO)
    bad = make_product("bad", photo=encoded(picture("pink")))
    Path(bad.photo.path).write_bytes(b"no picture")
    assert tend() == Tended(1, 1, False)
    Path(bad.photo.path).write_bytes(PHOTO)
    assert tend() == Tended(0, 1, False)
    assert not Embedding.objects.filter(product=bad).exists()


def test_many_changes_are_folded_into_a_new_index(
    shop: dict[str, Product], committed: Committed, settings: Any
) -> None:
    settings.FOLD_CHANGES = 2
    for count, sku in enumerate(("tshirt-red", "tshirt-blue"), start=1):
        with committed():
            shop[sku].delete()
        assert tend() == Tended(0, count, count == 2)
    building = Job.objects.create(kind="build_index")
    assert not tend().is_build_due
    building.delete()
    out = io.StringIO()
    call_command("tend_index", stdout=out)
    assert out.getvalue() == (
        "0 products embedded; 2 are other than in the index.\nGeneration 2 is live: 6 products\n"
    )
    assert delta.size(runtime.built()) == 0
    with committed():
        Product.objects.filter(sku__startswith="trousers").update(status="archived")
    tasks.tend_index()
    assert Job.objects.latest("pk").kind == "build_index"


def test_nothing_is_tended_without_an_index_or_live_updates(
    make_product: MakeProduct, request: pytest.FixtureRequest, settings: Any
) -> None:
    settings.LIVE_UPDATES = True
    make_product("1", photo=PHOTO)
    assert tend() == Tended()
    request.getfixturevalue("shop")
    settings.LIVE_UPDATES = False
    make_product("2", photo=PHOTO)
    assert tend() == Tended()
