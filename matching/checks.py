from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def vision_settings(**kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not 0 <= settings.VISUAL_WEIGHT <= 1:
        found.append(
            Error(
                f"VISUAL_WEIGHT is {settings.VISUAL_WEIGHT}.",
                hint="Set it to a number from 0 (style only) to 1 (looks only).",
                id="matching.E001",
            )
        )
    rate = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["predict"]
    if not re.fullmatch(r"[1-9][0-9]*/(s|sec|m|min|h|hour|d|day)", rate):
        found.append(
            Error(f"PREDICT_RATE is {rate!r}.", hint="For example 3000/min.", id="matching.E002")
        )
    if settings.MAX_UPLOAD_BYTES <= 0:
        found.append(
            Error("MAX_UPLOAD_MB is not positive.", hint="For example 10.", id="matching.E003")
        )
    return found
