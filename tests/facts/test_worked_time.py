"""The one continuity, against a second model that walks day by day and knows nothing of folds."""

from datetime import date, timedelta
from itertools import count

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.events.consultants import ConsultantsLinked
from ledger.facts.worked_time import (
    ContinuityRule,
    ContinuityScope,
    Streak,
    WorkedTime,
    aliases,
    continuity_at,
    continuity_if_approved,
    same_humans,
    streaks_until,
    worked_time,
)
from tests.facts.shifts import CONTRACT, approved, cancelled, contract, corrected, reported, voided

DAY = timedelta(days=1)
UNIT = ContinuityScope(level="unit", key="u-1")
TEN = ContinuityRule(10)


def state(*events: object, consultant: str = "k-1") -> WorkedTime:
    return worked_time(consultant).over(enumerate(events, 1))


def worked(*days: date, minutes: int = 0) -> list[object]:
    """Reported and approved shifts on dates, one after the other."""
    events: list[object] = []
    for n, day in enumerate(days):
        shift = reported(str(n), day)
        events += [shift, approved(shift, len(events) + 1)]
    return events


def streak(
    events: list[object], on: date, rule: ContinuityRule = TEN, where: ContinuityScope = UNIT
) -> Streak | None:
    return continuity_at([state(*events)], on, where, rule)


def test_a_break_of_exactly_the_limit_is_tolerated_and_one_day_more_is_not():
    first = date(2024, 2, 20)
    at_limit = worked(first, first + 11 * DAY)
    beyond = worked(first, first + 12 * DAY)
    assert streak(at_limit, first + 11 * DAY).first_on == first
    assert streak(beyond, first + 12 * DAY).first_on == first + 12 * DAY


def test_the_streak_ends_when_the_days_after_it_exceed_the_limit():
    day = date(2025, 3, 3)
    assert streak(worked(day), day + 10 * DAY) is not None
    assert streak(worked(day), day + 11 * DAY) is None


def test_dates_after_the_date_asked_do_not_count():
    found = streak(worked(date(2025, 3, 3), date(2025, 3, 5)), date(2025, 3, 4))
    assert (found.first_on, found.last_on, found.days) == (date(2025, 3, 3), date(2025, 3, 3), 1)


def test_nothing_worked_is_no_streak():
    assert streak([CONTRACT], date(2025, 3, 3)) is None


def test_unapproved_shifts_stand_beside_and_count_nowhere():
    shift, late = reported("1", date(2025, 3, 3)), reported("2", date(2025, 3, 10))
    found = streak([shift, approved(shift, 1), late], date(2025, 3, 12))
    assert (found.shifts, found.unapproved_shifts, found.last_on) == (1, 1, date(2025, 3, 3))
    would_be = continuity_if_approved([state(shift, approved(shift, 1), late)], date(2025, 3, 12), UNIT, TEN)
    assert (would_be.shifts, would_be.unapproved_shifts) == (2, 1)


def test_a_correction_takes_the_approval_away_until_a_new_one():
    shift = reported("1", date(2025, 3, 3))
    events = [shift, approved(shift, 1), corrected(shift, 1, date(2025, 3, 4))]
    assert streak(events, date(2025, 3, 5)) is None
    assert streak([*events, approved(shift, 1)], date(2025, 3, 5)) is None
    again = streak([*events, approved(shift, 3)], date(2025, 3, 5))
    assert (again.first_on, again.facts) == (date(2025, 3, 4), (3, 4))


def test_a_voided_shift_counts_nowhere_even_if_approved():
    shift = reported("1", date(2025, 3, 3))
    assert streak([shift, approved(shift, 1), voided(shift, 1)], date(2025, 3, 3)) is None


def test_night_shifts_over_clock_changes_are_seven_and_nine_hours():
    night = {"start": 22 * 60, "end": 6 * 60, "pause": 0}
    assert reported("1", date(2025, 3, 29), **night).worked_minutes == 7 * 60
    assert reported("2", date(2025, 10, 25), **night).worked_minutes == 9 * 60
    assert reported("3", date(2025, 6, 7), **night).worked_minutes == 8 * 60


