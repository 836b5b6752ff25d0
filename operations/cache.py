"""A cache on Redis that nobody has to wait for."""

from __future__ import annotations

import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

LONGEST_WAIT = 1.0
SECONDS_UNTIL_ASKED_AGAIN = 5.0
IMPATIENT = {
    "socket_connect_timeout": LONGEST_WAIT,
    "socket_timeout": LONGEST_WAIT,
    "retry": Retry(NoBackoff(), 0),
}


class ForgivingRedisCache(RedisCache):
    """While Redis does not answer, the memory of this process stands in: pages are answered, and
    limits go on to be counted, by each process for itself."""

    _away_until = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params | {"OPTIONS": IMPATIENT | params.get("OPTIONS", {})})
        self._stand_in = LocMemCache("stands in for Redis", {})

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("add", *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("touch", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("delete", *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("get_many", *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("has_key", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("incr", *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("set_many", *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("delete_many", *args, **kwargs)

    def clear(self) -> Any:
        return self._ask("clear")

    def _ask(self, what: str, *args: Any, **kwargs: Any) -> Any:
        cls = ForgivingRedisCache
        if time.monotonic() >= cls._away_until:
            try:
                return getattr(super(), what)(*args, **kwargs)
            except RedisError:
                cls._away_until = time.monotonic() + SECONDS_UNTIL_ASKED_AGAIN
        return getattr(self._stand_in, what)(*args, **kwargs)
