from __future__ import annotations

from catalog.importers.incoming import Incoming, fingerprint, news
from catalog.importers.offered import IncomingProduct

SAID = {"name": fingerprint("Tee"), "price": fingerprint("20.00")}


def test_what_is_different_is_news() -> None:
    assert news({"name": "Shirt", "brand": "Acme"}, {"name": "Tee", "brand": ""}, SAID) == {
        "name": "Shirt",
        "brand": "Acme",
    }


def test_what_is_the_same_is_none() -> None:
    assert news({"name": "Tee"}, {"name": "Tee"}, {}) == {}


def test_what_the_shop_changed_since_is_left_alone() -> None:
    assert news({"name": "Shirt"}, {"name": "Our own"}, SAID) == {}


def test_a_source_that_speaks_of_it_for_the_first_time_is_believed() -> None:
    assert news({"brand": "Acme"}, {"brand": "Other"}, SAID) == {"brand": "Acme"}


def test_the_digest_tells_rows_apart() -> None:
    def digest(photo: str = "", **fields: str) -> str:
        return Incoming(IncomingProduct(1, "1", "1", fields)).digest(photo)

    assert digest(name="Tee") == digest(name="Tee")
    assert len({digest(name="Tee"), digest(name="Shirt"), digest("abc", name="Tee")}) == 3