def test_two_shifts_on_a_day_are_one_day():
    first, second = reported("1", date(2025, 3, 3), 420, 720), reported("2", date(2025, 3, 3), 900, 1200)
    found = streak([first, second, approved(first, 1), approved(second, 2)], date(2025, 3, 3))
    assert (found.days, found.shifts, found.minutes) == (1, 2, 480)
    assert [found.amount(m) for m in ("days", "shifts", "hours", "assignments")] == [1, 2, 8, 1]


def test_the_scope_is_the_unit_the_site_or_the_region_with_or_without_the_supplier():
    other = contract(assignment="a-2", unit="u-2", supplier="s-2")
    here, there = reported("1", date(2025, 3, 3)), reported("2", date(2025, 3, 4), of=other)
    held = [state(here, there, approved(here, 1), approved(there, 2))]

    def days(level: str, key: str, supplier: str | None = None) -> int:
        found = continuity_at(
            held, date(2025, 3, 5), ContinuityScope(level=level, key=key, supplier=supplier), TEN
        )
        return found.days if found else 0

    assert days("unit", "u-1") == 1
    assert days("operating-unit", "site-1") == 2
    assert days("region", CONTRACT.region) == 2
    assert days("region", CONTRACT.region, "s-2") == 1
    assert days("region", "elsewhere") == 0


def test_shifts_that_ended_after_the_reference_instant_are_left_out():
    shift = reported("1", date(2025, 3, 3), 7 * 60, 16 * 60)
    held = [state(shift, approved(shift, 1))]
    assert continuity_at(held, date(2025, 3, 3), UNIT, TEN, ended_by=shift.end_at) is not None
    assert continuity_at(held, date(2025, 3, 3), UNIT, TEN, ended_by=shift.end_at - 1) is None


def test_days_the_region_cancelled_are_excused_only_if_the_rule_says_so():
    first = date(2025, 3, 3)
    until = first + 21 * DAY
    events = [
        contract(until_on=until), cancelled("region", first + DAY), *(e for e in worked(first)),
    ]  # fmt: skip
    events[3] = approved(events[2], 3)
    excusing = ContinuityRule(10, frozenset({"cancelled-by-region"}))
    assert streak(events, first + 11 * DAY) is None
    assert streak(events, until + 9 * DAY, excusing) is not None
    assert streak(events, until + 10 * DAY, excusing) is None
    by_supplier = [events[0], cancelled("supplier", first + DAY), *events[2:]]
    assert streak(by_supplier, first + 11 * DAY, excusing) is None


def test_an_approval_before_the_contract_is_known_still_counts():
    shift = reported("1", date(2025, 3, 3))
    held = state(shift, approved(shift, 1), CONTRACT).assignments["a-1"]
    assert held.contract is not None
    assert held.shifts[shift.shift].counts


def test_states_are_never_changed_in_place():
    shift = reported("1", date(2025, 3, 3))
    before = state(shift)
    after = worked_time("k-1").from_state(before, [(2, approved(shift, 1))])
    assert before.assignments["a-1"].shifts[shift.shift].approved is None
    assert after.assignments["a-1"].shifts[shift.shift].approved == 2


def link(one: str, other: str) -> ConsultantsLinked:
    return ConsultantsLinked(consultant=one, same_as=other, found_by="blind-index", basis="same number")


def humans_of(wanted: list[str], *links: ConsultantsLinked) -> dict[str, tuple[str, ...]]:
    asking = same_humans(wanted)
    reply = None
    while True:
        try:
            folds = asking.send(reply)
        except StopIteration as done:
            return done.value
        reply = {
            key: fold.over((n, e) for n, e in enumerate(links, 1) if key in (e.consultant, e.same_as))
            for key, fold in folds.items()
        }


def test_links_are_followed_through_and_in_both_directions():
    links = (link("k-2", "k-1"), link("k-3", "k-2"), link("k-9", "k-8"))
    found = humans_of(["k-1", "k-3", "k-7", "k-8"], *links)
    three = ("k-1", "k-2", "k-3")
    assert found == {"k-1": three, "k-3": three, "k-7": ("k-7",), "k-8": ("k-8", "k-9")}
    assert humans_of([]) == {}
    assert aliases.initial == frozenset()


# A second model, day by day.

