"""Reads what stands at a web address, within limits, and from no machine of the shop's own network.

The address that is checked is the one that is connected to, at every redirect: a name that is
resolved once more, to another address, gains nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any, ClassVar

import urllib3
from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.util import connection

# Headers that nobody hears of but the machine that they were meant for.
SECRETS = ("Authorization", "Cookie", "Proxy-Authorization", "X-Shopify-Access-Token")
CHUNK = 64 * 1024
MOST_REDIRECTS = 4
SECONDS_OF_SILENCE = 15.0
AGENT = "Find-My-Vibe catalogue import"
# What leads on to an address of the old kind, which may be a private one.
LEADS_ON = [ipaddress.ip_network(one) for one in ("64:ff9b::/96", "2002::/16", "2001::/32")]


PROBLEMS = {
    "slow": "takes too long",
    "private": "leads into a private network",
    "redirects": "leads on too often",
    "silent": "does not answer",
    "broken": "does not answer as it should",
    "status": "answers %(status)s",
    "kind": "holds %(kind)s",
    "large": "holds more than %(most)s MB",
}


class FetchError(Exception):
    """It cannot be had; the message says why, to go after "the address". `code`: one of PROBLEMS;
    `about`: what is filled in."""

    def __init__(self, code: str, **about: object) -> None:
        super().__init__(PROBLEMS[code] % about)
        self.code, self.about = code, about


@dataclass(frozen=True)
class Limits:
    """`kinds`: what the media type may begin with; none means any."""

    most_bytes: int
    seconds: float
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """`etag` and `modified` as the server says them, "" if it does not; `is_new` unless it has
    answered that nothing has changed; `next`: the address of the page after it, "" for none."""

    is_new: bool
    etag: str = ""
    modified: str = ""
    next: str = ""


class _Current(threading.local):
    """The socket that this thread reads from, and whether its time is up."""

    sock: socket.socket | None = None
    is_late: ClassVar[bool] = False


_current = _Current()


class _Guarded:
    """A connection that is made to an address which was checked, while there is time."""

    def request(self: Any, *args: Any, **options: Any) -> None:
        _current.sock = self.sock
        _check_time()
        super().request(*args, **options)  # type: ignore[misc]

    def connect(self: Any) -> None:
        _check_time()
        super().connect()  # type: ignore[misc]
        _current.sock = self.sock

    def _new_conn(self: Any) -> socket.socket:
        try:
            address = public_address(self.host, self.port)
            options = self.source_address, self.socket_options
            made = connection.create_connection((address, self.port), self.timeout, *options)
            _current.sock = made
            return made
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "timed out") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error


def _check_time() -> None:
    if _current.is_late:
        raise FetchError("slow")


class _Connection(_Guarded, HTTPConnection):
    pass


class _SecureConnection(_Guarded, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def public_address(host: str, port: int) -> str:
    """The first address of a host. Raises FetchError if any of them is private."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    if not settings.FETCH_PRIVATE_ADDRESSES and not all(map(is_public, addresses)):
        raise FetchError("private")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether everybody reaches it: no private, local, shared or multicast one."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        elif any(parsed in network for network in LEADS_ON):
            return False
    return parsed.is_global and not parsed.is_multicast


class Fetcher:
    """Keeps connections open between fetches; may be used by several threads at once."""

    def __init__(self, at_once: int = 1) -> None:
        retries = urllib3.Retry(
            total=MOST_REDIRECTS + 2,
            redirect=MOST_REDIRECTS,
            connect=1,
            read=1,
            status=2,
            status_forcelist=(429, 500, 502, 503, 504),
            backoff_factor=0.3,
            respect_retry_after_header=False,
            raise_on_status=False,
            remove_headers_on_redirect=SECRETS,
        )
        self._manager = urllib3.PoolManager(
            maxsize=at_once,
            retries=retries,
            timeout=urllib3.Timeout(connect=5.0, read=SECONDS_OF_SILENCE),
            headers={"User-Agent": AGENT, "Accept-Encoding": "identity"},
        )
        self._manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def fetch(
        self, url: str, into: IO[bytes], limits: Limits, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Writes what stands there. Raises FetchError."""
        try:
            with _within(limits.seconds), self._answer(url, headers or {}) as answer:
                if answer.status == 304:
                    return Answer(is_new=False)
                _check(answer, limits)
                _copy(answer, into, limits.most_bytes)
                known = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
                return Answer(True, *known, _next_page(answer.headers.get("Link", "")))
        except MaxRetryError as error:
            code = "redirects" if "redirect" in str(error.reason) else "silent"
            raise FetchError(_late() or code) from error
        except (HTTPError, OSError, ValueError) as error:
            raise FetchError(_late() or "broken") from error

    @contextmanager
    def _answer(self, url: str, headers: Mapping[str, str]) -> Iterator[Any]:
        merged = {**self._manager.headers, **headers}
        answer = self._manager.request(
            "GET", url, headers=merged, preload_content=False, decode_content=False
        )
        try:
            yield answer
            answer.release_conn()
        finally:
            # One that was not read to its end cannot be used again.
            answer.close()


def _next_page(link: str) -> str:
    """Of `<https://...>; rel="next", <https://...>; rel="last"` the first."""
    found = re.search(r'<([^>]*)>\s*;[^,<]*rel="?next\b', link)
    return found[1] if found else ""


def _check(answer: Any, limits: Limits) -> None:
    if answer.status != 200:
        raise FetchError("status", status=answer.status)
    kind = answer.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if limits.kinds and kind and not kind.startswith(limits.kinds):
        raise FetchError("kind", kind=kind[:60])
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > limits.most_bytes:
        raise _too_large(limits.most_bytes)


def _copy(answer: Any, into: IO[bytes], most_bytes: int) -> None:
    done = 0
    while chunk := answer.read1(CHUNK):
        done += len(chunk)
        if done > most_bytes:
            raise _too_large(most_bytes)
        _check_time()
        into.write(chunk)
    _check_time()


def _too_large(most_bytes: int) -> FetchError:
    return FetchError("large", most=most_bytes // 1024 // 1024)


def _late() -> str:
    return "slow" if _current.is_late else ""


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Ends what this thread fetches when the time is up, however slowly bytes still come."""
    state = _current.__dict__
    state.update(sock=None, is_late=False)

    def end() -> None:
        state["is_late"] = True
        if state["sock"] is not None:
            with suppress(OSError):
                state["sock"].shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
