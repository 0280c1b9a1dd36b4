"""Competence of a consultant at a date: licence, clinical experience after it, Nordic experience (S3).

Service is counted in days of full time (parts per million of a day), over the union of a human's periods: on
a date with several, their shares add up to at most one. "Two years" seen from a date D are the days of
``(D − 24 months, D]``, so a leap day never decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

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


def licence_at(profiles: Iterable[Profile], profession: str, on: date) -> Licence:
    """The licence at the end of a date: the first grant, and the latest change that has taken effect."""
    held = tuple(profiles)
    given = sorted(
        (fact.event.licensed_on, fact.position)
        for profile in held
        for fact in profile.licences
        if fact.event.profession == profession and fact.event.licensed_on <= on
    )
    if not given:
        return Licence("none", None, ())
    changes = sorted(
        (
            fact
            for profile in held
            for fact in profile.licence_changes
            if fact.event.profession == profession and fact.event.from_on <= on
        ),
        key=lambda fact: (fact.event.from_on, fact.position),
    )
    licensed_on, position = given[0]
    if not changes:
        return Licence("valid", licensed_on, (position,))
    last = changes[-1]
    state: Licensed = "valid" if last.event.state == "restored" else last.event.state
    return Licence(state, licensed_on, tuple(sorted((position, last.position))))


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
    inside = _overlapping(periods, since, on)
    found = sum(
        days * (PPM if measure == "calendar" else share) for days, share in stretches(inside, since, on)
    )
    required = (on - plus_months(on, -months)).days
    return Amount(found // PPM if inside else None, required, tuple(fact.position for fact in inside))


def nordic_share(
    periods: Sequence[Experience], on: date, months: int, share_min: int, reading: str
) -> Amount:
    """The share of service in ``(on − months, on]``: on average over all of it, or the most at some time."""
    first = plus_months(on, -months) + DAY
    inside = _overlapping(periods, first, on)
    parts = tuple(stretches(inside, first, on))
    if reading == "average":
        found = sum(days * share for days, share in parts) // (on - first + DAY).days
    else:
        found = max((share for _, share in parts), default=0)
    return Amount(found if inside else None, share_min, tuple(fact.position for fact in inside))


def stretches(periods: Sequence[Experience], first: date, last: date) -> Iterable[tuple[int, int]]:
    """Stretches of dates from ``first`` through ``last`` with service: (days, share of full time in ppm)."""
    ordered = sorted(periods, key=_begins)
    if all(one.event.until_on <= following.event.from_on for one, following in pairwise(ordered)):
        yield from _apart(ordered, first, last)
        return
    edges = {first, last + DAY}
    edges |= {day for fact in periods for day in (fact.event.from_on, fact.event.until_on)}
    cuts = sorted(day for day in edges if first <= day <= last + DAY)
    for start, end in pairwise(cuts):
        share = sum(f.event.share_ppm for f in periods if f.event.from_on <= start < f.event.until_on)
        if share:
            yield (end - start).days, min(share, PPM)


def _begins(fact: Experience) -> date:
    return fact.event.from_on


def _apart(ordered: Sequence[Experience], first: date, last: date) -> Iterable[tuple[int, int]]:
    """The same where no date has two periods: each period is one stretch."""
    for fact in ordered:
        start, end = max(first, fact.event.from_on), min(last + DAY, fact.event.until_on)
        if start < end and fact.event.share_ppm:
            yield (end - start).days, min(fact.event.share_ppm, PPM)


def _overlapping(periods: Sequence[Experience], first: date, last: date) -> tuple[Experience, ...]:
    found = (f for f in periods if f.event.from_on <= last and first < f.event.until_on)
    return tuple(sorted(found, key=lambda fact: fact.position))
