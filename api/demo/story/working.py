"""What happens in assignments: schedules, substitutions, a stranger on a shift, cancellations."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from api.demo.story.chapter import DAY, Chapter, Tale, about
from api.demo.story.days import next_working, working
from api.demo.story.files import SHEET, Row, written
from api.demo.story.people import Consultant
from api.demo.story.roster import Assignment, Shift, minute_of, shifts_of
from api.demo.story.script import Moment, Who
from api.demo.story.setup import attester, orderer, owner, portal
from api.demo.story.unsuitable import former_employee, without_licence
from api.demo.story.world import AGREEMENT, DELTA
from ledger.decisions.shift_times import shift_id

SCHEDULES_EVERY = 8
STRANGER_REPORT = "r-delta-annan"


def working_life(tale: Tale) -> None:
    """At ten to three."""
    told = tale.chapter("working", 14, 50)
    for n, held in enumerate(tale.held()):
        if n % SCHEDULES_EVERY == 0 and tale.ask_of(held).twist != "missed":
            _schedule(tale, told, held)
        if held.ended_on is not None:
            _consequence(told, held)
    _substitutions(tale, told)
    _stranger(tale, told)
    _void(tale, told)


def watched(tale: Tale) -> Assignment:
    """The assignment of the ladder's supplier in which another consultant came."""
    first = tale.pace.ladder_rounds[0]
    return next(
        held for held in tale.market.assignments
        if held.consultant.supplier == DELTA and tale.ask_of(held).day == first
    )  # fmt: skip


def _schedule(tale: Tale, told: Chapter, held: Assignment) -> None:
    """The shifts as planned; those who were away are planned too."""
    shifts = [
        {"on": str(one.on), "start_minute": minute_of(one.start), "end_minute": minute_of(one.end),
         "break_minutes": one.break_minutes}
        for one in shifts_of(tale.dice, held)
    ]  # fmt: skip
    body = about(assignment=held.assignment, from_on=held.from_on, until_on=held.until_on, shifts=shifts)
    day = next_working(tale.ask_of(held).day, 2)
    told.add(day, attester(held.region, held.unit.unit), "record-schedule", body)


def _consequence(told: Chapter, held: Assignment) -> None:
    """What follows from the supplier's cancellation: nothing, since nobody chooses to fall ill."""
    body = about(
        assignment=held.assignment, consequence="none",
        reasons="Konsulten är långvarigt sjuk; leverantören kunde inte styra över det",
    )  # fmt: skip
    day = next_working(working(held.from_on + 7 * DAY), 3)
    told.add(day, owner(held.region), "decide-cancellation-consequence", body)


def _substitutions(tale: Tale, told: Chapter) -> None:
    """After the last round one substitute is accepted, and one refused."""
    day = next_working(tale.last_round, 3)
    running = [held for held in tale.held() if _runs(held, day + 9 * DAY)]
    for held, accepted in zip(running[-2:], (True, False), strict=True):
        one = next(_colleagues(tale, held))
        offered = tale.market.presentation(tale.ask_of(held), one, "-")
        proposed = about(
            assignment=held.assignment, consultant=one.consultant, from_on=day + 9 * DAY,
            reason="unavailable", documents=offered["documents"],
        )  # fmt: skip
        told.add(day, portal(one.supplier), "propose-substitution", proposed)
        answer = about(assignment=held.assignment)
        refused = answer | {"reason": "Enheten behöver någon som känner patienterna"}
        command = "accept-substitution" if accepted else "refuse-substitution"
        told.add(next_working(day), orderer(held.region), command, answer if accepted else refused)


def _runs(held: Assignment, day: date) -> bool:
    return held.ended_on is None and held.from_on <= day < held.until_on


def _colleagues(tale: Tale, held: Assignment) -> Iterator[Consultant]:
    """The supplier's others of the same lot, whom no offer of the last rounds names."""
    mine = held.consultant
    busy = {one.human for ask in tale.played[-40:] for one in ask.offers}
    barred = {former_employee(tale).one, without_licence(tale).one}
    same = (one for one in tale.people if (one.supplier, one.lot) == (mine.supplier, mine.lot))
    others = [one for one in same if one.human != mine.human and one not in barred]
    yield from (one for one in others if one.human not in busy)
    yield from others


def _stranger(tale: Tale, told: Chapter) -> None:
    """A report names another consultant than the one agreed for one shift of the watched assignment."""
    held = watched(tale)
    on = held.from_on + 28 * DAY
    while on in {shift.on for shift in shifts_of(tale.dice, held)}:
        on += DAY
    other = next(_colleagues(tale, held))
    shift = Shift(f"R{held.assignment[2:]}-900", held, on, "07:00", "16:00", 60)
    column = ("Konsult-id", "consultant", lambda _: other.consultant)
    path = f"time-reports/{on:%Y-%m}/{held.region.short}-annan.csv"
    dialect = replace(SHEET, columns=(*SHEET.columns, column))
    tale.reports.files[path] = written(dialect, [Row(shift)])
    body = {
        "report": STRANGER_REPORT, "agreement": AGREEMENT, "region": held.region.region,
        "system": SHEET.system,
    }  # fmt: skip
    day, who = next_working(on, 2), Who(f"{held.region.short}-{SHEET.system}", "import-vgr")
    tale.script.add(
        Moment(day, 14, 40), "9-stranger", who, f"{STRANGER_REPORT}/submit", "submit-time-report", body,
        file=path,
    )  # fmt: skip
    approve = {"report": STRANGER_REPORT}
    told.add(day, attester(held.region, held.unit.unit), "approve-time-report", approve)


def _void(tale: Tale, told: Chapter) -> None:
    """A shift that was approved turns out never to have been worked."""
    last = tale.pace.months[-1]
    report = next(report for month, report in reversed(tale.reports.done) if month == last)
    shift = report.shifts[0]
    held = shift.assignment
    body = about(
        assignment=held.assignment, shift=shift_id(held.assignment, shift.row),
        reason="Passet blev aldrig av: avdelningen var stängd",
    )  # fmt: skip
    day = next_working(tale.last_round, 5)
    told.add(day, attester(held.region, held.unit.unit), "void-shift", body)
