"""Long work of a program: how far it is, what came of each row, and stopping it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.base import ApiView
from api.models import ClientJob, JobRow, Scope
from api.pages import PARAMETERS, NewestFirst
from api.schema import Operation, in_path
from jobs import queue
from jobs.models import Job

ID = in_path("pk", "The id of the job.", UUID)


class ClientJobSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    href = serializers.CharField()
    results = serializers.CharField(help_text="Where what came of each row is told.")
    state = serializers.ChoiceField(Job.State.choices)
    done = serializers.IntegerField(help_text="Rows so far.")
    total = serializers.IntegerField(allow_null=True)
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Outcome to rows, once it is done."
    )
    detail = serializers.CharField(help_text="Why it failed, if it did.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class ClientJobPageSerializer(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ClientJobSerializer(many=True)


class RowSerializer(serializers.ModelSerializer):
    class Meta:
        model = JobRow
        fields = ["number", "sku", "outcome", "detail"]


class RowPageSerializer(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = RowSerializer(many=True)


class InOrder(CursorPagination):
    page_size = 100
    max_page_size = 1000
    page_size_query_param = "limit"
    ordering = "number"


class JobView(ApiView):
    tag = "Jobs"

    def jobs(self) -> QuerySet[ClientJob]:
        """Those of the program that asks."""
        return ClientJob.objects.filter(client=self.client).select_related("job")


class JobsView(JobView):
    scopes = {"GET": Scope.WRITE}

    @Operation(
        "list_jobs",
        "The jobs of your client, newest first",
        {200: ClientJobPageSerializer},
        parameters=PARAMETERS,
        problems=[404],
    )
    def get(self, request: Request) -> Response:
        pages = NewestFirst()
        rows = pages.paginate_queryset(self.jobs(), request, self) or []
        return pages.get_paginated_response([job_told(row, request) for row in rows])


class OneJobView(JobView):
    scopes = {"GET": Scope.WRITE, "DELETE": Scope.WRITE}

    @Operation(
        "get_job",
        "How far a job is",
        {200: ClientJobSerializer},
        parameters=[ID],
        problems=[404],
    )
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(job_told(get_object_or_404(self.jobs(), pk=pk), request))

    @Operation(
        "cancel_job",
        "Stop a job; what it has written stays",
        {204: None},
        parameters=[ID],
        problems=[404],
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        row = get_object_or_404(self.jobs(), pk=pk)
        if row.job is not None:
            queue.cancel(row.job)
        return Response(status=204)


class ResultsView(JobView):
    scopes = {"GET": Scope.WRITE}

    @Operation(
        "list_job_results",
        "What came of each row, in their order",
        {200: RowPageSerializer},
        parameters=[ID, *PARAMETERS],
        problems=[404],
    )
    def get(self, request: Request, pk: UUID) -> Response:
        row, pages = get_object_or_404(self.jobs(), pk=pk), InOrder()
        found = pages.paginate_queryset(row.rows.all(), request, self) or []
        return pages.get_paginated_response(RowSerializer(found, many=True).data)


def job_told(row: ClientJob, request: Request) -> dict[str, Any]:
    """As `ClientJobSerializer` describes it."""
    job = row.job or Job()
    return {
        "id": str(row.pk),
        "href": reverse("api:job", [row.pk], request=request),
        "results": reverse("api:job-results", [row.pk], request=request),
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "counts": job.result if job.state == Job.State.DONE else {},
        "detail": queue.last_line(job) if job.state == Job.State.FAILED else "",
        "created_at": row.created_at,
        "finished_at": job.finished_at,
    }
