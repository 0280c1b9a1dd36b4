"""Evidence cases: opened at a position, given questions, awards and single records, and closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.evidence_case_refusals import (
    EvidenceAddedAlready,
    EvidenceBeyondPin,
    EvidenceCaseClosedAlready,
    EvidenceCaseOpenedAlready,
    EvidenceCaseUnknown,
    EvidenceEmpty,
    EvidenceRepeated,
)
from ledger.decisions.guards import MANDATE_REFUSALS, mandate_of, require_office
from ledger.errors import Refusal
from ledger.events.evidence_cases import (
    AskedWith,
    CaseKind,
    EvidenceAwardAdded,
    EvidenceCaseClosed,
    EvidenceCaseOpened,
    EvidenceQuestionAdded,
    EvidenceRecordsAdded,
    Place,
    QuestionName,
)
from ledger.facts.evidence_cases import EvidenceCase, evidence_cases
from ledger.facts.mandates import Mandate
from ledger.facts.orders import OrderHeld, orders
from ledger.values import (
    AgreementId,
    EvidenceCaseId,
    Impersonal,
    LocalDate,
    OrderId,
    RegionId,
    RegistryNumber,
    local_date,
)

GATHERERS = frozenset({"contract-owner", "central-contract-management", "whistleblowing-officer"})
ADDING_REFUSALS: tuple[type[Refusal], ...] = (
    *MANDATE_REFUSALS, EvidenceCaseUnknown, EvidenceCaseClosedAlready, EvidenceAddedAlready,
)  # fmt: skip


@command
class OpenEvidenceCase:
    """Open a case that gathers evidence as known at a position (now, unless given) and valid on a date."""

    case: EvidenceCaseId
    agreement: AgreementId
    region: RegionId | None = None
    kind: CaseKind
    subject: Impersonal
    registry_number: RegistryNumber
    known_at: Place | None = None
    valid_on: LocalDate | None = None


@command
class AddEvidenceQuestion:
    """Put a question to a case, with its parameters as text, and why."""

    case: EvidenceCaseId
    question: QuestionName
    params: tuple[AskedWith, ...]
    why: Impersonal


@command
class AddEvidenceAward:
    """Put the award of a position of an order in a case, and why."""

    case: EvidenceCaseId
    order: OrderId
    position: Place = 1
    why: Impersonal


@command
class AddEvidenceRecords:
    """Put single records in a case by their positions, and why."""

    case: EvidenceCaseId
    positions: tuple[Place, ...]
    why: Impersonal


@command
class CloseEvidenceCase:
    """Close a case: nothing is added to it any more."""

    case: EvidenceCaseId
    outcome: Impersonal


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The mandate, and the case as it stands."""

    mandate: Mandate
    case: EvidenceCase


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """The mandate, the case as it stands, and the order."""

    mandate: Mandate
    case: EvidenceCase
    order: OrderHeld


class Names(Protocol):
    """Any command about one case."""

    @property
    def case(self) -> str:
        """The case."""
        ...


def _case_facts(command: Names, context: Context) -> Asking[CaseFacts]:
    mandate = yield from mandate_of(context)
    case = yield evidence_cases(command.case)
    return CaseFacts(mandate, case)


def _award_facts(command: AddEvidenceAward, context: Context) -> Asking[AwardFacts]:
    mandate = yield from mandate_of(context)
    found = yield {"case": evidence_cases(command.case), "order": orders(command.order)}
    return AwardFacts(mandate, found["case"], found["order"])


def _require_open(mandate: Mandate, case: EvidenceCase, name: str, context: Context) -> None:
    """Refuse an unknown or closed case, and a mandate that does not carry it."""
    if case.opened is None:
        raise EvidenceCaseUnknown(f"no case {name} was opened", "case")
    opened = case.opened.event
    require_office(mandate, context, GATHERERS, opened.agreement, opened.region or "")
    if case.closed is not None:
        raise EvidenceCaseClosedAlready(f"{name} is closed", "case", (case.closed.position,))


def _require_known(case: EvidenceCase, positions: Sequence[int], field: str) -> None:
    beyond = [at for at in positions if at > case.pinned]
    if beyond:
        detail = f"the case knows the log up to p{case.pinned}, not p{beyond[0]}"
        raise EvidenceBeyondPin(detail, field, case.positions()[:1])


