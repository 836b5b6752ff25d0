"""A small shop on loopback that answers as a test wants it to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Respond = Callable[[BaseHTTPRequestHandler], None]


class Web:
    """`pages`: path to what answers there; `asked`: each request as "path If-None-Match"."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.pages: dict[str, Respond] = {}
        self.asked: list[str] = []

    def photo(self, path: str, data: bytes, etag: str = "", kind: str = "image/jpeg") -> None:
        def respond(handler: BaseHTTPRequestHandler) -> None:
            if etag and handler.headers.get("If-None-Match") == etag:
                answer(handler, 304, b"", ETag=etag)
            else:
                answer(
                    handler, 200, data, **{"Content-Type": kind}, **({"ETag": etag} if etag else {})
                )

        self.pages[path] = respond

    def redirect(self, path: str, to: str) -> None:
        self.pages[path] = lambda handler: answer(handler, 302, b"", Location=to)


def answer(handler: BaseHTTPRequestHandler, status: int, data: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def missing(handler: BaseHTTPRequestHandler) -> None:
    answer(handler, 404, b"")


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, without an end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "image/jpeg")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


@contextmanager
def serving() -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            web.asked.append(f"{path} {self.headers.get('If-None-Match', '')}".strip())
            try:
                web.pages.get(path, missing)(self)
            except OSError:
                self.close_connection = True

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web = Web(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
