"""The checks of competence (S3): licence, clinical experience after it or a certificate, Nordic service."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from ledger.events.checks import Check, Outcome, TestDate, Tested
from ledger.facts.competence import (
    Amount,
    CompetenceTerms,
    Licence,
    certificate_at,
    clinical,
    experience_since,
    licence_at,
    nordic,
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


def competence_checks(hire: Hire, profiles: Sequence[Profile], rule: CompetenceTerms) -> tuple[Check, ...]:
    """Licence, clinical experience (for a speciality: after its certificate) and Nordic experience."""
    speciality = hire.profession in rule.specialities
    experience = _specialist(hire, profiles, rule) if speciality else _clinical(hire, profiles, rule)
    return licence_check(hire, profiles, rule), experience, _nordic(hire, profiles, rule)


def licence_check(hire: Hire, profiles: Sequence[Profile], rule: CompetenceTerms) -> Check:
    """The licence: withdrawn excludes, restricted is flagged, one that nobody recorded is not shown."""
    found = at_dates(hire.dates, lambda on: _licence(hire, profiles, rule, on))
    tested = tuple([_licensed(name, hire.dates[name], one, rule) for name, one in found.items()])
    outcome, code, detail = _licence_outcome({found[test.name].state for test in tested if test.governs})
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


def _licence(hire: Hire, profiles: Sequence[Profile], rule: CompetenceTerms, on: date) -> Licence:
    """The licence that is needed: for a speciality, in the profession of its certificate."""
    certificate = (
        certificate_at(profiles, hire.profession, on) if hire.profession in rule.specialities else None
    )
    profession = certificate.event.profession if certificate else hire.profession
    return licence_at(profiles, profession, on)


_LICENCES: dict[str, int | None] = {"none": None, "withdrawn": 0, "restricted": 1, "valid": 1}


def _licensed(name: TestDate, on: date, licence: Licence, rule: CompetenceTerms) -> Tested:
    amount = _LICENCES[licence.state]
    return Tested(
        name=name, on=on, governs=governs(name, rule.tested_on), met=bool(amount), amount=amount, required=1
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


def _clinical(hire: Hire, profiles: Sequence[Profile], rule: CompetenceTerms) -> Check:
    periods = clinical(profiles, hire.profession)

    def amount(on: date) -> Amount:
        held = licence_at(profiles, hire.profession, on)
        if held.licensed_on is None:
            return Amount(None, experience_since((), on, on, rule.clinical_months, rule.measure).required, ())
        found = experience_since(periods, held.licensed_on, on, rule.clinical_months, rule.measure)
        return _known(found, profiles, held.facts)

    return _experience(hire, CLINICAL, rule, amount)


def _specialist(hire: Hire, profiles: Sequence[Profile], rule: CompetenceTerms) -> Check:
    def amount(on: date) -> Amount:
        held = certificate_at(profiles, hire.profession, on)
        if held is None:
            return Amount(
                None, experience_since((), on, on, rule.specialist_months, rule.measure).required, ()
            )
        periods = clinical(profiles, held.event.profession)
        since = held.event.certified_on
        found = experience_since(periods, since, on, rule.specialist_months, rule.measure)
        return _known(found, profiles, (held.position,))

    return _experience(hire, SPECIALIST, rule, amount)


def _nordic(hire: Hire, profiles: Sequence[Profile], rule: CompetenceTerms) -> Check:
    periods = nordic(profiles, rule.nordic_countries)

    def amount(on: date) -> Amount:
        found = nordic_share(periods, on, rule.nordic_months, rule.nordic_share, rule.nordic_reading)
        return _known(found, profiles, ())

    return _experience(hire, NORDIC, rule, amount)


def _known(found: Amount, profiles: Sequence[Profile], facts: tuple[int, ...]) -> Amount:
    """The amount with more facts; nothing found among periods that are recorded is 0, not unknown."""
    if found.found is None and any(profile.experience for profile in profiles):
        return Amount(0, found.required, found.facts + facts)
    return Amount(found.found, found.required, found.facts + facts) if facts else found


def _experience(
    hire: Hire, what: Requirement, rule: CompetenceTerms, amount: Callable[[date], Amount]
) -> Check:
    """Too little of what is recorded is not met; nothing recorded is not shown."""
    found = at_dates(hire.dates, amount)
    tested = tuple([_tested(name, hire.dates[name], one, rule) for name, one in found.items()])
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
        facts=positions(*[one.facts for one in found.values()]),
    )


def _tested(name: TestDate, on: date, found: Amount, rule: CompetenceTerms) -> Tested:
    return Tested(
        name=name, on=on, governs=governs(name, rule.tested_on), met=found.met, amount=found.found,
        required=found.required,
    )  # fmt: skip


def _excludes(outcome: Outcome, rule: CompetenceTerms) -> bool:
    return outcome == "not-met" or (outcome == "not-shown" and rule.unproven_excludes)
