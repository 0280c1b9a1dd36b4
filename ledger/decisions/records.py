"""What every record about a consultant passes: a known id, somebody who may, nothing ahead."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ledger.decisions.base import Asking, Context
from ledger.decisions.consultants import ConsultantUnknown
from ledger.decisions.guards import MANDATE_REFUSALS, mandate_of, require_mandate
from ledger.decisions.refusals import ActsForOther
from ledger.errors import Refusal
from ledger.events.credentials import Proof
from ledger.facts.mandates import Mandate
from ledger.facts.profiles import Profile, profiles
from ledger.values import local_date

REGION_ROLES = frozenset({"authorised-orderer", "contract-owner", "central-contract-management"})
RECORDERS = REGION_ROLES | {"supplier"}


class EvidenceAhead(Refusal):
    """A fact or its document is dated after the day it was recorded; what has not happened proves nothing."""

    code = "evidence-ahead"
    clause = "domain 5, topic 13: documents, and who checked which"
    title_sv = "Uppgiften är daterad framåt i tiden"
    title_en = "Evidence dated ahead"


class EvidenceTooEarly(Refusal):
    """The document is older than what it is said to show, or was checked before it was made."""

    code = "evidence-too-early"
    clause = "domain 5, topic 13: documents, and who checked which"
    title_sv = "Handlingen är äldre än det den ska visa"
    title_en = "Document older than what it shows"


class PeriodEmpty(Refusal):
    """A period ends before it begins."""

    code = "period-empty"
    clause = "domain 6: intervals are half-open"
    title_sv = "Perioden är tom"
    title_en = "Period is empty"


class EvidenceNotOwn(Refusal):
    """A supplier does not take back what somebody else recorded against its consultant."""

    code = "evidence-not-own"
    clause = "domain 6, Former-employee bar; house rule 7"
    title_sv = "Uppgiften får inte tas tillbaka av leverantören"
    title_en = "Evidence is not the supplier's to take back"


RECORD_REFUSALS: tuple[type[Refusal], ...] = (
    *MANDATE_REFUSALS,
    ActsForOther,
    ConsultantUnknown,
    EvidenceAhead,
)


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """The mandate, and what is recorded about the consultant."""

    mandate: Mandate
    profile: Profile


def record_facts(consultant: str, context: Context) -> Asking[RecordFacts]:
    """Facts of every record about a consultant."""
    mandate = yield from mandate_of(context)
    profile = yield profiles(consultant)
    return RecordFacts(mandate, profile)


def require_recorder(
    facts: RecordFacts, consultant: str, context: Context, roles: Collection[str] = RECORDERS
) -> None:
    """Refuse an unknown consultant, and all but the consultant's supplier and the agreement's owners."""
    grant = facts.mandate.granted
    place = (
        (grant.event.agreement, grant.event.region or "", _unit_of(facts.mandate)) if grant else ("", "", "")
    )
    require_mandate(facts.mandate, context, roles, place, context.received_at)
    registration = facts.profile.registration
    if registration is None:
        raise ConsultantUnknown(f"no consultant {consultant} was registered", "consultant")
    acts_for = grant.event.supplier if grant else None
    if acts_for not in (None, registration.supplier):
        detail = f"the mandate acts for {acts_for}, who did not register {consultant}"
        raise ActsForOther(detail, "consultant", (*facts.mandate.positions(), registration.position))


def by_supplier(facts: RecordFacts) -> bool:
    """Whether the command was given under a supplier's mandate."""
    return facts.mandate.granted is not None and facts.mandate.granted.event.role == "supplier"


def require_happened(day: date, context: Context, field: str) -> None:
    """Refuse a date after that of the receipt."""
    received_on = local_date(context.received_at)
    if day > received_on:
        raise EvidenceAhead(f"{day} lies after {received_on}, when it was received", field)


def require_proof(proof: Proof, shown_on: date, context: Context) -> None:
    """Refuse a document younger than its record, older than what it shows, or checked before it was."""
    require_happened(proof.checked_on, context, "proof")
    if proof.checked_on < proof.dated_on:
        raise EvidenceTooEarly(f"checked {proof.checked_on}, dated {proof.dated_on}", "proof")
    if proof.dated_on < shown_on:
        raise EvidenceTooEarly(f"dated {proof.dated_on}, but it is to show {shown_on}", "proof")


def _unit_of(mandate: Mandate) -> str:
    """Any unit the mandate covers: a record about a consultant is for no unit."""
    units = mandate.granted.event.units if mandate.granted else ()
    return units[0] if units else ""
