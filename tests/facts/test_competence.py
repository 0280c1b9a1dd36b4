"""Competence at a date: licences, service in days and shares, against a day-by-day count."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.events.credentials import ExperienceRecorded, LicenceChanged, LicenceRecorded, Proof
from ledger.facts.competence import PPM, Service, evidence_of, experience_since, licence_at, nordic_share
from ledger.facts.profiles import Profile
from ledger.facts.recorded import Recorded
from ledger.values import plus_months

DAY = timedelta(days=1)
PROOF = Proof(
    document="hosp-extract", dated_on=date(2025, 1, 15), checked_by="supplier quality function",
    checked_on=date(2025, 1, 16), reference="Q/1",
)  # fmt: skip
LICENCE = LicenceRecorded(
    consultant="k-1", profession="nurse", licensed_on=date(2020, 6, 12), proof=PROOF, trust="direct"
)
WITHDRAWN = LicenceChanged(
    consultant="k-1", profession="nurse", state="withdrawn", from_on=date(2025, 5, 2), restriction="",
    proof=PROOF, trust="direct",
)  # fmt: skip
SERVICE = ExperienceRecorded(
    consultant="k-1", profession="nurse", clinical=True, country="se", from_on=date(2021, 1, 1),
    until_on=date(2023, 1, 1), share_ppm=PPM, proof=PROOF, trust="direct",
)  # fmt: skip


def licensed(*changes):
    numbered = tuple(Recorded(2 + n, change) for n, change in enumerate(changes))
    return Profile(licences=(Recorded(1, LICENCE),), licence_changes=numbered)


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2020, 6, 11), "none"),
        (date(2020, 6, 12), "valid"),
        (date(2025, 5, 1), "valid"),
        (date(2025, 5, 2), "withdrawn"),
        (date(2025, 9, 1), "restricted"),
        (date(2025, 10, 1), "valid"),
    ],
)
def test_the_latest_change_that_has_taken_effect_decides(on, state):
    restricted = replace(WITHDRAWN, state="restricted", from_on=date(2025, 9, 1), restriction="no night work")
    restored = replace(WITHDRAWN, state="restored", from_on=date(2025, 10, 1))
    assert licence_at([licensed(restored, WITHDRAWN, restricted)], "nurse", on).state == state


def naive_licence(profiles, profession, on):
    """The licence at the end of a date, looked for among all that is recorded."""
    facts = [fact for one in profiles for fact in one.licences if fact.event.profession == profession]
    given = min([(f.event.licensed_on, f.position) for f in facts if f.event.licensed_on <= on], default=None)
    if given is None:
        return "none", None, ()
    facts = [fact for one in profiles for fact in one.licence_changes if fact.event.profession == profession]
    begun = [(f.event.from_on, f.position, f.event.state) for f in facts if f.event.from_on <= on]
    if not begun:
        return "valid", given[0], given[1:]
    _, position, last = max(begun)
    return "valid" if last == "restored" else last, given[0], tuple(sorted((given[1], position)))


MARCH = st.dates(date(2025, 3, 1), date(2025, 3, 9))
PROFESSIONS = st.sampled_from(["nurse", "doctor"])
CHANGES = st.tuples(MARCH, PROFESSIONS, st.sampled_from(["restricted", "withdrawn", "restored"]))


@given(st.lists(st.tuples(MARCH, PROFESSIONS), max_size=4), st.lists(CHANGES, max_size=5), st.integers(0, 4))
def test_a_licence_put_in_order_is_what_is_found_among_all(grants, changes, cut):
    licences = [
        Recorded(n, replace(LICENCE, licensed_on=on, profession=what))
        for n, (on, what) in enumerate(grants, 1)
    ]
    later = [
        Recorded(9 - n, replace(WITHDRAWN, from_on=on, profession=what, state=state))
        for n, (on, what, state) in enumerate(changes)
    ]
    profiles = [
        Profile(licences=tuple(licences[:cut]), licence_changes=tuple(later[cut:])),
        Profile(licences=tuple(licences[cut:]), licence_changes=tuple(later[:cut])),
    ]
    for day in range(12):
        on = date(2025, 2, 27) + timedelta(day)
        found = licence_at(profiles, "nurse", on)
        assert (found.state, found.licensed_on, found.facts) == naive_licence(profiles, "nurse", on)


def test_a_licence_recorded_under_another_id_of_the_human_counts_and_one_for_another_profession_does_not():
    assert licence_at([Profile(), licensed()], "nurse", date(2025, 1, 1)).facts == (1,)
    assert licence_at([licensed()], "doctor", date(2025, 1, 1)).state == "none"


def test_service_in_another_country_than_the_nordic_ones_is_no_nordic_service():
    profile = Profile(experience=(Recorded(1, SERVICE), Recorded(2, replace(SERVICE, country="de"))))
    assert [position for *_, position in evidence_of((profile,)).nordic(frozenset({"se", "no"})).spans] == [1]


FIRST = date(2019, 12, 1)
periods = st.lists(
    st.builds(
        lambda start, length, share: replace(
            SERVICE, from_on=FIRST + start * DAY, until_on=FIRST + (start + length) * DAY, share_ppm=share
        ),
        st.integers(0, 1800), st.integers(1, 900), st.integers(1, PPM),
    ),
    max_size=5,
)  # fmt: skip
dates = st.integers(0, 2200).map(lambda n: FIRST + n * DAY)


def recorded(events):
    return tuple(Recorded(n, e) for n, e in enumerate(events, 1))


def served(events):
    return Service.of(recorded(events))


def naive_share(events, day):
    return min(PPM, sum(e.share_ppm for e in events if e.from_on <= day < e.until_on))


def days(first, last):
    return [first + n * DAY for n in range((last - first).days + 1)]


@given(periods, dates, dates, st.sampled_from(["calendar", "full-time"]), st.integers(1, 60))
@settings(deadline=None)
def test_experience_is_what_a_day_by_day_count_finds(events, since, on, measure, months):
    shares = [naive_share(events, day) for day in days(since, on)]
    expected = sum((PPM if measure == "calendar" else share) for share in shares if share) // PPM
    found = experience_since(served(events), since, on, months, measure)
    assert (found.found or 0) == expected
    assert found.required == len(days(plus_months(on, -months) + DAY, on))
    assert found.met == (found.found is not None and expected >= found.required)


@given(periods, dates, st.integers(1, 60), st.integers(0, PPM))
@settings(deadline=None)
def test_the_nordic_share_is_what_a_day_by_day_count_finds(events, on, months, least):
    window = days(plus_months(on, -months) + DAY, on)
    shares = [naive_share(events, day) for day in window]
    average = nordic_share(served(events), on, months, least, "average")
    most = nordic_share(served(events), on, months, least, "at-some-time")
    assert (average.found or 0) == sum(shares) // len(window)
    assert (most.found or 0) == max(shares)


def test_two_years_are_met_on_their_last_day_and_not_a_day_before():
    service = replace(SERVICE, from_on=date(2023, 3, 3), until_on=date(2030, 1, 1))
    for on, met in ((date(2025, 3, 1), False), (date(2025, 3, 2), True)):
        assert experience_since(served([service]), date(2020, 1, 1), on, 24, "calendar").met is met


def test_full_time_counts_part_time_as_its_share():
    service = replace(SERVICE, share_ppm=PPM // 2)
    calendar, full = (
        experience_since(served([service]), date(2020, 1, 1), date(2023, 1, 1), 12, measure)
        for measure in ("calendar", "full-time")
    )
    assert (calendar.found, full.found) == (730, 365)
