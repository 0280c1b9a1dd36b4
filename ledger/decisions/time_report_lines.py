"""What becomes of each line of a time report: a shift, a correction, or left out with the reason.

Several channels may tell the same shift. When they differ, the one that policy trusts more prevails.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from ledger.decisions.shift_times import ShiftTimes, flaw_of, shift_times
from ledger.decisions.time_report_diary import Diary, Entry
from ledger.decisions.time_report_events import by_another, corrected, reported
from ledger.decisions.time_report_rows import Known, Line, Reason, ReportRow
from ledger.events.assignments import ContractConcluded
from ledger.events.shifts import LineLeftOut, ShiftCorrected, ShiftReported, WorkedByAnother


class Taken(Struct, frozen=True):
    """A line that became an event, with its times."""

    line: Line
    times: ShiftTimes
    event: ShiftReported | ShiftCorrected


Judged = Reason | Entry | None


class Clerk:
    """Works through the lines of one file. Local to one decision: it begins empty and ends with it."""

    def __init__(self, known: Known, rows: tuple[ReportRow, ...]) -> None:
        self._known = known
        self._rows = rows
        self._diary = Diary(known.humans, known.worked, (row.on for row in rows))
        self._taken: dict[str, Taken] = {}
        self._left_out: list[LineLeftOut] = []

    def work_through(self) -> None:
        """Take or leave every row: corrections of recorded shifts first, since they may make room."""
        for row in sorted(self._rows, key=self._turn):
            contract = self._contract(row)
            if isinstance(contract, Reason):
                self._left_out.append(contract.of(row))
            else:
                self._take_or_leave(self._known.line(row), contract)

    def taken(self) -> tuple[Taken, ...]:
        """The rows that became events, by line."""
        return tuple(sorted(self._taken.values(), key=lambda t: t.line.row.line))

    def left_out(self) -> tuple[LineLeftOut, ...]:
        """The rows that did not."""
        return tuple(self._left_out)

    def by_others(self, taken: Iterable[Taken]) -> Iterator[WorkedByAnother]:
        """What shifts taken were worked by somebody who is not the consultant agreed, under any id."""
        for one in taken:
            event, agreed = one.event, one.line.agreed
            if event.consultant == agreed or not isinstance(event, ShiftReported):
                continue
            if agreed not in self._known.humans[event.consultant]:
                yield by_another(event, agreed)

    def _turn(self, row: ReportRow) -> tuple[bool, int]:
        return (not (row.correction and self._known.former(row) is not None), row.line)

    def _contract(self, row: ReportRow) -> ContractConcluded | Reason:
        concluded = self._known.assignments[row.assignment].concluded
        if concluded is None:
            return Reason("assignment-unknown", "assignment")
        contract = concluded.event
        if (contract.agreement, contract.region) != (self._known.agreement, self._known.region):
            return Reason("assignment-elsewhere", "assignment", (concluded.position,))
        if row.consultant is not None:
            registered = self._known.registered[row.consultant]
            if registered is None or registered.event.supplier != contract.supplier:
                behind = () if registered is None else (registered.position,)
                return Reason("consultant-not-of-supplier", "consultant", behind)
        return contract

    def _take_or_leave(self, line: Line, contract: ContractConcluded) -> None:
        row = line.row
        times = shift_times(row.on, row.start_minute, row.end_minute, row.break_minutes)
        found = self._judged(line, contract, times)
        if isinstance(found, Reason):
            self._left_out.append(found.of(row))
        elif found is None:
            self._take(line, contract, times)
        else:
            self._prevail(line, contract, times, found)

    def _judged(self, line: Line, contract: ContractConcluded, times: ShiftTimes) -> Judged:
        """Why a line cannot be taken, or the shift of a less trusted channel that it replaces, or neither."""
        row = line.row
        reason = self._repeats(line, contract, times) or self._impossible(row, times)
        if reason is not None:
            return reason
        hits = self._diary.overlapped(line.worker, line.shift, times)
        if not hits:
            return None
        if len(hits) == 1 and line.former is None and hits[0].tells(row.assignment, times):
            return self._told_again(hits[0], times, row.article or contract.article)
        positions = sorted(hit.recorded.position for hit in hits if hit.recorded)
        return Reason("overlapping", "start", tuple(positions))

    def _told_again(self, entry: Entry, times: ShiftTimes, article: str) -> Judged:
        """What becomes of a row that tells a recorded shift under another id."""
        former = entry.recorded
        if former is None or former.system == self._known.system:
            return Reason("overlapping", "start", (former.position,) if former else ())
        if times.same_as(former) and former.article == article:
            return Reason("told-by-another-channel", "row", (former.position,))
        gives_way = not self._known.prevails(former.system)
        return Reason("channel-gives-way", "row", (former.position,)) if gives_way else entry

    def _impossible(self, row: ReportRow, times: ShiftTimes) -> Reason | None:
        """Why a row cannot be taken, whoever else was at work."""
        held = self._known.assignments[row.assignment]
        if not held.holds(row.on):
            return Reason("not-in-period", "date", held.positions())
        flaw = flaw_of(times, self._known.length_max_minutes, self._known.received_at)
        return Reason(*flaw) if flaw else None

    def _repeats(self, line: Line, contract: ContractConcluded, times: ShiftTimes) -> Reason | None:
        """Why a line that was seen before cannot be taken."""
        row, earlier = line.row, self._taken.get(line.shift)
        article = row.article or contract.article
        if earlier is not None:
            return _repeated(row, (), same=(earlier.times, earlier.event.article) == (times, article))
        if line.former is None:
            return None
        who, former = line.former
        if former.voided is not None:
            return Reason("shift-voided", "row", (former.voided,))
        if row.consultant not in (None, who):
            return Reason("consultant-changed", "consultant", (former.position,))
        same = times.same_as(former) and former.article == article
        return _repeated(row, (former.position,), same=same)

    def _take(self, line: Line, contract: ContractConcluded, times: ShiftTimes) -> None:
        earlier = self._taken.pop(line.shift, None)
        if earlier is not None:
            self._left_out.append(Reason("replaced-in-file", "row").of(earlier.line.row))
        if line.former is None:
            who = line.worker
            event: ShiftReported | ShiftCorrected = reported(self._known, line, contract, times)
        else:
            who, former = line.former
            entry = Entry(line.row.assignment, line.shift, who, former.start_at, former.end_at, former)
            event = corrected(self._known, line.row, contract, times, entry)
        self._enter(Taken(line, times, event), who)

    def _prevail(self, line: Line, contract: ContractConcluded, times: ShiftTimes, entry: Entry) -> None:
        """The file's channel is trusted more: its values replace those of the shift that it tells again."""
        event = corrected(self._known, line.row, contract, times, entry)
        self._enter(Taken(line, times, event), entry.consultant)

    def _enter(self, taken: Taken, consultant: str) -> None:
        self._taken[taken.event.shift] = taken
        self._diary.enter(taken.line.row.assignment, taken.event.shift, consultant, taken.times)


def _repeated(row: ReportRow, facts: tuple[int, ...], *, same: bool) -> Reason | None:
    """Why a row that was seen before is left out; a marked correction with other values is not."""
    if same:
        return Reason("correction-changes-nothing" if row.correction else "duplicate", "row", facts)
    return None if row.correction else Reason("changed-without-correction", "row", facts)
