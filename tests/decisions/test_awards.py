"""The award: the whole ranking, ties and their draw, exclusions, re-award, and its refusals."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.decisions.awards import AwardOrder
from ledger.decisions.draws import RecordDrawSeed
from ledger.events.assignments import ContractConcluded
from ledger.events.base import SEALED, event_type
from ledger.events.consultants import ConsultantsLinked
from ledger.events.offers import OfferWithdrawn
from ledger.events.orders import OrderWithdrawn
from ledger.events.shifts import ShiftApproved, ShiftReported
from ledger.values import local_instant
from tests.decisions.background import (
    ANSWER_BY,
    AWARDED,
    MANDATE,
    ORDER,
    POLICY,
    SEED,
    awarded,
    lapsed,
    offered,
    policy,
    quarantine,
    released,
    row,
    served,
)
from tests.given import at, given

AWARD = AwardOrder(order="o-1")
BASE = (POLICY, ORDER, MANDATE)
FIRST = offered("f-1", "s-1", "2025-03-03T10:00:00+01:00")
SECOND = offered("f-2", "s-2", "2025-03-03T11:00:00+01:00")
THIRD = offered("f-3", "s-3", "2025-03-03T12:00:00+01:00")
TIED = offered("f-2", "s-2", "2025-03-03T10:00:01+01:00")


def worked(consultant, days, *, first=date(2025, 2, 10), unit="u-1", supplier="s-2", approved=True):
    """One contract and one shift a day, from a first date on; the last one ends before the publication."""
    concluded = ContractConcluded(
        assignment=f"a-{consultant}",
        agreement=ORDER.agreement,
        order=f"o-{consultant}",
        offer=f"g-{consultant}",
        supplier=supplier,
        consultant=consultant,
        region=ORDER.region,
        authority=ORDER.authority,
        unit=unit,
        operating_unit="site-1",
        lot="nurses",
        ordered_by="orderer-1",
        article="ssk-1",
        from_on=first,
        until_on=first + timedelta(days=365),
        planned_shifts=days,
        follows=None,
        concluded_at=local_instant(first, 0),
        how="confirmation in time",
        notice_sent_at=None,
    )
    return (concluded, *(e for n in range(days) for e in _shift(concluded, n, approved=approved)))


def _shift(concluded, n, *, approved):
    day = concluded.from_on + timedelta(days=n)
    shift = f"{concluded.assignment}-{n}"
    yield ShiftReported(
        shift=shift,
        assignment=concluded.assignment,
        consultant=concluded.consultant,
        order=concluded.order,
        supplier=concluded.supplier,
        region=concluded.region,
        unit=concluded.unit,
        operating_unit=concluded.operating_unit,
        lot=concluded.lot,
        on=day,
        start_at=local_instant(day, 420),
        end_at=local_instant(day, 930),
        break_minutes=30,
        worked_minutes=480,
        article="ssk-1",
        report="r-1",
        line=n + 1,
    )
    if approved:
        yield ShiftApproved(
            shift=shift,
            assignment=concluded.assignment,
            consultant=concluded.consultant,
            approves=0,
            approved_by="attester-1",
            approved_at=local_instant(day, 960),
            ordered_it_too=False,
        )


def history(*events):
    """The events with every approval pointing to the shift recorded just before it."""
    pointed = [
        replace(e, approves=position) if isinstance(e, ShiftApproved) else e
        for position, e in enumerate(events)
    ]
    return given(*pointed)


def award(*events, command=AWARD, now=AWARDED):
    (event,) = history(*BASE, *events).when(command, now=now).then_events("order-awarded")
    return event


def ranks(event):
    return [(r.offer, r.rank) for r in event.ranking]


def test_the_first_complete_offer_wins_and_every_offer_is_ranked():
    event = award(SECOND, FIRST, THIRD)
    assert (event.offer, event.supplier, event.consultant, event.award) == ("f-1", "s-1", "k-f-1", 1)
    assert ranks(event) == [("f-1", 1), ("f-2", 2), ("f-3", 3)]
    assert event.criteria == ("continuity", "time")
    assert (event.against_ranking, event.draw_seed_position) == (False, None)


def test_the_terms_show_their_source():
    terms = {t.term: t for t in award(FIRST).terms}
    assert terms["award.criteria"].source == "assumption"
    assert terms["continuity.counts"].source.startswith("S3")
    assert terms["time.tie-tolerance"].value == "1"


def test_continuity_goes_before_time_and_shows_its_facts():
    event = award(FIRST, SECOND, *worked("k-f-2", 10))
    assert ranks(event) == [("f-2", 1), ("f-1", 2)]
    value = event.ranking[0].continuity
    assert (value.counts, value.measure, value.amount, value.threshold) == (True, "shifts", 10, 10)
    assert (value.first_on, value.last_on, value.days) == (date(2025, 2, 10), date(2025, 2, 19), 10)
    assert len(value.facts) == 20
    assert value.spent_from_on == date(2026, 8, 10)
    assert event.ranking[1].continuity.counts is False


def test_more_continuity_than_enough_is_no_better():
    event = award(FIRST, SECOND, *worked("k-f-1", 10, supplier="s-1"), *worked("k-f-2", 20))
    assert ranks(event) == [("f-1", 1), ("f-2", 2)]


def test_below_the_threshold_continuity_does_not_count():
    event = award(FIRST, SECOND, *worked("k-f-2", 9))
    assert ranks(event) == [("f-1", 1), ("f-2", 2)]
    assert (event.ranking[1].continuity.amount, event.ranking[1].continuity.counts) == (9, False)


def test_unapproved_shifts_are_shown_beside():
    event = award(FIRST, SECOND, *worked("k-f-2", 10, approved=False))
    value = event.ranking[1].continuity
    assert (value.counts, value.amount, value.unapproved_shifts, value.facts) == (False, 0, 10, ())


def test_continuity_at_another_unit_does_not_count():
    event = award(FIRST, SECOND, *worked("k-f-2", 10, unit="u-2"))
    assert event.offer == "f-1"


def test_continuity_follows_the_consultant_unless_the_policy_says_otherwise():
    elsewhere = worked("k-f-2", 10, supplier="s-9")
    assert award(FIRST, SECOND, *elsewhere).offer == "f-2"
    stays = policy(row("continuity.follows-consultant", value=False))
    (event,) = (
        history(stays, *BASE[1:], FIRST, SECOND, *elsewhere)
        .when(AWARD, now=AWARDED)
        .then_events("order-awarded")
    )
    assert event.offer == "f-1"


def test_continuity_under_another_id_of_the_same_human_counts():
    link = ConsultantsLinked(consultant="k-f-2", same_as="k-old", found_by="blind-index", basis="same")
    assert award(FIRST, SECOND, link, *worked("k-old", 10, supplier="s-9")).offer == "f-2"


def test_a_shift_that_had_not_ended_at_the_reference_does_not_count():
    event = award(FIRST, SECOND, *worked("k-f-2", 10, first=date(2025, 2, 22)))
    assert event.ranking[1].continuity.amount == 9


def test_the_cap_spends_continuity_after_eighteen_months():
    long_gaps = policy(row("continuity.break-days-max", 400))
    early = worked("k-f-2", 1, first=date(2023, 9, 3))
    later = tuple(replace(e, assignment="a-2") for e in worked("k-f-2", 10, first=date(2024, 9, 3)))
    (event,) = (
        history(long_gaps, *BASE[1:], FIRST, SECOND, *early, *later)
        .when(AWARD, now=AWARDED)
        .then_events("order-awarded")
    )
    value = next(r.continuity for r in event.ranking if r.offer == "f-2")
    assert (value.amount, value.counts, value.spent_from_on) == (11, False, date(2025, 3, 3))
    assert event.offer == "f-1"


def test_the_longest_stay_excludes_an_assignment_that_reaches_too_far():
    stay = policy(row("eighteen-months.reading", "longest-stay"), row("eighteen-months.months", 3))
    events = (stay, *BASE[1:], FIRST, SECOND, *worked("k-f-1", 10, supplier="s-1"))
    (event,) = history(*events).when(AWARD, now=AWARDED).then_events("order-awarded")
    out = event.ranking[-1]
    assert (event.offer, out.offer, out.rank, out.excluded_code) == (
        "f-2",
        "f-1",
        0,
        "eighteen-months-exceeded",
    )


def test_a_region_may_have_switched_continuity_off_and_the_award_says_by_what_right():
    off = replace(
        row("continuity.counts", value=False),
        level="region",
        scope=ORDER.region,
        source="assumption",
        assumed="made up for the test",
        permitted_by="UNKNOWN",
    )
    with_overlay = replace(POLICY, rows=(*POLICY.rows, off))
    events = (with_overlay, *BASE[1:], FIRST, SECOND, *worked("k-f-2", 10))
    (event,) = history(*events).when(AWARD, now=AWARDED).then_events("order-awarded")
    assert (event.offer, event.criteria) == ("f-1", ("time",))
    assert all(r.continuity is None for r in event.ranking)
    term = next(t for t in event.terms if t.term == "continuity.counts")
    assert (term.scope, term.permitted_by, term.source) == (f"region:{ORDER.region}", "UNKNOWN", "assumption")


def test_time_first_lets_continuity_part_a_tie():
    time_first = policy(row("award.criteria", ("time", "continuity")))
    events = (
        time_first,
        *BASE[1:],
        FIRST,
        TIED,
        THIRD,
        *worked("k-f-2", 10),
        *worked("k-f-3", 10, supplier="s-3"),
    )
    (event,) = history(*events).when(AWARD, now=AWARDED).then_events("order-awarded")
    assert ranks(event) == [("f-2", 1), ("f-1", 2), ("f-3", 3)]


def test_a_tie_is_drawn_with_the_seed_by_the_published_rule():
    event = award(FIRST, TIED, THIRD, SEED)
    keys = {o: hashlib.sha256(b"8f3a51c0de\x00" + o.encode()).digest() for o in ("f-1", "f-2")}
    assert ranks(event) == [
        *((o, n) for n, o in enumerate(sorted(keys, key=keys.__getitem__), 1)),
        ("f-3", 3),
    ]
    assert [r.time.drawn for r in event.ranking] == [1, 2, 0]
    assert [r.time.tie_group for r in event.ranking] == [1, 1, 2]
    assert event.draw_seed_position == 7


def test_a_tie_for_the_first_place_waits_for_its_seed():
    refusal = (
        given(*BASE, FIRST, TIED)
        .when(AWARD, now=AWARDED)
        .then_refused("draw-seed-missing", field="order", positions=(4, 5))
    )
    assert "f-1, f-2" in refusal.detail
    choice = replace(AWARD, offer="f-2", reason="Better known")
    given(*BASE, FIRST, TIED).when(choice, now=AWARDED).then_refused("draw-seed-missing")


def test_a_tie_further_down_shares_a_rank_and_needs_no_seed():
    tied_later = offered("f-3", "s-3", "2025-03-03T11:00:01+01:00")
    event = award(FIRST, SECOND, tied_later)
    assert ranks(event) == [("f-1", 1), ("f-2", 2), ("f-3", 2)]
    assert event.draw_seed_position is None


def test_the_tie_group_is_within_the_tolerance_of_its_first_not_of_a_neighbour():
    neighbour = offered("f-3", "s-3", "2025-03-03T10:00:01.000001+01:00")
    event = award(FIRST, TIED, neighbour, SEED)
    assert event.ranking[2].offer == "f-3"


def test_who_takes_no_part_is_shown_with_the_reason():
    gone = OfferWithdrawn(offer="f-2", order="o-1", supplier="s-2", withdrawn_at=ANSWER_BY - 1, reason="Ill")
    lacking = offered(
        "f-4", "s-4", "2025-03-03T10:00:00+01:00", missing=("hosp-extract",), counts_from_at=None
    )
    event = award(
        FIRST, SECOND, gone, THIRD, quarantine("s-3"), served("s-3", "2025-03-04T08:00:00Z"), lacking
    )
    out = {r.offer: r for r in event.ranking if r.rank == 0}
    assert {o: r.excluded_code for o, r in out.items()} == {
        "f-2": "offer-withdrawn",
        "f-3": "quarantine",
        "f-4": "offer-incomplete",
    }
    assert out["f-3"].facts == (7, 8, 9)
    assert out["f-4"].excluded_detail == "it lacks hosp-extract"
    assert all(r.excluded_clause and r.time is None and r.continuity is None for r in out.values())


def test_a_supplier_released_before_the_award_takes_part():
    events = (FIRST, quarantine("s-1"), served("s-1"), released("s-1", "2025-03-05T08:00:00Z"))
    assert award(*events).offer == "f-1"


def test_offers_for_another_position_are_not_ranked():
    other = offered("f-2", "s-2", "2025-03-03T09:30:00+01:00", position=2)
    assert ranks(award(FIRST, other)) == [("f-1", 1)]


def test_positions_are_awarded_by_themselves():
    other = offered("f-2", "s-2", "2025-03-03T09:30:00+01:00", position=2)
    event = award(FIRST, other, awarded(), command=replace(AWARD, position=2))
    assert (event.offer, event.position, event.award) == ("f-2", 2, 1)


def test_after_a_lapse_the_next_in_the_ranking_is_awarded():
    event = award(FIRST, SECOND, awarded(), lapsed())
    assert (event.offer, event.award) == ("f-2", 2)
    assert [(r.offer, r.rank, r.excluded_code) for r in event.ranking] == [
        ("f-2", 1, ""),
        ("f-1", 0, "award-lapsed"),
    ]


def test_an_award_against_the_ranking_needs_a_reason_and_is_flagged():
    against = replace(AWARD, offer="f-2")
    (no,) = given(*BASE, FIRST, SECOND).when(against, now=AWARDED).then_events("award-refused")
    assert (no.offer, no.code, no.field) == ("f-2", "against-ranking-reason-missing", "reason")
    event = award(FIRST, SECOND, command=replace(against, reason="The first has no local introduction"))
    assert (event.offer, event.against_ranking) == ("f-2", True)


def test_naming_the_first_needs_no_reason():
    assert award(FIRST, SECOND, command=replace(AWARD, offer="f-1")).against_ranking is False


def test_an_offer_that_takes_no_part_is_not_awarded_for_any_reason():
    lacking = offered("f-2", "s-2", "2025-03-03T10:00:00+01:00", missing=("x",), counts_from_at=None)
    wish = replace(AWARD, offer="f-2", reason="Better known")
    (no,) = given(*BASE, FIRST, lacking).when(wish, now=AWARDED).then_events("award-refused")
    assert (no.code, no.field, no.facts) == ("offer-not-awardable", "offer", (5,))
    (no,) = given(*BASE, FIRST).when(wish, now=AWARDED).then_events("award-refused")
    assert (no.code, no.field, no.facts) == ("offer-not-awardable", "offer", ())


def test_who_asks_for_a_place_in_the_sealed_ranking_leaves_a_trace_and_awards_nothing():
    probe = replace(AWARD, offer="f-2")
    (trace,) = given(*BASE, FIRST, SECOND).when(probe, now=AWARDED).then_events("award-refused")
    assert event_type(trace).secrecy == SEALED
    assert event_type(trace).refuses
    (event,) = (
        given(*BASE, FIRST, SECOND, trace).when(AWARD, now=AWARDED, loose=True).then_events("order-awarded")
    )
    assert (event.offer, event.award) == ("f-1", 1)


def test_the_award_waits_for_the_end_of_the_answer_time():
    history(*BASE, FIRST).when(AWARD, now="2025-03-05T08:59:59.999999+01:00").then_refused(
        "answer-window-open", positions=(2,)
    )
    award(FIRST, now="2025-03-05T09:00:00+01:00")


def test_a_standing_award_is_not_awarded_over():
    given(*BASE, FIRST, awarded()).when(AWARD, now=AWARDED).then_refused("position-awarded", positions=(5,))


def test_re_award_stops_at_the_policy_s_limit():
    once = policy(row("award.count-max", 1))
    events = (once, *BASE[1:], FIRST, SECOND, awarded(), lapsed())
    given(*events).when(AWARD, now=AWARDED).then_refused("award-limit-reached", positions=(6, 1))


def test_nothing_to_award():
    given(*BASE).when(AWARD, now=AWARDED).then_refused("nothing-to-award")
    lacking = offered("f-2", "s-2", "2025-03-03T10:00:00+01:00", missing=("x",), counts_from_at=None)
    given(*BASE, lacking).when(AWARD, now=AWARDED).then_refused("nothing-to-award", positions=(4,))


def test_an_order_that_is_unknown_withdrawn_or_without_the_position_is_not_awarded():
    given(MANDATE).when(AWARD, now=AWARDED).then_refused("order-unknown")
    gone = OrderWithdrawn(order="o-1", withdrawn_at=ANSWER_BY - 1, reason="Filled")
    given(*BASE, gone).when(AWARD, now=AWARDED).then_refused("order-withdrawn", positions=(4,))
    seventh = replace(AWARD, position=7)
    given(*BASE).when(seventh, now=AWARDED).then_refused("position-not-there", field="position")


def test_an_award_needs_a_mandate_in_force_when_decided():
    given(*BASE[:2], FIRST).when(AWARD, now=AWARDED, mandate=None).then_refused("mandate-missing")
    over = replace(MANDATE, until_on=date(2025, 3, 5))
    given(*BASE[:2], over, FIRST).when(AWARD, now=AWARDED).then_refused(
        "mandate-not-in-force", positions=(3,)
    )


@pytest.mark.parametrize(
    "odd",
    [
        row("award.criteria", ("continuity", "price")),
        row("continuity.measure", "points"),
        row("continuity.scope", "nation"),
        row("eighteen-months.reading", "guess"),
    ],
)
def test_a_value_no_rule_understands_is_refused(odd):
    events = (policy(odd), *BASE[1:], FIRST)
    given(*events).when(AWARD, now=AWARDED).then_refused("policy-term-missing", positions=(1,))


DRAW = RecordDrawSeed(order="o-1", beacon="public-beacon", round=4711, value="8f3a51c0de", fixed_at=ANSWER_BY)


def test_a_seed_is_recorded_as_published_after_the_window_closed():
    given(ORDER, MANDATE).when(DRAW, now=AWARDED).then(SEED)


def test_a_seed_from_elsewhere_too_early_ahead_or_twice_is_refused():
    given(ORDER, MANDATE).when(replace(DRAW, round=1), now=AWARDED).then_refused(
        "draw-seed-not-as-published", positions=(1,)
    )
    given(ORDER, MANDATE).when(replace(DRAW, beacon="mine"), now=AWARDED).then_refused(
        "draw-seed-not-as-published"
    )
    early = replace(DRAW, fixed_at=ANSWER_BY - 1)
    given(ORDER, MANDATE).when(early, now=AWARDED).then_refused("draw-seed-too-early", field="fixed_at")
    ahead = replace(DRAW, fixed_at=at(AWARDED) + 1)
    given(ORDER, MANDATE).when(ahead, now=AWARDED).then_refused("instant-ahead", field="fixed_at")
    given(ORDER, SEED, MANDATE).when(DRAW, now=AWARDED).then_refused("draw-seed-recorded", positions=(2,))
    given(MANDATE).when(DRAW, now=AWARDED).then_refused("order-unknown")
