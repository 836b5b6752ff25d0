"""More than 200 queries in five languages: what a reading grants meets every wish."""

from __future__ import annotations

import csv
import io
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from django.core.management import call_command

from jobs.queue import JobError
from matching.measuring.queries import Found, Query, _wish, read_queries
from tests.words.shop import GATE, values
from words import Reader, Reading, Text, Vocabulary, WordIndex

ROOT = Path(__file__).parents[3]
QUERIES = read_queries(Path(__file__).parent / "queries.csv")
COLUMNS = {
    "item_type": "articleType",
    "gender": "gender",
    "colour": "baseColour",
    "season": "season",
    "style": "usage",
}


@cache
def products() -> list[Found]:
    with (ROOT / "demo/styles.csv").open(newline="") as file:
        return [
            Found(
                row["id"],
                row["productDisplayName"],
                {key: row[column].lower() for key, column in COLUMNS.items()},
                Decimal(row["price"]),
            )
            for row in csv.DictReader(file)
        ]


@cache
def reader() -> Reader:
    names = (Text(at, product.name) for at, product in enumerate(products()))
    return Reader(Vocabulary(values(), GATE), WordIndex(names))


def granted(reading: Reading) -> list[Found]:
    """The products of the demo catalogue that have all that is wanted and nothing that is not."""
    index = reader().index
    kept = set(range(len(products())))
    for alternatives in [*reading.named, *(kind.names for kind in reading.kinds if kind.names)]:
        kept &= set(index.ids(alternatives).tolist())
    for meaning in reading.excluded:
        kept -= set(index.ids((*meaning.called, *meaning.names)).tolist())
    return [one for at, one in enumerate(products()) if at in kept and _has(one, reading)]


def _has(product: Found, reading: Reading) -> bool:
    price = product.price or Decimal(0)
    return (
        all(product.labels[key] in values for key, values in reading.wanted.items())
        and not any(product.labels[key] in values for key, values in reading.unwanted.items())
        and all((one.low or 0) <= price <= (one.high or price) for one in reading.limits)
    )


def test_there_are_queries_of_every_kind_and_of_five_languages() -> None:
    assert len(QUERIES) >= 200
    assert {query.language for query in QUERIES} == {"en", "de", "fr", "es", "it"}
    kinds = Counter(query.kind for query in QUERIES)
    assert min(kinds.values()) >= 8
    assert len(kinds) >= 12


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: f"{query.kind}: {query.text}")
def test_all_that_is_granted_meets_every_wish(query: Query) -> None:
    reading = reader().read(query.text, query.language)
    found = granted(reading)
    assert query.is_met(found, bool(reading)), [part for part in reading.parts]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kind,query\na,b\n",
        "kind,language,query,wishes\na,en,red,\n",
        "kind,language,query,wishes\na,en,red,price<=much\n",
    ],
)
def test_a_file_of_no_queries_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "queries.csv"
    file.write_text(text)
    with pytest.raises(JobError):
        read_queries(file)


def test_a_wish_is_met_or_not() -> None:
    product = Found("7", "Red Striped Shirt", {"colour": "red"}, Decimal(40))
    for wish, expected in {
        "colour=red|maroon": True,
        "colour!=red": False,
        "name=stripes": True,
        "name!=dots": True,
        "price<=39.90": False,
        "price>=40": True,
        "first=7": True,
        "first=8": False,
    }.items():
        assert Query("", "en", "", (_wish(wish),)).is_met([product], True) is expected
    assert not Query("", "en", "", (_wish("colour=red"),)).is_met([], True)
    assert Query("", "en", "", ()).is_met([product], False)


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.usefixtures("shop")
def test_the_command_prints_what_is_met_and_what_is_not(tmp_path: Path) -> None:
    file, out = tmp_path / "queries.csv", io.StringIO()
    rows = ["plain,en,red tshirt,colour=red", "plain,en,tshirt,colour=x"]
    file.write_text("\n".join(["kind,language,query,wishes", *rows, "nonsense,en,xyzzy,nothing"]))
    call_command("evaluate_matcher", queries=file, stdout=out)
    assert "nonsense     1.000 of 1" in out.getvalue()
    assert "not met: tshirt (plain)" in out.getvalue()
