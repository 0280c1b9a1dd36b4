"""Cuts connections that keep somebody waiting too long: a network that falls silent tells nobody.

PostgreSQL's own time limits end slow statements, but over a dead line that news never arrives. Whoever waits
there is woken by shutting down the socket under the connection, and sees the connection as lost.
"""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]

GRACE_SECONDS = 1.0
_SLICE_SECONDS = 0.25


class Lookout:
    """Watches connections while they are used, by default for ``patience`` seconds each.

    A second of grace lets the server's own limits answer first. The thread starts with the first use.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._due: dict[Connection, float] = {}
        self._lock = Lock()
        self._closed = Event()
        self._thread: Thread | None = None

    @contextmanager
    def over(self, connection: Connection, deadline: float | None = None) -> Iterator[None]:
        """Watch a connection within the context; ``deadline`` is an instant of the monotonic clock."""
        until = time.monotonic() + self._patience if deadline is None else deadline
        with self._lock:
            self._due[connection] = until + GRACE_SECONDS
            if self._thread is None:
                self._thread = Thread(target=self._watch, name="ledger-lookout", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._due.pop(connection, None)

    def close(self) -> None:
        """Stop watching."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._closed.wait(_SLICE_SECONDS):
            now = time.monotonic()
            with self._lock:
                for connection in [one for one, due in self._due.items() if due <= now]:
                    del self._due[connection]
                    _cut(connection)


def _cut(connection: Connection) -> None:
    """Inside the lock: its user cannot leave `over` meanwhile, close it and let its file be another's."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
