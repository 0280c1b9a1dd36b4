"""Two moments compared: what became known, what it changed, and nothing that is sealed.

The naive second model asks every view about every key at both moments.
"""

from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.diff import FORMS
from api.diff_body import diff_body, plain
from api.questions import params_of
from ledger.clock import SimulatedClock
from ledger.events.base import event_type, tags_of
from ledger.events.consultants import ConsultantsLinked
from ledger.events.employment import EmploymentRecorded
from ledger.events.offers import OfferReceived
from ledger.events.orders import OrderOutageRecorded, RefusedAttempt
from ledger.events.policy import PolicyPublished
from ledger.handle.reading import event_of
from ledger.store.memory import MemoryLog
from ledger.values import local_instant
from projections.base import VIEWS, UnanswerableError, View
from replay.diff import diff
from replay.diff_fields import FieldChange, changes
from replay.diff_named import LINKS, TELLING
from replay.diff_told import ANSWERS, STATES, BackwardsError, Diff, Wanted
from replay.known import AtPosition, Known
from replay.timeline import Timeline
from tests.histories import AGREEMENT, DIGEST, ROWS, START_AT, START_ON, Story, record
from tests.random_histories import stories
from tests.replay.histories import award_world, position_of

DAY = timedelta(days=1)
EVERY = tuple(VIEWS[name] for name in sorted(VIEWS))
GIVEN = {"agreement": AGREEMENT, "lot": "nurses", "region": "skane", "profession": "nurse"}
STREAKS, BOARD, LADDER = (VIEWS[n] for n in ("continuity-streaks", "order-board", "escalation-ladder"))


def told(story: Story) -> Timeline:
    log = MemoryLog(mode="simulated")
    record(log, story.events)
    return Timeline(log, SimulatedClock(2**51))


def compared(timeline: Timeline, since: int, until: int, **wanted: Any) -> Diff:
    moments = (timeline.known(AtPosition(position)) for position in (since, until))
    asked = Wanted(**{"views": EVERY, "limit": 10_000, **wanted})
    return diff(timeline, *moments, asked, FORMS)


def changed(found: Diff) -> dict[tuple[str, str], Any]:
    return {(c.view, c.key): c for told in found.views for c in told.changes if c.learnt}


def own(view: View) -> dict[str, str]:
    return {name: value for name, value in GIVEN.items() if name in {f.name for f in fields(view.params)}}


# --- against the naive model


@settings(max_examples=40, deadline=None)
@given(stories(), st.data())
def test_exactly_the_answers_that_differ_are_found(story: Story, data: st.DataObject) -> None:
    timeline = told(story)
    since = data.draw(st.integers(2, len(story.events)), "from")
    until = data.draw(st.integers(since, len(story.events)), "to")
    found = changed(compared(timeline, since, until, given=GIVEN))
    on = timeline.known(AtPosition(until)).on
    naive = set()
    for view in EVERY:
        params = params_of(view.params, own(view))
        for key in tagged(timeline.log, view.kind.prefix, until):
            before, after = (said(timeline, view, key, params, position, on) for position in (since, until))
            naive |= {(view.name, key)} if before != after else set()
    assert found.keys() == naive
    assert all(since < position <= until for change in found.values() for position in change.causes)


def tagged(log: MemoryLog, prefix: str, until: int) -> set[str]:
    """Every key that an event's tags name."""
    tags = (tag for stored in log.tail(upto=until) for tag in tags_of(event_of(stored)))
    return {key for of, _, key in (tag.partition(":") for tag in tags) if of == prefix}


def said(timeline: Timeline, view: View, key: str, params: Any, position: int, on: Any) -> Any:
    try:
        return plain(view, timeline.at(view, key, params, position, on).reading)
    except UnanswerableError as error:
        return str(error)


@settings(max_examples=30, deadline=None)
@given(stories(), st.data())
def test_the_same_moment_twice_differs_in_nothing(story: Story, data: st.DataObject) -> None:
    at = data.draw(st.integers(2, len(story.events)))
    found = compared(told(story), at, at)
    assert (found.touched.events, found.changed, found.views, found.complete) == (0, 0, (), True)


# --- learnt, and moved


