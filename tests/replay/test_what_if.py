"""What if: exactly what a change reaches comes out otherwise, with why; the rest stands as recorded."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.decisions import base
from ledger.decisions.awards import AwardOrder
from ledger.decisions.base import EVERY_VERSION, gather
from ledger.decisions.shifts import VoidShift
from ledger.events.base import event_type, tags_of
from ledger.events.policy import PolicyRow
from ledger.events.shifts import ShiftApproved, ShiftReported
from ledger.facts.ladder import ladder
from ledger.facts.worked_shifts import worked_time
from ledger.fold import Fold, until
from ledger.handle.reading import event_of
from ledger.policy.book import BadTermError, load
from ledger.policy.model import Book
from ledger.store.body import masked
from ledger.store.codec import header_of, parse_record
from ledger.store.log import Log
from ledger.store.memory import MemoryLog
from replay.again import command_of, context_of
from replay.past import Past
from replay.recorded import decisions
from replay.reperform import Scope, Share, reperformed
from replay.whatif.change import Added, Change
from replay.whatif.changed_past import ChangedPast
from replay.whatif.consequence import Consequence
from replay.whatif.found import SLIGHT, Found, together
from replay.whatif.history import READS_MORE, Asked, History, RefusedError
from replay.whatif.library import Bookshelf, Watch
from replay.whatif.policy_file import rows_of
from replay.whatif.readings import UNREADABLE, moved
from tests.cases.story import Case, Step, moment
from tests.histories import Story, record
from tests.random_histories import stories
from tests.replay.histories import CASES, played, position_of, rewritten, shortened, with_body

BOOK = load()
DAY, DAY_US = timedelta(days=1), 86_400_000_000
PUBLISHED = "policy-published.v1"
THRESHOLD = "term: continuity.threshold\nvalues: [{value: 11, valid_from: 2024-01-01}]"


def case(rule: str, name: str) -> Case:
    (found,) = (one for one in CASES[rule] if one.name.startswith(name))
    return found


def asked(log: Log, change: Change, **more: Any) -> Found:
    history = History(log, Asked(change, **more))
    found = history.run()
    found.moved = list(moved(history, log))
    return found


def by_rule(found: Found) -> dict[str, Consequence]:
    return {one.rule: one for one in found.consequences}


def named_row(term: str, value: Any) -> tuple[PolicyRow, ...]:
    (row,) = (row for row in BOOK if row.term == term and row.level == "nation")
    return (replace(row, value=value),)


def won() -> MemoryLog:
    """Ten shifts at the unit beat the earlier offer; then the award is accepted, confirmed and concluded."""
    return played(case("continuity-in-the-award", "Ten shifts")).log


# --- another policy


def test_a_threshold_flips_the_award_that_it_decided_and_nothing_else() -> None:
    log = won()
    found = asked(log, Change(rows_of("f", THRESHOLD, BOOK)))
    (award,) = (one for one in found.consequences if one.what != "values")
    assert {one.rule for one in found.consequences} == {"award-order@1"}
    assert (award.rule, award.what, award.position) == (
        "award-order@1", "winner", position_of(log, "order-awarded.v1"),
    )  # fmt: skip
    assert (award.recorded, award.instead) == ("s-2 with k-2", "s-1 with k-1")
    (why,) = award.why
    assert (why.fact, why.recorded, why.instead, why.assumption) == ("continuity.threshold", "10", "11", True)
    assert "topic 3" in why.clause
    assert any(one.fact == "ranking.0.offer" for one in award.changes)
    (streak,) = (one for one in found.moved if one.key.startswith("k-2"))
    assert (streak.view, streak.before, streak.after) == ("continuity-streaks", "True", "False")


@pytest.mark.parametrize("follow", [False, True])
def test_the_order_of_the_criteria_flips_one_award_and_what_was_announced(*, follow: bool) -> None:
    found = asked(won(), Change(named_row("award.criteria", ("time", "continuity"))), follow=follow)
    assert outcomes(found) == [("award-order", "winner")]
    assert {one.rule for one in found.consequences} == {"publish-order@1", "award-order@1"}


def test_a_weight_flips_one_award_and_exactly_that() -> None:
    log = played(case("award-weights", "Continuity weighs")).log
    weights = "term: award.weights\nvalues: [{value: {continuity: 1, time: 9}, valid_from: 2024-01-01}]"
    found = asked(log, Change(rows_of("f", weights, BOOK)), follow=True)
    assert outcomes(found) == [("award-order", "winner")]
    (award,) = (one for one in found.consequences if one.what == "winner")
    assert (award.about[0], award.instead) == ("order:o-1", "s-1 with k-1")


@pytest.mark.parametrize("follow", [False, True])
def test_a_decision_of_which_only_a_later_event_is_withheld_is_told_and_the_rest_is_found(
    *, follow: bool
) -> None:
    log, change = won(), Change(named_row("award.criteria", ("time", "continuity")))
    whole = asked(log, change, follow=follow)
    later = position_of(log, "order-recipient-notified.v1")
    for body in (masked(log._records[later - 1].body or b"", "facts"), None):
        cut = shortened(log, log.head().position)
        with_body(cut, later, body)
        found = asked(cut, change, follow=follow)
        assert position_of(log, "order-published.v1") in {one.position for one in found.cannot}
        left = {one.position for one in whole.consequences} - {one.position for one in found.cannot}
        assert {one.position for one in found.consequences} == left


def test_a_ladder_that_cannot_be_read_is_told_and_ends_nothing() -> None:
    played_log = played(CASES["ladder-regional"][-1]).log
    log = shortened(played_log, played_log.head().position)
    with_body(log, position_of(log, "deviation-reported.v1"), None)
    told = [one for one in asked(log, Change(named_row("ladder.window-months", 1))).moved if one.unknown]
    assert [(one.view, one.fact) for one in told] == [("escalation-ladder", UNREADABLE)]


def test_a_value_that_decided_nothing_differs_in_what_it_says_only() -> None:
    found = asked(won(), Change(named_row("continuity.threshold", 9)))
    assert {one.what for one in found.consequences} == {"values"}


def test_the_same_value_again_changes_nothing() -> None:
    found = asked(won(), Change(named_row("continuity.threshold", 10)))
    assert (found.differ, found.moved) == (0, [])
    assert found.read


def test_a_value_from_a_later_date_reaches_only_later_decisions() -> None:
    later = THRESHOLD.replace("2024-01-01", "2030-01-01")
    assert asked(won(), Change(rows_of("f", later, BOOK))).differ == 0


@pytest.mark.parametrize(
    ("term", "value"),
    [("continuity.threshold", 40), ("confirmation.working-days", 5), ("eighteen-months.months", 1),
     ("price.rounding", "down"), ("ladder.window-months", 1)],
)  # fmt: skip
def test_what_differs_is_what_reperformance_finds_in_a_ledger_with_that_book(term: str, value: Any) -> None:
    """The second model: the published book itself is falsified, and everything made again."""
    rows = named_row(term, value)
    for log in whole_histories():
        found = asked(log, Change(rows))
        rewritten(log, position_of(log, PUBLISHED), lambda facts: falsify(facts, term, value))
        naive = reperformed(log, Scope()).findings
        others = {v.position for v in naive if not v.rule.startswith("publish-") and any(
            one.fact != "policy" for one in v.differences)}  # fmt: skip
        assert {one.position for one in found.consequences} == others


def whole_histories() -> list[MemoryLog]:
    logs = (played(cases[-1]).log for rule, cases in sorted(CASES.items()) if rule in SOME)
    return [log for log in logs if sum(record.type == PUBLISHED for record in log.records()) == 1]


SOME = {"continuity-in-the-award", "confirmation-deadline", "eighteen-months-in-the-award",
        "invoice-matching", "ladder-regional", "award-weights", "order-estimate", "cancellation"}  # fmt: skip


def falsify(facts: dict[str, Any], term: str, value: Any) -> None:
    row = next(one for one in facts["rows"] if one["term"] == term and one["level"] == "nation")
    row["value"] = value


def test_rules_name_in_their_header_every_value_they_read_but_those_listed() -> None:
    """What makes it safe to pass over a decision whose header names no changed term."""
    unnamed = {rule for cases in CASES.values() for one in cases[:2] for rule in reads_more(played(one).log)}
    assert unnamed <= READS_MORE
    assert len(unnamed) > len(READS_MORE) // 2


def reads_more(log: MemoryLog) -> Iterable[str]:
    past, read = Past(log.records_at), set[PolicyRow]()
    resolve = Book.resolve

    def noted(self: Book, *args: Any) -> Any:
        found = resolve(self, *args)
        read.add(found.row)
        return found

    Book.resolve = noted  # type: ignore[method-assign]
    try:
        for one in decisions(log.records()):
            decision, header = EVERY_VERSION[one.header.rule or ""], one.header
            read.clear()
            asking = decision.facts(command_of(decision, one), context_of(header))
            gathered = gather(asking, lambda folds, head=header.head: past.states(folds, head))
            ruling = decision.rule(command_of(decision, one), gathered.facts, context_of(header))
            if read - {term.row for term in ruling.terms}:
                yield decision.name
            for event in one.events:
                past.add(event.position, event.type, event.tags, event.body)
    finally:
        Book.resolve = resolve  # type: ignore[method-assign]


def test_decisions_that_read_nothing_of_it_are_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(decision: Any) -> Any:
        return replace(decision, rule=lambda *given: made.append(decision.name) or decision.rule(*given))

    log = won()
    monkeypatch.setattr(base, "_BY_LABEL", {name: counted(one) for name, one in base._BY_LABEL.items()})
    monkeypatch.setattr("replay.whatif.deciding.EVERY_VERSION", base._BY_LABEL)
    found = asked(log, Change(named_row("continuity.threshold", 11)))
    assert made.count("award-order") == 2  # the one before, and the one that the test is about
    assert "report-shift" not in made
    assert found.again < found.decisions


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "is not YAML"),
        ("", "holds no terms"),
        ("- 1", "must hold term"),
        ("term: no.such\nvalues: [{value: 1, valid_from: 2024-01-01}]", "no published book has no.such"),
        (THRESHOLD.replace("11", "-1"), "must be a whole number from 0"),
        (THRESHOLD.replace("11", "'x'"), "must be a whole number from 0"),
        (THRESHOLD.replace("valid_from", "from"), "from: is not a field"),
        (THRESHOLD.replace("2024-01-01", "soon"), "valid_from: must be a date"),
        ("term: continuity.threshold\nvalues: [{value: 1}]", "valid_from: is missing"),
        ("term: continuity.threshold\nvalues: [1]", "must be a mapping"),
        ("term: continuity.threshold\nnote: x\nvalues: []", "note: is not a field"),
        (THRESHOLD.replace("{value", "{level: planet, value"), "level"),
    ],
)
def test_a_file_of_values_that_is_wrong_names_the_field(text: str, told: str) -> None:
    with pytest.raises(BadTermError, match=told):
        rows_of("other.yaml", text, BOOK)


def test_a_row_takes_over_what_it_does_not_say() -> None:
    (row,) = rows_of("f", THRESHOLD.replace("{value", "{level: region, scope: skane, value"), BOOK)
    (national,) = (one for one in BOOK if one.term == "continuity.threshold" and one.level == "nation")
    assert (row.kind, row.unit, row.source, row.assumed) == (
        national.kind, national.unit, national.source, national.assumed,
    )  # fmt: skip
    assert (row.scope, row.permitted_by) == ("skane", "UNKNOWN")


# --- without what happened, and with what did not


def test_without_a_deviation_its_measure_has_no_ground_and_the_rung_is_lower() -> None:
    log = played(case("measure-hearing", "Fourteen whole days")).log
    reported = position_of(log, "deviation-reported.v1")
    found = asked(log, Change(without=frozenset({reported})))
    measure = by_rule(found)["decide-measure@1"]
    assert measure.what == "refused"
    assert measure.instead == "refused: relied-on-wrong"
    assert "relied-on" in measure.why[0].fact
    assert measure.why[0].clause
    assert any(why.fact == "ladder/s-1" and reported in why.positions for why in measure.why[1:])
    rungs = {one.fact: (one.before, one.after) for one in found.moved if one.view == "escalation-ladder"}
    assert rungs == {
        "jamtland-harjedalen: causes": ("1", "0"),
        "jamtland-harjedalen: indicated": ("action-plan", "none"),
        "jamtland-harjedalen: points (ppm)": ("4000000", "0"),
    }
    assert all(one.position > reported for one in found.consequences)


def test_without_a_shift_the_streak_is_shorter_and_the_award_another() -> None:
    log = won()
    approved = position_of(log, "shift-approved.v1")
    found = asked(log, Change(without=frozenset({approved})))
    (award,) = found.consequences
    assert (award.rule, award.what, award.instead) == ("award-order@1", "winner", "s-1 with k-1")
    assert award.why[0].fact == "worked-time/k-2"
    assert [(one.before, one.after) for one in found.moved if one.fact == "u-1: shifts"] == [("10", "9")]


def test_an_event_that_rests_on_one_thought_away_falls_with_it() -> None:
    log = won()
    history = History(log, Asked(Change(without=frozenset({position_of(log, "shift-reported.v1")}))))
    assert [one.what for one in history.run().consequences if one.rule == "award-order@1"] == ["winner"]
    assert history.past.fallen == {position_of(log, "shift-approved.v1")}


def test_with_a_late_shift_the_award_is_another() -> None:
    log = played(case("continuity-in-the-award", "Nine shifts")).log
    at, shift, approval = (
        position_of(log, "shift-approved.v1"),
        last(log, ShiftReported),
        last(log, ShiftApproved),
    )
    late = replace(
        shift,
        shift="t-late",
        on=shift.on + DAY,
        start_at=shift.start_at + DAY_US,
        end_at=shift.end_at + DAY_US,
    )
    approved = replace(approval, shift="t-late", approves=at)
    found = asked(log, Change(added=(Added(at, late), Added(at, approved))))
    (award,) = found.consequences
    assert (award.what, award.instead) == ("winner", "s-2 with k-2")
    assert [(one.before, one.after) for one in found.moved if one.fact == "u-1: shifts"] == [("9", "10")]


def test_with_a_command_its_rule_decides_and_one_it_refuses_is_told() -> None:
    log = won()
    at, shift = position_of(log, "shift-approved.v1"), last(log, ShiftReported)
    header = header_of(parse_record(log._records[at - 1].record).header)
    context = msgspec.structs.replace(context_of(header), command_id="c-with")
    void = VoidShift(assignment=shift.assignment, shift=shift.shift, reason="never worked")
    found = asked(log, Change(added=(Added(at, command=void, context=context),)))
    assert [one.what for one in found.consequences] == ["winner"]
    with pytest.raises(RefusedError, match=f"void-shift after p{at} would be refused: "):
        asked(log, Change(added=(Added(at, command=replace(void, shift="t-none"), context=context),)))


def last(log: MemoryLog, cls: type[Any]) -> Any:
    return next(event for event in reversed([event_of(one) for one in log.tail()]) if type(event) is cls)


# --- followed through


@cache
def long_story() -> MemoryLog:
    """Continuity wins o-1 for k-2, who works there and wins o-2 by it too; o-3 goes its own way."""
    begun = case("continuity-in-the-award", "Ten shifts")
    world = played(replace(begun, given=begun.given[:1], when=begun.given[1]))
    for at, sentence in LONG:
        world.take(Step(moment(at), sentence, {}))
    return world.log


MARCH = "from 2025-03-10 to 2025-03-31"
LONG = (
    ("2025-02-10 09:00", f"order o-1 at u-1 {MARCH} is published to s-1 and s-2"),
    ("2025-02-10 09:10", f"s-1 offers k-1 for o-1 {MARCH}"),
    ("2025-02-10 09:40", f"s-2 offers k-2 for o-1 {MARCH}"),
    ("2025-02-12 10:00", "o-1 is awarded"),
    ("2025-02-12 10:30", "the acceptance of o-1 reaches s-2"),
    ("2025-02-13 09:00", "s-2 confirms o-1"),
    ("2025-03-04 08:00", "the contract of o-1 with s-2 is concluded"),
    ("2025-04-01 08:00", "o-1 is worked and approved on 12 days from 2025-03-10 on"),
    ("2025-04-10 09:00", "order o-2 is published to s-1 and s-2"),
    ("2025-04-10 09:10", "s-1 offers k-5 for o-2"),
    ("2025-04-10 09:40", "s-2 offers k-2 for o-2"),
    ("2025-04-14 10:00", "o-2 is awarded"),
    ("2025-04-14 10:05", "order o-3 is published to s-3"),
    ("2025-04-14 10:10", "s-3 offers k-7 for o-3"),
    ("2025-04-16 10:20", "o-3 is awarded"),
    ("2025-04-16 10:30", "the acceptance of o-3 reaches s-3"),
    ("2025-04-22 09:00", "order o-4 is published to s-1"),
    ("2025-04-22 09:10", "s-1 offers k-1 for o-4"),
    ("2025-04-24 10:00", "o-4 is awarded"),
    ("2025-04-24 10:30", "the acceptance of o-4 reaches s-1"),
)


def changed_to_eleven(**more: Any) -> Found:
    return asked(long_story(), Change(rows_of("f", THRESHOLD, BOOK)), **more)


def outcomes(found: Found) -> list[tuple[str, str]]:
    return [(one.rule.partition("@")[0], one.what) for one in found.consequences if one.what not in SLIGHT]


def test_first_consequences_leave_what_came_later_on_its_recorded_past() -> None:
    found = changed_to_eleven()
    assert outcomes(found) == [("award-order", "winner")]
    assert found.consequences[0].unknown == 0
    assert (found.unknown, found.resting) == ({}, [])


def test_followed_through_what_presupposed_it_falls_away_and_later_awards_see_that() -> None:
    found = changed_to_eleven(follow=True)
    assert outcomes(found)[:4] == [
        ("award-order", "winner"),
        ("accept-award", "refused"),
        ("confirm-assignment", "refused"),
        ("conclude-contract", "refused"),
    ]
    assert outcomes(found)[-1] == ("award-order", "winner")  # k-2 worked nothing in March then
    flipped = [one for one in found.consequences if one.what == "winner"]
    assert flipped[-1].recorded == "s-2 with k-2"
    assert not any(one.view == "continuity-streaks" and one.after == "22" for one in found.moved)


def test_followed_through_what_nobody_can_know_is_marked_and_inherited() -> None:
    found = changed_to_eleven(follow=True)
    by_order = {one.about[0]: one for one in found.consequences if one.what == "winner"}
    assert by_order["order:o-1"].unknown == 0  # the cause itself is known
    assert by_order["order:o-2"].unknown >= 1  # would k-1 have come, and what would k-2 have worked instead?
    streaks = {one.key.partition(" ")[0]: one for one in found.moved if "looked back" in one.fact}
    assert (streaks["k-2"].before, streaks["k-2"].after, streaks["k-2"].unknown) == ("10560", "4800", True)
    accepted = [record.position for record in long_story().records() if record.type == "award-accepted.v1"]
    assert [(one.position, one.rule) for one in found.resting] == [(accepted[-1], "accept-award@1")]
    assert found.unknown == {2: 1}  # of o-4, which k-1 won, who may have worked at o-1


def test_followed_through_the_log_is_as_it_was() -> None:
    before = [(one.record, one.body) for one in long_story().records()]
    changed_to_eleven(follow=True)
    assert [(one.record, one.body) for one in long_story().records()] == before


def test_an_award_thought_in_leaves_what_would_have_followed_unknown() -> None:
    log = played(replace(WAITING, given=WAITING.given[:-1], when=WAITING.given[-1])).log
    at = log.head().position
    header = header_of(parse_record(log._records[position_of(log, "order-awarded.v1") - 1].record).header)
    context = msgspec.structs.replace(
        context_of(header), command_id="c-with", decided_at=moment("2025-02-12 10:00")
    )
    award = AwardOrder(order="o-1", position=1)
    history = History(log, Asked(Change(added=(Added(at, command=award, context=context),)), follow=True))
    assert history.run().differ == 0
    assert history.past.unknowns.known["order:o-1"] == 1
    assert history.past.unknowns.known["consultant:k-2"] == 1


WAITING = case("continuity-in-the-award", "Ten shifts")  # its award is still to be made


# --- scope and shares


def test_shares_come_to_the_whole() -> None:
    log, change = long_story(), Change(named_row("continuity.threshold", 11))
    whole = asked(log, change)
    parts = []
    for number in range(3):
        history = History(log, Asked(change), Share(number, 3))
        parts.append(history.run())
        parts[-1].moved = list(moved(history, log))
    assert together(parts) == replace_again(whole, sum(part.again for part in parts))
    assert all(part.decisions < whole.decisions for part in parts)


def replace_again(found: Found, again: int) -> Found:
    """Each share learns by itself which headers name the term, so together they make more again."""
    return msgspec.structs.replace(found, again=again)


def test_a_scope_takes_only_its_decisions() -> None:
    log, change = long_story(), Change(named_row("continuity.threshold", 11))
    award = position_of(log, "order-awarded.v1")
    assert asked(log, change, scope=Scope(after=award - 1, upto=award)).decisions == 1
    assert asked(log, change, scope=Scope(region="skane")).decisions == 0
    named = asked(log, change, rules=frozenset({"award-order"}))
    assert (named.decisions, set(named.counts)) == (5, {"award-order@1"})


# --- the changed past


@settings(max_examples=30)
@given(stories(), st.data())
def test_states_are_those_of_a_fold_over_the_changed_events(story: Story, data: st.DataObject) -> None:
    """The second model: the events in a list, without those that are gone and with those that were added."""
    log = MemoryLog(mode="simulated")
    record(log, story.events)
    positions = st.integers(1, len(story.events))
    gone = data.draw(st.sets(positions, max_size=4))
    added = sorted(data.draw(st.lists(st.tuples(positions, positions), max_size=4)))
    past = ChangedPast(Past(log.records_at, recent_max=5), Bookshelf((), Watch()), Watch())
    kinds = [worked_time("c-0"), worked_time("c-1"), ladder("s-0")]
    for at, other in added:
        past.add(at, story.events[other - 1])
    naive: list[tuple[int, Any]] = []
    for position, event in enumerate(story.events, 1):
        past.past.add(position, event_type(event).stored, tags_of(event), body_of(log, position))
        if position in gone:
            past.remove(position, event_type(event).stored, tags_of(event))
        naive += [(position, event)] if position not in gone else []
        naive += [(at, story.events[other - 1]) for at, other in added if at == position]
        fold: Fold[Any] = data.draw(st.sampled_from(kinds))
        expected = folded(fold, naive)
        assert past.state(fold, position) == expected
        seen = data.draw(st.integers(0, position))
        blind = until(fold.kind, seen)(fold.key)
        assert past.state(blind, position) == folded(fold, [one for one in naive if one[0] <= seen])


def folded(fold: Fold[Any], events: list[tuple[int, Any]]) -> Any:
    state = fold.kind.initial
    for at, event in events:
        if fold.tag in tags_of(event):
            with suppress(Exception):  # it rests on one that is gone
                state = fold.kind.step(state, event, at)
    return state


def body_of(log: MemoryLog, position: int) -> bytes | None:
    return log._records[position - 1].body
