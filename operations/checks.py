from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning


def proxy_in_front(**kwargs: Any) -> list[CheckMessage]:
    if settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "No proxy is said to stand in front of the site (TRUSTED_PROXIES is 0).",
            hint="A proxy that takes requests and answers whole keeps slow browsers from holding "
            "the site's threads; docker-compose.yml has one. Set TRUSTED_PROXIES to their number.",
            id="operations.W001",
        )
    ]
