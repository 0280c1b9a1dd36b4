"""The ladder with something thought away: a deviation, a clause, a term of the policy."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.events.measures import Rung
from ledger.facts.ladder import ladder
from ledger.facts.ladder_reading import LadderReading
from ledger.facts.ladder_terms import TERMS as NAMES
from ledger.facts.ladder_what_if import VOID, Without, ladder_without
from tests.decisions.background import AGREEMENT, REGION_ID, quarantine, served
from tests.facts.test_ladder import DAY, MARCH, TERMS, counted, decided, noticed, read, reported

AT = date(2025, 5, 1)


def without(events: list[object], **thought_away: str) -> LadderReading:
    named = Without(**{name: frozenset([one]) for name, one in thought_away.items()})
    return ladder_without(ladder("s-1").over(enumerate(events, 1)), AT, (AGREEMENT, "nurses"), TERMS, named)


def indicated(reading: LadderReading) -> Rung:
    region = reading.region(REGION_ID)
    return region.indicated if region else "none"


def test_nothing_thought_away_changes_nothing():
    events = [*counted("d-1", MARCH), *counted("d-2", MARCH + DAY)]
    state = ladder("s-1").over(enumerate(events, 1))
    assert ladder_without(state, AT, (AGREEMENT, "nurses"), TERMS, Without()) == read(events, AT)


def test_without_one_deviation_the_rung_falls():
    events = [*counted("d-1", MARCH), *counted("d-2", MARCH + DAY)]
    assert indicated(read(events, AT)) == "fee-or-penalty"
    assert indicated(without(events, deviations="d-2")) == "action-plan"
    assert {one.deviation for one in without(events, deviations="d-2").counting} == {"d-1"}


def test_a_void_clause_takes_its_deviations_notices_and_measures_with_it():
    under = [*counted("d-1", MARCH, clause="7.3"), *counted("d-2", MARCH + DAY)]
    assert [one.deviation for one in without(under, clauses="7.3").counting] == ["d-2"]
    assert [one.why for one in without(under, clauses="21").not_counting] == ["not-noticed", "not-noticed"]
    held = [quarantine("s-1"), served("s-1")]
    assert without(held, clauses="20.7").region(REGION_ID) is None


def test_a_void_term_leaves_the_rule_without_its_value():
    late = [reported("d-1", MARCH), decided("d-1", MARCH), noticed("d-1", MARCH + 31 * DAY)]
    assert without(late, terms="deviation.notice-days-max").counting
    assert without(late[:2], terms="deviation.notice-required").counting
    old = counted("d-1", date(2020, 1, 1))
    assert without(old, terms="ladder.window-months").counting
    now = counted("d-1", MARCH)
    assert without(now, terms="ladder.weights").region(REGION_ID).points_ppm == 1_000_000
    assert indicated(without(now, terms="ladder.thresholds")) == "none"
    stepped = [
        quarantine("s-1", rung="warning", ends_on=None),
        served("s-1"),
        *counted("d-1", MARCH, severity=1),
    ]
    assert indicated(without(stepped, terms="ladder.climbs-after-measure")) == "remark"
    regions = [e for r in ("skane", "halland") for n in range(3)
               for e in counted(f"d-{r}-{n}", MARCH + n * DAY, region=r)]  # fmt: skip
    assert without(regions, terms="ladder.national-rungs").national_indicated == "none"
    decaying = replace(TERMS, decay_ppm_per_month=500_000)
    state = ladder("s-1").over(enumerate(now, 1))
    void = Without(terms=frozenset(["ladder.decay-ppm-per-month"]))
    assert ladder_without(state, AT, (AGREEMENT, "nurses"), decaying, void).regions[0].points_ppm == 4_000_000


def test_every_term_of_the_ladder_but_the_taxonomy_can_be_void():
    assert set(NAMES) - set(VOID) == {"deviation.kinds"}
    with pytest.raises(KeyError):
        without([], terms="order.months-max")