def late_correction() -> tuple[Story, int]:
    story = Story().opened()
    story.contract("c-1", "a-1")
    before = story.worked("c-1", "a-1", START_ON, 12)
    first = next(n for n, e in enumerate(story.events, 1) if getattr(e, "shift", "") == "a-1-250101-0")
    story.corrected("c-1", "a-1", "a-1-250101-0", START_ON + DAY, first)
    return story, before


def test_what_was_believed_about_a_day_stands_beside_what_is_known_of_it() -> None:
    story, before = late_correction()
    found = changed(compared(told(story), before, before + 1, at=START_ON + 12 * DAY))
    change = found["continuity-streaks", "c-1"]
    fields = {one.path.partition("].")[2]: (one.before, one.after) for one in change.learnt}
    assert fields["streak.shifts"] == ("12", "11")
    assert fields["streak.first_on"] == ("2025-01-01", "2025-01-02")
    assert (change.causes, change.caused, change.moved) == ((before + 1,), 1, ())
    assert change.before.token.startswith(f"p{before}~2025-01-13~")
    assert change.after.token.startswith(f"p{before + 1}~2025-01-13~")


def test_what_only_the_date_changed_is_told_apart_and_counts_as_no_difference() -> None:
    story = Story().opened()
    story.worked("c-1", "a-1", START_ON, 3)
    log = MemoryLog(mode="simulated")
    record(log, story.events)
    record(
        log,
        [Story().order("o-9") and e for e in Story().opened().events[:1]],
        at=local_instant(START_ON + 60 * DAY, 600),
    )
    timeline = Timeline(log, SimulatedClock(2**51))
    found = compared(
        timeline,
        len(story.events),
        len(story.events) + 1,
        key="c-1",
        views=(STREAKS,),
        given={"agreement": AGREEMENT},
    )
    (change,) = found.views[0].changes
    assert (change.learnt, found.changed) == ((), 0)
    assert {one.path.partition(".")[2]: (one.before, one.after) for one in change.moved}["streak"][
        1
    ] == "None"


# --- what became known


def test_late_facts_are_marked_with_whom_and_when_they_are_about() -> None:
    story = Story().opened()
    story.contract("c-1", "a-1")
    story.shift("c-1", "a-1", "t-1", START_ON - 50 * DAY)
    story.shift("c-1", "a-1", "t-2", START_ON - DAY)
    found = compared(told(story), 3, 5).touched
    late, timely = found.listed
    assert (late.about, late.late_days, timely.late_days) == (START_ON - 50 * DAY, 50, None)
    assert (found.events, found.late, found.types["shift-reported.v1"].late) == (2, 1, 1)
    assert {("consultant", "c-1"), ("assignment", "a-1"), ("supplier", "s-1"), ("region", "skane")} <= set(
        late.ids
    )


def test_events_are_those_of_a_region_or_a_supplier_by_their_matter_too() -> None:
    story = Story().opened()
    story.contract("c-1", "a-1")
    story.contract("c-2", "a-2", supplier="s-2", region="kalmar")
    reported = [story.shift(f"c-{n}", f"a-{n}", f"t-{n}", START_ON, supplier=f"s-{n}") for n in (1, 2)]
    story.approved("c-1", "a-1", "t-1", reported[0])
    story.approved("c-2", "a-2", "t-2", reported[1])
    timeline = told(story)
    for wanted in ({"region": "kalmar"}, {"supplier": "s-2"}):
        found = compared(timeline, 6, 8, **wanted)
        assert [one.position for one in found.touched.listed] == [8]
        assert {key for told in found.views for key in [c.key for c in told.changes]} & {
            "c-1",
            "a-1",
            "s-1",
        } == set()


def test_what_names_no_region_is_about_none_other_where_a_view_asks_of_one() -> None:
    """An employment names an employer and a person; the bar of one region, asked about, is another for it."""
    story = Story().opened()
    story.contract("c-1", "a-1")
    since = story.contract("c-2", "a-2", supplier="s-2", region="kalmar")
    story.tell(
        EmploymentRecorded, consultant="c-1", employer="232100-0255", authority=None, form="monthly",
        from_on=START_ON, until_on=None, corrects=None,
    )  # fmt: skip
    other = story.contract("c-3", "a-3", supplier="s-3", region="kalmar")
    bar, asked = VIEWS["former-employee-bar"], {**GIVEN, "agreement": AGREEMENT}
    found = compared(told(story), since, other, views=(bar, STREAKS), given=asked, region="skane")
    assert [(c.view, c.key, c.causes) for one in found.views for c in one.changes] == [
        ("former-employee-bar", "c-1", (since + 1,))
    ]
    assert (found.touched.events, found.complete) == (0, True)


