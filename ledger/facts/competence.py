"""Competence of a consultant at a date: licence, clinical experience after it, Nordic experience (S3).

Service is counted in days of full time (parts per million of a day), over the union of a human's periods: on
a date with several, their shares add up to at most one. "Two years" seen from a date D are the days of
``(D − 24 months, D]``, so a leap day never decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, cast

from msgspec import Struct

from ledger.events.credentials import ExperienceRecorded, SpecialistCertificateRecorded
from ledger.facts.profiles import Profile
from ledger.facts.recorded import Recorded
from ledger.policy.model import Resolved
from ledger.values import plus_months

PPM = 1_000_000
DAY = timedelta(days=1)
TERMS = (
    "competence.clinical-months-min",
    "competence.specialist-months-min",
    "competence.specialities",
    "competence.measure",
    "competence.nordic-window-months",
    "competence.nordic-share-min",
    "competence.nordic-countries",
    "competence.nordic-reading",
    "competence.tested-on",
    "competence.unproven",
)
Licensed = Literal["none", "valid", "restricted", "withdrawn"]
Experience = Recorded[ExperienceRecorded]


@dataclass(frozen=True, slots=True)
class CompetenceTerms:
    """What competence is, as the policy has it; months are calendar months, shares parts per million."""

    clinical_months: int
    specialist_months: int
    specialities: frozenset[str]
    measure: str
    nordic_months: int
    nordic_share: int
    nordic_countries: frozenset[str]
    nordic_reading: str
    tested_on: tuple[str, ...]
    unproven_excludes: bool

    @classmethod
    def of(cls, terms: Mapping[str, Resolved]) -> "CompetenceTerms":
        """From resolved values."""
        return cls(
            clinical_months=terms["competence.clinical-months-min"].number,
            specialist_months=terms["competence.specialist-months-min"].number,
            specialities=frozenset(terms["competence.specialities"].words),
            measure=terms["competence.measure"].text,
            nordic_months=terms["competence.nordic-window-months"].number,
            nordic_share=terms["competence.nordic-share-min"].number,
            nordic_countries=frozenset(terms["competence.nordic-countries"].words),
            nordic_reading=terms["competence.nordic-reading"].text,
            tested_on=terms["competence.tested-on"].words,
            unproven_excludes=terms["competence.unproven"].text == "exclude",
        )


class Amount(Struct, frozen=True):
    """What was found at a date beside what is required, in one unit; ``facts`` are positions."""

    found: int | None
    required: int
    facts: tuple[int, ...]

    @property
    def met(self) -> bool:
        """Whether enough was found."""
        return self.found is not None and self.found >= self.required


class Licence(Struct, frozen=True):
    """The licence to practise a profession at a date, and the facts behind it."""

    state: Licensed
    licensed_on: date | None
    facts: tuple[int, ...]


NO_LICENCE = Licence("none", None, ())


def licence_at(profiles: Iterable[Profile], profession: str, on: date) -> Licence:
    """The licence at the end of a date: the first grant, and the latest change that has taken effect."""
    given: tuple[date, int] | None = None
    last: tuple[date, int, str] | None = None
    for profile in profiles:
        for licence in profile.licences:
            granted = licence.event
            if granted.profession == profession and granted.licensed_on <= on:
                first = granted.licensed_on, licence.position
                given = first if given is None else min(given, first)
        for changed in profile.licence_changes:
            change = changed.event
            if change.profession == profession and change.from_on <= on:
                latest = change.from_on, changed.position, change.state
                last = latest if last is None else max(last, latest)
    if given is None:
        return NO_LICENCE
    licensed_on, position = given
    if last is None:
        return Licence("valid", licensed_on, (position,))
    state = cast("Licensed", "valid" if last[2] == "restored" else last[2])
    return Licence(state, licensed_on, tuple(sorted((position, last[1]))))


def certificate_at(
    profiles: Iterable[Profile], speciality: str, on: date
) -> Recorded[SpecialistCertificateRecorded] | None:
    """The first certificate of a speciality given by a date."""
    found = [
        fact
        for profile in profiles
        for fact in profile.certificates
        if fact.event.speciality == speciality and fact.event.certified_on <= on
    ]
    return min(found, key=lambda fact: (fact.event.certified_on, fact.position), default=None)


def clinical(profiles: Iterable[Profile], profession: str) -> tuple[Experience, ...]:
    """Every period of clinical service in a profession."""
    return tuple(
        fact
        for profile in profiles
        for fact in profile.experience
        if fact.event.clinical and fact.event.profession == profession
    )


def nordic(profiles: Iterable[Profile], countries: frozenset[str]) -> tuple[Experience, ...]:
    """Every period of clinical service in the Nordic countries, in any profession."""
    return tuple(
        fact
        for profile in profiles
        for fact in profile.experience
        if fact.event.clinical and fact.event.country in countries
    )


def experience_since(
    periods: Sequence[Experience], since: date, on: date, months: int, measure: str
) -> Amount:
    """Days of service from ``since`` through ``on``; required are the days of the last ``months`` months.

    The measure ``calendar`` counts a day of part-time service as a day, ``full-time`` as its share of one.
    """
    parts, facts = served(periods, since, on)
    found = sum([days * (PPM if measure == "calendar" else share) for days, share in parts])
    required = (on - plus_months(on, -months)).days
    return Amount(found // PPM if facts else None, required, facts)


def nordic_share(
    periods: Sequence[Experience], on: date, months: int, share_min: int, reading: str
) -> Amount:
    """The share of service in ``(on − months, on]``: on average over all of it, or the most at some time."""
    first = plus_months(on, -months) + DAY
    parts, facts = served(periods, first, on)
    if reading == "average":
        found = sum([days * share for days, share in parts]) // (on - first + DAY).days
    else:
        found = max([share for _, share in parts], default=0)
    return Amount(found if facts else None, share_min, facts)


Parts = Sequence[tuple[int, int]]
"""Stretches of dates with service: (days, share of full time in ppm)."""


def served(periods: Sequence[Experience], first: date, last: date) -> tuple[Parts, tuple[int, ...]]:
    """Service from ``first`` through ``last``, and the positions of the periods that reach into it."""
    inside = [fact for fact in periods if fact.event.from_on <= last and first < fact.event.until_on]
    if not inside:
        return (), ()
    facts = tuple(sorted([fact.position for fact in inside]))
    return _stretches([fact.event for fact in inside], first, last), facts


def _stretches(periods: list[ExperienceRecorded], first: date, last: date) -> Parts:
    """Where no date has two periods, each is one stretch; else between the dates where one begins or ends."""
    periods.sort(key=_begins)
    if all(one.until_on <= following.from_on for one, following in pairwise(periods)):
        return _apart(periods, first, last + DAY)
    edges = {first, last + DAY}
    edges |= {day for period in periods for day in (period.from_on, period.until_on)}
    cuts = sorted(day for day in edges if first <= day <= last + DAY)
    found = []
    for start, end in pairwise(cuts):
        share = sum(period.share_ppm for period in periods if period.from_on <= start < period.until_on)
        if share:
            found.append(((end - start).days, min(share, PPM)))
    return found


def _begins(period: ExperienceRecorded) -> date:
    return period.from_on


def _apart(periods: Sequence[ExperienceRecorded], first: date, until: date) -> Parts:
    found = []
    for period in periods:
        start, end = max(first, period.from_on), min(until, period.until_on)
        if start < end and period.share_ppm:
            found.append(((end - start).days, min(period.share_ppm, PPM)))
    return found
