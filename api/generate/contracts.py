"""What goes with a contract: order message, schedule, substitute; what follows from a cancellation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from api.demo.story.days import next_working, working
from api.generate.asks import Engagement
from api.generate.engine import Engine
from api.generate.ground import attester, orderer, owner, portal
from api.generate.invoices import Invoices
from api.generate.market import documents
from api.generate.reports import Times
from api.generate.staff import Staff
from ledger.decisions.cancellation_consequences import DecideCancellationConsequence
from ledger.decisions.cancellations import CancelAssignment
from ledger.decisions.order_messages import SendOrderMessage
from ledger.decisions.schedules import RecordSchedule, ShiftToPlan
from ledger.decisions.substitution_answers import AcceptSubstitution, RefuseSubstitution
from ledger.decisions.substitutions import ProposeSubstitution
from ledger.facts.assignments import assignments
from ledger.facts.orders import orders
from ledger.facts.prices import order_messages, publications
from ledger.facts.schedules import schedules

PLANNED, CANCELLED, SUBSTITUTED, BY_REGION = 120, 20, 15, 300
"""Of a thousand contracts: with a schedule in the ledger, cancelled, with a substitute proposed; of the
cancelled those that the region cancelled. Assumed."""
REFUSED_EVERY = 3
"""Of so many substitutes proposed one is refused; assumed."""
CAUSES: dict[Literal["supplier", "region"], str] = {
    "supplier": "Konsulten har blivit långvarigt sjuk",
    "region": "Vårdplatser har stängts",
}
UNINVOICED = (assignments, order_messages, schedules)
"""What is asked of an assignment that nobody invoices in the ledger."""
SENT_AFTER = 30_000_000
DAY = timedelta(days=1)


@dataclass(slots=True)
class Contracts:
    """What happens to contracts beside the work itself."""

    engine: Engine
    staff: Staff
    invoices: Invoices
    proposed: int = 0

    def begin(self, held: Engagement) -> None:
        """Decide how a contract goes, before its work is planned, and what will be asked of it.

        Some are cancelled in their middle. The order is asked for prices, or as one that others follow.
        """
        long = len(held.shifts) > 4
        cancelled = long and self.engine.chance(CANCELLED)
        if cancelled:
            self._cancelled(held)
        substituted = long and not cancelled and self.engine.chance(SUBSTITUTED)
        if substituted:
            self._substituted(held)
        asked = (publications, orders) if substituted or held.followed else (publications,)
        self.engine.memory.keep_only(f"order:{held.order}", asked)
        if not self.invoices.matches(held.unit.unit):
            self.engine.memory.keep_only(f"assignment:{held.assignment}", UNINVOICED)

    def planned(self, at: int, held: Engagement, shifts: Sequence[tuple[date, Times]]) -> None:
        """Send the order message; some units plan their schedules in the ledger too."""
        message = SendOrderMessage(
            message=f"BEST-{held.assignment[2:]}", assignment=held.assignment, sent_at=at + SENT_AFTER,
            channel="peppol", parties=("supplier", "unit"),
        )  # fmt: skip
        who = orderer(held.region)
        self.engine.at(
            at + SENT_AFTER, lambda at: self.engine.tell(at, who, f"{held.assignment}/message", message)
        )
        if shifts and self.engine.chance(PLANNED):
            schedule = RecordSchedule(
                assignment=held.assignment, from_on=held.from_on, until_on=held.until_on,
                shifts=tuple(_to_plan(day, times) for day, times in shifts),
            )  # fmt: skip
            planner = attester(held.region, held.unit)
            key = f"{held.assignment}/schedule"
            self.engine.at(at + 3_600_000_000, lambda at: self.engine.attempt(at, planner, key, schedule))

    def _cancelled(self, held: Engagement) -> None:
        """Cancelled some days ahead: the shifts from then on are not worked, and somebody decides on it."""
        by: Literal["supplier", "region"] = "region" if self.engine.chance(BY_REGION) else "supplier"
        from_on = held.shifts[len(held.shifts) // 2]
        command = CancelAssignment(
            assignment=held.assignment, by=by, from_on=from_on, cause=CAUSES[by],
        )  # fmt: skip
        held.shifts = [day for day in held.shifts if day < from_on]
        who = portal(held.person.supplier) if by == "supplier" else orderer(held.region)
        self.engine.on(
            working(from_on - 7 * DAY), 930,
            lambda at: self.engine.tell(at, who, f"{held.assignment}/cancel", command),
        )  # fmt: skip
        decided = DecideCancellationConsequence(
            assignment=held.assignment, consequence="none",
            reasons="Orsaken har styrkts och ingen kunde styra över den",
        )  # fmt: skip
        self.engine.on(
            next_working(from_on, 3), 880,
            lambda at: self.engine.tell(at, owner(held.region), f"{held.assignment}/consequence", decided),
        )  # fmt: skip

    def _substituted(self, held: Engagement) -> None:
        """A week before its middle the supplier proposes a colleague who is free, if it has one."""
        from_on = held.shifts[len(held.shifts) // 2]
        day = working(from_on - 8 * DAY)
        self.engine.on(day, 700, lambda at: self._proposed(at, held, day, from_on))

    def _proposed(self, at: int, held: Engagement, day: date, from_on: date) -> None:
        other = self.staff.colleague(held.person, (held.lot, held.region.region), from_on)
        if other is None:
            return
        command = ProposeSubstitution(
            assignment=held.assignment, consultant=other.consultant, from_on=from_on, reason="unavailable",
            documents=documents(self.engine, day),
        )  # fmt: skip
        if self.engine.attempt(at, portal(other.supplier), f"{held.assignment}/substitute", command):
            self.proposed += 1
            accepted = self.proposed % REFUSED_EVERY != 1
            self.engine.on(next_working(day), 650, lambda at: self._answered(at, held, accepted=accepted))
            other.busy_until = held.until_on + DAY

    def _answered(self, at: int, held: Engagement, *, accepted: bool) -> None:
        who, key = orderer(held.region), f"{held.assignment}/substitute"
        accept = AcceptSubstitution(assignment=held.assignment)
        if accepted and self.engine.attempt(at, who, f"{key}/accept", accept):
            return
        refused = RefuseSubstitution(
            assignment=held.assignment, reason="Enheten behöver någon som känner patienterna"
        )
        self.engine.tell(at, who, f"{key}/refuse", refused)


def _to_plan(day: date, times: Times) -> ShiftToPlan:
    start, end, pause = times
    return ShiftToPlan(on=day, start_minute=start, end_minute=end, break_minutes=pause)
