"""Histories for tests: events built directly, and appended raw to any log, without a decision.

``Story`` knows the position of each event it tells, since later events point back by position; ``record``
seals and appends them. Random ones are in ``tests.random_histories``.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from ledger.events.assignments import ContractConcluded
from ledger.events.awards import ContinuityValue, OrderAwarded, RankedOffer
from ledger.events.deviations import DeviationReported
from ledger.events.ledger import LedgerOpened
from ledger.events.orders import OrderPosition, OrderPublished
from ledger.events.policy import PolicyPublished
from ledger.events.shifts import ShiftApproved, ShiftCorrected, ShiftReported
from ledger.policy.book import load
from ledger.policy.model import book_digest
from ledger.store.codec import Header, seal, uuid7
from ledger.store.log import Append, Condition, Log, Outcome, Sealed
from ledger.values import MINUTE_US, local_instant
from tests.samples import sample

LEDGER = "test-ledger"
ROWS = load()
DIGEST = book_digest(ROWS)
AGREEMENT = "hyr-24"
START_ON = date(2025, 1, 1)
START_AT = local_instant(START_ON, 8 * 60)


def made(cls: type[Any], **given: Any) -> Any:
    """An event with these values, and sample values for the rest."""
    return replace(sample(cls), **given)


@dataclass
class Story:
    """Events in order; ``tell`` says at which position one will stand in a log that holds nothing else."""

    events: list[Any] = field(default_factory=list)

    def tell(self, cls: type[Any], **given: Any) -> int:
        """Tell one event; its position."""
        self.events.append(made(cls, **given))
        return len(self.events)

    def opened(self, mode: str = "simulated") -> "Story":
        """Begin with genesis and the policy book of the repository."""
        self.tell(LedgerOpened, scope="this", ledger=LEDGER, mode=mode, format=1)
        self.tell(
            PolicyPublished,
            agreement=AGREEMENT,
            version=1,
            rows=ROWS,
            book_digest=DIGEST,
            decided_on=START_ON,
        )
        return self

    def contract(self, consultant: str, assignment: str, unit: str = "u-1", **given: Any) -> int:
        """A concluded contract of a year."""
        where = {
            "region": "skane",
            "unit": unit,
            "operating_unit": f"o-{unit}",
            "lot": "nurses",
            "supplier": "s-1",
        }
        period = {"from_on": START_ON, "until_on": START_ON + timedelta(days=365)}
        told = {"agreement": AGREEMENT, "follows": None, "order": f"o-{assignment}", "concluded_at": START_AT}
        named = {"consultant": consultant, "assignment": assignment}
        return self.tell(ContractConcluded, **{**where, **period, **told, **named, **given})

    def shift(
        self, consultant: str, assignment: str, shift: str, on: date, unit: str = "u-1", **given: Any
    ) -> int:
        """A shift of eight hours reported."""
        where = {
            "region": "skane",
            "unit": unit,
            "operating_unit": f"o-{unit}",
            "lot": "nurses",
            "supplier": "s-1",
        }
        named = {
            "consultant": consultant,
            "assignment": assignment,
            "shift": shift,
            "order": f"o-{assignment}",
        }
        return self.tell(ShiftReported, **{**where, **named, **_worked(on), **given})

    def corrected(self, consultant: str, assignment: str, shift: str, on: date, replaces: int) -> int:
        """The same shift with other values."""
        named = {"consultant": consultant, "assignment": assignment, "shift": shift, "replaces": replaces}
        return self.tell(ShiftCorrected, **named, **_worked(on))

    def approved(self, consultant: str, assignment: str, shift: str, approves: int) -> int:
        """An approval of the values at a position."""
        named = {"consultant": consultant, "assignment": assignment, "shift": shift}
        return self.tell(ShiftApproved, approves=approves, approved_at=START_AT, **named)

    def worked(self, consultant: str, assignment: str, first_on: date, days: int) -> int:
        """Approved shifts on so many days in a row; the position of the last approval."""
        last = 0
        for n in range(days):
            on, shift = first_on + timedelta(days=n), f"{assignment}-{first_on:%y%m%d}-{n}"
            last = self.approved(consultant, assignment, shift, self.shift(consultant, assignment, shift, on))
        return last

    def deviation(self, deviation: str, supplier: str, on: date, **given: Any) -> int:
        """A deviation reported."""
        where = {
            "agreement": AGREEMENT,
            "lot": "nurses",
            "region": "skane",
            "severity": 2,
            "cause": deviation,
        }
        named = {
            "deviation": deviation,
            "supplier": supplier,
            "occurred_on": on,
            "description": "what happened",
        }
        return self.tell(DeviationReported, **{**where, **named, **given})

    def order(self, order: str, positions: int = 1) -> int:
        """An order published."""
        wanted = tuple(
            OrderPosition(
                number=n,
                from_on=START_ON,
                until_on=START_ON + timedelta(90),
                planned_shifts=60,
                article="a-1",
            )
            for n in range(1, positions + 1)
        )
        at = {"published_at": START_AT, "reference_at": START_AT, "answer_by": START_AT + 60 * MINUTE_US}
        return self.tell(
            OrderPublished,
            order=order,
            agreement=AGREEMENT,
            positions=wanted,
            policy_version=1,
            follows=None,
            **at,
        )

    def awarded(self, order: str, offer: str, supplier: str = "s-1", position: int = 1, **given: Any) -> int:
        """A position awarded to an offer, the only one in the ranking."""
        ranked = made(RankedOffer, rank=1, offer=offer, supplier=supplier, continuity=sample(ContinuityValue))
        told = {"order": order, "offer": offer, "supplier": supplier, "position": position, "terms": ()}
        return self.tell(OrderAwarded, agreement=AGREEMENT, ranking=(ranked,), award=1, **{**told, **given})


def _worked(on: date) -> dict[str, Any]:
    start = local_instant(on, 7 * 60)
    return {
        "on": on,
        "start_at": start,
        "end_at": start + 480 * MINUTE_US,
        "break_minutes": 30,
        "worked_minutes": 450,
    }


def sealed_raw(event: Any, n: tuple[int, int], command_id: str, at: int) -> Sealed:
    """One event sealed with a header of no decision."""
    header = Header(
        actor="tester", client="tests", command="tell", command_id=command_id, command_mac="00" * 32,
        decided_at=at, event_id=uuid7(at), head=0, ledger=LEDGER, mode="simulated", n=n, received_at=at,
        type="",
    )  # fmt: skip
    return seal(header, event, secret=os.urandom(32), command=None)


def record(log: Log, events: Sequence[Any], *, per_command: int = 1, at: int | None = None) -> list[Outcome]:
    """Append events raw, so many a command, a minute apart from ``at`` (µs) or the log's end on."""
    head = log.head()
    begin = at if at is not None else max(START_AT, head.recorded_at + MINUTE_US)
    outcomes: list[Outcome] = []
    for n, first in enumerate(range(0, len(events), per_command)):
        part, when = events[first : first + per_command], begin + n * MINUTE_US
        name = f"tell-{head.position + first}"
        rows = tuple(sealed_raw(e, (k, len(part)), name, when) for k, e in enumerate(part, 1))
        outcomes.append(log.append(Append("tests", name, bytes(32), rows, Condition((), 0), when)))
    return outcomes
