"""Monthly time reports as the files people get: late rows, corrections, duplicates, broken lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from api.demo.story.days import Month
from api.demo.story.dice import Dice
from api.demo.story.files import Dialect, Row, broken_rows, dialect_of, written
from api.demo.story.ranking import Approved
from api.demo.story.roster import Assignment, Shift, shifts_of
from api.demo.story.script import Moment, Script, Who
from api.demo.story.setup import attester
from api.demo.story.world import AGREEMENT, REGIONS, Region, Unit

LATE, MENDED, TWICE, FORGOTTEN = 3, 2, 1, 4
"""Of a hundred rows: a month late, corrected in the next file, written twice. Of reports: forgotten."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report that waits for its approval: when it came, for which unit, with which shifts."""

    month: str
    region: Region
    unit: Unit
    shifts: tuple[Shift, ...]

    @property
    def report(self) -> str:
        """Its id."""
        return f"r-{self.month}-{self.unit.unit[2:]}"


@dataclass(slots=True)
class Reports:
    """Collects what was worked and writes it down month by month, one file a unit."""

    dice: Dice
    script: Script
    approved: Approved
    files: dict[str, bytes] = field(default_factory=dict)
    waiting: list[Shift] = field(default_factory=list)
    mended: list[Shift] = field(default_factory=list)
    pending: list[Report] = field(default_factory=list)
    done: list[tuple[Month, Report]] = field(default_factory=list)

    def worked(self, held: Assignment) -> None:
        """Everything that will be worked in an assignment."""
        self.waiting += shifts_of(self.dice, held)

    def send(self, month: Month) -> None:
        """The files of the month before arrive."""
        due = [shift for shift in self.waiting if shift.on < month.first and not self._is_late(shift, month)]
        self.waiting = [shift for shift in self.waiting if shift not in due]
        mended, self.mended = self.mended, []
        for n, (region, unit) in enumerate((r, u) for r in REGIONS for u in r.units):
            own = sorted((s for s in due if s.assignment.unit == unit), key=lambda s: (s.on, s.row))
            again = [s for s in mended if s.assignment.unit == unit]
            if own or again:
                self._file(month, region, unit, n, own, again)

    def approve(self, month: Month) -> None:
        """A working day later they are approved, but for what a manager forgets until the month after."""
        pending, self.pending = self.pending, []
        for n, report in enumerate(pending):
            if report.month == month.name and self.dice.chance(FORGOTTEN, "forgotten", report.report):
                self.pending.append(report)
            else:
                self._approve(month, report, n)

    def _approve(self, month: Month, report: Report, n: int) -> None:
        moment, who = Moment(month.approvals_on, 7, n), attester(report.region, report.unit.unit)
        key, body = f"{report.report}/approve", {"report": report.report}
        self.script.add(moment, "0-approvals", who, key, "approve-time-report", body)
        self.done.append((month, report))
        for shift in report.shifts:
            self.approved.add(shift)

    def _is_late(self, shift: Shift, month: Month) -> bool:
        fresh = (month.first - shift.on).days <= 31
        return fresh and not shift.assignment.days and self.dice.chance(LATE, "late", shift.row)

    def _file(
        self, month: Month, region: Region, unit: Unit, n: int, own: list[Shift], again: list[Shift]
    ) -> None:
        before = f"{_previous(month):%Y-%m}"
        dialect = dialect_of(self.dice, before, unit.unit)
        rows = [*self._rows(own), *(Row(shift, correction=True) for shift in again)]
        rows += [row for row in rows if self.dice.chance(TWICE, "twice", row.shift.row)]
        rows += list(broken_rows(self.dice, before, unit.unit, rows))
        path = f"time-reports/{before}/{region.short}-{1 + region.units.index(unit)}.csv"
        self.files[path] = written(dialect, rows)
        report = Report(month.name, region, unit, (*own, *again))
        self._receive(month, report, path, dialect, n)
        self.pending.append(report)
        for shift in again:
            self.approved.remove(shift)

    def _rows(self, own: list[Shift]) -> Iterator[Row]:
        """The rows as reported: a few with an end that is mended a month later."""
        for shift in own:
            if not shift.assignment.days and self.dice.chance(MENDED, "mended", shift.row):
                self.mended.append(shift)
                yield Row(replace(shift, break_minutes=0))
            else:
                yield Row(shift)

    def _receive(self, month: Month, report: Report, path: str, dialect: Dialect, n: int) -> None:
        short, name = report.region.short, report.report
        body = {
            "report": name,
            "agreement": AGREEMENT,
            "region": report.region.region,
            "system": dialect.system,
        }
        who = Who(f"{short}-{dialect.system}", f"import-{short}")
        moment = Moment(month.reports_on, 7, n)
        self.script.add(moment, "0-reports", who, f"{name}/submit", "submit-time-report", body, file=path)


def _previous(month: Month) -> date:
    return date.fromordinal(month.first.toordinal() - 1)
