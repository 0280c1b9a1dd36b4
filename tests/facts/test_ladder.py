"""The ladder: what it indicates, what was decided, and a second model that judges one deviation at a time."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.events.deviations import (
    BreachNoticeServed,
    DeviationDecided,
    DeviationReported,
    DeviationWithdrawn,
)
from ledger.facts.ladder import ladder
from ledger.facts.ladder_reading import LadderReading, ladder_at
from ledger.facts.ladder_terms import LadderTerms, lapses_on, whole_months
from ledger.policy.model import Book, Scope
from ledger.values import local_instant
from tests.decisions.background import AGREEMENT, POLICY, REGION_ID, policy, quarantine, released, row, served
from tests.facts.shifts import contract
from tests.facts.test_eighteen_months import months_later

DAY = timedelta(days=1)
TERMS = LadderTerms(
    rungs=("remark", "action-plan", "warning", "fee-or-penalty", "quarantine"),
    thresholds=(1, 3, 5, 7, 9),
    weights=(1, 2, 4),
    window_months=12,
    decay_ppm_per_month=0,
    national_rungs=("national-quarantine", "termination"),
    national_regions_min=(2, 4),
    climbs_after_measure=True,
    notice_required=True,
    notice_days_max=30,
)
MARCH = date(2025, 3, 3)


def reported(name: str, on: date, **changes: object) -> DeviationReported:
    event = DeviationReported(
        deviation=name,
        agreement=AGREEMENT,
        supplier="s-1",
        region=REGION_ID,
        authority="jh-rs",
        lot="nurses",
        unit=None,
        order=None,
        assignment=None,
        kind="no-show",
        severity=3,
        occurred_on=on,
        cause=f"cause-{name}",
        facts=(),
    )
    return replace(event, **changes)


def decided(name: str, on: date, *, upheld: bool = True) -> DeviationDecided:
    return DeviationDecided(
        deviation=name, supplier="s-1", upheld=upheld, decided_at=local_instant(on, 600), reasons="Heard"
    )


def noticed(name: str, on: date) -> BreachNoticeServed:
    return BreachNoticeServed(
        deviation=name, supplier="s-1", served_at=local_instant(on, 700), channel="letter", clause="21"
    )


def withdrawn(name: str, on: date) -> DeviationWithdrawn:
    return DeviationWithdrawn(
        deviation=name, supplier="s-1", withdrawn_at=local_instant(on, 800), reasons="Our own mistake"
    )


def counted(name: str, on: date, **changes: object) -> list[object]:
    """Upheld and noticed twenty days later."""
    later = on + 20 * DAY
    return [reported(name, on, **changes), decided(name, later), noticed(name, later)]


def read(events: list[object], at: date, terms: LadderTerms = TERMS) -> LadderReading:
    return ladder_at(ladder("s-1").over(enumerate(events, 1)), at, AGREEMENT, "nurses", terms)


def why(events: list[object], at: date, terms: LadderTerms = TERMS) -> str:
    return read(events, at, terms).not_counting[0].why


def test_weights_add_up_to_a_rung_with_the_positions_behind_it():
    events = [
        *counted("d-1", MARCH),
        *counted("d-2", MARCH + DAY),
        *counted("d-3", MARCH + 2 * DAY, severity=1),
    ]
    found = read(events, date(2025, 4, 1))
    region = found.region(REGION_ID)
    assert (region.points_ppm, region.indicated, region.decided) == (9_000_000, "quarantine", "none")
    assert [c.positions for c in found.counting] == [(1, 2, 3), (4, 5, 6), (7, 8, 9)]
    assert found.national_indicated == "none"


def test_more_regions_at_the_top_indicate_a_higher_national_rung():
    events = [
        e
        for region in ("skane", "halland", "kalmar", "gotland")
        for n in range(3)
        for e in counted(f"d-{region}-{n}", MARCH + n * DAY, region=region)
    ]
    at = date(2025, 4, 1)
    assert read(events, at).national_indicated == "termination"
    assert read(events[:-1], at).national_indicated == "national-quarantine"
    assert read(events[:9], at).national_indicated == "none"


def test_a_breach_after_the_last_step_indicates_the_rung_above_it():
    warned = [quarantine("s-1", rung="warning", ends_on=None), served("s-1", "2025-03-03T08:00:00Z")]
    same_day = read([*warned, *counted("d-1", MARCH, severity=1)], date(2025, 4, 1)).region(REGION_ID)
    assert (same_day.indicated, same_day.indicated_by) == ("remark", "points")
    events = [*warned, *counted("d-1", MARCH + DAY, severity=1)]
    after = read(events, date(2025, 4, 1)).region(REGION_ID)
    assert (after.indicated, after.indicated_by, after.points_ppm) == ("fee-or-penalty", "step", 1_000_000)
    without = replace(TERMS, climbs_after_measure=False)
    assert read(events, date(2025, 4, 1), without).region(REGION_ID).indicated == "remark"
    lifted = [*events, released("s-1", "2025-03-20T08:00:00Z")]
    assert read(lifted, date(2025, 4, 1)).region(REGION_ID).indicated == "remark"
    long_after = [*warned, *counted("d-1", date(2026, 3, 4), severity=1)]
    assert read(long_after, date(2026, 4, 1)).region(REGION_ID).indicated == "remark"


def test_the_top_rung_is_above_itself_and_a_rung_of_no_ladder_below_none():
    assert TERMS.rung_above("quarantine") == "quarantine"
    assert TERMS.rung_above("remark") == "action-plan"
    assert TERMS.rung_above("termination") == "none"


@pytest.mark.parametrize(
    ("points", "rung"),
    [
        (0, "none"),
        (999_999, "none"),
        (1_000_000, "remark"),
        (8_999_999, "fee-or-penalty"),
        (9_000_000, "quarantine"),
    ],
)
def test_a_rung_is_reached_at_its_threshold(points, rung):
    assert TERMS.rung_at(points) == rung


def test_what_does_not_count_says_why():
    after = MARCH + 25 * DAY
    assert why([reported("d-1", MARCH)], after) == "undecided"
    assert why([reported("d-1", MARCH), decided("d-1", after)], MARCH) == "undecided"
    assert why([reported("d-1", MARCH), decided("d-1", MARCH, upheld=False)], after) == "dismissed"
    assert why([reported("d-1", MARCH), decided("d-1", MARCH)], after) == "not-noticed"
    assert why([*counted("d-1", MARCH)], MARCH + 19 * DAY) == "undecided"
    assert why([*counted("d-1", MARCH), withdrawn("d-1", after)], after) == "withdrawn"
    assert why([reported("d-1", MARCH), withdrawn("d-1", after)], after) == "withdrawn"
    assert why([reported("d-1", after + DAY)], after) == "later"


def test_a_withdrawal_counts_from_its_date():
    events = [*counted("d-1", MARCH), withdrawn("d-1", date(2025, 6, 1))]
    assert read(events, date(2025, 5, 31)).counting
    assert not read(events, date(2025, 6, 1)).counting


def test_notice_must_come_in_time_and_to_the_day():
    events = [reported("d-1", MARCH), decided("d-1", MARCH)]
    assert read([*events, noticed("d-1", MARCH + 30 * DAY)], date(2025, 5, 1)).counting
    assert why([*events, noticed("d-1", MARCH + 31 * DAY)], date(2025, 5, 1)) == "noticed-too-late"
    lenient = replace(TERMS, notice_required=False)
    assert read(events, MARCH, lenient).counting


def test_one_event_counts_once_in_a_region_and_once_in_the_nation():
    events = [
        *counted("d-1", MARCH, cause="strike", severity=1),
        *counted("d-2", MARCH, cause="strike", severity=3),
        *counted("d-3", MARCH, cause="strike", severity=2, region="skane"),
    ]
    found = read(events, date(2025, 4, 1))
    assert [(r.region, r.points_ppm, r.national_points_ppm) for r in found.regions] == [
        (REGION_ID, 4_000_000, 4_000_000),
        ("skane", 2_000_000, 0),
    ]


def test_two_regions_at_the_top_indicate_the_national_rung_and_a_shared_cause_does_not():
    def three(region: str, cause: str) -> list[object]:
        return [
            e
            for n in range(3)
            for e in counted(f"d-{region}-{n}", MARCH + n * DAY, region=region, cause=f"{cause}-{n}")
        ]

    at = date(2025, 4, 1)
    assert (
        read([*three("skane", "s"), *three("halland", "h")], at).national_indicated == "national-quarantine"
    )
    shared = read([*three("skane", "same"), *three("halland", "same")], at)
    assert shared.national_indicated == "none"
    assert {r.indicated for r in shared.regions} == {"quarantine"}


def test_repeated_means_a_breach_after_notice_of_another():
    first = counted("d-1", MARCH)
    notice_on = MARCH + 20 * DAY
    assert not read([*first, *counted("d-2", notice_on)], date(2025, 5, 1)).repeated
    assert read([*first, *counted("d-2", notice_on + DAY)], date(2025, 5, 1)).repeated
    same = counted("d-2", notice_on + DAY, cause="cause-d-1")
    assert not read([*first, *same], date(2025, 5, 1)).repeated


def test_the_window_subtracts_months_with_clamping():
    events = counted("d-1", date(2024, 8, 31), severity=1)
    six = replace(TERMS, window_months=6)
    assert read(events, date(2025, 2, 28), six).counting
    found = read(events, date(2025, 2, 28), six)
    assert found.next_lapse_on == date(2025, 3, 1)
    assert why(events, date(2025, 3, 1), six) == "lapsed"
    assert lapses_on(date(2024, 2, 29), 12) == date(2025, 3, 1)


def test_decay_takes_weight_by_the_whole_month():
    terms = replace(TERMS, decay_ppm_per_month=100_000)
    events = counted("d-1", date(2025, 1, 31))
    assert read(events, date(2025, 2, 27), terms).regions[0].points_ppm == 4_000_000
    assert read(events, date(2025, 2, 28), terms).regions[0].points_ppm == 3_600_000
    assert replace(terms, decay_ppm_per_month=500_000).weight_ppm(3, 9) == 0
    assert whole_months(date(2024, 1, 31), date(2024, 2, 29)) == 1


def test_the_rung_decided_stands_beside_and_only_while_it_is_in_effect():
    measure = quarantine("s-1")
    at = date(2025, 2, 10)
    assert read([measure], at).region(REGION_ID).decided == "none"
    in_effect = [measure, served("s-1")]
    assert read(in_effect, at).region(REGION_ID).decided == "quarantine"
    assert read(in_effect, at).region(REGION_ID).indicated == "none"
    assert read(in_effect, date(2025, 3, 31)).region(REGION_ID).decided == "quarantine"
    assert read(in_effect, date(2025, 4, 1)).region(REGION_ID).decided == "none"
    lifted = [*in_effect, released("s-1", "2025-02-09T08:00:00Z")]
    assert read(lifted, at).region(REGION_ID).decided == "none"
    nation = [quarantine("s-1", region=None, rung="national-quarantine"), served("s-1")]
    assert read(nation, at).national_decided == "national-quarantine"


def test_a_step_down_ends_the_steps_before_it_and_no_quarantine():
    def step(name: str, rung: str, kind: str, when: str) -> list[object]:
        decided = quarantine("s-1", measure=name, rung=rung, kind=kind, ends_on=None)
        return [decided, served("s-1", when, name)]

    at = date(2025, 3, 10)
    warned = step("x-1", "warning", "warning", "2025-02-03T08:00:00Z")
    down = step("x-2", "none", "step-down", "2025-03-03T08:00:00Z")
    assert read(warned, at).region(REGION_ID).decided == "warning"
    assert read([*warned, *down], at).region(REGION_ID).decided == "none"
    assert read([*warned, *down], date(2025, 3, 2)).region(REGION_ID).decided == "warning"
    again = step("x-3", "remark", "remark", "2025-03-05T08:00:00Z")
    assert read([*warned, *down, *again], at).region(REGION_ID).decided == "remark"
    barred = step("x-4", "quarantine", "quarantine", "2025-02-10T08:00:00Z")
    assert read([*barred, *down], at).region(REGION_ID).decided == "quarantine"


def test_the_rate_is_causes_per_assignment_of_the_window():
    contracts = [contract(assignment=f"a-{n}") for n in range(4)]
    found = read([*contracts, *counted("d-1", MARCH)], date(2025, 4, 1))
    assert (found.assignments, found.rate_ppm) == (4, 250_000)
    assert found.region(REGION_ID).rate_ppm == 250_000
    assert read(contracts, date(2026, 4, 1)).rate_ppm is None


def test_other_lots_and_agreements_are_other_ladders():
    events = [*counted("d-1", MARCH, lot="doctors"), *counted("d-2", MARCH, agreement="hyr-2028")]
    found = read(events, date(2025, 4, 1))
    assert (found.counting, found.not_counting) == ((), ())


def test_terms_come_from_the_policy_and_must_fit():
    scope = Scope(region=REGION_ID, lot="nurses")
    assert LadderTerms.of(Book(POLICY, 1), MARCH, scope).rungs[-1] == "quarantine"
    for wrong in (
        row("ladder.thresholds", (1, 2)),
        row("ladder.rungs", ("remark", "x", "y", "z", "q")),
        row("ladder.national-regions-min", (2,)),
    ):
        with pytest.raises(LookupError):
            LadderTerms.of(Book(policy(wrong), 1), MARCH, scope)


# A second model.

REGIONS = (REGION_ID, "skane", "halland")
CASES = st.lists(
    st.tuples(
        st.dates(date(2023, 12, 1), date(2025, 4, 30)),
        st.sampled_from(REGIONS),
        st.integers(1, 4),
        st.integers(0, 4),
        st.integers(0, 40),
        st.integers(0, 40),
        st.sampled_from(("upheld", "upheld", "upheld", "dismissed", "open", "withdrawn")),
    ),
    max_size=12,
)


def weigh(case: tuple, at: date, terms: LadderTerms) -> int | None:
    """What one deviation weighs at a date, judged on its own; None if it does not count."""
    on, _, severity, _, decide, notice, fate = case
    told = on + (decide + notice) * DAY
    if fate != "upheld" or told > at or (told - on).days > terms.notice_days_max:
        return None
    if on <= months_later(at, -terms.window_months) or on > at:
        return None
    months = max(n for n in range(terms.window_months + 1) if months_later(on, n) <= at)
    return terms.weights[min(severity, 3) - 1] * max(0, 1_000_000 - months * terms.decay_ppm_per_month)


@given(
    cases=CASES,
    at=st.dates(date(2024, 6, 1), date(2025, 6, 30)),
    window=st.integers(1, 14),
    decay=st.sampled_from((0, 50_000, 300_000)),
)
@settings(max_examples=400, deadline=None)
def test_the_ladder_agrees_with_judging_one_at_a_time(cases, at, window, decay):
    terms = replace(TERMS, window_months=window, decay_ppm_per_month=decay)
    events: list[object] = []
    for n, (on, region, severity, cause, decide, notice, fate) in enumerate(cases):
        name, day = f"d-{n}", on + decide * DAY
        events.append(reported(name, on, region=region, severity=severity, cause=f"c-{cause}"))
        if fate != "open":
            events.append(decided(name, day, upheld=fate != "dismissed"))
        if fate in ("upheld", "withdrawn"):
            events.append(noticed(name, day + notice * DAY))
        if fate == "withdrawn":
            events.append(withdrawn(name, day))
    found = read(events, at, terms)
    weights = {n: weigh(case, at, terms) for n, case in enumerate(cases)}
    assert {c.deviation for c in found.counting} == {f"d-{n}" for n, w in weights.items() if w is not None}
    for region in REGIONS:
        heaviest: dict[int, int] = {}
        for n, case in enumerate(cases):
            if case[1] == region and weights[n] is not None:
                heaviest[case[3]] = max(heaviest.get(case[3], 0), weights[n])
        shown = found.region(region)
        assert (shown.points_ppm if shown else 0) == sum(heaviest.values())
    national = sum(max(w for n, w in weights.items() if w is not None and cases[n][3] == cause)
                   for cause in {cases[n][3] for n, w in weights.items() if w is not None})  # fmt: skip
    assert sum(r.national_points_ppm for r in found.regions) == national
    for c in found.counting:
        assert c.occurred_on > months_later(c.lapses_on - DAY, -window)
        assert c.occurred_on <= months_later(c.lapses_on, -window)
