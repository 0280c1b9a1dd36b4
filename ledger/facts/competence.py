"""Competence of a consultant at a date: licence, clinical experience after it, Nordic experience (S3).

Service is counted in days of full time (parts per million of a day), over the union of a human's periods: on
a date with several, their shares add up to at most one. "Two years" seen from a date D are the days of
``(D − 24 months, D]``, so a leap day never decides.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Literal

from msgspec import Struct

from ledger.events.credentials import ExperienceRecorded, SpecialistCertificateRecorded
from ledger.facts.profiles import Profile
from ledger.facts.recorded import Recorded
from ledger.policy.model import Resolved
from ledger.policy.remembered import remembered
from ledger.values import plus_months

PPM = 1_000_000
HUMANS_KEPT = 16_384
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


class Licensing(Struct, frozen=True):
    """The licence in one profession, put in order once: ``states`` from before the first of the dates on.

    ``turns`` are the date of the first grant and those of the changes after it, in order.
    """

    turns: tuple[date, ...]
    states: tuple[Licence, ...]

    @classmethod
    def of(cls, profiles: Iterable[Profile], profession: str) -> "Licensing":
        """What these profiles of one human show of a profession."""
        held = tuple(profiles)
        grants = [fact for one in held for fact in one.licences if fact.event.profession == profession]
        if not grants:
            return cls((), (NO_LICENCE,))
        licensed_on, granted = min([(fact.event.licensed_on, fact.position) for fact in grants])
        changes = sorted([
            (fact.event.from_on, fact.position, fact.event.state)
            for one in held for fact in one.licence_changes if fact.event.profession == profession
        ])  # fmt: skip
        turns = sorted({licensed_on, *[day for day, *_ in changes if day > licensed_on]})
        states = [Licence("valid", licensed_on, (granted,))] * len(turns)
        for number, turn in enumerate(turns):
            begun = [change for change in changes if change[0] <= turn]
            if begun:
                _, position, last = begun[-1]
                state: Licensed = "valid" if last == "restored" else last
                states[number] = Licence(state, licensed_on, tuple(sorted((granted, position))))
        return cls(tuple(turns), (NO_LICENCE, *states))

    def at(self, on: date) -> Licence:
        """The licence at the end of a date: the first grant, and the latest change that has taken effect."""
        return self.states[bisect_right(self.turns, on)]


def licence_at(profiles: Iterable[Profile], profession: str, on: date) -> Licence:
    """The licence at the end of a date: the first grant, and the latest change that has taken effect."""
    return evidence_of(tuple(profiles)).licence(profession, on)


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


class Service(Struct, frozen=True):
    """Periods of service put in order once, so that what lies between two dates is a difference of two sums.

    ``spans`` are the periods as (first ordinal, ordinal after the last, position), by position. ``cuts`` are
    the ordinals at which a share begins, ``shares`` how much it is from there on (ppm, at most all of full
    time), ``full`` and ``calendar`` what lies before each cut: in ppm of days, and in ppm of days that count
    whole.
    """

    spans: tuple[tuple[int, int, int], ...]
    cuts: tuple[int, ...]
    shares: tuple[int, ...]
    full: tuple[int, ...]
    calendar: tuple[int, ...]

    @classmethod
    def of(cls, periods: Iterable[Experience]) -> "Service":
        """The service of these periods; on a date with several, their shares add up to at most one."""
        found = sorted(periods, key=lambda fact: fact.position)
        spans = tuple((f.event.from_on.toordinal(), f.event.until_on.toordinal(), f.position) for f in found)
        cuts = tuple(sorted({day for begin, end, _ in spans for day in (begin, end)}))
        held = tuple(zip(spans, (f.event.share_ppm for f in found), strict=True))
        shares = tuple(min(PPM, sum(ppm for (begin, end, _), ppm in held if begin <= d < end)) for d in cuts)
        lengths = [after - day for day, after in pairwise(cuts)]
        full = accumulate((n * ppm for n, ppm in zip(lengths, shares, strict=False)), initial=0)
        ones = (n * PPM if ppm else 0 for n, ppm in zip(lengths, shares, strict=False))
        whole = accumulate(ones, initial=0)
        return cls(spans, cuts, shares, tuple(full), tuple(whole))

    def facts(self, first: int, after: int) -> tuple[int, ...]:
        """The positions of the periods that reach into the ordinals from ``first`` until ``after``."""
        return tuple([at for begin, end, at in self.spans if begin < after and first < end])

    def ppm_days(self, first: int, after: int, *, calendar: bool = False) -> int:
        """The service on these ordinals in ppm of days; ``calendar`` counts a day of part time as a day."""
        if first >= after:
            return 0
        before = self._whole_before if calendar else self._before
        return before(after) - before(first)

    def most(self, first: int, after: int) -> int:
        """The greatest share on any of these ordinals."""
        begins = max(0, bisect_right(self.cuts, first) - 1)
        return max(self.shares[begins : bisect_left(self.cuts, after)], default=0)

    def _before(self, ordinal: int) -> int:
        index = bisect_right(self.cuts, ordinal) - 1
        return self.full[index] + self.shares[index] * (ordinal - self.cuts[index]) if index >= 0 else 0

    def _whole_before(self, ordinal: int) -> int:
        index = bisect_right(self.cuts, ordinal) - 1
        if index < 0 or not self.shares[index]:
            return self.calendar[index] if index >= 0 else 0
        return self.calendar[index] + PPM * (ordinal - self.cuts[index])


class Evidence(Struct, frozen=True):
    """What the profiles of one human show, put in order once for every date that it is asked for.

    ``experienced`` says whether any period of service is recorded; ``services`` and ``licences`` are those
    asked for so far.
    """

    profiles: tuple[Profile, ...]
    experienced: bool
    services: dict[str | frozenset[str], Service]
    licences: dict[str, Licensing]

    def licence(self, profession: str, on: date) -> Licence:
        """The licence at the end of a date: the first grant, and the latest change that has taken effect."""
        held = self.licences.get(profession)
        if held is None:
            held = self.licences[profession] = Licensing.of(self.profiles, profession)
        return held.at(on)

    def clinical(self, profession: str) -> Service:
        """Clinical service in a profession."""
        found = self.services.get(profession)
        if found is None:
            own = (fact for fact in self._clinical() if fact.event.profession == profession)
            found = self.services[profession] = Service.of(own)
        return found

    def nordic(self, countries: frozenset[str]) -> Service:
        """Clinical service in the Nordic countries, in any profession."""
        found = self.services.get(countries)
        if found is None:
            there = (fact for fact in self._clinical() if fact.event.country in countries)
            found = self.services[countries] = Service.of(there)
        return found

    def _clinical(self) -> Iterable[Experience]:
        return (fact for p in self.profiles for fact in p.experience if fact.event.clinical)


def _evidence(profiles: tuple[Profile, ...]) -> Evidence:
    return Evidence(profiles, any(profile.experience for profile in profiles), {}, {})


evidence_of = remembered(_evidence, HUMANS_KEPT)


def experience_since(service: Service, since: date, on: date, months: int, measure: str) -> Amount:
    """Days of service from ``since`` through ``on``; required are the days of the last ``months`` months.

    The measure ``calendar`` counts a day of part-time service as a day, ``full-time`` as its share of one.
    """
    first, after, required = since.toordinal(), on.toordinal() + 1, days_required(on, months)
    facts = service.facts(first, after)
    if not facts:
        return Amount(None, required, ())
    return Amount(service.ppm_days(first, after, calendar=measure == "calendar") // PPM, required, facts)


def nordic_share(service: Service, on: date, months: int, share_min: int, reading: str) -> Amount:
    """The share of service in ``(on − months, on]``: on average over all of it, or the most at some time."""
    first, after = plus_months(on, -months).toordinal() + 1, on.toordinal() + 1
    facts = service.facts(first, after)
    if not facts:
        return Amount(None, share_min, ())
    average = reading == "average"
    found = service.ppm_days(first, after) // (after - first) if average else service.most(first, after)
    return Amount(found, share_min, facts)


@lru_cache(maxsize=8_192)
def days_required(on: date, months: int) -> int:
    """The days of the last ``months`` months seen from a date."""
    return (on - plus_months(on, -months)).days
