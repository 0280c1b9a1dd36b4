"""What seldom happens around a contract: reports on regions, traces of shadow booking, a supplier that fails.

Told by counting and not by chance, so that a small history has it too.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from api.demo.story.days import next_working
from api.demo.story.world import AGREEMENT, NOTE, PROFESSION
from api.generate.asks import Engagement
from api.generate.engine import Engine, clock_at
from api.generate.ground import OAF, command_of, owner, portal
from ledger.decisions.consultants import Identity, RegisterConsultant
from ledger.values import instant_text, local_date

REPORTED_EVERY, TRACED_EVERY, LINKED_EVERY = 120, 250, 400
"""So many contracts lie between two of each; assumed."""
FAILS_FROM, NEVER_FAIL = date(2026, 5, 4), ("s-1", "s-2")
DAY = timedelta(days=1)


@dataclass(slots=True)
class Incidents:
    """Counts the contracts."""

    engine: Engine
    count: int = 0
    failed: str = ""

    def concluded(self, at: int, held: Engagement) -> None:
        """One more."""
        self.count += 1
        day = local_date(at)
        if self.count % REPORTED_EVERY == 20:
            self._reported(day, held)
        if self.count % TRACED_EVERY == 30:
            self._traced(day, held)
        if self.count % LINKED_EVERY == 40:
            self._linked(day, held)
        if not self.failed and day >= FAILS_FROM and held.person.supplier not in NEVER_FAIL:
            self._fails(day, held)

    def _tell(self, day: date, minute: int, who: Any, key: str, name: str, **body: Any) -> None:
        command = command_of(name, body)
        self.engine.on(day, minute, lambda at: self.engine.attempt(at, who, key, command))

    def _reported(self, day: date, held: Engagement) -> None:
        """A supplier reports on a region's times; the central management speaks with it and says so."""
        report = f"sr-{self.count}"
        self._tell(
            next_working(day), 720, portal(held.person.supplier), report, "report-region",
            supplier_report=report, agreement=AGREEMENT, supplier=held.person.supplier,
            region=held.region.region, lot=held.lot, kind="outside-hours", occurred_on=str(day),
            description="Avropet kom tidigt och var tilldelat inom kort",
        )  # fmt: skip
        self._tell(
            next_working(day, 8), 720, OAF, f"{report}/act", "act-on-supplier-report",
            supplier_report=report, measure="dialogue-with-region", told="Vi har talat med avropsenheten.",
        )  # fmt: skip
        self._tell(
            next_working(day, 20), 720, OAF, f"{report}/conclude", "conclude-supplier-report",
            supplier_report=report, outcome="region-changed", reasons="Avropen kommer under kontorstid.",
        )  # fmt: skip

    def _traced(self, day: date, held: Engagement) -> None:
        """A schedule from before the order, and work that no order covers."""
        who, consultant = owner(held.region), held.person.consultant
        before = self.engine.head
        self._tell(
            next_working(day, 3), 730, who, f"trace/{before}", "record-booking-trace", agreement=AGREEMENT,
            trace=f"tr-{self.count}", consultant=consultant, unit=held.unit.unit, kind="schedule",
            from_on=str(held.from_on), until_on=str(held.until_on), source=f"Utskrift av schema ({NOTE})",
            tied_at=instant_text(clock_at(day - 6 * DAY, 900)),
        )  # fmt: skip
        self._tell(
            next_working(day, 3), 731, who, f"unordered/{before}", "report-unordered-work",
            agreement=AGREEMENT, report=f"uw-{self.count}", consultant=consultant,
            supplier=held.person.supplier, unit=held.unit.unit, lot=held.lot, on=str(day - 2 * DAY),
            worked_minutes=480, told_by="observation", source=f"Bemanningslistan ({NOTE})",
        )  # fmt: skip

    def _linked(self, day: date, held: Engagement) -> None:
        """The same human was registered once more, under another id that is never offered."""
        other = f"k-{self.count:016x}"
        number = "18300101-9809"
        twin = RegisterConsultant(
            consultant=other, supplier=held.person.supplier, profession=PROFESSION[held.lot],
            own_company=False,
            identity=Identity(name=f"Testperson ({NOTE})", personal_identity_number=number),
        )  # fmt: skip
        supplier = portal(held.person.supplier)
        self.engine.on(
            next_working(day), 740,
            lambda at: self.engine.attempt(at, supplier, f"consultant/{other}", twin),
        )  # fmt: skip
        self._tell(
            next_working(day, 2), 740, OAF, f"link/{other}", "link-consultants",
            consultant=held.person.consultant, same_as=other,
            basis=f"Samma legitimationsnummer i HOSP ({NOTE})",
        )  # fmt: skip

    def _fails(self, day: date, held: Engagement) -> None:
        """A supplier is bankrupt, another takes it over, and this assignment with it."""
        self.failed = former = held.person.supplier
        successor = next(one for one in NEVER_FAIL if one != former)
        on = next_working(day, 2)
        self._tell(
            on, 740, OAF, "insolvent", "record-supplier-status", agreement=AGREEMENT, supplier=former,
            status="insolvent", from_on=str(on - DAY), clause="24.1", reasons="Bolaget är försatt i konkurs",
            source=f"Post- och Inrikes Tidningar, konkurs ({NOTE})", registry_number=f"RS {day.year}-40",
        )  # fmt: skip
        self._tell(
            next_working(on), 741, OAF, "succession", "record-supplier-succession", agreement=AGREEMENT,
            former=former, successor=successor, from_on=str(on), cause="transfer",
            source=f"Konkursboets avtal om inkråmet ({NOTE})", registry_number=f"RS {day.year}-60",
        )  # fmt: skip
        self._tell(
            next_working(on, 2), 742, owner(held.region), "running", "decide-running-assignments",
            agreement=AGREEMENT, supplier=former, region=held.region.region,
            assignments=[held.assignment], choice="goes-to-successor", successor=successor,
            reasons="Konsulten följer med och enheten behöver henne", registry_number=f"RS {day.year}-41",
        )  # fmt: skip
