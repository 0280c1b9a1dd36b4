"""Wakes who waits for new events: in this process at once, in others by NOTIFY after the commit.

NOTIFY takes a lock of the whole server at commit, so it has a connection and a transaction of its own, and
one notification stands for all commits since the last. A lost notification costs a poll, never an event.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Event, Thread
from typing import Any

import psycopg

from ledger.store.lookout import Lookout

_CHANNEL = "liggare"
_PAUSE_SECONDS = 0.01
_SLICE_SECONDS = 0.2
_JOIN_SECONDS_MAX = 5.0
_DIGITS = 20  # a position has fewer

Connect = Callable[[], psycopg.Connection[Any]]


class Bell:
    """Rung with the position of each commit; waited for by position.

    ``connect`` opens an autocommit connection, ``lookout`` cuts one that stays silent; ``poll_seconds`` is
    how long a lost notification may go unnoticed. The two threads start with the first ring and the first
    wait.
    """

    def __init__(self, connect: Connect, lookout: Lookout, poll_seconds: float) -> None:
        self._connect = connect
        self._lookout = lookout
        self._poll_seconds = poll_seconds
        self._changed = Condition()
        self._seen = 0
        self._rung = Event()
        self._closing = False
        self._threads: dict[str, Thread] = {}

    def ring(self, position: int) -> None:
        """Say that the log reaches this position, here and to other processes."""
        self._advance(position)
        self._start("ring", self._ring_others)
        self._rung.set()

    def wait(self, after: int, timeout: float) -> int:
        """Block until a position beyond ``after`` is known or the seconds have passed; the last one known."""
        self._start("listen", self._listen)
        with self._changed:
            self._changed.wait_for(lambda: self._seen > after or self._closing, timeout)
            return self._seen

    def close(self) -> None:
        """Stop both threads and wake everybody."""
        self._closing = True
        self._rung.set()
        with self._changed:
            self._changed.notify_all()
        for thread in self._threads.values():
            thread.join(_JOIN_SECONDS_MAX)

    def _start(self, name: str, run: Callable[[psycopg.Connection[Any]], None]) -> None:
        if name in self._threads:
            return
        with self._changed:
            if name not in self._threads and not self._closing:
                thread = Thread(target=self._keep, args=(run,), name=f"ledger-{name}", daemon=True)
                self._threads[name] = thread
                thread.start()

    def _keep(self, run: Callable[[psycopg.Connection[Any]], None]) -> None:
        while not self._closing:
            with suppress(psycopg.Error), self._connect() as connection:
                run(connection)
            if not self._closing:
                time.sleep(_SLICE_SECONDS)

    def _ring_others(self, connection: psycopg.Connection[Any]) -> None:
        # What it says is durable already, so saying it need not wait for the disk.
        with self._lookout.over(connection):
            connection.execute("SET synchronous_commit = off")
        while not self._closing:
            self._rung.wait()
            self._rung.clear()
            with self._lookout.over(connection):
                connection.execute("SELECT pg_notify(%s, %s)", (_CHANNEL, str(self._seen)), prepare=True)
            time.sleep(_PAUSE_SECONDS)

    def _listen(self, connection: psycopg.Connection[Any]) -> None:
        with self._lookout.over(connection):
            connection.execute(f"LISTEN {_CHANNEL}")
        polled = float("-inf")
        while not self._closing:
            if time.monotonic() - polled >= self._poll_seconds:
                with self._lookout.over(connection):
                    row = connection.execute("SELECT head FROM liggare.head()", prepare=True).fetchone()
                self._advance(row[0] if row else 0)
                polled = time.monotonic()
            for said in connection.notifies(timeout=_SLICE_SECONDS, stop_after=1):
                if self._may_be_new(said.payload):
                    polled = float("-inf")  # anybody may notify, so where the log ends is asked of the log

    def _may_be_new(self, payload: str) -> bool:
        """Whether it speaks of more than is known: of this process's own commits it does not."""
        if not (payload.isascii() and payload.isdigit() and len(payload) < _DIGITS):
            return True
        return int(payload) > self._seen

    def _advance(self, position: int) -> None:
        with self._changed:
            if position > self._seen:
                self._seen = position
                self._changed.notify_all()
