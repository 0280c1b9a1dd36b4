"""What the views of one human's suitability show: karens, the statutory counter, credentials."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger.events.consultants import ConsultantRegistered, ConsultantsLinked
from ledger.events.credentials import (
    EvidenceVoided,
    ExperienceRecorded,
    LicenceChanged,
    LicenceRecorded,
    ReferenceChecked,
)
from ledger.events.employment import EmploymentRecorded
from ledger.events.parties import Entity, RegionRegistered
from ledger.events.placement import EarlierPlacementRecorded, PlacementSettled
from ledger.events.spot_checks import (
    PensionCheckConcluded,
    PensionEvidenceRecorded,
    PensionPopulationFrozen,
    PensionSampleDrawn,
)
from ledger.facts.profiles import Profile, profiles
from ledger.facts.spot_checks import sample_of
from ledger.values import local_instant
from projections.base import VIEWS, UnanswerableError, UnknownKeyError
from tests.histories import AGREEMENT, START_ON, Story
from tests.projections.asking import asked

DAY = timedelta(days=1)
ORG = "232100-0255"
ENTITIES = (
    Entity(authority="rs", name="Regionstyrelsen", level="region", organisation_number=ORG),
    Entity(authority="ab", name="Exempel AB", level="company", organisation_number="556000-0001"),
)


def told(*events: tuple[type[Any], dict[str, Any]]) -> Story:
    story = Story().opened()
    story.tell(RegionRegistered, region="skane", entities=ENTITIES)
    story.tell(ConsultantRegistered, consultant="c-1", supplier="s-1", profession="nurse", own_company=False)
    for cls, given in events:
        story.tell(cls, **given)
    return story


def employed(until_on: date | None, **given: Any) -> tuple[type[Any], dict[str, Any]]:
    return EmploymentRecorded, {
        "consultant": "c-1", "employer": ORG, "form": "monthly", "from_on": date(2020, 1, 1),
        "until_on": until_on, "last_worked_on": None, "corrects": None, **given,
    }  # fmt: skip


def bar(story: Story, at: date, **params: Any) -> Any:
    return asked(
        story, "former-employee-bar", "c-1", at, agreement=AGREEMENT, region="skane", **params
    ).reading


def test_the_bar_is_shown_for_each_legal_person_of_the_region() -> None:
    story = told(employed(date(2024, 7, 1)))
    company, region = bar(story, date(2025, 6, 29)).bars
    assert (region.authority, region.barred, region.days_since, region.days_required) == (
        "rs",
        True,
        364,
        365,
    )
    assert (company.authority, company.barred, company.employment) == ("ab", False, None)
    assert bar(story, date(2025, 6, 30), authority="rs").bars[0].barred is False


def test_an_employment_recorded_later_shows_when_the_assignment_is_tested_again() -> None:
    story = told()
    story.contract("c-1", "a-1")
    assert [one.at_start for one in bar(story, START_ON).retests] == [False]
    cls, given = employed(date(2024, 7, 1))
    position = story.tell(cls, **given)
    reading = bar(story, date(2025, 6, 30))
    assert [(one.at_start, one.now) for one in reading.retests] == [(True, False)]
    assert position in reading.evidence
    assert bar(story, date(2026, 6, 30)).retests[0].now is None


def test_a_corrected_employment_replaces_the_former() -> None:
    story = told(employed(None))
    assert bar(story, date(2025, 6, 30)).bars[1].barred
    cls, given = employed(date(2023, 1, 1), corrects=len(story.events))
    story.tell(cls, **given)
    assert not bar(story, date(2025, 6, 30)).bars[1].barred


def test_the_counter_adds_up_companies_and_ids_and_is_kept_by_operating_unit() -> None:
    story = told(
        (ConsultantsLinked, {"consultant": "c-1", "same_as": "c-2"}),
        (
            EarlierPlacementRecorded,
            {
                "consultant": "c-2", "operating_unit": "o-u-1", "company": "559000-0005",
                "from_on": date(2024, 1, 1), "until_on": START_ON,
            },
        ),
    )  # fmt: skip
    story.worked("c-1", "a-1", START_ON, 3)
    reading = asked(story, "statutory-placement", "c-1", date(2025, 3, 1), agreement=AGREEMENT).reading
    (unit,) = reading.units
    assert (unit.operating_unit, unit.companies) == ("o-u-1", ("559000-0005", "s-1"))
    assert (unit.counter.days, unit.counter.exceeded, unit.counter.exceeds_on) == (369, False, None)
    assert reading.same_human == ("c-1", "c-2")


def test_the_counter_says_when_a_proposed_period_would_exceed_it_and_that_it_is_settled() -> None:
    earlier = {
        "consultant": "c-1", "operating_unit": "o-1", "from_on": date(2023, 1, 1), "until_on": START_ON
    }  # fmt: skip
    story = told((EarlierPlacementRecorded, earlier))
    params = {"agreement": AGREEMENT, "from_on": START_ON, "until_on": START_ON + 30 * DAY}
    (unit,) = asked(story, "statutory-placement", "c-1", START_ON - DAY, **params).reading.units
    assert (unit.counter.days, unit.counter.days_max, unit.counter.exceeded) == (731, 731, False)
    assert unit.counter.exceeds_on == START_ON
    settled = story.tell(PlacementSettled, consultant="c-1", operating_unit="o-1", how="offer", on=START_ON)
    (unit,) = asked(story, "statutory-placement", "c-1", START_ON, **params).reading.units
    assert unit.counter.settled == settled


@pytest.mark.parametrize("half", [{"from_on": START_ON}, {"from_on": START_ON, "until_on": START_ON}])
def test_half_a_proposed_period_is_no_question(half: dict[str, date]) -> None:
    story = told()
    story.worked("c-1", "a-1", START_ON, 1)
    with pytest.raises(UnanswerableError, match="proposed period"):
        asked(story, "statutory-placement", "c-1", START_ON, agreement=AGREEMENT, **half)


def licensed(**given: Any) -> tuple[type[Any], dict[str, Any]]:
    return LicenceRecorded, {
        "consultant": "c-1", "profession": "nurse", "licensed_on": date(2019, 6, 12), **given
    }  # fmt: skip


def test_credentials_say_who_vouched_and_which_shifts_had_no_licence() -> None:
    withdrawn = {
        "consultant": "c-1", "profession": "nurse", "state": "withdrawn", "from_on": START_ON + 2 * DAY
    }  # fmt: skip
    story = told(licensed(), (LicenceChanged, withdrawn))
    story.worked("c-1", "a-1", START_ON, 3)
    params = {"agreement": AGREEMENT, "profession": "nurse"}
    reading = asked(story, "credentials", "c-1", START_ON + 5 * DAY, **params).reading
    assert reading.shifts_licensed == 2
    assert [(one.on, one.licence) for one in reading.shifts_flagged] == [(START_ON + 2 * DAY, "withdrawn")]
    assert [(one.fact, one.position) for one in reading.vouched] == [
        ("licence-recorded", 5), ("licence-changed", 6)
    ]  # fmt: skip
    assert reading.checks[0].code == "licence-withdrawn"
    before = asked(story, "credentials", "c-1", START_ON, **params).reading
    assert before.checks[0].outcome == "met"


@pytest.mark.parametrize("name", ["credentials", "former-employee-bar", "statutory-placement"])
def test_nothing_recorded_is_an_unknown_key(name: str) -> None:
    params = {"credentials": {"profession": "nurse"}, "former-employee-bar": {"region": "skane"}}
    with pytest.raises(UnknownKeyError):
        asked(told(), name, "c-9", START_ON, agreement=AGREEMENT, **params.get(name, {}))


def test_a_profile_comes_back_from_its_bytes() -> None:
    story = told(
        licensed(), employed(None),
        (ExperienceRecorded, {"consultant": "c-1"}), (ReferenceChecked, {"consultant": "c-1"}),
        (EarlierPlacementRecorded, {"consultant": "c-1"}), (PlacementSettled, {"consultant": "c-1"}),
        (EvidenceVoided, {"consultant": "c-1", "voided": 7}),
    )  # fmt: skip
    fold = profiles("c-1")
    inside = [(n, e) for n, e in enumerate(story.events, 1) if type(e) in fold.kind.handlers]
    state = fold.over(inside)
    shape = VIEWS["credentials"].shape
    assert shape.restore(shape.encode(state)) == state
    assert (len(state.employments), state.experience) == (1, ())
    assert isinstance(state, Profile)


def test_a_spot_check_shows_the_draw_again_and_who_is_missing() -> None:
    population = ("c-1", "c-2", "c-3")
    frozen_at = local_instant(START_ON, 0)
    story = Story().opened()
    given = {"spot_check": "sc-1", "supplier": "s-1"}
    story.tell(
        PensionPopulationFrozen, agreement=AGREEMENT, population=population, sample_size=2,
        frozen_at=frozen_at, evidence_by=START_ON + 30 * DAY, **given,
    )  # fmt: skip
    sample = sample_of(population, "abc", 2)
    story.tell(PensionSampleDrawn, value="abc", sample=sample, **given)
    story.tell(PensionEvidenceRecorded, consultant=sample[0], kind="statement", result="met", **given)
    reading = asked(story, "pension-spot-check", "sc-1", START_ON + 31 * DAY).reading
    assert (reading.drawn_again, reading.missing, reading.overdue) == (True, (sample[1],), True)
    assert {one.result for one in reading.shown} == {"met", "not-shown"}
    assert not asked(story, "pension-spot-check", "sc-1", START_ON + 30 * DAY).reading.overdue
    assert reading.results == ()
    story.tell(PensionCheckConcluded, **given)
    concluded = asked(story, "pension-spot-check", "sc-1", START_ON).reading
    assert [(one.consultant, one.result, one.facts) for one in concluded.results] == sorted(
        [(sample[0], "met", (5,)), (sample[1], "not-shown", ())]
    )
    forged = Story(story.events[:3])
    forged.tell(PensionSampleDrawn, value="abc", sample=sample[::-1], **given)
    assert asked(forged, "pension-spot-check", "sc-1", START_ON).reading.drawn_again is False
