"""Filters of the catalogue as programs say them: the same as in the addresses of the pages, but
what is not known is an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework import serializers

from api.problems import refused
from catalog.facets import MOST_WORDS, Filters
from catalog.parameters import BRAND, PRICE_MAX, PRICE_MIN, WORDS

MOST_VALUES = 50
SINGLE = (WORDS, PRICE_MIN, PRICE_MAX)


class AttributesField(serializers.DictField):
    """Attribute key to values, one of which a product must have."""

    child = serializers.ListField(
        child=serializers.CharField(max_length=100), min_length=1, max_length=MOST_VALUES
    )


class FiltersSerializer(serializers.Serializer):
    """What to stay within; all of it has to be met."""

    q = serializers.CharField(
        required=False,
        max_length=MOST_WORDS,
        help_text="Words that all occur in name, brand, SKU or description.",
    )
    brand = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, max_length=MOST_VALUES
    )
    price_min = serializers.DecimalField(12, 2, required=False, min_value=0)
    price_max = serializers.DecimalField(12, 2, required=False, min_value=0)
    attributes = AttributesField(
        required=False, help_text="Attribute key to values, one of which a product must have."
    )


def filters_of(said: Mapping[str, Any], where: str = "") -> Filters:
    """Of what `FiltersSerializer` has validated. Raises a problem for a value that is not known;
    `where` stands before the name of the field in it."""
    query = QueryDict(mutable=True)
    for name in SINGLE:
        if name in said:
            query[name] = str(said[name])
    several = {BRAND: said.get(BRAND, []), **said.get("attributes", {})}
    for key, values in several.items():
        query.setlist(key, [value for value in values if key not in SINGLE])
    filters = Filters.from_query(query)
    for key, values in several.items():
        _check(key, values, filters.values.get(key, ()), where)
    return filters


def _check(key: str, values: Sequence[str], known: Sequence[str], where: str) -> None:
    for value in values:
        if value not in known:
            name = f"{where}{BRAND}" if key == BRAND else f"{where}attributes.{key}"
            raise refused(name, _("The catalogue has no %(value)s here.") % {"value": repr(value)})
