"""Long work of a program: how far it is, what came of each row, and stopping it."""

from __future__ import annotations

import json
import tempfile
import zipfile
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import SuspiciousOperation, TooManyFilesSent
from django.core.files.base import ContentFile, File
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.access.authentication import ANY_KEY
from api.base import ApiView
from api.examples import example
from api.models import ApiClient, ClientJob, JobRow, Scope
from api.pages import PARAMETERS, NewestFirst
from api.problems import ProblemError, refused
from api.schema import Example, Operation, in_path
from api.work.orders import order
from api.work.renderers import CsvRenderer
from api.work.tagging import (
    ADDRESSES,
    MOST_PHOTOS,
    PHOTOS,
    UNREADABLE,
    ZIP,
    PhotosHandler,
    count_of_zip,
)
from jobs import queue
from jobs.models import Job
from matching.search.api.serializers import GarmentSerializer

ID = in_path("pk", "The id of the job.", UUID)
# Kind of job -> what a key needs to start it, to look at it and to stop it.
KINDS = {"api_upsert": Scope.WRITE, "api_tag": Scope.SEARCH}
MOST_JSON = 1024 * 1024


class PhotosSerializer(serializers.Serializer):
    """Photos to be tagged, each at a public address."""

    photo_urls = serializers.ListField(
        child=serializers.URLField(max_length=500), min_length=1, max_length=MOST_PHOTOS
    )


class PhotosFormSerializer(serializers.Serializer):
    """Photos to be tagged: one by one, or all in a zip."""

    photo = serializers.ListField(child=serializers.FileField(), required=False)
    zip = serializers.FileField(required=False)


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


class TaggedGarmentSerializer(GarmentSerializer):
    """A garment of a photo, the main one first."""

    matches = None  # type: ignore[assignment]


class RowSerializer(serializers.ModelSerializer):
    garments = TaggedGarmentSerializer(many=True, allow_null=True, help_text="Of a photo.")

    class Meta:
        model = JobRow
        fields = ["number", "sku", "name", "outcome", "detail", "garments"]


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

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Not from a page: its visitors must not see one another's, nor give the shop work."""
        super().initial(request, *args, **kwargs)
        if not self.key.is_secret:
            raise ProblemError("forbidden")

    def jobs(self) -> QuerySet[ClientJob]:
        """Those of the program that asks, of the kinds that its key may start."""
        kinds = [kind for kind, scope in KINDS.items() if self.key.may(scope)]
        rows = ClientJob.objects.filter(client=self.client, job__kind__in=kinds)
        return rows.select_related("job")


class JobsView(JobView):
    scopes = {"GET": ANY_KEY, "POST": Scope.SEARCH}
    parser_classes = [JSONParser, MultiPartParser]

    @property
    def most_bytes(self) -> int:
        is_form = str(self.request.content_type).startswith("multipart/")
        return settings.MAX_ARCHIVE_BYTES if is_form else MOST_JSON

    @Operation(
        "tag_photos",
        "Say of up to 500 photos what is worn in each, as a job with a result for each photo",
        {202: ClientJobSerializer},
        request={"application/json": PhotosSerializer, "multipart/form-data": PhotosFormSerializer},
        examples=[Example(example("photos"))],
        about="A photo that cannot be used is refused with its reason, and the others go on.",
    )
    def post(self, request: Request) -> Response:
        is_form = str(request.content_type).startswith("multipart/")
        made = _of_form(self.client, request) if is_form else _of_addresses(self.client, request)
        told = job_told(made, request)
        return Response(told, 202, headers={"Location": told["href"]})

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
    scopes = {"GET": ANY_KEY, "DELETE": ANY_KEY}

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
    scopes = {"GET": ANY_KEY}
    renderer_classes = [JSONRenderer, CsvRenderer]

    @Operation(
        "list_job_results",
        "What came of each row, in their order",
        {(200, "application/json"): RowPageSerializer, (200, "text/csv"): OpenApiTypes.STR},
        parameters=[ID, *PARAMETERS],
        problems=[404],
        about="As CSV with `Accept: text/csv`: a line for each garment. `Link` has the next page.",
    )
    def get(self, request: Request, pk: UUID) -> Response:
        row, pages = get_object_or_404(self.jobs(), pk=pk), InOrder()
        found = pages.paginate_queryset(row.rows.all(), request, self) or []
        answer = pages.get_paginated_response(RowSerializer(found, many=True).data)
        if following := answer.data["next"]:
            answer["Link"] = f'<{following}>; rel="next"'
        return answer


def _of_addresses(client: ApiClient, request: Request) -> ClientJob:
    reader = PhotosSerializer(data=request.data)
    reader.is_valid(raise_exception=True)
    lines = ContentFile(json.dumps(reader.validated_data["photo_urls"]).encode())
    return order(client, "api_tag", lines, ADDRESSES)


def _of_form(client: ApiClient, request: Request) -> ClientJob:
    """Reads the form, whose photos are packed as they come. Raises problems."""
    form = request._request
    with tempfile.TemporaryFile() as packed:
        with zipfile.ZipFile(packed, "w") as archive:
            photos = PhotosHandler(form, "photo", archive)
            form.upload_handlers = [photos, TemporaryFileUploadHandler(form)]
            files = _files(form)
        archived = files.get("zip")
        if bool(archived) == bool(files.getlist("photo")):
            raise refused("photo", _("Send photos or a zip of photos."))
        if archived:
            _check_zip(archived)
            return order(client, "api_tag", archived, ZIP)
        packed.seek(0)
        return order(client, "api_tag", File(packed), PHOTOS)


def _files(form: HttpRequest) -> Any:
    try:
        return form.FILES
    except TooManyFilesSent as error:
        raise _too_many() from error
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError) as error:
        raise ProblemError("malformed") from error


def _check_zip(file: Any) -> None:
    try:
        count = count_of_zip(file)
    except UNREADABLE as error:
        raise refused("zip", _("This is no zip file, or it is damaged.")) from error
    if count > MOST_PHOTOS:
        raise _too_many()
    if not count:
        raise refused("zip", _("It holds no photos."))
    file.seek(0)


def _too_many() -> ProblemError:
    said = _("At most %(most)s photos are taken at once.") % {"most": MOST_PHOTOS}
    return ProblemError("too-large", said)


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
