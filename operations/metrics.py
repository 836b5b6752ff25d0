"""Figures for Prometheus: what the processes of this server have counted, and what the database
knows of the index and of jobs, asked at each scrape."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

from django.db import DatabaseError
from django.db.models import Count, F, Min
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from catalog.models import Product
from jobs.models import Job
from matching import runtime
from matching.models import Embedding
from operations import health

REQUESTS = Counter("findmyvibe_requests", "Requests answered.", ["method", "route", "status"])
REQUEST_SECONDS = Histogram("findmyvibe_request_seconds", "Time to an answer.", ["route"])


class Parts(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        parts = health.recent()
        ready = int(health.state_of(parts) != "unready")
        yield GaugeMetricFamily("findmyvibe_ready", "Whether requests are answered.", ready)
        gauge = GaugeMetricFamily("findmyvibe_part_ok", "Whether a part holds.", labels=["part"])
        for part in parts:
            gauge.add_metric([part.name], int(part.is_well))
        yield gauge


class Work(Collector):
    """Jobs, and how far the index is behind the catalogue."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        jobs = GaugeMetricFamily("findmyvibe_jobs", "Jobs by state.", labels=["state"])
        counts = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
        for state in Job.State.values:
            jobs.add_metric([state], counts.get(state, 0))
        yield jobs
        queued = Job.objects.filter(state=Job.State.QUEUED).aggregate(at=Min("created_at"))["at"]
        yield _age("findmyvibe_oldest_queued_job", "The job that waits longest.", queued)
        yield from _index()


def _index() -> Iterator[GaugeMetricFamily]:
    """Nothing where no index was built."""
    try:
        live = runtime.live()
    except runtime.NotReadyError:
        return
    built = datetime.fromisoformat(live.generation.manifest["created"])
    yield _age("findmyvibe_index", "The index that is live.", built)
    count = len(live.generation.catalogue.ids)
    yield GaugeMetricFamily("findmyvibe_index_products", "Products in the index.", count)
    current = Embedding.objects.filter(
        backbone=live.backbone.fingerprint, image_digest=F("product__photo_digest")
    )
    waiting = Product.objects.active().with_photo().exclude(pk__in=current.values("product_id"))
    facts = waiting.aggregate(count=Count("pk"), at=Min("updated_at"))
    name = "findmyvibe_unembedded_products"
    yield GaugeMetricFamily(name, "Products whose photo has no vector yet.", facts["count"])
    yield _age("findmyvibe_oldest_unembedded", "The one that waits longest.", facts["at"])


def _age(name: str, what: str, since: datetime | None) -> GaugeMetricFamily:
    age = (timezone.now() - since).total_seconds() if since else 0.0
    return GaugeMetricFamily(f"{name}_age_seconds", f"Age: {what} 0 if there is none.", age)


def everything() -> bytes:
    counted: Collector = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # Set by gunicorn.conf.py for its processes.
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    return generate_latest(counted) + for_everybody() + _of_work()


def _of_work() -> bytes:
    """Nothing while the database is away: that it is, the parts tell."""
    try:
        return generate_latest(_only(Work()))
    except DatabaseError:
        return b""


def for_everybody() -> bytes:
    return generate_latest(_only(Parts()))


def _only(collector: Collector) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(collector)
    return registry
