"""gunicorn as it is shipped, with senders as slow as they come."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from findmyvibe.server import Arriving

ROOT = Path(__file__).parent.parent
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=X\r\n"


def test_a_request_is_complete_with_its_last_byte() -> None:
    one, sent = Arriving(100), b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabcde"
    for at in range(len(sent)):
        assert not one.is_complete
        one.add(sent[at : at + 1])
    assert one.is_complete
    assert bytes(one.bytes) == sent


@pytest.mark.parametrize(
    "head",
    [b"Content-Length: 101", b"Transfer-Encoding: chunked", b"Host: a", b"Content-Length: x"],
)
def test_what_is_not_waited_for_is_handed_on_with_its_head(head: bytes) -> None:
    one = Arriving(100)
    one.add(b"POST / HTTP/1.1\r\n" + head + b"\r\n")
    assert not one.is_complete
    one.add(b"\r\n")
    assert one.is_complete


def test_an_endless_head_is_handed_on_to_be_refused() -> None:
    one = Arriving(100)
    one.add(b"GET / HTTP/1.1\r\nA: " + b"a" * 70_000)
    assert one.is_complete


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[int]:
    """The port of a site with one process of two threads."""
    port = free_port()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = kept | {"DATA_DIR": str(tmp_path), "READ_DOT_ENV": "0"}
    shape = ["--workers", "1", "--threads", "2", "--bind", f"127.0.0.1:{port}"]
    manage = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(manage, cwd=ROOT, env=environment, check=True)
    command = [sys.executable, "-m", "gunicorn", "findmyvibe.wsgi", *shape]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_for_answer(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def wait_for_answer(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if ask(port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("The server does not answer.")


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def ask(port: int, request: bytes) -> bytes:
    """All of the answer."""
    with connected(port) as sock:
        sock.sendall(request)
        return b"".join(iter(lambda: sock.recv(65536), b""))


@pytest.mark.slow
def test_slow_senders_stop_nobody(served: int) -> None:
    probe = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    slow = [connected(served) for _ in range(12)]
    for at, one in enumerate(slow):
        one.sendall(HEAD[:40] if at % 2 else HEAD + b"Content-Length: 5000\r\n\r\n--X")
    for at in range(6):
        for one in slow:
            one.sendall(b"x")
        assert ask(served, probe).startswith(b"HTTP/1.1 200"), at
    for one in slow:
        one.close()
    assert ask(served, probe).startswith(b"HTTP/1.1 200")


@pytest.mark.slow
def test_what_is_sent_in_pieces_and_one_after_the_other_is_answered(served: int) -> None:
    get = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with connected(served) as sock:
        for piece in (get[:10], get[10:], get[:-1], get[-1:]):
            sock.sendall(piece)
            time.sleep(0.2)
        sock.sendall(get.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        answers = b"".join(iter(lambda: sock.recv(65536), b""))
    assert answers.count(b"HTTP/1.1 200 OK") == 3


@pytest.mark.slow
def test_a_body_over_its_limit_is_answered_before_it_has_come(served: int) -> None:
    with connected(served) as sock:
        sock.sendall(HEAD + b"Content-Length: 900000000\r\n\r\n--X")
        assert sock.recv(65536).startswith(b"HTTP/1.1 413")
    waits = HEAD + b"Content-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    with connected(served) as sock:
        sock.sendall(waits)
        assert sock.recv(65536).startswith(b"HTTP/1.1 100 Continue")
        sock.sendall(b"--X")
        assert b"HTTP/1.1 40" in b"".join(iter(lambda: sock.recv(65536), b""))
