from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.access.shoppers import OWN
from api.access.signing_in import sign_in, tokens_of
from api.base import ApiView
from api.models import ShopperToken
from api.own.base import OwnView
from api.own.examples import ACCOUNT, NEW_TOKEN, SIGN_IN, TOKEN
from api.schema import Example, Operation, in_path
from matching.search.history import searches_of
from shoppers.favourites import liked_products
from shoppers.visitor import name_of

PREFIX = in_path("prefix", "The visible beginning of the token.")


class SignInSerializer(serializers.Serializer):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(
        max_length=1000, trim_whitespace=False, style={"input_type": "password"}
    )
    code = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=64,
        help_text="Of the app or a recovery code, where the account has a second step.",
    )


class TokenSerializer(serializers.Serializer):
    """A token without its secret."""

    prefix = serializers.CharField(help_text="Its visible beginning.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    is_this = serializers.BooleanField(help_text="Whether you have just shown it.")


class NewTokenSerializer(TokenSerializer):
    token = serializers.CharField(help_text="Keep it: it is not shown again.")


class TokensSerializer(serializers.Serializer):
    results = TokenSerializer(many=True)


class AccountSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="What the shopper knows the account by.")
    email = serializers.CharField()
    joined_at = serializers.DateTimeField()
    favourites = serializers.IntegerField(help_text="Products in any of the lists.")
    lists = serializers.IntegerField()
    searches = serializers.IntegerField()


class TokensView(ApiView):
    """Where programs of shoppers sign in."""

    tag = "Own things"
    scopes = {"POST": ""}

    @Operation(
        "sign_in",
        "Sign a shopper in: a token for what is theirs",
        {201: NewTokenSerializer},
        request=SignInSerializer,
        examples=[Example(SIGN_IN), Example(NEW_TOKEN, 201)],
        about="It ends after 30 days, when it is deleted, and with another password. Of one "
        "account the newest 20 hold.",
    )
    def post(self, request: Request) -> Response:
        asked = SignInSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        row, token = sign_in(request._request, **asked.validated_data)
        return Response({"token": token, **token_told(row, row)}, 201)


class AccountView(OwnView):
    scopes = {"GET": OWN}

    @Operation(
        "get_account",
        "Who is signed in",
        {200: AccountSerializer},
        examples=[Example(ACCOUNT, 200)],
    )
    def get(self, request: Request) -> Response:
        user: Any = request.user
        return Response(
            {
                "name": name_of(user),
                "email": user.email,
                "joined_at": user.date_joined,
                "favourites": liked_products(self.visitor).count(),
                "lists": self.visitor.lists.count(),
                "searches": searches_of(self.visitor).count(),
            }
        )


class OwnTokensView(OwnView):
    scopes = {"GET": OWN}

    @Operation(
        "list_tokens",
        "The programs that the shopper is signed in to, newest first",
        {200: TokensSerializer},
        examples=[Example({"results": [TOKEN]}, 200)],
    )
    def get(self, request: Request) -> Response:
        rows = tokens_of(request.user)
        return Response({"results": [token_told(row, request.auth) for row in rows]})


class OwnTokenView(OwnView):
    scopes = {"DELETE": OWN}

    @Operation(
        "sign_out",
        "End a token at once",
        {204: None},
        parameters=[PREFIX],
        problems=[404],
    )
    def delete(self, request: Request, prefix: str) -> Response:
        get_object_or_404(tokens_of(request.user), token_key=prefix).delete()
        return Response(status=204)


def token_told(row: ShopperToken, shown: Any) -> dict[str, Any]:
    """As `TokenSerializer` describes it; `shown` is what came with the request."""
    return {
        "prefix": row.token_key,
        "created_at": row.created,
        "expires_at": row.expiry,
        "is_this": row == shown,
    }
