"""The former-employee bar: any day in (D − 12 months, D], against a look at every day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.events.employment import EmploymentRecorded
from ledger.events.parties import Entity
from ledger.events.succession import EntitySucceeded
from ledger.facts.former_employee import BarTerms, bar_at, employers_of
from ledger.facts.parties import Region
from ledger.facts.profiles import Profile
from ledger.facts.recorded import Recorded
from ledger.values import plus_months
from tests.decisions.background import REGION

DAY = timedelta(days=1)
ORG = "232100-0214"
RULE = BarTerms(12, "legal-person", True, "last-hour", ("publication", "offer", "start"))
JOB = EmploymentRecorded(
    consultant="k-1", employer=ORG, authority=None, form="monthly", from_on=date(2015, 1, 1),
    until_on=date(2024, 3, 1), last_worked_on=None, source="Certificate", trust="direct",
)  # fmt: skip


def holds(job, on, rule=RULE):
    return bar_at([Profile(employments=(Recorded(1, job),))], frozenset({ORG}), on, rule).holds


@pytest.mark.parametrize(
    ("until_on", "first_free_on"),
    [
        (date(2024, 3, 1), date(2025, 3, 1)),  # the last date employed is 29 February of a leap year
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 3, 1), date(2024, 2, 28)),
        (date(2024, 7, 1), date(2025, 6, 30)),
        (date(2024, 6, 30), date(2025, 6, 29)),
    ],
)
def test_the_bar_ends_twelve_months_after_the_last_date_employed(until_on, first_free_on):
    job = replace(JOB, until_on=until_on)
    assert holds(job, first_free_on - DAY)
    assert not holds(job, first_free_on)


def test_a_running_employment_bars_and_one_that_has_not_begun_does_not():
    running = replace(JOB, until_on=None)
    assert holds(running, date(2030, 1, 1))
    assert not holds(running, JOB.from_on - DAY)


def test_hourly_staff_are_barred_until_the_last_hour_worked():
    hourly = replace(JOB, form="hourly", until_on=date(2024, 12, 31), last_worked_on=date(2024, 1, 10))
    assert holds(hourly, date(2025, 1, 9))
    assert not holds(hourly, date(2025, 1, 10))
    assert holds(hourly, date(2025, 1, 10), replace(RULE, hourly_until="contract-end"))


def test_hourly_staff_whose_last_hour_is_unknown_are_employed_until_the_contract_ends():
    assert holds(replace(JOB, form="hourly", until_on=None), date(2030, 1, 1))


def test_another_legal_person_of_the_region_bars_only_where_the_policy_says_region():
    company = Entity(authority="jh-ab", name="Exempel AB", level="company", organisation_number="556000-0001")
    region = Region(Recorded(1, replace(REGION, entities=(*REGION.entities, company))))
    on = date(2025, 1, 1)
    assert employers_of(region, "jh-rs", on, RULE) == {ORG}
    assert employers_of(region, "jh-rs", on, replace(RULE, level="region")) == {ORG, "556000-0001"}


def test_a_legal_person_that_was_succeeded_bars_from_the_date_of_succession_on():
    former = Entity(authority="jh-old", name="Gamla", level="region", organisation_number="232100-0001")
    told = EntitySucceeded(
        region=REGION.region, former="jh-old", successor="jh-rs", from_on=date(2025, 1, 1), cause="merger",
        source="RS 1", registry_number="RS/1/2025",
    )  # fmt: skip
    region = Region(
        Recorded(1, replace(REGION, entities=(*REGION.entities, former))), successions=(Recorded(2, told),)
    )
    assert employers_of(region, "jh-rs", date(2024, 12, 31), RULE) == {ORG}
    assert employers_of(region, "jh-rs", date(2025, 1, 1), RULE) == {ORG, "232100-0001"}
    assert employers_of(region, "jh-rs", date(2025, 1, 1), replace(RULE, predecessors=False)) == {ORG}


days = st.integers(0, 900).map(lambda n: date(2023, 1, 1) + n * DAY)
jobs = st.builds(
    lambda start, length, hourly, worked: replace(
        JOB, from_on=start, until_on=None if length is None else start + length * DAY,
        form="hourly" if hourly else "monthly", last_worked_on=start + worked * DAY if hourly else None,
    ),
    days, st.one_of(st.none(), st.integers(1, 800)), st.booleans(), st.integers(0, 100),
)  # fmt: skip


def naive(job, on, months):
    day, first = on, plus_months(on, -months)
    while day > first:
        ended = job.until_on is not None and day >= job.until_on
        if job.form == "hourly":
            ended = day > job.last_worked_on
        if job.from_on <= day and not ended:
            return True
        day -= DAY
    return False


@given(st.lists(jobs, max_size=4), days, st.integers(1, 24))
def test_the_bar_is_what_a_look_at_every_day_finds(held, on, months):
    profile = Profile(employments=tuple(Recorded(n, job) for n, job in enumerate(held)))
    found = bar_at([profile], frozenset({ORG}), on, replace(RULE, months=months))
    assert found.holds == any(naive(job, on, months) for job in held)
