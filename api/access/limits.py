"""How often a key and an address may ask: counted minute by minute, and told with each answer."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api.models import ApiKey
from api.problems import ProblemError

WINDOW = 60


@dataclass(frozen=True)
class Limit:
    """`name` stands in the headers; `left` is negative once there were too many; `seconds` until
    the count begins anew."""

    name: str
    most: int
    left: int
    seconds: int

    @property
    def policy(self) -> str:
        return f'"{self.name}";q={self.most};w={WINDOW}'

    @property
    def state(self) -> str:
        return f'"{self.name}";r={max(self.left, 0)};t={self.seconds}'


def count(
    request: Request, key: ApiKey | None, shopper: int | None = None, *, weight: int = 1
) -> list[Limit]:
    """Counts this request, as `weight` of them, wherever it counts: for a key, for the shopper of
    this id, or else for the address. Of pages each visitor has a share of the key."""
    address = BaseThrottle().get_ident(request)
    if shopper is not None:
        return [_count("shopper", str(shopper), settings.API_RATE_KEY, weight)]
    if key is None:
        return [_count("address", address or "", settings.API_RATE_ANONYMOUS, weight)]
    most = key.client.per_minute or settings.API_RATE_KEY
    limits = [_count("key", str(key.pk), most, weight)]
    if not key.is_secret:
        share = f"{key.pk}:{address}"
        limits.append(_count("address", share, settings.API_RATE_ANONYMOUS, weight))
    return limits


def check(limits: list[Limit]) -> None:
    """Raises a ProblemError if one of them is used up."""
    over = [one for one in limits if one.left < 0]
    if over:
        wait = str(max(one.seconds for one in over))
        raise ProblemError("limited", headers={"Retry-After": wait})


def headers(limits: list[Limit]) -> dict[str, str]:
    """As the IETF's draft of RateLimit headers has them."""
    if not limits:
        return {}
    return {
        "RateLimit-Policy": ", ".join(one.policy for one in limits),
        "RateLimit": ", ".join(one.state for one in limits),
    }


def _count(name: str, who: str, most: int, weight: int) -> Limit:
    window, passed = divmod(int(time.time()), WINDOW)
    place = f"api-limit:{name}:{who}:{window}"
    cache.add(place, 0, WINDOW * 2)
    try:
        used = cache.incr(place, weight)
    except ValueError:  # it went between the two
        used = weight
    return Limit(name, most, most - used, WINDOW - passed)