STARTS = (date(2024, 2, 20), date(2024, 3, 20), date(2024, 10, 18), date(2024, 12, 22), date(2025, 2, 20))
CONTRACTS = (
    CONTRACT,
    contract(assignment="a-2", consultant="k-2", supplier="s-2"),
    contract(assignment="a-3", unit="u-2"),
)
OPS = st.lists(
    st.tuples(
        st.sampled_from(("report", "report", "report", "approve", "approve", "stale", "correct", "void")),
        st.integers(0, 6),
        st.integers(0, 40),
        st.sampled_from((0, 0, 0, 1, 2)),
        st.sampled_from(((420, 960), (1260, 420), (0, 1440))),
    ),
    max_size=40,
)


def history(start: date, ops: list[tuple]) -> list[tuple[int, object]]:
    """Events at positions, each possible when it happens."""
    events: list[tuple[int, object]] = []
    shifts: dict[str, list] = {}
    numbers = count(1)
    for op, nth, offset, which, (begin, end) in ops:
        position = next(numbers) * 3
        on = start + offset * DAY
        if op == "report":
            shift = reported(f"row-{position}", on, begin, end, of=CONTRACTS[which])
            shifts[shift.shift] = [shift, position, False]
            events.append((position, shift))
            continue
        if not shifts:
            continue
        held = list(shifts.values())[nth % len(shifts)]
        shift, latest, void = held
        if void:
            continue
        if op in ("approve", "stale"):
            events.append((position, approved(shift, latest if op == "approve" else latest - 1)))
        elif op == "correct":
            events.append((position, corrected(shift, latest, on, begin, end)))
            held[1] = position
        else:
            events.append((position, voided(shift, latest)))
            held[2] = True
    return events


def naive(events: list[tuple[int, object]], on: date, where: ContinuityScope, limit: int) -> tuple | None:
    """Walk backwards a day at a time from the date, counting days without an approved shift."""
    good = []
    for position, e in events:
        if (
            type(e).__name__ != "ShiftReported"
            or e.unit != where.key
            or where.supplier not in (None, e.supplier)
        ):
            continue
        later = [(p, x) for p, x in events if x.shift == e.shift and p > position]
        if any(type(x).__name__ == "ShiftVoided" for _, x in later):
            continue
        values = [(position, e), *((p, x) for p, x in later if type(x).__name__ == "ShiftCorrected")]
        at, latest = values[-1]
        if any(type(x).__name__ == "ShiftApproved" and x.approves == at for _, x in later):
            good.append(latest)
    free, day, run = 0, on, []
    while free <= limit and day > on - timedelta(days=400):
        today = [s for s in good if s.on == day]
        free = 0 if today else free + 1
        run = [*today, *run]
        day -= DAY
    if not run:
        return None
    days = sorted({s.on for s in run})
    return (
        days[0],
        days[-1],
        len(days),
        len(run),
        sum(s.worked_minutes for s in run),
        len({s.assignment for s in run}),
    )


@given(
    start=st.sampled_from(STARTS),
    ops=OPS,
    after=st.integers(0, 60),
    limit=st.integers(0, 15),
    supplier=st.sampled_from((None, "s-1", "s-2")),
)
@example(STARTS[0], [("report", 0, 0, 0, (420, 960)), ("approve", 0, 0, 0, (0, 0))], 3, 3, None)
@settings(max_examples=400, deadline=None)
def test_continuity_agrees_with_a_model_that_walks_day_by_day(start, ops, after, limit, supplier):
    events = history(start, ops)
    where = ContinuityScope(level="unit", key="u-1", supplier=supplier)
    on = start + after * DAY
    states = [worked_time(k).over((p, e) for p, e in events if e.consultant == k) for k in ("k-1", "k-2")]
    found = continuity_at(states, on, where, ContinuityRule(limit))
    shown = found and (
        found.first_on, found.last_on, found.days, found.shifts, found.minutes, len(found.assignments),
    )  # fmt: skip
    assert shown == naive(events, on, where, limit)
    runs = streaks_until(states, on, where, ContinuityRule(limit))
    assert sum(r.shifts for r in runs) == sum(
        s.counts for state in states for a, h in state.assignments.items() if where.holds(h)
        for s in h.shifts.values() if s.on <= on
    )  # fmt: skip
    assert found is None or runs[-1].facts == found.facts
