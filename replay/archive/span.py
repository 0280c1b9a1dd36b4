"""Which records a range of local dates is, as far as one checkpoint reaches."""

from dataclasses import dataclass
from datetime import date

from ledger.errors import LedgerError
from ledger.store.log import Log
from ledger.values import instant_text, local_instant
from replay.known import last_by

ZONE = "Europe/Stockholm"


class EmptySpanError(LedgerError):
    """Nothing was recorded in the range, as far as the checkpoint reaches; the message says which."""


@dataclass(frozen=True, slots=True)
class Span:
    """The positions that were recorded on local dates from ``from_on`` up to, and not on, ``to_on``.

    ``complete`` says that something later stands under the same checkpoint, so that nothing more can be
    recorded in the range. Where it is not, more may have come, or may come, after ``size``.
    """

    from_on: date
    to_on: date
    first: int
    last: int
    size: int
    complete: bool


def span_of(log: Log, from_on: date, to_on: date, size: int) -> Span:
    """The records of a range under the checkpoint of a size; leaves no trace. Raises EmptySpanError."""
    begin, end = local_instant(from_on, 0), local_instant(to_on, 0)
    first, last = last_by(log, begin - 1) + 1, min(last_by(log, end - 1), size)
    if first > last:
        raise EmptySpanError(
            f"nothing up to p{size} was recorded from {from_on} until {to_on} ({ZONE}: "
            f"{instant_text(begin)} until {instant_text(end)})"
        )
    return Span(from_on, to_on, first, last, size, complete=last < size)
