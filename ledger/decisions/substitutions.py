"""Substitution: a supplier proposes another consultant for the rest of an assignment."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.contracts import AssignmentUnknown, require_concluded
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    SUPPLIERS,
    assumed,
    behind,
    latest_book,
    mandate_of,
    require_mandate,
    resolve_terms,
    spoken_at,
)
from ledger.decisions.offer_intake import ConsultantNotOfSupplier
from ledger.decisions.refusals import ActsForOther, InstantAhead, PolicyMissing, PolicyTermMissing
from ledger.decisions.substitution_refusals import (
    SubstituteTheSame,
    SubstitutionDateWrong,
    SubstitutionIncomplete,
    SubstitutionLimitReached,
    SubstitutionReasonUnknown,
    SubstitutionWaiting,
)
from ledger.events.assignments import ContractConcluded
from ledger.events.offers import Document
from ledger.events.substitutions import SubstitutionProposed
from ledger.facts.aliases import same_humans
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.consultants import Registered, registrations
from ledger.facts.mandates import Mandate
from ledger.facts.policies import policies
from ledger.facts.recorded import positions_of
from ledger.policy.completeness import freshness_term, missing_from
from ledger.policy.model import Library, Resolved, Scope
from ledger.values import AssignmentId, Code, ConsultantId, LocalDate, Remark, instant_text, local_date

REASONS = "substitution.reasons"
COUNT_MAX = "substitution.count-max"
DOCUMENTS = ("offer.documents", "document.references-min")


@command
class ProposeSubstitution:
    """Propose another consultant for an assignment from a local date to its end, with reason and documents.

    ``explanation`` is secret; it should say nothing of anybody's health.
    """

    assignment: AssignmentId
    consultant: ConsultantId
    from_on: LocalDate
    reason: Code
    documents: tuple[Document, ...]
    explanation: Remark = ""


@dataclass(frozen=True, slots=True)
class ProposeFacts:
    """The mandate, the assignment, who the substitute is under which ids, and the policy."""

    mandate: Mandate
    assignment: Assignment
    substitute: Registered
    same_human: tuple[str, ...]
    library: Library


def _propose_facts(command: ProposeSubstitution, context: Context) -> Asking[ProposeFacts]:
    mandate = yield from mandate_of(context)
    assignment: Assignment = yield assignments(command.assignment)
    substitute = yield registrations(command.consultant)
    ids = (yield from same_humans((command.consultant,)))[command.consultant]
    library = Library()
    if assignment.concluded is not None:
        library = yield policies(assignment.concluded.event.agreement)
    return ProposeFacts(mandate, assignment, substitute, ids, library)


@decides(
    ProposeSubstitution,
    facts=_propose_facts,
    example={
        "assignment": "a-1001",
        "consultant": "k-2",
        "from_on": "2025-05-01",
        "reason": "unavailable",
        "documents": [
            {"kind": "ivo-extract", "dated_on": "2025-01-15", "checked_by": "supplier quality function"},
            {"kind": "hosp-extract", "dated_on": "2025-01-15", "checked_by": "supplier quality function"},
            {"kind": "cpr-certificate", "dated_on": "2024-09-02", "checked_by": "supplier quality function"},
            {"kind": "reference", "dated_on": "2024-11-20", "checked_by": "supplier quality function"},
            {"kind": "reference", "dated_on": "2024-12-03", "checked_by": "supplier quality function"},
        ],
    },
    raises=(
        *MANDATE_REFUSALS,
        AssignmentUnknown,
        ActsForOther,
        InstantAhead,
        ConsultantNotOfSupplier,
        SubstitutionWaiting,
        SubstitutionDateWrong,
        SubstituteTheSame,
        SubstitutionReasonUnknown,
        SubstitutionLimitReached,
        SubstitutionIncomplete,
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def propose_substitution(command: ProposeSubstitution, facts: ProposeFacts, context: Context) -> Ruling:
    """The supplier of the assignment proposes one of its consultants, for a reason the policy accepts."""
    contract = require_concluded(facts.assignment, command.assignment)
    _require_side(facts.mandate, contract, context)
    if facts.substitute is None or facts.substitute.event.supplier != contract.supplier:
        detail = f"{contract.supplier} did not register {command.consultant}"
        raise ConsultantNotOfSupplier(detail, "consultant", positions_of(facts.substitute))
    _require_possible(command, facts)
    book, scope = latest_book(facts.library, contract.agreement), Scope(contract.region, contract.lot)
    at = spoken_at(context)
    if at < contract.concluded_at:
        detail = f"proposed {instant_text(at)}, before the contract"
        raise SubstitutionDateWrong(detail, "assignment", facts.assignment.positions())
    terms = dict(resolve_terms(book, (REASONS, COUNT_MAX, *DOCUMENTS), at, scope))
    _require_allowed(command, facts.assignment, terms)
    kinds = terms["offer.documents"].words
    terms |= resolve_terms(book, [freshness_term(kind) for kind in kinds], at, scope)
    if missing := missing_from(command.documents, local_date(at), local_date(at), terms):
        values = tuple(terms.values())
        raise SubstitutionIncomplete(", ".join(missing), "documents", behind(*values), assumed(*values))
    event = SubstitutionProposed(
        assignment=command.assignment,
        supplier=contract.supplier,
        number=len(facts.assignment.substitutions) + 1,
        consultant=command.consultant,
        replaces=facts.assignment.agreed_on(command.from_on),
        from_on=command.from_on,
        reason=command.reason,
        documents=command.documents,
        missing=(),
        proposed_at=at,
        terms=tuple(terms[name].used() for name in (COUNT_MAX, REASONS)),
        explanation=command.explanation,
    )
    return Ruling((event,), contract.authority, tuple(terms.values()))


def _require_side(mandate: Mandate, contract: ContractConcluded, context: Context) -> None:
    place = (contract.agreement, contract.region, contract.unit)
    require_mandate(mandate, context, SUPPLIERS, place, context.received_at)
    acts_for = mandate.granted.event.supplier if mandate.granted else None
    if acts_for != contract.supplier:
        detail = f"the mandate acts for {acts_for}, not {contract.supplier}"
        raise ActsForOther(detail, "assignment", mandate.positions())


def _require_possible(command: ProposeSubstitution, facts: ProposeFacts) -> None:
    held = facts.assignment
    if held.substitutions and held.substitutions[-1].open:
        waiting = held.substitutions[-1].positions()
        raise SubstitutionWaiting("an earlier proposal has no answer", "assignment", waiting)
    accepted = held.accepted()
    if not held.holds(command.from_on) or any(command.from_on < one.event.from_on for one in accepted):
        facts_behind = tuple(sorted({*held.positions(), *(one.position for one in accepted)}))
        detail = f"{command.from_on} is not in what is left of it"
        raise SubstitutionDateWrong(detail, "from_on", facts_behind)
    agreed = held.agreed_on(command.from_on)
    if agreed in facts.same_human:
        raise SubstituteTheSame(f"{agreed} is the consultant agreed", "consultant", held.positions())


def _require_allowed(command: ProposeSubstitution, held: Assignment, terms: Mapping[str, Resolved]) -> None:
    reasons, limit = terms[REASONS], terms[COUNT_MAX]
    if command.reason not in reasons.words:
        detail = f"{command.reason} is none of {', '.join(reasons.words)}"
        raise SubstitutionReasonUnknown(detail, "reason", (reasons.position,), assumed(reasons))
    accepted = positions_of(*held.accepted())
    if len(accepted) >= limit.number:
        detail = f"{len(accepted)} of at most {limit.number}"
        raise SubstitutionLimitReached(detail, "assignment", (*accepted, limit.position), assumed(limit))
