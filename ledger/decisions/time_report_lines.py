"""What becomes of each line of a time report: a shift, a correction, or left out with the reason.

Several channels may tell the same shift. When they differ, the one that policy trusts more prevails.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.decisions.shift_times import ShiftTimes, flaw_of, shift_id, shift_times
from ledger.decisions.time_report_diary import Diary, Entry
from ledger.decisions.time_report_events import by_another, corrected, reported
from ledger.decisions.time_report_rows import Known, Reason, ReportRow
from ledger.events.assignments import ContractConcluded
from ledger.events.shifts import LineLeftOut, ShiftCorrected, ShiftReported, WorkedByAnother


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that became an event, with its times."""

    row: ReportRow
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
                self._take_or_leave(row, contract)

    def taken(self) -> tuple[Taken, ...]:
        """The rows that became events, by line."""
        return tuple(sorted(self._taken.values(), key=lambda t: t.row.line))

    def left_out(self) -> tuple[LineLeftOut, ...]:
        """The rows that did not."""
        return tuple(self._left_out)

    def by_others(self) -> Iterator[WorkedByAnother]:
        """What shifts taken were worked by somebody who is not the consultant agreed, under any id."""
        for one in self.taken():
            agreed = self._known.assignments[one.row.assignment].agreed_on(one.row.on)
            if (
                isinstance(one.event, ShiftReported)
                and agreed not in self._known.humans[one.event.consultant]
            ):
                yield by_another(one.event, agreed)

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

    def _take_or_leave(self, row: ReportRow, contract: ContractConcluded) -> None:
        times = shift_times(row.on, row.start_minute, row.end_minute, row.break_minutes)
        found = self._judged(row, contract, times)
        if isinstance(found, Reason):
            self._left_out.append(found.of(row))
        elif found is None:
            self._take(row, contract, times)
        else:
            self._prevail(row, contract, times, found)

    def _judged(self, row: ReportRow, contract: ContractConcluded, times: ShiftTimes) -> Judged:
        """Why a row cannot be taken, or the shift of a less trusted channel that it replaces, or neither."""
        if (reason := next(self._reasons(row, contract, times), None)) is not None:
            return reason
        shift = shift_id(row.assignment, row.row)
        hits = list(self._diary.overlapped(self._known.worker(row), shift, times))
        if not hits:
            return None
        if len(hits) == 1 and self._known.former(row) is None and hits[0].tells(row.assignment, times):
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

    def _reasons(self, row: ReportRow, contract: ContractConcluded, times: ShiftTimes) -> Iterator[Reason]:
        """Why a row cannot be taken, whoever else was at work; the first reason is the one given."""
        yield from self._repeats(row, contract, times)
        held = self._known.assignments[row.assignment]
        if not held.holds(row.on):
            yield Reason("not-in-period", "date", held.positions())
        if flaw := flaw_of(times, self._known.length_max_minutes, self._known.received_at):
            yield Reason(*flaw)

    def _repeats(self, row: ReportRow, contract: ContractConcluded, times: ShiftTimes) -> Iterator[Reason]:
        article = row.article or contract.article
        earlier = self._taken.get(shift_id(row.assignment, row.row))
        who, former = self._known.former(row) or ("", None)
        if earlier is not None:
            yield from _repeated(row, (), same=(earlier.times, earlier.event.article) == (times, article))
        elif former is not None and former.voided is not None:
            yield Reason("shift-voided", "row", (former.voided,))
        elif former is not None and row.consultant not in (None, who):
            yield Reason("consultant-changed", "consultant", (former.position,))
        elif former is not None:
            same = times.same_as(former) and former.article == article
            yield from _repeated(row, (former.position,), same=same)

    def _take(self, row: ReportRow, contract: ContractConcluded, times: ShiftTimes) -> None:
        shift = shift_id(row.assignment, row.row)
        earlier = self._taken.pop(shift, None)
        if earlier is not None:
            self._left_out.append(Reason("replaced-in-file", "row").of(earlier.row))
        held = self._known.former(row)
        if held is None:
            who = self._known.worker(row)
            event: ShiftReported | ShiftCorrected = reported(self._known, row, contract, times, who)
        else:
            who, former = held
            entry = Entry(row.assignment, shift, who, former.start_at, former.end_at, former)
            event = corrected(self._known, row, contract, times, entry)
        self._enter(Taken(row, times, event), who)

    def _prevail(self, row: ReportRow, contract: ContractConcluded, times: ShiftTimes, entry: Entry) -> None:
        """The file's channel is trusted more: its values replace those of the shift that it tells again."""
        event = corrected(self._known, row, contract, times, entry)
        self._enter(Taken(row, times, event), entry.consultant)

    def _enter(self, taken: Taken, consultant: str) -> None:
        self._taken[taken.event.shift] = taken
        self._diary.enter(taken.row.assignment, taken.event.shift, consultant, taken.times)


def _repeated(row: ReportRow, facts: tuple[int, ...], *, same: bool) -> Iterator[Reason]:
    """Why a row that was seen before is left out; a marked correction with other values is not."""
    if same:
        yield Reason("correction-changes-nothing" if row.correction else "duplicate", "row", facts)
    elif not row.correction:
        yield Reason("changed-without-correction", "row", facts)
