"""What is said of a search and of what went wrong: codes and keys are kept, sentences are made
here, in the language of whoever reads them. Programs are told in English."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from catalog.models import Attribute
from matching.models import Search

MESSAGES = {
    Search.Message.NO_GARMENT: _(
        "We see no clothing, shoes or accessories in this picture. "
        "Try a photo that shows one item, well lit and close up."
    ),
    Search.Message.WEAK: _(
        "Nothing in the catalogue looks much like this; these products come closest."
    ),
    Search.Message.NOTHING: _("The catalogue has nothing that matches this picture."),
    Search.Message.NOTHING_LEFT: _(
        "No product passes all of these filters. Take one of them away."
    ),
    Search.Message.UNKNOWN_WORDS: _("We know none of these words. This is what the shop has."),
}
# As programs have always been told it.
WIDENED = {Search.Widened.EVERYTHING: "everything", Search.Widened.WISHES: "other attributes"}
# By the code of what was raised. In English most errors say more themselves: sizes, for example.
BY_CODE = {
    "not_a_picture": _(
        "The file is not a picture that we can read; send a JPEG, PNG, WebP, GIF or HEIC."
    ),
    "damaged": _("The picture is damaged or incomplete; send it again."),
    "empty": _("The file is empty."),
    "missing": _("The photo of this search is gone. Start with a new one."),
    "too_large": _("The file is larger than %(most)s MB."),
    "too_many_pixels": _("The picture has too many pixels."),
    "too_costly": _(
        "The picture takes too much work to open; save it as a plain JPEG and send that."
    ),
    "too_small": _("The picture is too small; send a larger one."),
    "bad_request": _("The upload is not complete; send it again."),
    "no_file": _("There is no photo. Choose one, or say in words what you are looking for."),
    "no_words": _("Say in a few words what you are looking for."),
    "too_many_words": _("These are too many words; a short sentence is best."),
    "limited": _("These were too many searches in a short time. Wait a minute, then go on."),
    "not_a_part": _(
        "The part of the photo is not given by four numbers from 0 to 100; mark it again."
    ),
    "part_too_small": _("The part of the photo is too small; mark a larger one."),
    "no_such_value": _("The catalogue has no such value."),
    "not_indexed": _("This product is not in the index yet; search with its photo instead."),
    "no_such_garment": _("The photo shows no such garment."),
    "no_products": _("The catalogue is empty. Run: python manage.py import_products FOLDER"),
    "no_index": _("The index is not built yet. Run: python manage.py build_index"),
    "index_unusable": _("The index cannot be used. Run: python manage.py build_index"),
    "no_text_tower": _("This shop can be searched by photo only."),
}
# What the error itself says is for programs.
FOR_PEOPLE = {"no_file", "missing"}

# From so much probability on, most first; below all of them it is a guess.
SURENESS = (
    (0.9, _("sure")),
    (0.7, _("quite sure")),
    (0.5, _("likely")),
    (0.3, _("unsure")),
    (0, _("a guess")),
)


# By the steps of matching/engine/likeness.py.
LIKENESS = {
    "twin": _("A twin of it"),
    "very_like": _("Very like it"),
    "like": _("Like it"),
}


def likeness_said(step: str, *, is_same_kind: bool) -> str:
    """How like a match is; "" for what is of another kind and not like it either."""
    if step in LIKENESS:
        return str(LIKENESS[step])
    return gettext("The same kind") if is_same_kind else ""


def sureness(probability: float) -> str:
    word = next(said for least, said in SURENESS if probability >= least)
    return f"{word} ({percent(probability)})"


def percent(share: float) -> str:
    """Of 0 to 1; a negative one counts as nothing."""
    return f"{round(max(share, 0) * 100)} %"


def in_english(code: str) -> str:
    with override("en"):
        return str(BY_CODE[code])


def error_said(error: Exception) -> str:
    """The sentence of an error for a page."""
    code = getattr(error, "code", "")
    is_english = (get_language() or "en").startswith("en")
    if code not in BY_CODE or (is_english and code not in FOR_PEOPLE):
        return str(error)
    return str(BY_CODE[code]) % {"most": settings.MAX_UPLOAD_BYTES // 1024 // 1024}


def message_said(message: str) -> str:
    """The sentence of a `Search.message`; one that an earlier release kept as it is."""
    return str(MESSAGES.get(message, message))  # type: ignore[call-overload]


def widened_said(widened: str) -> str:
    """What was looked among beside what was asked for: a code, or a group of the shop's own."""
    return str(WIDENED.get(widened, widened))  # type: ignore[call-overload]


def widening_said(widened: str, kind: str) -> str:
    """What a page says of a `Search.widened`, where things of a `kind` were looked for."""
    if widened == Search.Widened.WISHES:
        return gettext("Too few products have all that you asked for; the others come closest.")
    about = {"type": gettext(kind) if kind else gettext("products of this kind")}
    if widened == Search.Widened.EVERYTHING:
        text = gettext("Too few %(type)s in the catalogue; we also looked at everything else.")
        return text % about
    text = gettext("Too few %(type)s in the catalogue; we also looked at all %(group)s.")
    return text % (about | {"group": gettext(widened)}) if widened else ""


def reasons_teller(*, shown_only: bool) -> Callable[[Iterable[str]], list[str]]:
    """Says the reasons of one match after the other: `SearchMatch.reasons` to "same colour".
    `shown_only` leaves out the attributes that shoppers do not see."""
    attributes = list(Attribute.objects.all())
    labels = {one.key: one.label for one in attributes if one.is_shown or not shown_only}
    hidden = {one.key for one in attributes} - labels.keys()

    def tell(keys: Iterable[str]) -> list[str]:
        return [_reason(key, labels) for key in keys if key not in hidden]

    return tell


def _reason(key: str, labels: Mapping[str, str]) -> str:
    if " " in key:  # no key, but the sentence of an attribute that was gone already
        return key
    english = f"same {labels.get(key, key.replace('_', ' ')).lower()}"
    said = gettext(english)
    if said != english or (get_language() or "en").startswith("en"):
        return said
    return gettext("same %(attribute)s") % {"attribute": gettext(labels.get(key, key))}


def told_in_english(search: Search) -> dict[str, Any]:
    """`message`, `widened` and, match by match, `reasons` as programs are told them."""
    with override("en"):
        tell = reasons_teller(shown_only=False)
        return {
            "message": message_said(search.message),
            "widened": widened_said(search.widened),
            "reasons": [tell(match.reasons) for match in search.matches.all()],
        }