def test_a_link_of_two_ids_changes_the_answer_about_either() -> None:
    story = Story().opened()
    story.worked("c-1", "a-1", START_ON, 3)
    story.worked("c-2", "a-2", START_ON + 3 * DAY, 3)
    linked = story.tell(ConsultantsLinked, consultant="c-1", same_as="c-2")
    later = story.shift("c-2", "a-2", "t-9", START_ON + 9 * DAY)
    timeline = told(story)
    for since, until in ((linked - 1, linked), (linked, later)):
        wanted = {"views": (STREAKS,), "given": {"agreement": AGREEMENT}, "at": START_ON + 10 * DAY}
        assert {key for _, key in changed(compared(timeline, since, until, **wanted))} == {"c-1", "c-2"}


def test_every_matter_is_told_by_events_that_carry_its_tag() -> None:
    for table in (TELLING, LINKS):
        for prefix, classes in table.items():
            for cls in classes:
                assert prefix in {tag.partition(":")[0] for tag in event_type(cls).tags(Names())}, cls


class Names:
    def __getattr__(self, name: str) -> str:
        return name


# --- what is about everybody, and what a view lacks


def test_a_new_policy_is_told_by_itself_and_compared_where_a_view_is_named() -> None:
    story = Story().opened()
    story.worked("c-1", "a-1", START_ON, 3)
    rows = tuple(r for r in ROWS if r.term != "continuity.threshold")
    (old,) = (r for r in ROWS if r.term == "continuity.threshold")
    changed_row = type(old)(**{f.name: getattr(old, f.name) for f in fields(old)} | {"value": 99})
    since = len(story.events)
    story.tell(
        PolicyPublished,
        agreement=AGREEMENT,
        version=2,
        rows=(*rows, changed_row),
        book_digest=DIGEST,
        decided_on=START_ON,
    )
    timeline = told(story)
    silent = compared(timeline, since, since + 1)
    assert ([one.position for one in silent.touched.shared], silent.complete) == ([since + 1], False)
    body = diff_body(silent, timeline.log, simulated=True)
    (row,) = body.policy[0].rows
    assert row.path.startswith("continuity.threshold (nation")
    assert (row.before.split()[0], row.after.split()[0]) == ("10", "99")
    named = compared(timeline, since, since + 1, views=(STREAKS,), whole=True, at=START_ON + 3 * DAY)
    paths = {one.path.rpartition(".")[2]: one.after for one in changed(named)[STREAKS.name, "c-1"].learnt}
    assert (paths["threshold"], named.complete) == ("99", True)


def test_a_view_lacking_a_parameter_compares_states_and_says_so() -> None:
    story = Story().opened()
    story.worked("c-1", "a-1", START_ON, 1)
    last = len(story.events)
    found = compared(told(story), last - 1, last, views=(VIEWS["former-employee-bar"], STREAKS))
    bar, streaks = sorted(found.views, key=lambda told: told.view.name != "former-employee-bar")
    assert (bar.compared, bar.changes, streaks.compared) == (STATES, [], STATES)
    (change,) = streaks.changes
    assert change.params == {}
    assert change.before.digest != change.after.digest
    given = compared(told(story), last - 1, last, views=(STREAKS,), given={"agreement": AGREEMENT})
    assert given.views[0].compared == ANSWERS


def test_a_lot_that_the_facts_name_is_asked_about() -> None:
    story = Story().opened()
    story.deviation("d-1", "s-1", START_ON)
    story.deviation("d-2", "s-1", START_ON, lot="doctors")
    found = compared(told(story), 2, 4, views=(LADDER,))
    assert [(c.key, c.params["lot"]) for c in found.views[0].changes] == [
        ("s-1", "doctors"),
        ("s-1", "nurses"),
    ]


