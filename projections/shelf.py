"""The shelf: where histories of folded states are kept. A port with two implementations and one contract.

A shelf belongs to one version of the code that folds. What stands on it is derived from the log and may be
thrown away at any time; a reader without a shelf folds the log itself and gets the same answer, later.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from projections.history import Era, Name, Row

Make = Callable[[Name, Era], Any]
"""What is made of an era as soon as it is there."""


def itself(_name: Name, era: Era) -> Era:
    """The era as it is kept."""
    return era


@dataclass(frozen=True, slots=True)
class Shelved:
    """What is kept of states at one position: the era of each that had begun by then, or what was made of it.

    All of it is complete up to ``position``.
    """

    position: int
    eras: Mapping[Name, Any]


class Turn(Protocol):
    """One follower's turn: a transaction that nobody else's turn overlaps.

    Leaving it by an exception undoes it.
    """

    @property
    def generation(self) -> int:
        """Which building of the histories this is; a rebuild begins another."""
        ...

    @property
    def position(self) -> int:
        """The position up to which they are complete."""
        ...

    def load(self, names: Collection[Name]) -> Mapping[Name, Era]:
        """The newest eras of these names; those without one are left out."""
        ...

    def keep(self, rows: Collection[Row], position: int) -> None:
        """Keep more rows and the position the histories are complete up to, together or not at all."""
        ...


class Building(Protocol):
    """A generation that is being built and that no reader sees before the switch.

    Leaving it by an exception, or without the switch, undoes it.
    """

    def keep(self, rows: Iterable[Row]) -> None:
        """Keep more rows of the new generation; of any states, in any order."""
        ...

    def switch(self, position: int) -> None:
        """Put it in place of the kept one, at once: no reader sees a part of either."""
        ...


class Shelf(Protocol):
    """Keeps histories by (fold kind, key) and the position they are complete up to."""

    def turn(self) -> AbstractContextManager[Turn | None]:
        """Begin a turn; None while another follower has it."""
        ...

    def building(self) -> AbstractContextManager[Building]:
        """Begin a new generation beside the kept one."""
        ...

    def position(self) -> int:
        """The position that what is kept is complete up to; 0 before anything was kept."""
        ...

    def read(self, names: Collection[Name], upto: int, make: Make = itself) -> Shelved:
        """What is kept of these names' states at a position, in one snapshot.

        Each era is made into something while the next are still on their way. Raises what making raises.
        """
        ...

    def keys(self, kind: str, *, upto: int, limit: int, after: str = "") -> tuple[int, tuple[str, ...]]:
        """(position, the smallest keys of a kind that had begun by ``upto``, sorted, beyond ``after``)."""
        ...

    def every(self, kind: str, upto: int) -> AbstractContextManager[tuple[int, Iterator[tuple[str, Era]]]]:
        """(position, each key of a kind with its era at ``upto``, sorted): one snapshot, bounded memory."""
        ...

    def close(self) -> None:
        """Release what it holds."""
        ...
