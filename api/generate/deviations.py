"""Departures from the agreement: reported, told, answered, decided, noticed; some are taken back."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from api.demo.story.days import next_working, working
from api.demo.story.world import AGREEMENT
from api.generate.asks import Engagement
from api.generate.engine import Engine
from api.generate.ground import attester, owner, portal
from api.generate.ladder import WEIGHTS, Ladder, Noticed
from ledger.decisions.deviation_outcomes import DecideDeviation, ServeBreachNotice, WithdrawDeviation
from ledger.decisions.deviation_reports import ReportDeviation
from ledger.decisions.deviations import CommunicateDeviation, ReplyToDeviation

DEVIATING, UPHELD, WITHDRAWN = 25, 750, 60
"""Of a thousand assignments or deviations; assumed."""
KINDS = ("no-show", "wrong-consultant", "missing-documents", "late-cancellation", "invoice-error")
TROUBLED = 12
"""Shifts of which every third is a no-show, once a year."""
DAY = timedelta(days=1)


@dataclass(slots=True)
class Deviations:
    """What goes wrong in assignments."""

    engine: Engine
    ladder: Ladder
    count: int = 0
    year: int = 0

    def maybe(self, held: Engagement) -> None:
        """Now and then a deviation; and once a year everything goes wrong in one assignment."""
        if held.from_on.year > self.year and len(held.shifts) > TROUBLED:
            self.year = held.from_on.year
            for on in held.shifts[:TROUBLED:3]:
                self._happens(held, on, "no-show")
        if held.shifts and self.engine.chance(DEVIATING):
            self._happens(held, self.engine.one_of(held.shifts), self.engine.one_of(KINDS))

    def _happens(self, held: Engagement, on: date, kind: str) -> None:
        self.count += 1
        name = f"d-{self.count}"
        self.engine.on(next_working(on), 960, lambda at: self._report(at, held, name, on, kind))

    def _report(self, at: int, held: Engagement, name: str, on: date, kind: str) -> None:
        command = ReportDeviation(
            deviation=name, agreement=AGREEMENT, supplier=held.person.supplier, region=held.region.region,
            authority=held.region.authority, lot=held.lot, unit=held.unit.unit, assignment=held.assignment,
            kind=kind, occurred_on=on, cause=f"{kind}-{held.assignment}-{on}",
            description="Händelse vid enheten",
        )  # fmt: skip
        self.engine.tell(at, attester(held.region, held.unit), f"{name}/report", command)
        found = Noticed(on, WEIGHTS[kind], (self.engine.head,))
        self.engine.at(at + 3_600_000_000, lambda at: self._communicate(at, held, name, found))

    def _communicate(self, at: int, held: Engagement, name: str, found: Noticed) -> None:
        command = CommunicateDeviation(deviation=name, channel="supplier-portal")
        self.engine.tell(at, owner(held.region), f"{name}/communicate", command)
        reported = next_working(found.on)
        self.engine.on(working(reported + 7 * DAY), 900, lambda at: self._reply(at, held, name))
        self.engine.on(working(reported + 12 * DAY), 960, lambda at: self._decide(at, held, name, found))

    def _reply(self, at: int, held: Engagement, name: str) -> None:
        command = ReplyToDeviation(
            deviation=name, admits=self.engine.chance(300), reply="Vi har sett över rutinen."
        )
        self.engine.tell(at, portal(held.person.supplier), f"{name}/reply", command)

    def _decide(self, at: int, held: Engagement, name: str, found: Noticed) -> None:
        upheld = self.engine.chance(UPHELD)
        command = DecideDeviation(deviation=name, upheld=upheld, reasons="Händelsen har prövats.")
        self.engine.tell(at, owner(held.region), f"{name}/decide", command)
        if upheld:
            found = replace(found, positions=(*found.positions, self.engine.head))
            self.engine.at(at + 86_400_000_000, lambda at: self._notice(at, held, name, found))

    def _notice(self, at: int, held: Engagement, name: str, found: Noticed) -> None:
        command = ServeBreachNotice(deviation=name, channel="supplier-portal", clause="21")
        self.engine.tell(at, owner(held.region), f"{name}/notice", command)
        found = replace(found, positions=(*found.positions, self.engine.head))
        self.ladder.noticed(at, held.person.supplier, held.lot, held.region, name, found)
        if self.engine.chance(WITHDRAWN):
            self.engine.at(at + 9 * 86_400_000_000, lambda at: self._withdraw(at, held, name))

    def _withdraw(self, at: int, held: Engagement, name: str) -> None:
        back = WithdrawDeviation(deviation=name, reasons="Det visade sig vara ett annat pass.")
        self.engine.tell(at, owner(held.region), f"{name}/withdraw", back)
        self.ladder.withdrawn(held.person.supplier, held.lot, held.region, name)
