from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from catalog.models import Product
from jobs.models import Job
from matching.models import Embedding
from tests.helpers import MakeProduct, encoded, picture
from tests.operations.test_cache import photo_form

TOKEN = "a-token"

pytestmark = pytest.mark.django_db


@pytest.fixture
def scraped(client: Client, settings: Any) -> Any:
    """The figures that a Prometheus with the token sees."""
    settings.METRICS_TOKEN = TOKEN

    def scrape() -> dict[str, float]:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer["Content-Type"].startswith("text/plain; version=")
        rows = re.findall(r"^([a-z_]+(?:\{.*\})?) (\S+)$", answer.content.decode(), re.M)
        return {name: float(value) for name, value in rows}

    return scrape


def test_strangers_see_whether_it_is_ready(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    text = client.get("/metrics").content.decode()
    assert "findmyvibe_ready 1.0" in text
    assert 'findmyvibe_part_ok{part="generation"} 0.0' in text
    assert "findmyvibe_requests" not in text
    assert "findmyvibe_jobs" not in text


def test_a_wrong_token_is_refused(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"Authorization": "Bearer wrong"})
    assert (answer.status_code, b"METRICS_TOKEN" in answer.content) == (401, True)


def test_requests_are_counted_by_route(client: Client, scraped: Any) -> None:
    name = 'findmyvibe_requests_total{method="GET",route="/healthz",status="200"}'
    before = scraped().get(name, 0)
    for _ in range(3):
        client.get("/healthz")
    assert scraped()[name] == before + 3
    client.get("/no/such/page-secret")
    assert not any("secret" in name for name in scraped())


@pytest.mark.slow
def test_searches_the_index_and_what_waits_are_told(
    client: Client, scraped: Any, shop: dict[str, Product], make_product: MakeProduct
) -> None:
    before = scraped()
    assert before["findmyvibe_index_products"] == len(shop)
    assert 0 <= before["findmyvibe_index_age_seconds"] < 600
    assert before["findmyvibe_unembedded_products"] == 0
    assert before["findmyvibe_oldest_unembedded_age_seconds"] == 0
    client.post("/predict/", photo_form(encoded(picture("red"))))
    Embedding.objects.filter(product=shop["tshirt-red"]).delete()
    after = scraped()
    for stage in ("understand", "choose", "keep"):
        name = f'findmyvibe_search_stage_seconds_count{{stage="{stage}"}}'
        assert after[name] == before[name] + 1
    found = 'findmyvibe_answers_total{message="found",source="api"}'
    assert after[found] == before.get(found, 0) + 1
    assert after["findmyvibe_unembedded_products"] == 1
    assert after["findmyvibe_oldest_unembedded_age_seconds"] > 0


def test_jobs_are_told_by_state(scraped: Any) -> None:
    Job.objects.create(kind="build_index")
    Job.objects.create(kind="build_index", state=Job.State.FAILED)
    figures = scraped()
    assert figures['findmyvibe_jobs{state="queued"}'] == 1
    assert figures['findmyvibe_jobs{state="failed"}'] == 1
    assert figures['findmyvibe_jobs{state="running"}'] == 0
    assert 0 < figures["findmyvibe_oldest_queued_job_age_seconds"] < 60
