"""What a consultant can show (S3): licence and its changes, certificate, experience, with proof."""

from datetime import timedelta

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.offer_intake import trust
from ledger.decisions.records import (
    RECORD_REFUSALS,
    RECORDERS,
    REGION_ROLES,
    EvidenceTooEarly,
    PeriodEmpty,
    RecordFacts,
    record_facts,
    require_proof,
    require_recorder,
)
from ledger.errors import Refusal
from ledger.events.credentials import (
    Country,
    ExperienceRecorded,
    LicenceChanged,
    LicenceRecorded,
    LicenceState,
    Proof,
    Share,
    SpecialistCertificateRecorded,
)
from ledger.values import Code, ConsultantId, LocalDate, Remark

DAY = timedelta(days=1)
HOSP = {
    "document": "hosp-extract",
    "dated_on": "2025-01-15",
    "checked_by": "supplier quality function",
    "checked_on": "2025-01-16",
    "reference": "Q/2025/17",
}


class LicenceNotRecorded(Refusal):
    """A licence that nobody recorded cannot be withdrawn, restricted or restored."""

    code = "licence-not-recorded"
    clause = "S3: clinical experience after a licence"
    title_sv = "Legitimationen är inte registrerad"
    title_en = "Licence not recorded"


class RestrictionUnclear(Refusal):
    """A restriction says what it restricts, and nothing else does."""

    code = "restriction-unclear"
    clause = "S3: clinical experience after a licence"
    title_sv = "Begränsningen är oklar"
    title_en = "Restriction unclear"


@command
class RecordLicence:
    """Record a consultant's licence to practise, as an extract of HOSP or another document shows it."""

    consultant: ConsultantId
    profession: Code
    licensed_on: LocalDate
    proof: Proof


@command
class ChangeLicence:
    """Record that a licence is withdrawn, restricted, or held without restriction again, from a date on."""

    consultant: ConsultantId
    profession: Code
    state: LicenceState
    from_on: LocalDate
    restriction: Remark = ""
    proof: Proof


@command
class RecordSpecialistCertificate:
    """Record a specialist certificate of a consultant within a licensed profession."""

    consultant: ConsultantId
    profession: Code
    speciality: Code
    certified_on: LocalDate
    proof: Proof


@command
class RecordExperience:
    """Record a period of service: ``share_ppm`` is its share of full time, in parts per million."""

    consultant: ConsultantId
    profession: Code
    clinical: bool = True
    country: Country
    from_on: LocalDate
    until_on: LocalDate
    share_ppm: Share
    proof: Proof


Credential = RecordLicence | ChangeLicence | RecordSpecialistCertificate | RecordExperience


def _facts(command: Credential, context: Context) -> Asking[RecordFacts]:
    return (yield from record_facts(command.consultant, context))


@decides(
    RecordLicence,
    facts=_facts,
    example={"consultant": "c-7f3a91", "profession": "nurse", "licensed_on": "2019-06-12", "proof": HOSP},
    raises=(*RECORD_REFUSALS, EvidenceTooEarly),
)
def record_licence(command: RecordLicence, facts: RecordFacts, context: Context) -> Ruling:
    """By the consultant's supplier or an owner of the agreement, on a document from after the licence."""
    require_recorder(facts, command.consultant, context)
    require_proof(command.proof, command.licensed_on, context)
    recorded = LicenceRecorded(
        consultant=command.consultant,
        profession=command.profession,
        licensed_on=command.licensed_on,
        proof=command.proof,
        trust=trust(context),
    )
    return Ruling((recorded,))


@decides(
    ChangeLicence,
    facts=_facts,
    example={
        "consultant": "c-7f3a91",
        "profession": "nurse",
        "state": "withdrawn",
        "from_on": "2025-05-02",
        "proof": {**HOSP, "dated_on": "2025-05-05", "checked_on": "2025-05-05"},
    },
    raises=(*RECORD_REFUSALS, EvidenceTooEarly, LicenceNotRecorded, RestrictionUnclear),
)
def change_licence(command: ChangeLicence, facts: RecordFacts, context: Context) -> Ruling:
    """A change of a recorded licence from a date on, perhaps a later one; no supplier gives one back."""
    roles = REGION_ROLES if command.state == "restored" else RECORDERS
    require_recorder(facts, command.consultant, context, roles)
    held = [one for one in facts.profile.licences if one.event.profession == command.profession]
    if not held:
        detail = f"no licence of {command.consultant} as {command.profession} is recorded"
        raise LicenceNotRecorded(detail, "profession")
    if bool(command.restriction.strip()) != (command.state == "restricted"):
        raise RestrictionUnclear(
            f"{command.state} with the restriction '{command.restriction}'", "restriction"
        )
    require_proof(command.proof, command.proof.dated_on, context)
    changed = LicenceChanged(
        consultant=command.consultant,
        profession=command.profession,
        state=command.state,
        from_on=command.from_on,
        restriction=command.restriction,
        proof=command.proof,
        trust=trust(context),
    )
    return Ruling((changed,))


@decides(
    RecordSpecialistCertificate,
    facts=_facts,
    example={
        "consultant": "c-7f3a91",
        "profession": "nurse",
        "speciality": "specialist-nurse",
        "certified_on": "2021-01-20",
        "proof": {**HOSP, "document": "specialist-certificate"},
    },
    raises=(*RECORD_REFUSALS, EvidenceTooEarly),
)
def record_specialist_certificate(
    command: RecordSpecialistCertificate, facts: RecordFacts, context: Context
) -> Ruling:
    """By the consultant's supplier or an owner of the agreement, on a document from after the certificate."""
    require_recorder(facts, command.consultant, context)
    require_proof(command.proof, command.certified_on, context)
    recorded = SpecialistCertificateRecorded(
        consultant=command.consultant,
        profession=command.profession,
        speciality=command.speciality,
        certified_on=command.certified_on,
        proof=command.proof,
        trust=trust(context),
    )
    return Ruling((recorded,))


@decides(
    RecordExperience,
    facts=_facts,
    example={
        "consultant": "c-7f3a91",
        "profession": "nurse",
        "clinical": True,
        "country": "se",
        "from_on": "2019-08-01",
        "until_on": "2025-01-01",
        "share_ppm": 750_000,
        "proof": {**HOSP, "document": "service-certificate"},
    },
    raises=(*RECORD_REFUSALS, EvidenceTooEarly, PeriodEmpty),
)
def record_experience(command: RecordExperience, facts: RecordFacts, context: Context) -> Ruling:
    """Service that has been done, on a document from its last date or after: nothing is shown in advance."""
    require_recorder(facts, command.consultant, context)
    if command.until_on <= command.from_on:
        raise PeriodEmpty(f"{command.from_on} until {command.until_on}", "until_on")
    require_proof(command.proof, command.until_on - DAY, context)
    recorded = ExperienceRecorded(
        consultant=command.consultant,
        profession=command.profession,
        clinical=command.clinical,
        country=command.country,
        from_on=command.from_on,
        until_on=command.until_on,
        share_ppm=command.share_ppm,
        proof=command.proof,
        trust=trust(context),
    )
    return Ruling((recorded,))
