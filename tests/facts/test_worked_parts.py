"""Shifts summed up by assignment, against a second model that knows every shift by itself; kept and not."""

from bisect import bisect_left
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import MsgspecError
from msgspec.json import encode

from ledger.errors import Corrupt
from ledger.events.base import event_type
from ledger.facts.eighteen_months import look_back
from ledger.facts.worked_spells import Shifts
from ledger.facts.worked_time import ContinuityScope, Streak, Stretch, WorkedTime, worked_time
from ledger.policy.model import Library
from ledger.values import plus_months
from projections.continuity_streaks import StreakParams
from projections.humans import HumanFacts
from projections.steps import Steps, keeps, packed, packed_step
from projections.worked_kept import WORKED_TIME
from tests.facts.shifts import approved, reported
from tests.facts.test_worked_time import OPS, STARTS, UNIT, history, worked
from tests.facts.test_worked_time import state as made

DAY = timedelta(days=1)


class OneByOne:
    """What is worked up to a date, shift by shift: sorted once, and walked backwards."""

    def __init__(self, states: list[WorkedTime], on: date, where: ContinuityScope, excused: tuple[int, ...]):
        self.excused = excused
        self.worked = sorted(
            (shift.on.toordinal(), shift.position, assignment, shift)
            for state in states
            for assignment, held in state.assignments.items()
            if where.holds(held)
            for shift in held.shifts.values()
            if shift.on <= on and shift.voided is None
        )

    @property
    def counted(self) -> list:
        return [one for one in self.worked if one[3].approved is not None]

    def free(self, after: int, before: int) -> int:
        return max(0, before - after - 1) - sum(after < day < before for day in self.excused)

    def runs(self, shifts: list, limit: int) -> list[list]:
        found: list[list] = []
        for one in shifts:
            if found and self.free(found[-1][-1][0], one[0]) <= limit:
                found[-1].append(one)
            else:
                found.append([one])
        return found

    def run_at(self, shifts: list, on: date, limit: int) -> list:
        found = self.runs(shifts, limit)
        return found[-1] if found and self.free(found[-1][-1][0], on.toordinal() + 1) <= limit else []

    def streak_at(self, on: date, limit: int) -> Streak | None:
        run = self.run_at(self.counted, on, limit)
        return streak(run, self.run_at(self.worked, on, limit)) if run else None

    def if_approved(self, on: date, limit: int) -> Streak | None:
        run = self.run_at(self.worked, on, limit)
        return streak(run, run) if run else None

    def streaks(self, limit: int) -> tuple[Streak, ...]:
        return tuple(streak(run, []) for run in self.runs(self.counted, limit))


def streak(run: list, whole: list) -> Streak:
    shifts = [one[3] for one in run]
    return Streak(
        first_on=shifts[0].on, last_on=shifts[-1].on, days=len({one.on for one in shifts}), shifts=len(run),
        minutes=sum(one.minutes for one in shifts), assignments=tuple(sorted({one[2] for one in run})),
        unapproved_shifts=sum(one[3].pending for one in whole), facts=facts(run),
    )  # fmt: skip


def facts(run: list) -> tuple[int, ...]:
    return tuple(sorted({p for *_, s in run for p in (s.position, s.approved) if p is not None}))


def kept(state: WorkedTime) -> WorkedTime:
    return WORKED_TIME.restore(WORKED_TIME.encode(state))


def in_rows(then: WorkedTime, events: list) -> WorkedTime:
    """After the same events as a history keeps them, those of one type in a row."""
    rows = []
    for position, event in events:
        stored, facts = event_type(type(event)).stored, encode(event)
        keep = keeps(worked_time, type(event), stored)
        rows.append(packed_step(position, stored, keep(facts) if keep else facts))
    return Steps.of(worked_time).after(then, [packed(rows)], upto=10**9)


def told(stretch: Stretch, on: date, limit: int) -> tuple:
    back = look_back(stretch, on, 1)
    return (
        stretch.streak_at(on, limit), stretch.if_approved(on, limit), stretch.streaks(limit), stretch.pending,
        (back.days, back.shifts, back.minutes, back.facts),
    )  # fmt: skip


def expected(one: OneByOne, on: date, limit: int) -> tuple:
    after = plus_months(on, -1).toordinal() + 1
    back = one.counted[bisect_left([day for day, *_ in one.counted], after) :]
    return (
        one.streak_at(on, limit), one.if_approved(on, limit), one.streaks(limit),
        tuple(sorted(s.position for *_, s in one.worked if s.pending)),
        (len({day for day, *_ in back}), len(back), sum(s.minutes for *_, s in back), facts(back)),
    )  # fmt: skip


WHERE = (
    ContinuityScope(level="unit", key="u-1"), ContinuityScope(level="operating-unit", key="site-1"),
    ContinuityScope(level="unit", key="u-1", supplier="s-2"),
)  # fmt: skip


