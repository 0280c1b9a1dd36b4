"""``known_at``: an instant or a position, resolved once to a position.

From there on everything speaks positions.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ledger.clock import Clock
from ledger.errors import LedgerError
from ledger.store.log import Log
from ledger.values import INSTANT_MAX, instant_text, local_date, parsed_instant

_POSITION = re.compile(r"p?([1-9]\d{0,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class AtInstant:
    """What the ledger knew at an instant (µs)."""

    instant: int


@dataclass(frozen=True, slots=True)
class AtPosition:
    """What the ledger knew when it had recorded this position."""

    position: int


KnownAt = AtInstant | AtPosition


@dataclass(frozen=True, slots=True)
class Known:
    """A resolved ``known_at``: the position, and the local date that a reading takes unless told another."""

    position: int
    on: date

    def after(self, other: "Known") -> bool:
        """Whether it lies after another: where nothing was recorded in between, by its date."""
        return (self.position, self.on) > (other.position, other.on)


class KnownAtError(LedgerError):
    """A ``known_at`` that has no answer."""

    code: ClassVar[str] = "known-at"


class BeforeGenesisError(KnownAtError):
    """Before the ledger began: what is said of that time was claimed by its source, never known."""

    code: ClassVar[str] = "claimed-by-the-source"


class InTheFutureError(KnownAtError):
    """After now, or a position not recorded yet: nobody can say what will be known."""

    code: ClassVar[str] = "known-at-in-the-future"


class BadKnownAtError(KnownAtError):
    """Text that is neither an instant nor a position."""

    code: ClassVar[str] = "bad-known-at"


def parse_known_at(text: str) -> KnownAt:
    """A ``known_at`` from text: RFC 3339 with an offset, or a position such as ``p120``.

    Raises BadKnownAtError.
    """
    if found := _POSITION.fullmatch(text):
        return AtPosition(int(found[1]))
    try:
        at = parsed_instant(text)
    except ValueError as error:
        raise BadKnownAtError(f"{error}; a position is written like p120") from error
    if not isinstance(at, int) or not 0 <= at <= INSTANT_MAX:
        raise BadKnownAtError("an instant lies between 1970 and 2255; a position is written like p120")
    return AtInstant(at)


def resolve(log: Log, clock: Clock, known_at: KnownAt | None) -> Known:
    """The position of a ``known_at``; None is now. Raises BeforeGenesisError, InTheFutureError."""
    if known_at is None:
        return Known(_begun(log.head().position), local_date(clock.now()))
    if isinstance(known_at, AtPosition):
        return _at_position(log, known_at.position)
    at = _past(clock, known_at.instant)
    return Known(_begun(log.position_at(at)), local_date(at))


def looked_up(log: Log, clock: Clock, known_at: KnownAt) -> int:
    """The position of a ``known_at`` as things stand, looked for without a trace in the ledger.

    Raises BeforeGenesisError, InTheFutureError.
    """
    if isinstance(known_at, AtPosition):
        return recorded(log, known_at.position)
    return _begun(last_by(log, _past(clock, known_at.instant)))


def recorded(log: Log, position: int) -> int:
    """A position that is recorded. Raises InTheFutureError."""
    if position > log.head().position:
        raise _not_recorded(position)
    return position


def last_by(log: Log, instant: int) -> int:
    """The last position recorded by an instant (µs) so far, looked for without a trace in the ledger.

    Nothing is made final: what is recorded later may have come by that instant too.
    """
    low, high = 0, log.head().position
    while low < high:
        middle = (low + high + 1) // 2
        (found,) = log.records_at([middle])
        low, high = (middle, high) if found.recorded_at <= instant else (low, middle - 1)
    return low


def _at_position(log: Log, position: int) -> Known:
    if position < 1:
        raise BeforeGenesisError(
            "nothing was recorded before position 1: it is claimed by the source, never known"
        )
    for found in log.tail(after=position - 1, upto=position):
        return Known(position, local_date(found.recorded_at))
    raise _not_recorded(position)


def _not_recorded(position: int) -> InTheFutureError:
    return InTheFutureError(f"position {position} is not recorded yet")


def _past(clock: Clock, instant: int) -> int:
    if instant > clock.now():
        raise InTheFutureError(f"{instant_text(instant)} lies in the future of the ledger's clock")
    return instant


def _begun(position: int) -> int:
    if position == 0:
        raise BeforeGenesisError(
            "before the ledger began: what is said of then is claimed by the source, never known"
        )
    return position
