from __future__ import annotations

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def word(value: str) -> str:
    """A label or value of the data in the reader's language; as it is if nobody translated it."""
    return gettext(value) if value else ""
