"""Departures from the agreement: reported, told, answered, decided, noticed; some are taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from api.demo.story.days import next_working, working
from api.demo.story.world import AGREEMENT
from api.generate.engine import Engine
from api.generate.ground import attester, owner, portal
from api.generate.market import Engagement
from ledger.decisions.cancellations import CancelAssignment
from ledger.decisions.deviation_outcomes import DecideDeviation, ServeBreachNotice, WithdrawDeviation
from ledger.decisions.deviation_reports import ReportDeviation
from ledger.decisions.deviations import CommunicateDeviation, ReplyToDeviation

DEVIATING, CANCELLED, UPHELD, WITHDRAWN = 25, 20, 750, 60
"""Of a thousand assignments or deviations; assumed."""
KINDS = ("no-show", "wrong-consultant", "missing-documents", "late-cancellation", "invoice-error")
DAY = timedelta(days=1)


@dataclass(slots=True)
class Deviations:
    """What goes wrong in assignments."""

    engine: Engine
    count: int = 0

    def maybe(self, held: Engagement, done: Callable[[str], None]) -> None:
        """Now and then a deviation; now and then the supplier cancels the rest, which asks for the order."""
        order = f"order:{held.order}"
        if len(held.shifts) > 4 and self.engine.chance(CANCELLED):
            self._cancelled(held, lambda: done(order))
        else:
            done(order)
        if held.shifts and self.engine.chance(DEVIATING):
            self.count += 1
            name, on = f"d-{self.count}", self.engine.one_of(held.shifts)
            self.engine.on(next_working(on), 960, lambda at: self._report(at, held, name, on))

    def _cancelled(self, held: Engagement, over: Callable[[], None]) -> None:
        """Cancelled some days ahead: the shifts from then on are not worked."""
        from_on = held.shifts[len(held.shifts) // 2]
        command = CancelAssignment(
            assignment=held.assignment,
            by="supplier",
            from_on=from_on,
            cause="Konsulten har blivit långvarigt sjuk",
        )
        held.shifts = [day for day in held.shifts if day < from_on]
        who, key = portal(held.person.supplier), f"{held.assignment}/cancel"

        def cancel(at: int) -> None:
            self.engine.tell(at, who, key, command)
            over()

        self.engine.on(working(from_on - 7 * DAY), 930, cancel)

    def _report(self, at: int, held: Engagement, name: str, on: date) -> None:
        kind = self.engine.one_of(KINDS)
        command = ReportDeviation(
            deviation=name, agreement=AGREEMENT, supplier=held.person.supplier, region=held.region.region,
            authority=held.region.authority, lot=held.lot, unit=held.unit.unit, assignment=held.assignment,
            kind=kind, occurred_on=on, cause=f"{kind}-{held.assignment}", description="Händelse vid enheten",
        )  # fmt: skip
        self.engine.tell(at, attester(held.region, held.unit), f"{name}/report", command)
        self.engine.at(at + 3_600_000_000, lambda at: self._communicate(at, held, name, on))

    def _communicate(self, at: int, held: Engagement, name: str, on: date) -> None:
        command = CommunicateDeviation(deviation=name, channel="supplier-portal")
        self.engine.tell(at, owner(held.region), f"{name}/communicate", command)
        reported = next_working(on)
        self.engine.on(working(reported + 7 * DAY), 900, lambda at: self._reply(at, held, name))
        self.engine.on(working(reported + 12 * DAY), 960, lambda at: self._decide(at, held, name))

    def _reply(self, at: int, held: Engagement, name: str) -> None:
        command = ReplyToDeviation(
            deviation=name, admits=self.engine.chance(300), reply="Vi har sett över rutinen."
        )
        self.engine.tell(at, portal(held.person.supplier), f"{name}/reply", command)

    def _decide(self, at: int, held: Engagement, name: str) -> None:
        upheld = self.engine.chance(UPHELD)
        command = DecideDeviation(deviation=name, upheld=upheld, reasons="Händelsen har prövats.")
        self.engine.tell(at, owner(held.region), f"{name}/decide", command)
        if upheld:
            self.engine.at(at + 86_400_000_000, lambda at: self._notice(at, held, name))

    def _notice(self, at: int, held: Engagement, name: str) -> None:
        command = ServeBreachNotice(deviation=name, channel="supplier-portal", clause="21")
        self.engine.tell(at, owner(held.region), f"{name}/notice", command)
        if self.engine.chance(WITHDRAWN):
            back = WithdrawDeviation(deviation=name, reasons="Det visade sig vara ett annat pass.")
            key = f"{name}/withdraw"
            self.engine.at(
                at + 9 * 86_400_000_000, lambda at: self.engine.tell(at, owner(held.region), key, back)
            )
