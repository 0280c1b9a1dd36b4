"""What one human can show for a profession: every fact with who checked it, and what the tests say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ledger.events.base import event_type
from ledger.events.checks import Check
from ledger.facts.competence import TERMS as COMPETENCE_TERMS
from ledger.facts.competence import CompetenceTerms, licence_at
from ledger.facts.competence_checks import competence_checks
from ledger.facts.hires import Hire, Person
from ledger.facts.profiles import Profile, profiles
from ledger.facts.references import TERMS as REFERENCE_TERMS
from ledger.facts.references import ReferenceTerms
from ledger.facts.suitability import reference_check
from ledger.policy.model import Resolved
from ledger.values import AgreementId, AssignmentId, Code, ConsultantId, RegionId, ShiftId
from projections.base import evidence_of, view
from projections.dossiers import Dossier, asks_dossier, resolved, understood
from projections.humans import LINKS
from projections.shapes import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialParams:
    """The profession or speciality asked for, and the region whose policy applies."""

    agreement: AgreementId
    profession: Code
    region: RegionId | None = None


@dataclass(frozen=True, slots=True)
class Vouched:
    """One fact that stands: what it is, its document, who checked that, and on whose word it came."""

    fact: Code
    document: Code
    dated_on: date
    checked_by: str
    checked_on: date
    reference: str
    trust: str
    position: int


@dataclass(frozen=True, slots=True)
class UnlicensedShift:
    """A shift on a date without an unrestricted licence on record; there may be an explanation."""

    assignment: AssignmentId
    shift: ShiftId
    on: date
    licence: str
    position: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials of one human at a date. Shifts are those up to it, by the licence on their own date."""

    consultant: ConsultantId
    same_human: tuple[ConsultantId, ...]
    on: date
    checks: tuple[Check, ...]
    vouched: tuple[Vouched, ...]
    shifts_licensed: int
    shifts_flagged: tuple[UnlicensedShift, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


@view(
    "credentials",
    titles=("Kompetens och legitimation", "Competence and licence"),
    kind=profiles,
    shape=plain(Profile),
    params=CredentialParams,
    asks=asks_dossier,
    beside=(LINKS,),
)
def read(facts: Dossier[CredentialParams], at: date) -> Credentials:
    """What a consultant can show for a profession, who vouched for it, and the licence at each shift."""
    person, terms, params = facts.known(), facts.terms(), facts.params
    rule = understood(CompetenceTerms, resolved(terms, COMPETENCE_TERMS, at, params.region))
    references = understood(ReferenceTerms, resolved(terms, REFERENCE_TERMS, at, params.region))
    hire = Hire(params.profession, "", "", {"retest": at}, at, at + timedelta(days=1))
    checks = (
        *competence_checks(hire, person.profiles, rule),
        reference_check(hire, person.profiles, references),
    )
    shifts = tuple(_shifts(facts, at))
    flagged = tuple(one for one in shifts if one.licence != "valid")
    vouched = tuple(sorted(vouchers(person), key=lambda one: one.position))
    evidence = evidence_of(
        *(check.facts for check in checks), (v.position for v in vouched), (s.position for s in flagged)
    )
    return Credentials(
        facts.consultant, facts.ids, at, checks, vouched, len(shifts) - len(flagged), flagged, evidence,
        terms.all(),
    )  # fmt: skip


def vouchers(person: Person) -> Iterator[Vouched]:
    """Every fact that stands with the document behind it; a reference check has no document but itself."""
    for profile in person.profiles:
        proven: tuple[Any, ...] = (
            *profile.licences, *profile.licence_changes, *profile.certificates, *profile.experience
        )  # fmt: skip
        for fact in proven:
            proof = fact.event.proof
            yield Vouched(
                event_type(fact.event).name, proof.document, proof.dated_on, proof.checked_by,
                proof.checked_on, proof.reference, fact.event.trust, fact.position,
            )  # fmt: skip
        for taken in profile.references:
            e = taken.event
            yield Vouched(
                event_type(e).name, "reference", e.taken_on, e.taken_by, e.taken_on, e.result, e.trust,
                taken.position,
            )  # fmt: skip


def _shifts(facts: Dossier[CredentialParams], at: date) -> Iterator[UnlicensedShift]:
    for assignment, held in facts.held():
        for name, shift in sorted(held.shifts.items()):
            if shift.voided is None and shift.on <= at:
                licence = licence_at(facts.person.profiles, facts.params.profession, shift.on)
                yield UnlicensedShift(assignment, name, shift.on, licence.state, shift.position)