@decides(
    OpenEvidenceCase,
    facts=_case_facts,
    example={
        "case": "c-1",
        "agreement": "hyr-2024",
        "region": "vastra-gotaland",
        "kind": "judicial-review",
        "subject": "Review of an award",
        "registry_number": "RS 2025-1204",
    },
    raises=(*MANDATE_REFUSALS, EvidenceCaseOpenedAlready),
)
def open_evidence_case(command: OpenEvidenceCase, facts: CaseFacts, context: Context) -> Ruling:
    """A case is opened once; valid on the day it is opened unless another is given."""
    require_office(facts.mandate, context, GATHERERS, command.agreement, command.region or "")
    if facts.case.opened is not None:
        raise EvidenceCaseOpenedAlready(f"{command.case} is opened", "case", facts.case.positions()[:1])
    event = EvidenceCaseOpened(
        case=command.case,
        agreement=command.agreement,
        region=command.region,
        kind=command.kind,
        subject=command.subject,
        registry_number=command.registry_number,
        known_at=command.known_at,
        valid_on=command.valid_on or local_date(context.received_at),
        opened_at=context.decided_at,
    )
    return Ruling((event,))


@decides(
    AddEvidenceQuestion,
    facts=_case_facts,
    example={
        "case": "c-1",
        "question": "would-have-won",
        "params": [{"name": "order", "value": "o-1"}],
        "why": "The applicant claims that another offer should have won",
    },
    raises=(*ADDING_REFUSALS, EvidenceRepeated),
)
def add_evidence_question(command: AddEvidenceQuestion, facts: CaseFacts, context: Context) -> Ruling:
    """The same question with the same parameters is asked once; each parameter is given once."""
    _require_open(facts.mandate, facts.case, command.case, context)
    params = tuple(sorted(command.params, key=lambda one: one.name))
    if len({one.name for one in params}) < len(params):
        raise EvidenceRepeated("a parameter is given twice", "params")
    for one in facts.case.questions:
        if (one.event.question, one.event.params) == (command.question, params):
            raise EvidenceAddedAlready(f"{command.question} is asked", "question", (one.position,))
    event = EvidenceQuestionAdded(
        case=command.case, question=command.question, params=params, why=command.why,
        added_at=context.decided_at,
    )  # fmt: skip
    return Ruling((event,))


@decides(
    AddEvidenceAward,
    facts=_award_facts,
    example={"case": "c-1", "order": "o-1", "position": 1, "why": "The award under review"},
    raises=(*ADDING_REFUSALS, EvidenceBeyondPin),
)
def add_evidence_award(command: AddEvidenceAward, facts: AwardFacts, context: Context) -> Ruling:
    """The latest award of the position that the case knows of."""
    _require_open(facts.mandate, facts.case, command.case, context)
    known = [one.awarded.position for one in facts.order.awards_of(command.position)]
    awarded = [at for at in known if at <= facts.case.pinned]
    if not awarded:
        detail = f"the case knows of no award of {command.order}, position {command.position}"
        raise EvidenceBeyondPin(detail, "order", tuple(known[:1]))
    for one in facts.case.awards:
        if (one.event.order, one.event.position) == (command.order, command.position):
            raise EvidenceAddedAlready(f"the award of {command.order} is there", "order", (one.position,))
    event = EvidenceAwardAdded(
        case=command.case, order=command.order, position=command.position, awarded=awarded[-1],
        why=command.why, added_at=context.decided_at,
    )  # fmt: skip
    return Ruling((event,))


@decides(
    AddEvidenceRecords,
    facts=_case_facts,
    example={"case": "c-1", "positions": [120, 134], "why": "The unit's schedule of that week"},
    raises=(*ADDING_REFUSALS, EvidenceBeyondPin, EvidenceRepeated, EvidenceEmpty),
)
def add_evidence_records(command: AddEvidenceRecords, facts: CaseFacts, context: Context) -> Ruling:
    """Each record once, and none that the case does not know of."""
    _require_open(facts.mandate, facts.case, command.case, context)
    if not command.positions:
        raise EvidenceEmpty("no position is named", "positions")
    if len(set(command.positions)) < len(command.positions):
        raise EvidenceRepeated("a position is named twice", "positions")
    _require_known(facts.case, command.positions, "positions")
    for one in facts.case.records:
        if there := set(one.event.positions) & set(command.positions):
            raise EvidenceAddedAlready(f"p{min(there)} is there", "positions", (one.position,))
    event = EvidenceRecordsAdded(
        case=command.case, positions=tuple(sorted(command.positions)), why=command.why,
        added_at=context.decided_at,
    )  # fmt: skip
    return Ruling((event,))


@decides(
    CloseEvidenceCase,
    facts=_case_facts,
    example={"case": "c-1", "outcome": "Given to the court"},
    raises=(*MANDATE_REFUSALS, EvidenceCaseUnknown, EvidenceCaseClosedAlready),
)
def close_evidence_case(command: CloseEvidenceCase, facts: CaseFacts, context: Context) -> Ruling:
    """A case is closed once."""
    _require_open(facts.mandate, facts.case, command.case, context)
    event = EvidenceCaseClosed(case=command.case, closed_at=context.decided_at, outcome=command.outcome)
    return Ruling((event,))
