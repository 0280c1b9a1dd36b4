"""What becomes of each line of a time report: a shift, a correction, or left out with the reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field, StringConstraints

from ledger.decisions.shift_times import ShiftTimes, flaw_of, shift_id, shift_times
from ledger.events.assignments import ContractConcluded
from ledger.events.shifts import LineLeftOut, ShiftCorrected, ShiftReported
from ledger.facts.assignments import Assignment
from ledger.facts.worked_time import WorkedShift, WorkedTime
from ledger.values import AssignmentId, Code, LocalDate, Minutes

LineNumber = Annotated[int, Field(ge=1, le=1_000_000)]
StartMinute = Annotated[int, Field(ge=0, le=1439)]
EndMinute = Annotated[int, Field(ge=0, le=1440)]
RowId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}$")]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One readable line: the other system's row id, the assignment, a local date, minutes after midnight."""

    line: LineNumber
    row: RowId
    assignment: AssignmentId
    on: LocalDate
    start_minute: StartMinute
    end_minute: EndMinute
    break_minutes: Minutes = 0
    article: Code | None = None
    correction: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLine:
    """A line that could not be read: its number, a code, the column. Never what stands in it."""

    line: LineNumber
    code: Code
    field: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the lines of a report are judged against.

    ``humans`` gives every id of a contract's consultant, ``worked`` the worked time of each id.
    """

    agreement: str
    region: str
    report: str
    length_max_minutes: int
    received_at: int
    assignments: Mapping[str, Assignment]
    humans: Mapping[str, tuple[str, ...]]
    worked: Mapping[str, WorkedTime]

    def former(self, row: ReportRow) -> WorkedShift | None:
        """The recorded shift that a row stands for."""
        concluded = self.assignments[row.assignment].concluded
        if concluded is None:
            return None
        held = self.worked[concluded.event.consultant].assignments.get(row.assignment)
        return held.shifts.get(shift_id(row.assignment, row.row)) if held else None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a line is left out: a code, the column it is about, the positions behind it."""

    code: str
    column: str
    facts: tuple[int, ...] = ()

    def of(self, row: ReportRow) -> LineLeftOut:
        """The line left out for this reason."""
        return LineLeftOut(line=row.line, code=self.code, field=self.column, facts=self.facts)


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that became an event, with its times."""

    row: ReportRow
    times: ShiftTimes
    event: ShiftReported | ShiftCorrected


class Diary:
    """Who was at work when, by human and day, so that an overlap is found without a search."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._days: dict[tuple[str, date], dict[str, tuple[int, int, int]]] = {}
        self._day_of: dict[str, tuple[str, date]] = {}
        for one in sorted({one for ids in known.humans.values() for one in ids}):
            for _, shift, worked in known.worked[one].shifts():
                if worked.voided is None:
                    self._enter(one, shift, worked.on, (worked.start_at, worked.end_at, worked.position))

    def enter(self, consultant: str, shift: str, times: ShiftTimes) -> None:
        """Note a shift of the file itself, in place of what the diary had for it."""
        self._enter(consultant, shift, times.on, (times.start_at, times.end_at, 0))

    def overlapped(self, consultant: str, shift: str, times: ShiftTimes) -> int | None:
        """The position of another shift that these times overlap, 0 for one in the file, or None."""
        human = self._human(consultant)
        for day in (times.on - DAY, times.on, times.on + DAY):
            for other, (start_at, end_at, position) in self._days.get((human, day), {}).items():
                if other != shift and times.overlaps(start_at, end_at):
                    return position
        return None

    def _human(self, consultant: str) -> str:
        ids = self._known.humans.get(consultant)
        return ids[0] if ids else next(i[0] for i in self._known.humans.values() if consultant in i)

    def _enter(self, consultant: str, shift: str, on: date, times: tuple[int, int, int]) -> None:
        if shift in self._day_of:
            self._days[self._day_of[shift]].pop(shift)
        self._day_of[shift] = (self._human(consultant), on)
        self._days.setdefault(self._day_of[shift], {})[shift] = times