@given(
    start=st.sampled_from(STARTS), ops=OPS, cut=st.integers(0, 40), after=st.integers(0, 60),
    rule=st.tuples(st.integers(0, 15), st.sampled_from(WHERE), st.sets(st.integers(0, 60))),
    ended=st.none() | st.integers(0, 45),
)  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_parts_say_what_every_shift_by_itself_says(start, ops, cut, after, rule, ended):
    limit, where, excused = rule
    events = history(start, ops)
    days, on = tuple(start.toordinal() + n for n in sorted(excused)), start + after * DAY
    states = []
    for who in ("k-1", "k-2"):
        own = [(p, e) for p, e in events if e.consultant == who]
        then = kept(worked_time(who).over(own[:cut]))
        live, again = worked_time(who).over(own), worked_time(who).from_state(then, own[cut:])
        states.append((live, again, in_rows(then, own[cut:]), in_rows(then, own[cut:]), kept(live)))
    live, again, rows, read, from_kept = ([each[nr] for each in states] for nr in range(5))
    for held in (again, rows):  # before anything is read of them one by one, and after
        assert [WORKED_TIME.encode(s) for s in live] == [WORKED_TIME.encode(s) for s in held]
    for held in (live, again, rows, read, from_kept):
        found, model = Stretch.of(held, on, where, frozenset()), OneByOne(held, on, where, days)
        found = Stretch(found.worked, found.counted, days)
        if ended is not None:
            instant = reported("x", start + ended * DAY).end_at
            found = found.ended_by(instant)
            model.worked = [one for one in model.worked if one[3].end_at <= instant]
        assert told(found, on, limit) == expected(model, on, limit)
        assert held == live


def test_a_look_back_that_begins_within_an_assignment_takes_its_first_date_and_none_before():
    first = date(2025, 3, 3)
    found = Stretch.of([kept(made(*worked(first, first + DAY, first + 2 * DAY)))], first, UNIT, frozenset())
    assert found.streak_at(first, 10).shifts == 1
    on = plus_months(first, 1)
    found = Stretch.of([kept(made(*worked(first, first + DAY, first + 2 * DAY)))], on, UNIT, frozenset())
    assert (look_back(found, on, 1).days, look_back(found, on, 1).facts) == (2, (3, 4, 5, 6))


def test_what_is_kept_says_the_same_and_is_written_as_it_lies():
    shift, late = reported("1", date(2025, 3, 3)), reported("2", date(2025, 3, 10))
    state = worked_time("k-1").over(enumerate([shift, approved(shift, 1), late], 1))
    written = WORKED_TIME.encode(state)
    again = WORKED_TIME.restore(written)
    assert again == state
    assert again != worked_time("k-1").over([(1, shift)])
    assert WORKED_TIME.restore(WORKED_TIME.encode(worked_time.initial)) == worked_time.initial
    assert list(WORKED_TIME.shown(written)["a-1"][-1]) == sorted(state.assignments["a-1"].shifts)
    assert WORKED_TIME.encode(WORKED_TIME.restore(written)) == written
    assert [(s.days, s.waiting) for s in (again.assignments["a-1"].worked.worked,)] == [(2, (3,))]


def test_what_is_not_whole_is_corrupt():
    shift = reported("1", date(2025, 3, 3))
    written = WORKED_TIME.encode(worked_time("k-1").over([(1, shift)]))
    for torn in (b"", written[:-1], written[:20], written + b" "):
        with pytest.raises(MsgspecError):
            WORKED_TIME.restore(torn)
    for torn in (written.replace(b'"direct"', b"--------"), written.replace(b'":["2025', b'":{"2025')):
        state = WORKED_TIME.restore(torn)
        with pytest.raises(Corrupt, match="kept shifts"):
            _ = state.assignments["a-1"].shifts


def test_no_answer_rests_on_the_order_in_which_assignments_were_learned() -> None:
    (first,), (second,) = (made(*worked(day)).assignments.values() for day in STARTS[:2])
    params = StreakParams(agreement="rs-1")
    for assignments in ({"a-1": first, "a-2": second}, {"a-2": second, "a-1": first}):
        facts = HumanFacts("k-1", ("k-1",), (WorkedTime(assignments),), Library(), params)
        assert facts.held()[0] is first
        assert facts.held()[1] is second


def test_what_follows_on_what_is_kept_is_summed_without_decoding_it():
    first = date(2025, 3, 3)
    before, after, waits = reported("1", first), reported("2", first + 3 * DAY), reported("3", first + DAY)
    known = worked_time("k-1").over([(1, before), (2, approved(before, 1))])
    own = [(3, after), (4, waits), (5, approved(waits, 4)), (6, approved(after, 3))]
    for events, undecoded in ((own[:1], True), (own[:2], False), ([own[0], (7, approved(after, 3))], True)):
        held = in_rows(kept(known), events).assignments["a-1"].worked
        live = worked_time("k-1").from_state(known, events).assignments["a-1"].worked
        assert (held.read is None) is undecoded
        assert (held.worked, held.counted) == (Shifts(live.by_id).worked, Shifts(live.by_id).counted)
    again = in_rows(
        in_rows(kept(known), own[:1]), [(6, approved(after, 3)), (8, approved(after, 3))]
    )  # twice
    assert again.assignments["a-1"].worked.worked.facts == (1, 2, 3, 8)
