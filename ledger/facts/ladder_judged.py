"""What a deviation is judged by: the part of what is known of it that is read for every one of a lot."""

from datetime import date

from msgspec import Struct

from ledger.facts.deviations import Deviation
from ledger.values import local_date


class Judged(Struct, frozen=True, array_like=True, gc=False):
    """A reported deviation as it is judged: local dates, the instant (µs) of a withdrawal, its positions."""

    deviation: str
    region: str
    kind: str
    clause: str
    cause: str
    severity: int
    occurred_on: date
    decided_on: date | None
    upheld: bool
    withdrawn_at: int | None
    noticed_on: date | None
    positions: tuple[int, ...]


def judged(known: Deviation) -> Judged | None:
    """What is known of a deviation as it is judged; None of one whose report is not known."""
    if known.reported is None:
        return None
    e, decided, withdrawn = known.reported.event, known.decided, known.withdrawn
    return Judged(
        deviation=e.deviation,
        region=e.region,
        kind=e.kind,
        clause=e.clause,
        cause=e.cause,
        severity=e.severity,
        occurred_on=e.occurred_on,
        decided_on=local_date(decided.event.decided_at) if decided else None,
        upheld=decided is not None and decided.event.upheld,
        withdrawn_at=withdrawn.event.withdrawn_at if withdrawn else None,
        noticed_on=known.noticed_on(),
        positions=known.positions(),
    )