class Clerk:
    """Works through the lines of one file. Local to one decision: it begins empty and ends with it."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._diary = Diary(known)
        self._taken: dict[str, Taken] = {}
        self._left_out: list[LineLeftOut] = []

    def work_through(self, rows: tuple[ReportRow, ...]) -> None:
        """Take or leave every row: corrections of recorded shifts first, since they may make room."""
        for row in sorted(rows, key=self._turn):
            contract = self._contract(row)
            if isinstance(contract, Reason):
                self._left_out.append(contract.of(row))
            else:
                self._take_or_leave(row, contract)

    def taken(self) -> tuple[Taken, ...]:
        """The rows that became events, by line."""
        return tuple(sorted(self._taken.values(), key=lambda t: t.row.line))

    def left_out(self) -> tuple[LineLeftOut, ...]:
        """The rows that did not."""
        return tuple(self._left_out)

    def _turn(self, row: ReportRow) -> tuple[bool, int]:
        return (not (row.correction and self._known.former(row) is not None), row.line)

    def _contract(self, row: ReportRow) -> ContractConcluded | Reason:
        concluded = self._known.assignments[row.assignment].concluded
        if concluded is None:
            return Reason("assignment-unknown", "assignment")
        if (concluded.event.agreement, concluded.event.region) != (self._known.agreement, self._known.region):
            return Reason("assignment-elsewhere", "assignment", (concluded.position,))
        return concluded.event

    def _take_or_leave(self, row: ReportRow, contract: ContractConcluded) -> None:
        times = shift_times(row.on, row.start_minute, row.end_minute, row.break_minutes)
        reason = next(self._reasons(row, contract, times), None)
        if reason is None:
            self._take(row, contract, times)
        else:
            self._left_out.append(reason.of(row))

    def _reasons(self, row: ReportRow, contract: ContractConcluded, times: ShiftTimes) -> Iterator[Reason]:
        """Why a row cannot be taken; the first reason is the one given."""
        yield from self._repeats(row, contract, times)
        held = self._known.assignments[row.assignment]
        if not held.holds(row.on):
            yield Reason("not-in-period", "date", held.positions())
        if flaw := flaw_of(times, self._known.length_max_minutes, self._known.received_at):
            yield Reason(*flaw)
        position = self._diary.overlapped(contract.consultant, shift_id(row.assignment, row.row), times)
        if position is not None:
            yield Reason("overlapping", "start", (position,) if position else ())

    def _repeats(self, row: ReportRow, contract: ContractConcluded, times: ShiftTimes) -> Iterator[Reason]:
        article = row.article or contract.article
        earlier = self._taken.get(shift_id(row.assignment, row.row))
        former = self._known.former(row)
        if earlier is not None:
            yield from _repeated(row, (), same=(earlier.times, earlier.event.article) == (times, article))
        elif former is not None and former.voided is not None:
            yield Reason("shift-voided", "row", (former.voided,))
        elif former is not None:
            same = times.same_as(former) and former.article == article
            yield from _repeated(row, (former.position,), same=same)

    def _take(self, row: ReportRow, contract: ContractConcluded, times: ShiftTimes) -> None:
        shift = shift_id(row.assignment, row.row)
        earlier = self._taken.pop(shift, None)
        if earlier is not None:
            self._left_out.append(Reason("replaced-in-file", "row").of(earlier.row))
        former = self._known.former(row)
        if former is None:
            event: ShiftReported | ShiftCorrected = _reported(self._known.report, row, contract, times)
        else:
            event = _corrected(self._known.report, row, contract, times, former.position)
        self._taken[shift] = Taken(row, times, event)
        self._diary.enter(contract.consultant, shift, times)


def _repeated(row: ReportRow, facts: tuple[int, ...], *, same: bool) -> Iterator[Reason]:
    """Why a row that was seen before is left out; a marked correction with other values is not."""
    if same:
        yield Reason("correction-changes-nothing" if row.correction else "duplicate", "row", facts)
    elif not row.correction:
        yield Reason("changed-without-correction", "row", facts)


def _reported(report: str, row: ReportRow, contract: ContractConcluded, times: ShiftTimes) -> ShiftReported:
    return ShiftReported(
        shift=shift_id(row.assignment, row.row),
        assignment=row.assignment,
        consultant=contract.consultant,
        order=contract.order,
        supplier=contract.supplier,
        region=contract.region,
        unit=contract.unit,
        operating_unit=contract.operating_unit,
        lot=contract.lot,
        on=times.on,
        start_at=times.start_at,
        end_at=times.end_at,
        break_minutes=times.break_minutes,
        worked_minutes=times.worked_minutes,
        article=row.article or contract.article,
        report=report,
        line=row.line,
    )


def _corrected(
    report: str, row: ReportRow, contract: ContractConcluded, times: ShiftTimes, replaces: int
) -> ShiftCorrected:
    return ShiftCorrected(
        shift=shift_id(row.assignment, row.row),
        assignment=row.assignment,
        consultant=contract.consultant,
        on=times.on,
        start_at=times.start_at,
        end_at=times.end_at,
        break_minutes=times.break_minutes,
        worked_minutes=times.worked_minutes,
        article=row.article or contract.article,
        replaces=replaces,
        report=report,
        line=row.line,
        reason="",
    )
