"""The session of a visitor who has none yet."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.sessions.backends.base import CreateError
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

BEGUN = "begun"
SECONDS_OF_A_FIRST_VISIT = 60


def begin_session(request: HttpRequest) -> None:
    """What a page sends several times before the first answer brings a cookie comes with one CSRF
    cookie, and gets one session. Later the same CSRF cookie opens it no more."""
    secret = request.META.get("CSRF_COOKIE")
    if not secret:
        request.session.create()
        return
    store: Any = type(request.session)
    key = salted_hmac("first visit", secret, algorithm="sha256").hexdigest()[:32]
    session = store(key)
    session._session_cache = {BEGUN: time.time()}  # what is asked of it would look for a row
    try:
        session.save(must_create=True)
    except CreateError:
        session = store(key)
        if time.time() - session.get(BEGUN, 0) > SECONDS_OF_A_FIRST_VISIT:
            request.session.create()
            return
    session.modified = True  # so that the answer brings its cookie
    request.session = session
