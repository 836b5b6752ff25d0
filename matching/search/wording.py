"""What went wrong, in the language of whoever reads it."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

# By the code of a PictureError or UploadError. In English these say more: sizes, for example.
BY_CODE = {
    "not_a_picture": _(
        "The file is not a picture that we can read; send a JPEG, PNG, WebP, GIF or HEIC."
    ),
    "damaged": _("The picture is damaged or incomplete; send it again."),
    "empty": _("The file is empty."),
    "missing": _("The photo is gone. Start with a new one."),
    "too_large": _("The file is larger than %(most)s MB."),
    "too_many_pixels": _("The picture has too many pixels."),
    "too_small": _("The picture is too small; send a larger one."),
    "bad_request": _("The upload is not complete; send it again."),
    "no_file": _("There is no photo. Choose one, or say in words what you are looking for."),
}

# From so much probability on, most first; below all of them it is a guess.
SURENESS = (
    (0.9, _("sure")),
    (0.7, _("quite sure")),
    (0.5, _("likely")),
    (0.3, _("unsure")),
    (0, _("a guess")),
)


def sureness(probability: float) -> str:
    word = next(said for least, said in SURENESS if probability >= least)
    return f"{word} ({percent(probability)})"


def percent(share: float) -> str:
    """Of 0 to 1; a negative one counts as nothing."""
    return f"{round(max(share, 0) * 100)} %"


def said(error: Exception) -> str:
    """The sentence of an error for a page; one that nobody has translated as it is."""
    code = getattr(error, "code", "")
    if code in BY_CODE and (code == "no_file" or not (get_language() or "en").startswith("en")):
        return str(BY_CODE[code]) % {"most": settings.MAX_UPLOAD_BYTES // 1024 // 1024}
    return gettext(str(error)) if str(error) else ""
