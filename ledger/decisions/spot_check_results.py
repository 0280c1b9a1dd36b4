"""What a pension spot check comes to: evidence about each of the sample, and a result somebody decides."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    SUPPLIERS,
    latest_book,
    mandate_of,
    require_mandate,
    resolve_terms,
)
from ledger.decisions.offer_intake import trust
from ledger.decisions.records import EvidenceAhead, EvidenceTooEarly, require_proof
from ledger.decisions.refusals import ActsForOther, PolicyMissing, PolicyTermMissing
from ledger.decisions.spot_check_refusals import (
    AmountsMisplaced,
    EvidenceAwaited,
    EvidenceNotAccepted,
    NotInSample,
    SpotCheckConcludedAlready,
    SpotCheckUnknown,
)
from ledger.decisions.spot_checks import CENTRAL, require_frozen
from ledger.events.credentials import Proof
from ledger.events.spot_checks import (
    EvidenceKind,
    Months,
    PensionCheckConcluded,
    PensionEvidenceRecorded,
    PensionResult,
)
from ledger.facts.mandates import Mandate
from ledger.facts.policies import policies
from ledger.facts.profiles import Profile, profiles
from ledger.facts.spot_checks import PREMIUM_TERMS, PremiumTerms, SpotCheck, result_of, spot_checks
from ledger.policy.model import Library, Resolved, Scope, used_terms
from ledger.values import ConsultantId, Ore, SpotCheckId, Text, local_date


@command
class RecordPensionEvidence:
    """Record what shows the occupational pension of a consultant of the sample, for months of one year.

    ``pay_ore`` and ``paid_ore`` are those of a statement: pensionable pay and what was paid for it.
    """

    spot_check: SpotCheckId
    consultant: ConsultantId
    kind: EvidenceKind
    year: int
    months: Months
    pay_ore: Ore = 0
    paid_ore: Ore = 0
    proof: Proof


@command
class ConcludePensionCheck:
    """Conclude a pension spot check: the result of each of the sample. A deviation is reported apart."""

    spot_check: SpotCheckId
    reasons: Text


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """The mandate, the spot check, what is recorded about the consultant, and the policy."""

    mandate: Mandate
    check: SpotCheck
    profile: Profile
    library: Library


def _evidence_facts(command: RecordPensionEvidence, context: Context) -> Asking[EvidenceFacts]:
    mandate = yield from mandate_of(context)
    check: SpotCheck = yield spot_checks(command.spot_check)
    profile = yield profiles(command.consultant)
    library = Library()
    if check.frozen is not None:
        library = yield policies(check.frozen.event.agreement)
    return EvidenceFacts(mandate, check, profile, library)


@decides(
    RecordPensionEvidence,
    facts=_evidence_facts,
    example={
        "spot_check": "sc-1",
        "consultant": "c-7f3a91",
        "kind": "statement",
        "year": 2025,
        "months": 6,
        "pay_ore": 24_000_000,
        "paid_ore": 1_080_000,
        "proof": {
            "document": "insurer-statement",
            "dated_on": "2025-09-10",
            "checked_by": "central contract management",
            "checked_on": "2025-09-12",
            "reference": "RS/310/2025-4",
        },
    },
    raises=(
        SpotCheckUnknown,
        *MANDATE_REFUSALS,
        ActsForOther,
        SpotCheckConcludedAlready,
        NotInSample,
        EvidenceAhead,
        EvidenceTooEarly,
        EvidenceNotAccepted,
        AmountsMisplaced,
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def record_pension_evidence(command: RecordPensionEvidence, facts: EvidenceFacts, context: Context) -> Ruling:
    """By the supplier or central contract management, about somebody drawn; newer evidence replaces older."""
    frozen = require_frozen(facts.check, command.spot_check)
    _require_party(facts.mandate, frozen.event.supplier, frozen.event.agreement, context)
    _require_open(facts.check)
    if command.consultant not in facts.check.sample:
        detail = f"{command.consultant} was not drawn"
        raise NotInSample(detail, "consultant", facts.check.positions())
    require_proof(command.proof, frozen.event.from_on, context)
    book = latest_book(facts.library, frozen.event.agreement)
    terms = resolve_terms(book, PREMIUM_TERMS, frozen.event.frozen_at, Scope())
    _require_kind(command, facts.profile, terms["pension.evidence"])
    expected, result = _judged(command, terms)
    recorded = PensionEvidenceRecorded(
        spot_check=command.spot_check,
        supplier=frozen.event.supplier,
        consultant=command.consultant,
        kind=command.kind,
        year=command.year,
        months=command.months,
        pay_ore=command.pay_ore,
        paid_ore=command.paid_ore,
        expected_ore=expected,
        result=result,
        proof=command.proof,
        trust=trust(context),
        facts=facts.check.positions(),
        terms=used_terms(terms.values()),
    )
    return Ruling((recorded,), None, tuple(terms.values()))


def _require_party(mandate: Mandate, supplier: str, agreement: str, context: Context) -> None:
    grant = mandate.granted.event if mandate.granted else None
    place = (agreement, grant.region or "" if grant else "", "")
    require_mandate(mandate, context, CENTRAL | SUPPLIERS, place, context.received_at)
    if grant is not None and grant.supplier not in (None, supplier):
        raise ActsForOther(f"the mandate acts for {grant.supplier}, not {supplier}", "", mandate.positions())


def _require_open(check: SpotCheck) -> None:
    if check.concluded is not None:
        raise SpotCheckConcludedAlready("it is concluded", "spot_check", (check.concluded.position,))


def _require_kind(command: RecordPensionEvidence, profile: Profile, accepted: Resolved) -> None:
    """Refuse evidence of a kind the policy does not accept, or with amounts that do not belong to it."""
    if command.kind == "own-company":
        registration = profile.registration
        if registration is None or not registration.own_company:
            detail = f"{command.consultant} was not registered as staff of an own company"
            raise EvidenceNotAccepted(detail, "kind", (registration.position,) if registration else ())
    elif command.kind not in accepted.words:
        detail = f"{command.kind} is not among {', '.join(accepted.words)}"
        raise EvidenceNotAccepted(detail, "kind", (accepted.position,))
    if bool(command.pay_ore) != (command.kind == "statement") or (not command.pay_ore and command.paid_ore):
        raise AmountsMisplaced(f"{command.kind} with {command.pay_ore} öre of pay", "pay_ore")


def _judged(command: RecordPensionEvidence, terms: Mapping[str, Resolved]) -> tuple[int, PensionResult]:
    """The premium expected in öre, and what the evidence shows."""
    if command.kind == "own-company":
        return 0, "not-owed"
    if command.kind == "auditor-certificate":
        return 0, "met"
    rule = PremiumTerms.of(terms)
    try:
        expected = rule.expected(command.pay_ore, command.year, command.months)
    except LookupError as error:
        raise PolicyTermMissing(str(error), "year") from error
    return expected, "met" if rule.enough(command.paid_ore, expected) else "too-low"


@dataclass(frozen=True, slots=True)
class ConcludeFacts:
    """The mandate and the spot check."""

    mandate: Mandate
    check: SpotCheck


def _conclude_facts(command: ConcludePensionCheck, context: Context) -> Asking[ConcludeFacts]:
    mandate = yield from mandate_of(context)
    check = yield spot_checks(command.spot_check)
    return ConcludeFacts(mandate, check)


@decides(
    ConcludePensionCheck,
    facts=_conclude_facts,
    example={"spot_check": "sc-1", "reasons": "Every premium was paid; one certificate by an auditor"},
    raises=(SpotCheckUnknown, *MANDATE_REFUSALS, SpotCheckConcludedAlready, EvidenceAwaited),
)
def conclude_pension_check(command: ConcludePensionCheck, facts: ConcludeFacts, context: Context) -> Ruling:
    """By central contract management, when everybody drawn is accounted for or the time to reply is out."""
    frozen = require_frozen(facts.check, command.spot_check)
    place = (frozen.event.agreement, "", "")
    require_mandate(facts.mandate, context, CENTRAL, place, context.received_at)
    _require_open(facts.check)
    waiting = local_date(context.decided_at) <= frozen.event.evidence_by
    if facts.check.drawn is None or (facts.check.missing() and waiting):
        detail = f"{len(facts.check.missing())} of the sample, until {frozen.event.evidence_by}"
        raise EvidenceAwaited(detail, "spot_check", (frozen.position,))
    concluded = PensionCheckConcluded(
        spot_check=command.spot_check,
        supplier=frozen.event.supplier,
        results=tuple(result_of(facts.check, one) for one in sorted(facts.check.sample)),
        reasons=command.reasons,
        decided_by=context.actor,
        decided_at=context.decided_at,
    )
    return Ruling((concluded,))
