"""The checks of competence (S3): licence, clinical experience after it or a certificate, Nordic service."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from msgspec import Struct

from ledger.events.checks import Check, Outcome, TestDate, Tested
from ledger.facts.competence import (
    Amount,
    CompetenceTerms,
    Evidence,
    Licence,
    certificate_at,
    days_required,
    evidence_of,
    experience_since,
    nordic_share,
)
from ledger.facts.hires import Hire, at_dates, governs, positions
from ledger.facts.profiles import Profile

LICENCE_CLAUSE = "S3: clinical experience after a licence, so a licence"
CLINICAL_CLAUSE = "S3: at least two years of clinical experience after the licence"
SPECIALIST_CLAUSE = "S3: at least two years of clinical experience after the specialist certificate"
NORDIC_CLAUSE = "S3: experience in the Nordic countries in the last four years, at 50 per cent or more"
WHEN = ("competence.tested-on", "competence.unproven")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement on experience: its name, clause, unit and the policy terms it uses."""

    name: str
    clause: str
    unit: str
    terms: tuple[str, ...]


CLINICAL = Requirement(
    "clinical-experience",
    CLINICAL_CLAUSE,
    "days",
    ("competence.clinical-months-min", "competence.measure", *WHEN),
)
SPECIALIST = Requirement(
    "specialist-experience",
    SPECIALIST_CLAUSE,
    "days",
    ("competence.specialist-months-min", "competence.specialities", "competence.measure", *WHEN),
)
NORDIC = Requirement(
    "nordic-experience",
    NORDIC_CLAUSE,
    "ppm of full time",
    (
        "competence.nordic-window-months",
        "competence.nordic-share-min",
        "competence.nordic-countries",
        "competence.nordic-reading",
        *WHEN,
    ),
)


class Shown(Struct, frozen=True):
    """What is shown at one date: the licence that is needed, and service for the two requirements on it."""

    licence: Licence
    experience: Amount
    nordic: Amount


def competence_checks(hire: Hire, profiles: Sequence[Profile], rule: CompetenceTerms) -> tuple[Check, ...]:
    """Licence, clinical experience (for a speciality: after its certificate) and Nordic experience."""
    evidence, special = evidence_of(tuple(profiles)), hire.profession in rule.specialities
    read = _specialist if special else _clinical
    found = at_dates(hire.dates, lambda on: read(hire.profession, evidence, rule, on))
    governing = frozenset([name for name in found if governs(name, rule.tested_on)])
    experience = [(name, hire.dates[name], one.experience) for name, one in found.items()]
    nordic = [(name, hire.dates[name], one.nordic) for name, one in found.items()]
    return (
        _licence_check(hire, {name: one.licence for name, one in found.items()}, governing, rule),
        _experience(SPECIALIST if special else CLINICAL, experience, governing, rule),
        _experience(NORDIC, nordic, governing, rule),
    )


def _clinical(profession: str, evidence: Evidence, rule: CompetenceTerms, on: date) -> Shown:
    """The licence in a profession, and the service in it after that licence."""
    held, months = evidence.licence(profession, on), rule.clinical_months
    if held.licensed_on is None:
        found = Amount(None, days_required(on, months), ())
    else:
        service = evidence.clinical(profession)
        amount = experience_since(service, held.licensed_on, on, months, rule.measure)
        found = _known(amount, evidence, held.facts)
    return Shown(held, found, _nordic(evidence, rule, on))


def _specialist(speciality: str, evidence: Evidence, rule: CompetenceTerms, on: date) -> Shown:
    """The licence in the profession of a speciality's certificate, and the service in it after that."""
    held, months = certificate_at(evidence.profiles, speciality, on), rule.specialist_months
    if held is None:
        found, profession = Amount(None, days_required(on, months), ()), speciality
    else:
        profession = held.event.profession
        service = evidence.clinical(profession)
        amount = experience_since(service, held.event.certified_on, on, months, rule.measure)
        found = _known(amount, evidence, (held.position,))
    return Shown(evidence.licence(profession, on), found, _nordic(evidence, rule, on))


def _nordic(evidence: Evidence, rule: CompetenceTerms, on: date) -> Amount:
    service = evidence.nordic(rule.nordic_countries)
    found = nordic_share(service, on, rule.nordic_months, rule.nordic_share, rule.nordic_reading)
    return _known(found, evidence, ())


def _known(found: Amount, evidence: Evidence, facts: tuple[int, ...]) -> Amount:
    """The amount with more facts; nothing found among periods that are recorded is 0, not unknown."""
    if found.found is None and evidence.experienced:
        return Amount(0, found.required, found.facts + facts)
    return Amount(found.found, found.required, found.facts + facts) if facts else found


_LICENCES: dict[str, int | None] = {"none": None, "withdrawn": 0, "restricted": 1, "valid": 1}


def _licence_check(
    hire: Hire, found: Mapping[TestDate, Licence], governing: frozenset[TestDate], rule: CompetenceTerms
) -> Check:
    """The licence: withdrawn excludes, restricted is flagged, one that nobody recorded is not shown."""
    tested = tuple([
        Tested(
            name=name, on=hire.dates[name], governs=name in governing, met=bool(_LICENCES[one.state]),
            amount=_LICENCES[one.state], required=1,
        )
        for name, one in found.items()
    ])  # fmt: skip
    outcome, code, detail = _licence_outcome({found[name].state for name in governing})
    return Check(
        name="licence",
        outcome=outcome,
        excludes=_excludes(outcome, rule),
        code=code,
        clause=LICENCE_CLAUSE,
        detail=detail,
        unit="licences",
        tested=tested,
        terms=WHEN,
        facts=positions(*[one.facts for one in found.values()]),
    )


def _licence_outcome(states: AbstractSet[str]) -> tuple[Outcome, str, str]:
    """The worst of the licences at the dates that govern."""
    if "withdrawn" in states:
        return "not-met", "licence-withdrawn", "the licence is withdrawn"
    if "none" in states:
        return "not-shown", "licence-not-shown", "no licence for the profession is recorded"
    if "restricted" in states:
        return "flagged", "licence-restricted", "the licence is restricted"
    return "met", "", ""


def _experience(
    what: Requirement,
    found: Sequence[tuple[TestDate, date, Amount]],
    governing: frozenset[TestDate],
    rule: CompetenceTerms,
) -> Check:
    """Too little of what is recorded is not met; nothing recorded is not shown."""
    tested = tuple([
        Tested(
            name=name, on=on, governs=name in governing,
            met=one.found is not None and one.found >= one.required, amount=one.found, required=one.required,
        )
        for name, on, one in found
    ])  # fmt: skip
    lacking = next((test for test in tested if not test.met and test.governs), None)
    outcome: Outcome = "met"
    code = detail = ""
    if lacking is not None:
        outcome = "not-shown" if lacking.amount is None else "not-met"
        code = f"{what.name}-{'not-shown' if lacking.amount is None else 'too-short'}"
        detail = f"{lacking.amount or 0} {what.unit} on {lacking.on}, required are {lacking.required}"
    return Check(
        name=what.name,
        outcome=outcome,
        excludes=_excludes(outcome, rule),
        code=code,
        clause=what.clause,
        detail=detail,
        unit=what.unit,
        tested=tested,
        terms=what.terms,
        facts=positions(*[one.facts for _, _, one in found]),
    )


def _excludes(outcome: Outcome, rule: CompetenceTerms) -> bool:
    return outcome == "not-met" or (outcome == "not-shown" and rule.unproven_excludes)
