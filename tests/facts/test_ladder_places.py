"""A ladder by place: the same wherever it is kept; a region's reading is its part of the whole."""

from array import array
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Corrupt
from ledger.events.assignments import ContractConcluded
from ledger.facts.ladder import ladder
from ledger.facts.ladder_places import Days
from ledger.facts.ladder_reading import LadderReading, Rungs
from ledger.values import local_date, local_instant
from projections.ladder_kept import KEPT
from tests.decisions.background import AGREEMENT, quarantine, released, served
from tests.facts.shifts import contract
from tests.facts.test_ladder import DAY, MARCH, TERMS, decided, noticed, reported, withdrawn

REGIONS, LOTS = ("skane", "halland", "kalmar"), ("nurses", "doctors")
NAMES = tuple(f"d-{n}" for n in range(6))
PLACE = {"region": st.sampled_from(REGIONS), "lot": st.sampled_from(LOTS)}
DATES = st.integers(0, 500).map(lambda n: MARCH + n * DAY)


def _reported(name: str, on: date, **place: object) -> object:
    return reported(name, on, cause=f"c-{on.day % 5}", severity=on.day % 3 + 1, **place)


def _measured(measure: str, on: date, **place: object) -> list[object]:
    decision = replace(quarantine("s-1"), measure=measure, ends_on=None, **place)
    when = f"{on}T08:00:00Z"
    return [decision, served("s-1", when, measure), released("s-1", f"{on + 40 * DAY}T08:00:00Z", measure)]


def _concluded(on: date, **place: object) -> list[object]:
    return [contract(concluded_at=local_instant(on, 0), **place)]


STEPS = st.sampled_from([decided, noticed, withdrawn])
HAPPENED = st.lists(
    st.one_of(
        st.builds(_reported, st.sampled_from(NAMES), DATES, **PLACE).map(lambda e: [e]),
        st.builds(lambda step, name, on: [step(name, on)], STEPS, st.sampled_from(NAMES), DATES),
        st.builds(
            lambda n, on, cut, **place: _measured(f"m-{n}", on, **place)[:cut],
            st.integers(0, 3), DATES, st.integers(1, 3),
            region=st.sampled_from((*REGIONS, None)), lot=st.sampled_from(LOTS),
        ),
        st.builds(_concluded, DATES, **PLACE),
    ),
    max_size=30,
).map(lambda groups: [event for group in groups for event in group])  # fmt: skip


@given(HAPPENED, st.integers(0, 60))
def test_a_ladder_that_was_kept_goes_on_as_one_that_was_not(events, cut):
    first, later = list(enumerate(events, 1))[:cut], list(enumerate(events, 1))[cut:]
    whole, before = ladder("s-1").over([*first, *later]), ladder("s-1").over(first)
    resumed = ladder("s-1").from_state(KEPT.restore(KEPT.encode(before)), later)
    assert KEPT.encode(resumed) == KEPT.encode(whole) == KEPT.encode(KEPT.restore(KEPT.encode(whole)))
    assert resumed == whole
    assert ladder("s-1").over(first) == before, "a state that others hold has changed"
    assert (resumed.deviations, resumed.measures) == (whole.deviations, whole.measures)


@given(HAPPENED)
def test_what_a_kept_ladder_is_judged_by_is_what_was_recorded(events):
    state = ladder("s-1").over(enumerate(events, 1))
    kept = KEPT.restore(KEPT.encode(state))
    for (place, at), (where, again) in zip(_places(state), _places(kept), strict=True):
        assert (place, at.deviations.judged.told) == (where, again.deviations.judged.told)
        assert at.concluded.days.told == again.concluded.days.told == _days(events, place)


def _places(state):
    return sorted(state.places(), key=lambda one: str(one[0]))


def _days(events, place):
    told = [
        e for e in events if isinstance(e, ContractConcluded) and ((e.agreement, e.lot), e.region) == place
    ]
    return array("i", sorted(local_date(e.concluded_at).toordinal() for e in told))


@pytest.mark.parametrize("kept", [b'"AAA="', b'"AAAA"', b"[1]", b'"*"'])
def test_days_that_cannot_be_read_are_said_so(kept):
    with pytest.raises(Corrupt, match="kept part of a ladder"):
        assert Days(None, kept).told


@given(HAPPENED)
def test_everything_stands_in_one_place(events):
    state = ladder("s-1").over(enumerate(events, 1))
    names = [name for _, at in state.places() for name in (*at.deviations.told, *at.measures.told)]
    assert len(names) == len(set(names))
    for (lot, region), at in state.places():
        told = [one.reported.event for one in at.deviations.told.values() if one.reported]
        told += [one.decided.event for one in at.measures.told.values()]
        assert all(((e.agreement, e.lot), e.region) == (lot, region) for e in told)


@given(HAPPENED, DATES, st.sampled_from(REGIONS))
def test_the_reading_of_a_region_is_its_part_of_the_whole(events, at, region):
    state = ladder("s-1").over(enumerate(events, 1))
    kept = KEPT.restore(KEPT.encode(state))
    whole = Rungs.of(state, at, AGREEMENT, "nurses", TERMS).reading()
    assert Rungs.of(kept, at, AGREEMENT, "nurses", TERMS).reading(region) == _part(whole, region)


def _part(whole: LadderReading, region: str) -> LadderReading:
    own, counting = whole.region(region), [one for one in whole.counting if one.region == region]
    return LadderReading(
        at=whole.at, agreement=whole.agreement, lot=whole.lot, regions=(own,) if own else (),
        national_indicated=whole.national_indicated, national_decided=whole.national_decided,
        repeated=own.repeated if own else False, counting=tuple(counting),
        not_counting=tuple(one for one in whole.not_counting if one.region == region),
        next_lapse_on=min((one.lapses_on for one in counting), default=None),
        causes=own.causes if own else 0, assignments=own.assignments if own else 0,
        rate_ppm=own.rate_ppm if own else None,
    )  # fmt: skip
