"""The sides that append: ours, the library's two recorders, plain INSERTs. Each opens on one database."""

from collections.abc import Callable
from typing import Protocol


class Side(Protocol):
    """One way of appending contracts, open for so many callers."""

    def caller(self) -> Callable[[], object]:
        """One caller's call: it makes its next contract, appends it and returns when it is durable."""
        ...

    def close(self) -> None:
        """Release connections and threads."""
        ...
