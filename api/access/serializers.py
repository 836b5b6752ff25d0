from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.models import ApiKey, Scope


class KeySerializer(serializers.ModelSerializer):
    """A key without its secret."""

    client = serializers.CharField(source="client.name")
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices))
    origins = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ApiKey
        fields = [
            *("prefix", "client", "kind", "scopes", "origins"),
            *("created_at", "expires_at", "revoked_at", "last_used_at"),
        ]


class NewKeySerializer(KeySerializer):
    """A key that was just made: only now its secret is told."""

    key = serializers.CharField(help_text="Keep it: it is not shown again.")

    class Meta(KeySerializer.Meta):
        fields = ["key", *KeySerializer.Meta.fields]


class KeyWishSerializer(serializers.Serializer):
    """A key to be made, for a client that is there or for a new one."""

    client = serializers.CharField(max_length=80, help_text="Its name.")
    kind = serializers.ChoiceField(ApiKey.Kind.choices, default=ApiKey.Kind.SECRET)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(Scope.choices), min_length=1, max_length=len(Scope)
    )
    origins = serializers.ListField(
        child=serializers.CharField(max_length=200),
        default=list,
        max_length=20,
        help_text="Of a publishable key: https://shop.example, without a path.",
    )
    expires_in_days = serializers.IntegerField(
        required=False, min_value=1, max_value=3650, help_text="For ever if it is left out."
    )


class GraceSerializer(serializers.Serializer):
    grace_hours = serializers.IntegerField(
        default=24, min_value=0, max_value=24 * 30, help_text="How long the old key still works."
    )


class ProblemKindSerializer(serializers.Serializer):
    type = serializers.CharField(source="address")
    code = serializers.CharField()
    status = serializers.IntegerField()
    title = serializers.CharField()
    help = serializers.CharField(help_text="What to do about it.")


def told_once(row: ApiKey, secret: str) -> dict[str, Any]:
    return {"key": secret, **KeySerializer(row).data}