def test_keys_beyond_the_limit_are_counted_and_the_comparison_is_not_complete() -> None:
    story = Story().opened()
    for n in range(5):
        story.order(f"o-{n}")
    found = compared(told(story), 2, 7, views=(BOARD,), limit=2)
    (board,) = found.views
    assert (board.reached, board.looked_at, board.left, found.complete) == (5, 2, 3, False)
    assert (len(found.touched.listed), found.touched.events) == (2, 5)


def test_from_does_not_lie_after_to() -> None:
    with pytest.raises(BackwardsError, match="p3"):
        compared(told(late_correction()[0]), 3, 2)


def test_from_lies_not_on_a_later_day_either_where_nothing_was_recorded_in_between() -> None:
    timeline = told(late_correction()[0])
    known = timeline.known(AtPosition(3))
    later = Known(3, known.on + DAY)
    with pytest.raises(BackwardsError, match="p3"):
        diff(timeline, later, known, Wanted(views=(STREAKS,)), FORMS)
    assert diff(timeline, known, later, Wanted(views=(STREAKS,)), FORMS).complete


def test_a_key_is_compared_in_the_views_that_know_it_or_that_something_reached() -> None:
    story, before = late_correction()
    since = told(story).known(AtPosition(before + 1))
    days = (since, Known(since.position, since.on + DAY))
    asked = Wanted(views=EVERY, key="c-1", given={**GIVEN, "agreement": AGREEMENT})
    found = diff(told(story), *days, asked, FORMS)
    moved = {change.view for one in found.views for change in one.changes}
    assert "eighteen-months" in moved
    assert moved <= {view.name for view in EVERY if view.kind.prefix == "consultant"}


# --- what is sealed


def test_before_the_award_no_offer_is_there_not_even_as_a_number() -> None:
    world = award_world()
    timeline = Timeline(world.log, world.clock)
    award = position_of(world.log, "order-awarded.v1")
    offers = {r.position for r in world.log.records() if r.type == "offer-received.v1"}
    published = position_of(world.log, "order-published.v1")
    before = compared(timeline, published, award - 1)
    text = str(diff_body(before, world.log, simulated=True))
    assert offers & set(range(published + 1, award))
    assert "offer-received" not in text
    assert before.touched.events == award - 1 - published - len(offers & set(range(published + 1, award)))
    assert not any(set(c.causes) & offers for told in before.views for c in told.changes)
    after = compared(timeline, published, award)
    assert after.touched.types["offer-received.v1"].events == len(offers & set(range(published + 1, award)))


def test_an_outage_is_told_while_who_tried_to_answer_is_sealed() -> None:
    story = Story().opened()
    since = story.order("o-1")
    tried = RefusedAttempt(supplier="s-hidden", attempted_at=START_AT + 5, evidence="Answer 503")
    times = {"from_at": START_AT + 3, "until_at": START_AT + 9}
    story.tell(
        OrderOutageRecorded, order="o-1", outage="out-1", channel="portal", suppliers=(),
        evidence="Operator's log", attempts=(tried,), **times,
    )  # fmt: skip
    timeline = told(story)
    found = compared(timeline, since, since + 1)
    change = changed(found)[BOARD.name, "o-1"]
    assert (change.causes, found.touched.events, found.complete) == ((since + 1,), 1, True)
    assert any(one.path.startswith("outages") for one in change.learnt)
    assert "s-hidden" not in str(diff_body(found, timeline.log, simulated=True))


def test_what_only_the_date_changed_does_not_tell_that_something_sealed_came() -> None:
    """Of two assignments of one agreement, an offer is sealed that one's order got: neither is told of."""
    story = Story().opened()
    for order in ("o-1", "o-2"):
        story.order(order, 2)
        story.awarded(order, f"f-{order}")
        story.contract(f"c-{order}", f"a-{order}", order=order)
    log = MemoryLog(mode="simulated")
    record(log, story.events)
    since = len(story.events)
    story.tell(OfferReceived, order="o-1", offer="f-9", position=2)
    story.tell(PolicyPublished, agreement="another", version=1, rows=ROWS, book_digest=DIGEST)
    record(log, story.events[since:], at=local_instant(START_ON + 60 * DAY, 600))
    timeline = Timeline(log, SimulatedClock(2**51))
    deadlines = VIEWS["call-off-deadlines"]
    found = compared(timeline, since, since + 2, views=(deadlines,), whole=True)
    assert [told.looked_at for told in found.views] == [2]
    assert [change.key for told in found.views for change in told.changes] == []
    (named,) = compared(timeline, since, since + 2, views=(deadlines,), key="a-o-1").views[0].changes
    assert (named.learnt, bool(named.moved), named.causes) == ((), True, ())


