"""A worker of gunicorn that slow senders cannot stop.

gunicorn's threads read a request as it comes, so that as many trickling connections as there are
threads leave nobody to answer. Here a request waits on the poller, which costs no thread, until all
of it has come; who takes too long is closed. A body that is larger than a visitor may send is
handed on at once: the site refuses it by its length, or it is of somebody signed in to the admin.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from functools import partial
from typing import Any

from django.conf import settings
from gunicorn.workers.gthread import TConn, ThreadWorker

SECONDS_OF_A_HEAD = 10
SECONDS_OF_A_REQUEST = 60
MOST_OF_A_HEAD = 64 * 1024
# What all waiting requests of a worker may hold together.
MOST_WAITING_BYTES = 256 * 1024 * 1024
PIECE = 64 * 1024
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)


class Arriving:
    """The bytes of one request so far, and until when the rest may come."""

    def __init__(self, most_body: int) -> None:
        self.bytes = bytearray()
        self._most_body = most_body
        self._begun = time.monotonic()
        self._needed: int | None = None

    def add(self, piece: bytes) -> None:
        self.bytes += piece
        end = self.bytes.find(b"\r\n\r\n", max(0, len(self.bytes) - len(piece) - 3))
        if self._needed is None and end >= 0:
            self._needed = end + 4 + self._body_to_wait_for(bytes(self.bytes[: end + 2]))

    def _body_to_wait_for(self, head: bytes) -> int:
        length = LENGTH.search(head)
        if length is None or CHUNKED.search(head) or int(length[1]) > self._most_body:
            return 0
        return int(length[1])

    @property
    def is_complete(self) -> bool:
        """Also where it is more than is waited for: gunicorn says what is wrong with it."""
        if self._needed is None:
            return len(self.bytes) > MOST_OF_A_HEAD
        return len(self.bytes) >= self._needed

    @property
    def awaits_a_word(self) -> bool:
        """Whether the sender waits to be told to go on."""
        return not self.is_complete and bool(CONTINUE.search(self.bytes[:MOST_OF_A_HEAD]))

    @property
    def is_late(self) -> bool:
        seconds = SECONDS_OF_A_HEAD if self._needed is None else SECONDS_OF_A_REQUEST
        return time.monotonic() - self._begun > seconds


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arriving: dict[TConn, Arriving] = {}

    def enqueue_req(self, conn: TConn) -> None:
        """A thread takes it when all of it is there; whatever came with the request before counts.
        TLS is read by the threads: its bytes are not those of the request."""
        if self.cfg.is_ssl or not self.alive:
            super().enqueue_req(conn)
            return
        arriving = self.arriving[conn] = Arriving(settings.MAX_VISITORS_BODY)
        if conn.parser is not None:
            arriving.add(conn.parser.unreader.take_buffered())
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read, conn))
        self._read(conn, conn.sock)

    def _read(self, conn: TConn, sock: socket.socket) -> None:
        """Runs in the main thread, whenever something has come."""
        arriving = self.arriving[conn]
        try:
            piece = sock.recv(PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._give_up(conn)
            return
        arriving.add(piece)
        if not piece or arriving.is_complete:
            self._hand_on(conn)
        elif arriving.awaits_a_word:
            self._send(sock, b"HTTP/1.1 100 Continue\r\n\r\n")

    def _hand_on(self, conn: TConn) -> None:
        held = bytes(self.arriving.pop(conn).bytes)
        self.poller.unregister(conn.sock)
        conn.data_ready = True
        conn.init()
        conn.parser.unreader.unread(held)
        super().enqueue_req(conn)

    def _give_up(self, conn: TConn) -> None:
        del self.arriving[conn]
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Called once a second: closes whoever takes too long, and the longest ones where all of
        them together hold too much."""
        super().murder_pending()
        for conn in [conn for conn, one in self.arriving.items() if one.is_late]:
            self._send(conn.sock, b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n")
            self._give_up(conn)
        held = sum(len(one.bytes) for one in self.arriving.values())
        for conn in sorted(self.arriving, key=lambda one: -len(self.arriving[one].bytes)):
            if held <= MOST_WAITING_BYTES:
                break
            held -= len(self.arriving[conn].bytes)
            self._give_up(conn)

    def _send(self, sock: socket.socket, said: bytes) -> None:
        try:
            sock.send(said)
        except OSError:
            return
