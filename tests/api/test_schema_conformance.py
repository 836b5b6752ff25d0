"""Every operation is asked what its description allows and what it does not: the answer is never a
breakdown, and is always of a status, a type and a form that the description names.

`FUZZ_SEED=7 FUZZ_EXAMPLES=200 pytest tests/api/test_schema_conformance.py` asks other things.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
import yaml
from django.conf import settings as configured
from django.contrib.auth.models import User
from django.core.wsgi import get_wsgi_application
from django.db import connection
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.access import signing_in
from api.models import ClientJob
from catalog.importers.fetching import Fetcher, FetchError
from catalog.models import Product
from matching.models import Search
from matching.search.ask import Asker
from shoppers.favourites import add, create_list
from shoppers.visitor import Visitor
from tests.api.clients import program
from tests.searches import FakeSearch

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(
        connection.vendor != "sqlite",
        reason="a WSGI server closes the connection that the test's transaction is in",
    ),
]
SEED = int(os.environ.get("FUZZ_SEED", "1"))
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PASSWORD = "a long and odd pass phrase"
# Addresses that only what is there can be asked of, half of the time.
Known = dict[str, dict[str, Any]]


@pytest.fixture
def asked(
    settings: Any, monkeypatch: pytest.MonkeyPatch, shop: dict[str, Product], at_once: None
) -> None:
    """A shop to ask, of which nothing is fetched from elsewhere and nobody is kept out."""

    def fetch(self: Fetcher, *about: Any) -> None:
        raise FetchError("silent")

    monkeypatch.setattr(Fetcher, "fetch", fetch)
    settings.API_RATE_KEY = settings.API_RATE_ANONYMOUS = 1_000_000


@pytest.fixture
def known(fake_search: FakeSearch, shop: dict[str, Product]) -> tuple[Known, dict[str, str]]:
    """What there is, by the beginning of addresses; and the headers that let in by them."""
    admin = program("admin")
    assert admin.row
    anna = User.objects.create_user("anna", "anna@example.org", PASSWORD)
    visitor, product = Visitor(anna.pk), shop["tshirt-red"]
    add(product, made := create_list(visitor, "Wedding"))
    own = fake_search(Asker(Search.Source.PAGE, visitor), [product])
    found = admin.post("/searches", {"words": "red", "k": 2}).json()
    rows = [{"sku": "one", "name": "One"}]
    body = "\n".join(str(row).replace("'", '"') for row in rows).encode()
    admin.post("/bulk/products", body, content_type="application/x-ndjson")
    token = signing_in.ShopperToken.objects.create(anna, session_hash=anna.get_session_auth_hash())[
        1
    ]
    places = {
        "/api/v1/searches/": {"pk": found["id"]},
        "/api/v1/me/searches/": {"pk": str(own.pk)},
        "/api/v1/me/lists/": {"pk": made.pk, "sku": "tshirt-red"},
        "/api/v1/me/favourites/": {"sku": "tshirt-red"},
        "/api/v1/products/": {"sku": "tshirt-blue"},
        "/api/v1/attributes/": {"key": "item_type"},
        "/api/v1/problems/": {"code": "limited"},
        "/api/v1/jobs/": {"pk": str(ClientJob.objects.get().pk)},
    }
    return places, {"key": admin.secret, "token": token}


def test_no_operation_breaks_or_answers_what_it_does_not_declare(
    asked: None, known: tuple[Known, dict[str, str]]
) -> None:
    description = schemathesis.openapi.from_dict(
        yaml.safe_load((configured.BASE_DIR / "openapi.yaml").read_text())
    )
    description.app = get_wsgi_application()
    failures: list[str] = []
    counted: dict[str, int] = {}
    for result in description.get_all_operations():
        operation = result.ok()
        counted[operation.label] = 0
        for mode in GenerationMode:
            ask = asking(operation, known, failures, counted)
            run(operation.as_strategy(generation_mode=mode), ask)
    assert not failures, "\n\n".join(failures)
    assert min(counted.values()) > 0, counted


def run(strategy: Any, ask: Callable[[Any], None]) -> None:
    """So many examples, the same ones every time; of some operations nothing can be wrong."""
    quiet = settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        seed(SEED)(quiet(given(strategy)(ask)))()
    except Unsatisfiable:
        return


def asking(
    operation: Any, known: tuple[Known, dict[str, str]], failures: list[str], counted: Any
) -> Callable[[Any], None]:
    """Notes what is wrong and goes on: nothing is shrunk, as the shop changes between two."""
    places, secrets = known
    there: dict[str, Any] = next(
        (one for place, one in places.items() if operation.path.startswith(place)), {}
    )
    ways = {name for way in operation.definition.raw.get("security", []) for name in way}
    shown = secrets["token"] if "token" in ways else secrets["key"]

    def ask(case: Any) -> None:
        counted[operation.label] += 1
        if counted[operation.label] % 2:
            parameters = case.path_parameters or {}
            case.path_parameters = {name: there.get(name, one) for name, one in parameters.items()}
        response = case.call(headers={"Authorization": f"Bearer {shown}"})
        try:
            case.validate_response(response, checks=CHECKS)
        except (Failure, FailureGroup) as error:
            failures.append(f"{operation.label}\n{case.as_curl_command()}\n{error!r}")

    return ask