# --- reproduced


def test_the_same_moments_give_the_same_bytes_after_the_log_has_grown() -> None:
    story, before = late_correction()
    timeline = told(story)
    first = diff_body(compared(timeline, before, before + 1), timeline.log, simulated=True)
    story.worked("c-1", "a-1", START_ON + 20 * DAY, 3)
    record(timeline.log, story.events[before + 1 :])
    again = diff_body(compared(timeline, before, before + 1), timeline.log, simulated=True)
    assert again == first
    assert again.digest == first.digest


# --- field by field


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, [("b", "2", "3")]),
        ({"a": 1}, {"a": True}, [("a", "1", "True")]),
        ({"a": None}, {}, [("a", "None", "absent")]),
        ({"a": [1, 2, 3]}, {"a": [2, 3, 4, 5]}, [("a", "1", "4, 5")]),
        ({"a": [1, 2]}, {"a": [2, 1]}, [("a", "1, 2", "2, 1")]),
        ({"a": [1, 1]}, {"a": [1]}, [("a", "1, 1", "1")]),
        (
            {"a": [{"id": "x", "n": 1}, {"id": "y", "n": 2}]},
            {"a": [{"id": "new", "n": 2}, {"id": "y", "n": 3}, {"id": "x", "n": 1}]},
            [("a[y].n", "2", "3"), ("a[new]", "absent", '{"id":"new","n":2}')],
        ),
        (
            {"a": [{"s": "x", "lot": "l", "n": 1}, {"s": "x", "lot": "m", "n": 1}, {"s": "y", "lot": "m"}]},
            {"a": [{"s": "x", "lot": "l", "n": 1}, {"s": "x", "lot": "m", "n": 2}, {"s": "y", "lot": "m"}]},
            [("a[x m].n", "1", "2")],
        ),
        (
            {"a": [{"n": {"x": 1}}]},
            {"a": [{"n": {"x": 2}}, {"n": {}}]},
            [("a[1].n.x", "1", "2"), ("a[2]", "absent", '{"n":{}}')],
        ),
    ],
)
def test_lists_are_compared_by_what_they_hold(
    before: Any, after: Any, found: list[tuple[str, str, str]]
) -> None:
    assert [(one.path, one.before, one.after) for one in changes(before, after)] == found


def test_long_texts_are_shown_from_where_they_part() -> None:
    long = "x" * 500
    (text,) = changes({"a": f"{long}1{long}"}, {"a": f"{long}2"})
    assert (text.before[:42], text.after) == (f"…{'x' * 40}1", f"…{'x' * 40}2")
    (listed,) = changes({"a": [f"{long}1"]}, {"a": [f"{long}2"]})
    assert listed.before != listed.after
    (early,) = changes({"a": f"1{long}"}, {"a": f"2{long}"})
    assert (early.before, len(early.after)) == (f"1{'x' * 198}…", 200)


def test_a_field_that_names_records_is_support() -> None:
    assert changes({"evidence": [1]}, {"evidence": [1, 2]}) == (
        FieldChange("evidence", "absent", "2", support=True),
    )


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text("abc", max_size=2),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("xyz", min_size=1, max_size=1), inner)
    ),
    max_leaves=12,
)


@given(PLAIN, PLAIN)
def test_there_is_a_difference_exactly_where_values_differ(before: Any, after: Any) -> None:
    same = repr(canonical(before)) == repr(canonical(after))
    assert (changes(before, after) == ()) == same


def canonical(value: Any) -> Any:
    """Mappings in one order; records that name themselves may stand in any."""
    if isinstance(value, dict):
        return {name: canonical(value[name]) for name in sorted(value)}
    return [canonical(one) for one in value] if isinstance(value, list) else value
