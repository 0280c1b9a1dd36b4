"""Worked time by month and unit, as imports bring it: late rows, corrections, repeats, broken lines."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, partial
from hashlib import sha256
from typing import Any, NamedTuple

from api.demo.story.days import next_working
from api.demo.story.roster import TURNS, minute_of
from api.demo.story.script import Who
from api.demo.story.world import AGREEMENT, DOCTORS
from api.generate.asks import Engagement
from api.generate.engine import Engine, clock_at
from api.generate.ground import attester
from api.generate.invoices import Invoices
from api.generate.staff import Person
from api.generate.world import Region, Unit
from ledger.decisions.shifts import VoidShift
from ledger.decisions.time_approvals import ApproveTimeReport, NothingToApprove
from ledger.decisions.time_report_rows import BrokenLine, ReportRow
from ledger.decisions.time_reports import SubmitTimeReport
from ledger.events.shifts import TimeReportReceived
from ledger.values import local_date

ABSENT, LATE, MENDED, TWICE, BROKEN, FORGOTTEN, ANOTHER, VOIDED = 30, 30, 20, 10, 50, 40, 2, 1
"""Of a thousand: shifts not worked, rows late, mended, written twice; files with a bad line,
forgotten; shifts worked by another consultant, and those voided after their approval."""
DAY = timedelta(days=1)
FIRST, ASKED_FOR = date.min, 140 * DAY
"""How long after an assignment something is asked of whoever worked in it."""
NURSING = ("day", "day", "evening", "night")
HEROMA_EVERY = 3
TIMES = {name: (minute_of(start), minute_of(end), pause) for name, (start, end, pause) in TURNS.items()}


Times = tuple[int, int, int]
"""Start, end and break, in minutes."""


class Row(NamedTuple):
    """A row of a report before its line is known; rows are in order of date and row id."""

    on: date
    row: str
    assignment: str
    times: Times
    consultant: str | None
    correction: bool = False

    def at_line(self, line: int) -> ReportRow:
        """The row as it stands in a file."""
        start, end, pause = self.times
        return ReportRow(
            line=line, row=self.row, assignment=self.assignment, on=self.on, start_minute=start,
            end_minute=end, break_minutes=pause, correction=self.correction, consultant=self.consultant,
        )  # fmt: skip


@dataclass(slots=True)
class Reports:
    """What waits to be reported, by unit; ``done`` is told which tags nobody asks for any more."""

    engine: Engine
    invoices: Invoices
    units: tuple[tuple[Region, Unit], ...]
    done: Callable[[str], None]
    waiting: dict[str, list[tuple[date, Row]]] = field(default_factory=lambda: defaultdict(list))
    mended: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    latest: dict[str, str] = field(default_factory=dict)
    instead: dict[str, date] = field(default_factory=dict)
    """Who came instead of another, and until when that is asked for."""

    def worked(self, held: Engagement) -> list[tuple[date, Times]]:
        """Everything that will be worked in an assignment, and what was planned of it."""
        rows, turn = self.waiting[held.unit.unit], ""
        planned: list[tuple[date, Times]] = []
        doctor, chance, name = held.lot == DOCTORS, self.engine.chance, f"R{held.assignment[2:]}"
        for n, day in enumerate(held.shifts):
            weekday = day.weekday()
            if not turn or weekday == 0:
                turn = self.engine.one_of(NURSING)
            times = TIMES[("on-call" if weekday == 3 else "clinic") if doctor else turn]
            planned.append((day, times))
            if not chance(ABSENT):
                row = Row(day, f"{name}-{n}", held.assignment, times, self._another(held))
                rows.append((self._reported(day), row))
        self.latest[held.person.supplier] = held.person.consultant
        return planned

    def _another(self, held: Engagement) -> str | None:
        """Now and then the consultant whom the supplier had last in an assignment came instead."""
        came = self.latest.get(held.person.supplier) if self.engine.chance(ANOTHER) else None
        if came:
            self.instead[came] = max(self.instead.get(came, FIRST), held.until_on + ASKED_FOR)
        return came

    def leave(self, held: Engagement) -> None:
        """When to forget an assignment with its order, and whoever leaves after it."""
        self.invoices.held[held.assignment] = held

        def forget(_: int) -> None:
            del self.invoices.held[held.assignment]
            self.done(f"assignment:{held.assignment}")
            self.done(f"order:{held.order}")

        self.engine.on(held.until_on + 135 * DAY, 100, forget)
        if held.last:
            self.engine.on(held.until_on + ASKED_FOR, 100, lambda at: self._left(at, held.person))

    def _left(self, at: int, person: Person) -> None:
        """Forget somebody, but not before all is over with those whom she came instead of."""
        who = person.consultant
        until = self.instead.pop(who, FIRST)
        if until > local_date(at):
            self.engine.at(clock_at(until, 100), lambda at: self._left(at, person))
            return
        if self.latest.get(person.supplier) == who:
            del self.latest[person.supplier]
        self.done(f"consultant:{who}")

    def month(self, first: date) -> None:
        """Have the reports of the month before a date arrive on its first working days."""
        for n, (region, unit) in enumerate(self.units):
            self.engine.on(
                next_working(first, 2 + n % 3), self.engine.between(300, 420),
                partial(self._file, first, (region, unit), n),
            )  # fmt: skip

    def _reported(self, day: date) -> date:
        """The first day of the month in which a shift is reported: the next one, or seldom one later."""
        late = self.engine.chance(LATE)
        return _month_after(_month_after(day)) if late else _month_after(day)

    def _file(self, first: date, place: tuple[Region, Unit], n: int, at: int) -> None:
        unit = place[1]
        waiting = self.waiting[unit.unit]
        due = sorted(row for when, row in waiting if when <= first)
        self.waiting[unit.unit] = [one for one in waiting if one[0] > first]
        rows = [self._as_written(unit, row) for row in due]
        rows[:0] = self.mended.pop(f"{unit.unit}/{first}", ())
        rows += [row for row in rows if self.engine.chance(TWICE)]
        if not rows:
            return
        self._submit(at, first, place, n, tuple(row.at_line(line) for line, row in enumerate(rows, 2)))

    def _as_written(self, unit: Unit, row: Row) -> Row:
        """A row as it stands in the file: a few without their break, which the next file mends."""
        if not self.engine.chance(MENDED):
            return row
        mends = f"{unit.unit}/{_month_after(_month_after(row.on))}"
        self.mended[mends].append(row._replace(correction=True))
        start, end, _ = row.times
        return row._replace(times=(start, end, 0))

    def _submit(
        self, at: int, first: date, place: tuple[Region, Unit], n: int, rows: tuple[ReportRow, ...]
    ) -> None:
        region, unit = place
        system = "heroma" if n % HEROMA_EVERY else "bemlo"
        report = f"r-{first:%Y-%m}-{unit.unit[2:]}"
        broken: tuple[BrokenLine, ...] = ()
        if self.engine.chance(BROKEN):
            broken = (BrokenLine(line=len(rows) + 2, code="time", field="slut"),)
        command = SubmitTimeReport(
            report=report, agreement=AGREEMENT, region=region.region, system=system, encoding="windows-1252",
            file_digest=sha256(report.encode()).hexdigest(), lines=len(rows) + len(broken),
            rows=rows, broken=broken,
        )  # fmt: skip
        who = Who(f"{region.region}-{system}", f"import-{region.region}")
        told = self.engine.tell(at, who, f"{report}/submit", command)
        received: TimeReportReceived = told[0]
        self.invoices.reported(report, unit.unit, told)
        if received.reported + received.corrected == 0:
            self.done(f"report:{report}")
            return
        forgotten = self.engine.chance(FORGOTTEN)
        day = next_working(_month_after(first), 6) if forgotten else next_working(first, 5)
        self.engine.on(day, 420 + n % 120, lambda at: self._approve(at, region, unit, report, day))

    def _approve(self, at: int, region: Region, unit: Unit, report: str, day: date) -> None:
        who = attester(region, unit)
        told: Sequence[Any] = ()
        with suppress(NothingToApprove):  # where the next file mended all that was forgotten
            told = self.engine.tell(at, who, f"{report}/approve", ApproveTimeReport(report=report))
        self.invoices.approved(report, day)
        for one in told:
            if self.engine.chance(VOIDED):
                void = VoidShift(assignment=one.assignment, shift=one.shift, reason="Passet blev aldrig av")
                self.engine.at(at + 7 * 86_400_000_000, partial(self._void, who, void))
        self.done(f"report:{report}")

    def _void(self, who: Who, void: VoidShift, at: int) -> None:
        self.engine.attempt(at, who, f"{void.shift}/void", void)


@cache
def _month_after(day: date) -> date:
    return (day.replace(day=1) + 32 * DAY).replace(day=1)
