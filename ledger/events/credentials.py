"""Events about what a consultant can show: licence, specialist certificate, experience, references (S3).

No name and no number of a person: every fact is about a random id, and says which document of which date
shows it, and who checked that document (a role or a function, never a person).
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ledger.events.base import event
from ledger.events.offers import Trust
from ledger.values import Code, ConsultantId, LocalDate, Text

Share = Annotated[int, Field(ge=1, le=1_000_000)]
ReferenceResult = Literal["recommends", "with-reservations", "does-not-recommend", "not-reached"]
LicenceState = Literal["withdrawn", "restricted", "restored"]
Country = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The document that shows a fact: kind and date, who checked it (a role) and when, where it is."""

    document: Code
    dated_on: LocalDate
    checked_by: Text
    checked_on: LocalDate
    reference: Text


@event("licence-recorded", tags=("consultant",), secrecy="person")
class LicenceRecorded:
    """A licence to practise a profession, from the date it was given, as an extract of HOSP has it."""

    consultant: ConsultantId
    profession: Code
    licensed_on: LocalDate
    proof: Proof
    trust: Trust


@event("licence-changed", tags=("consultant",), secrecy="person")
class LicenceChanged:
    """From a date on, a licence is withdrawn, restricted, or held without restriction again."""

    consultant: ConsultantId
    profession: Code
    state: LicenceState
    from_on: LocalDate
    restriction: str
    proof: Proof
    trust: Trust


@event("specialist-certificate-recorded", tags=("consultant",), secrecy="person")
class SpecialistCertificateRecorded:
    """A specialist certificate within a licensed profession, from the date it was given."""

    consultant: ConsultantId
    profession: Code
    speciality: Code
    certified_on: LocalDate
    proof: Proof
    trust: Trust


@event("experience-recorded", tags=("consultant",), secrecy="person")
class ExperienceRecorded:
    """A half-open period of service in a profession: share of full time in parts per million, and country."""

    consultant: ConsultantId
    profession: Code
    clinical: bool
    country: Country
    from_on: LocalDate
    until_on: LocalDate
    share_ppm: Share
    proof: Proof
    trust: Trust


@event("reference-checked", tags=("consultant",), secrecy="person")
class ReferenceChecked:
    """A reference was taken about a consultant: when, by which function, from which role, its result."""

    consultant: ConsultantId
    taken_on: LocalDate
    taken_by: Text
    referee_role: Code
    result: ReferenceResult
    trust: Trust


@event("evidence-voided", tags=("consultant",), secrecy="person")
class EvidenceVoided:
    """A recorded fact about a consultant, named by its position, was wrong and counts no more."""

    consultant: ConsultantId
    voided: int
    reason: Text
