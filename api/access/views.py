from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import keys
from api.access.authentication import ANY_KEY
from api.access.serializers import (
    GraceSerializer,
    KeySerializer,
    KeyWishSerializer,
    NewKeySerializer,
    ProblemKindSerializer,
    told_once,
)
from api.base import ApiView, no_such
from api.models import ApiClient, ApiKey, Scope
from api.problems import KINDS, refused
from api.schema import Example, Operation, in_path

KEY = {
    "prefix": "fmv_sk_0f3a9c21d4",
    "client": "Till in the shop",
    "kind": "secret",
    "scopes": ["search"],
    "origins": [],
    "created_at": "2026-11-30T09:00:00Z",
    "expires_at": None,
    "revoked_at": None,
    "last_used_at": None,
}
NEW_KEY = {"key": f"{KEY['prefix']}_{'x' * 43}", **KEY}
PREFIX = in_path("prefix", "The visible beginning of the key.")


class RootSerializer(serializers.Serializer):
    name = serializers.CharField()
    version = serializers.CharField()
    links = serializers.DictField(child=serializers.CharField())


class RootView(ApiView):
    tag = "About"
    scopes = {"GET": ""}
    cache_control = "no-cache"

    @Operation(
        "root",
        "What there is",
        {200: RootSerializer},
        examples=[
            Example(
                {
                    "name": "Find-My-Vibe",
                    "version": "1",
                    "links": {"problems": "https://shop.example/api/v1/problems"},
                },
                200,
            )
        ],
    )
    def get(self, request: Request) -> Response:
        links = {name: request.build_absolute_uri(reverse(f"api:{name}")) for name in LINKED}
        return Response({"name": "Find-My-Vibe", "version": "1", "links": links})


LINKED = ["attributes", "embeddings", "jobs", "key", "me", "problems", "products", "searches"]


class ProblemsView(ApiView):
    tag = "About"
    scopes = {"GET": ""}
    cache_control = "no-cache"

    @Operation("problems", "Every kind of problem", {200: ProblemKindSerializer(many=True)})
    def get(self, request: Request) -> Response:
        return Response(ProblemKindSerializer(list(KINDS.values()), many=True).data)


class ProblemView(ApiView):
    tag = "About"
    scopes = {"GET": ""}
    cache_control = "no-cache"

    @Operation(
        "problem",
        "What one kind of problem means",
        {200: ProblemKindSerializer},
        problems=[404],
        parameters=[in_path("code", "The last part of its `type`.")],
    )
    def get(self, request: Request, code: str) -> Response:
        if code not in KINDS:
            raise no_such(code)
        return Response(ProblemKindSerializer(KINDS[code]).data)


class OwnKeyView(ApiView):
    """The key that is shown with the request; any key may ask for itself."""

    tag = "Keys"
    scopes = {"GET": ANY_KEY}

    @Operation(
        "own_key", "The key that you show", {200: KeySerializer}, examples=[Example(KEY, 200)]
    )
    def get(self, request: Request) -> Response:
        return Response(KeySerializer(self.key).data)


class KeysView(ApiView):
    tag = "Keys"
    scopes = {"GET": Scope.ADMIN, "POST": Scope.ADMIN}

    @Operation("list_keys", "All keys, newest first", {200: KeySerializer(many=True)})
    def get(self, request: Request) -> Response:
        rows = ApiKey.objects.select_related("client")
        return Response(KeySerializer(rows, many=True).data)

    @Operation(
        "make_key",
        "Make a key",
        {201: NewKeySerializer},
        request=KeyWishSerializer,
        examples=[Example({"client": "Till", "scopes": ["search"]}), Example(NEW_KEY, 201)],
    )
    def post(self, request: Request) -> Response:
        asked = KeyWishSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        row, secret = _made(asked.validated_data)
        place = request.build_absolute_uri(reverse("api:one-key", args=[row.prefix]))
        return Response(told_once(row, secret), 201, headers={"Location": place})


def _made(asked: dict[str, Any]) -> tuple[ApiKey, str]:
    days = asked.get("expires_in_days")
    end = None if days is None else timezone.now() + timedelta(days=days)
    wanted = keys.Wanted(asked["kind"], asked["scopes"], asked["origins"], end)
    try:
        keys.check(wanted)
    except keys.KeyWishError as error:
        raise refused("", str(error)) from error
    client, _is_new = ApiClient.objects.get_or_create(name=asked["client"])
    return keys.issue(client, wanted)


class KeyView(ApiView):
    tag = "Keys"
    scopes = {"GET": Scope.ADMIN, "DELETE": Scope.ADMIN}

    @Operation("get_key", "One key", {200: KeySerializer}, problems=[404], parameters=[PREFIX])
    def get(self, request: Request, prefix: str) -> Response:
        return Response(KeySerializer(get_object_or_404(ApiKey, prefix=prefix)).data)

    @Operation(
        "revoke_key",
        "Revoke a key, at once and for ever",
        {204: None},
        problems=[404],
        parameters=[PREFIX],
    )
    def delete(self, request: Request, prefix: str) -> Response:
        keys.revoke(get_object_or_404(ApiKey, prefix=prefix))
        return Response(status=204)


class RotateView(ApiView):
    tag = "Keys"
    scopes = {"POST": Scope.ADMIN}

    @Operation(
        "rotate_key",
        "Make a key like this one, which ends when the grace is over",
        {201: NewKeySerializer},
        request=GraceSerializer,
        problems=[404],
        parameters=[PREFIX],
        examples=[Example({"grace_hours": 24}), Example(NEW_KEY, 201)],
    )
    def post(self, request: Request, prefix: str) -> Response:
        asked = GraceSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        row = get_object_or_404(ApiKey.objects.live(), prefix=prefix)
        grace = timedelta(hours=asked.validated_data["grace_hours"])
        return Response(told_once(*keys.rotate(row, grace)), 201)
