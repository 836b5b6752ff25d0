from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from matching.models import Search
from matching.runtime import NotReadyError
from matching.search.api.problems import Problem
from matching.search.api.serializers import (
    AnswerSerializer,
    PredictQuery,
    PredictUpload,
    ProblemSerializer,
)
from matching.search.ask import Ask, Asker
from matching.search.find import find, matches_of_each
from matching.search.limits import SearchThrottle
from matching.search.uploads import UploadError, read_upload
from pictures import PictureError

BAD = OpenApiResponse(ProblemSerializer, "What is wrong, in one sentence.")


class PredictView(APIView):
    parser_classes = [MultiPartParser]
    throttle_classes = [SearchThrottle]

    @extend_schema(  # type: ignore[untyped-decorator]
        summary="Say what a picture shows and find the best matching products",
        parameters=[PredictQuery],
        request={"multipart/form-data": PredictUpload},
        responses={200: AnswerSerializer, 400: BAD, 413: BAD, 415: BAD, 429: BAD, 503: BAD},
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        query = PredictQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        try:
            data = read_upload(request._request, "file", settings.MAX_UPLOAD_BYTES)
            search = find(Ask(data, k=query.validated_data["k"]), asker=Asker(Search.Source.API))
            context = {"each": matches_of_each(search)} if query.validated_data["each"] else {}
        except (UploadError, PictureError) as error:
            raise Problem(status_of(error), str(error)) from error
        except NotReadyError as error:
            raise Problem(503, str(error)) from error
        return Response(AnswerSerializer(search, context=context).data)


def status_of(error: UploadError | PictureError) -> int:
    return {"too_large": 413, "not_a_picture": 415}.get(error.code, 400)
