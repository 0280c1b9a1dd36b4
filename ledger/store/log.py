"""The port of the log: what the shell appends and reads, whatever stores it.

Two implementations keep one contract.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from msgspec import Struct

from ledger.fold import Selector
from ledger.store.order_keys import OrderKeys


class Condition(Struct, frozen=True):
    """Fail with Conflict if any event after ``after`` matches any selector.

    Something decided on has changed.
    """

    selectors: tuple[Selector, ...]
    after: int


class Sealed(Struct, frozen=True):
    """One event ready to append: everything but position and recorded_at is final.

    ``content`` is what its record says after those two (docs/format.md), ``body`` the container of the
    disclosure groups.
    """

    event_id: str
    type: str
    tags: tuple[str, ...]
    content: bytes
    body: bytes


class Append(Struct, frozen=True):
    """One command's events, at least one, appended all or not at all.

    ``mac`` is the keyed digest of the command's content (32 bytes); ``proposed_at`` the clock's instant in
    microseconds, from which recorded_at is made under the append lock, strictly rising from command to
    command.
    """

    client: str
    command_id: str
    mac: bytes
    events: tuple[Sealed, ...]
    condition: Condition
    proposed_at: int

    def __post_init__(self) -> None:
        if not self.events:
            raise ValueError("a command has at least one event")


class Outcome(Struct, frozen=True):
    """What became of a command: its events' positions, ids and leaves (32 bytes each).

    ``repeated`` marks an answer given before: the same command id with the same content.
    """

    first: int
    last: int
    recorded_at: int
    event_ids: tuple[str, ...]
    leaves: tuple[bytes, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log.

    The last position (0 when empty) and the instant below which nothing can appear any more.
    """

    position: int
    recorded_at: int


class Stored(Struct, frozen=True):
    """One event as read for folds: its type, its position, its recording instant and its body container.

    A replay makes one of every event, and a Struct is made several times as fast as a frozen dataclass.
    """

    position: int
    type: str
    recorded_at: int
    body: bytes


class Record(Struct, frozen=True):
    """One whole record as stored: the leaf's preimage and everything derived from it."""

    position: int
    type: str
    recorded_at: int
    record: bytes
    leaf: bytes
    body: bytes | None


class Bare(Struct, frozen=True, gc=False):
    """A record without what is derived from it, and its body as it is stored: what is locked stays so."""

    position: int
    record: bytes
    body: bytes | None


class Bounded(Protocol):
    """What a fold is read from."""

    def head(self) -> Head:
        """The end of the log now."""
        ...

    def boundary(
        self, selectors: Sequence[Selector], *, after: int = 0, upto: int | None = None
    ) -> tuple[int, list[Stored]]:
        """(head, the matching events in order): the head is read with or before the events, never after them.

        ``upto`` bounds the read to positions at or below it; the head returned is then ``upto``.
        """
        ...


class Log(Bounded, Protocol):
    """An append-only log with one total, gapless order, starting at position 1."""

    def append(self, append: Append) -> Outcome:
        """Append durably and return the outcome.

        Raises Conflict, CommandReused, ClockStopped, Unavailable.
        """
        ...

    def outcome(self, client: str, command_id: str, mac: bytes | None = None) -> Outcome | None:
        """The outcome of an earlier command, or None.

        Raises CommandReused when ``mac`` differs from the first one's.
        """
        ...

    def tail(
        self, *, after: int = 0, upto: int | None = None, types: Sequence[str] | None = None
    ) -> Iterator[Stored]:
        """Stream the log in order, bounded in memory, never skipping, up to the head then or ``upto``."""
        ...

    def records(self, *, after: int = 0, upto: int | None = None) -> Iterator[Record]:
        """Stream whole records in order with bounded memory."""
        ...

    def bare(self, *, after: int = 0, upto: int | None = None) -> Iterator[Bare]:
        """Stream records and bodies as they are stored, in order with bounded memory."""
        ...

    def opened(self, body: bytes) -> bytes:
        """A stored body with everything shown that a key opens."""
        ...

    def records_at(self, positions: Sequence[int]) -> list[Record]:
        """The whole records at these positions, in order; one beyond the head is left out."""
        ...

    def unlock(self, keys: OrderKeys) -> None:
        """Open with these keys what is locked, in every body that is read from now on."""
        ...

    def wait(self, after: int, timeout: float) -> int:
        """Block until the head lies beyond ``after`` or ``timeout`` seconds have passed.

        Return the head's position.
        """
        ...

    def position_at(self, known_at: int) -> int:
        """The last position recorded at or before an instant (µs).

        At or beyond the last recorded instant this first raises the stored high-water mark under the append
        lock, so that nothing can slip below the answer later.
        """
        ...

    def close(self) -> None:
        """Release connections and stop background threads; queued appends end with Unavailable."""
        ...
