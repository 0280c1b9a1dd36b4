"""Runs blocking calls (the shell, the views) on threads: a bounded number, queue and time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar

from ledger.errors import Unavailable

T = TypeVar("T")


class Work:
    """The threads behind the door.

    A call that takes too long ends in Unavailable for its caller; if it had begun, it still runs to its end,
    and its outcome is found under the same command id. One that had not begun never does.
    """

    def __init__(self, threads: int = 64, waiting_max: int = 1000, seconds_max: float = 20.0) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="door")
        self._room = threads + waiting_max
        self._seconds_max = seconds_max
        self._taken = 0
        self._lock = Lock()

    async def run(self, call: Callable[[], T]) -> T:
        """The result of a blocking call. Raises what it raises, or Unavailable."""
        future = self._submitted(call)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._seconds_max)
        except TimeoutError:
            raise Unavailable("the ledger did not answer in time") from None

    def close(self) -> None:
        """Let running calls end and drop those that wait."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _submitted(self, call: Callable[[], T]) -> "Future[T]":
        with self._lock:
            if self._taken >= self._room:
                raise Unavailable("too many calls are waiting")
            self._taken += 1
        future = self._pool.submit(call)
        future.add_done_callback(self._left)
        return future

    def _left(self, _: "Future[Any]") -> None:
        with self._lock:
            self._taken -= 1
