"""The lines of a time report as a command brings them, and what they are judged against."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from msgspec import Struct
from pydantic import Field, StringConstraints

from ledger.decisions.shift_times import shift_id
from ledger.events.shifts import LineLeftOut
from ledger.facts.assignments import Assignment
from ledger.facts.consultants import Registered
from ledger.facts.worked_time import WorkedShift, WorkedTime
from ledger.values import AssignmentId, Code, ConsultantId, LocalDate, Minutes, Remark

LineNumber = Annotated[int, Field(ge=1, le=1_000_000)]
StartMinute = Annotated[int, Field(ge=0, le=1439)]
EndMinute = Annotated[int, Field(ge=0, le=1440)]
RowId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One readable line: the other system's row id, the assignment, a local date, minutes after midnight.

    ``consultant`` is who worked, where the file says so; otherwise it is taken to be the one agreed.
    """

    line: LineNumber
    row: RowId
    assignment: AssignmentId
    on: LocalDate
    start_minute: StartMinute
    end_minute: EndMinute
    break_minutes: Minutes = 0
    article: Code | None = None
    correction: bool = False
    consultant: ConsultantId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLine:
    """A line that could not be read: its number, a code, the column. Never what stands in it."""

    line: LineNumber
    code: Code
    field: Remark = ""


class Line(Struct, frozen=True, gc=False):
    """A row with what is known of it: the shift it stands for, who worked it, and who was agreed to.

    ``former`` is that shift as recorded, and whose it is; None where it is new.
    """

    row: ReportRow
    shift: str
    worker: str
    agreed: str
    former: tuple[str, WorkedShift] | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the lines of a report are judged against.

    ``humans`` gives every id of a consultant of the file, ``worked`` the worked time of each id; ``channels``
    are systems, the most trusted first.
    """

    agreement: str
    region: str
    report: str
    system: str
    channels: tuple[str, ...]
    length_max_minutes: int
    received_at: int
    assignments: Mapping[str, Assignment]
    registered: Mapping[str, Registered]
    humans: Mapping[str, tuple[str, ...]]
    worked: Mapping[str, WorkedTime]

    def former(self, row: ReportRow) -> tuple[str, WorkedShift] | None:
        """The recorded shift that a row stands for, and whose it is."""
        shift = shift_id(row.assignment, row.row)
        for one in self.assignments[row.assignment].consultants():
            held = self.worked[one].assignments.get(row.assignment)
            if held is not None and shift in held.shifts:
                return one, held.shifts[shift]
        return None

    def line(self, row: ReportRow) -> Line:
        """What is known of a row; who worked is whom it names, or the one agreed for its date."""
        agreed = self.assignments[row.assignment].agreed_on(row.on)
        shift = shift_id(row.assignment, row.row)
        return Line(row, shift, row.consultant or agreed, agreed, self.former(row))

    def prevails(self, other: str) -> bool:
        """Whether the file's system is trusted more than another; one that policy does not name, least."""
        ranks = {name: rank for rank, name in enumerate(self.channels)}
        return ranks.get(self.system, len(ranks)) < ranks.get(other, len(ranks))


class Reason(Struct, frozen=True):
    """Why a line is left out: a code, the column it is about, the positions behind it."""

    code: str
    column: str
    facts: tuple[int, ...] = ()

    def of(self, row: ReportRow) -> LineLeftOut:
        """The line left out for this reason."""
        return LineLeftOut(line=row.line, code=self.code, field=self.column, facts=self.facts)
