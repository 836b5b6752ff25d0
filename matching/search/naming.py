"""What a search is called in front of shoppers."""

from __future__ import annotations

from django.utils.translation import gettext

from catalog.attributes import Meaning, is_shown
from matching.models import Search


def name_of(search: Search) -> str:
    """Its subject in the reader's language; the words where shoppers do not see the kind of
    thing."""
    subject = search.subject if is_shown(Meaning.KIND) else search.words
    return gettext(subject) if subject and subject != search.words else subject
