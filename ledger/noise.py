"""Random bytes of the operating system, fetched many at a time.

Every call to the kernel lets go of the interpreter, and in a busy process getting it back costs more than the
bytes.
"""

import os
import threading

_STORE_BYTES = 8192


class _Noise(threading.local):
    """A thread's own store of unused random bytes; each byte is given out once."""

    def __init__(self) -> None:
        self.store = b""
        self.at = 0
        self.process = 0


_noise = _Noise()


def noise(count: int) -> bytes:
    """So many random bytes, fit for keys and salts. After a fork nothing fetched before it is given out."""
    mine, pid = _noise, os.getpid()
    if mine.process != pid or mine.at + count > len(mine.store):
        mine.store, mine.at, mine.process = os.urandom(max(_STORE_BYTES, count)), 0, pid
    start = mine.at
    mine.at += count
    return mine.store[start : mine.at]
