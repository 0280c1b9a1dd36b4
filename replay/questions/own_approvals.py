"""Question 19: who approved time that they ordered themselves, or with an interest; what is backdated?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ledger.facts.deliveries import Approval, DeliveredShift, Delivery
from ledger.policy.model import Scope
from ledger.values import (
    ActorId,
    AgreementId,
    AssignmentId,
    Instant,
    LocalDate,
    LotId,
    Minutes,
    RegionId,
    SupplierId,
)
from projections.base import Terms, UnknownKeyError, evidence_of
from projections.region_deliveries import RegionFacts, RegionParams
from projections.region_deliveries import asks as region_facts
from replay.questions.base import Answer, Asking, Sentence, question
from replay.questions.words import number


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalParams:
    """A region under an agreement; orders published from a date on, one lot or one supplier, or all."""

    agreement: AgreementId
    region: RegionId
    from_on: LocalDate | None = None
    lot: LotId | None = None
    supplier: SupplierId | None = None


@dataclass(frozen=True, slots=True)
class OwnApproval:
    """What one attester approved of one assignment, and why it is told. A flag forbids nothing (domain 2).

    ``interests`` are the positions of the declarations; ``approvals`` those of the approvals.
    """

    attester: ActorId
    assignment: AssignmentId
    supplier: SupplierId
    ordered_it_too: bool
    interests: tuple[int, ...]
    shifts: int
    minutes: Minutes
    last_at: Instant
    approvals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Backdated:
    """A shift that was first reported later than policy allows, in days after it was worked."""

    assignment: AssignmentId
    on: LocalDate
    first_told_on: LocalDate
    days: int
    reported: int


@dataclass(frozen=True, slots=True)
class ApprovalAnswer:
    """Approvals of a region's shifts on dates up to the one asked about; lengths are minutes."""

    region: RegionId
    on: LocalDate
    approved_shifts: int
    own_shifts: int
    interested_shifts: int
    late_days: int
    flagged: tuple[OwnApproval, ...]
    backdated: tuple[Backdated, ...]


def asks(params: ApprovalParams, on: date) -> Asking[RegionFacts]:
    """The region's orders, their assignments, and every shift and approval of them."""
    found = RegionParams(
        agreement=params.agreement, from_on=params.from_on, lot=params.lot, supplier=params.supplier
    )
    return (yield from region_facts(params.region, on, found))


@question(
    "own-approvals",
    number=19,
    titles=(
        "Vem attesterade tid som de själva avropat, eller med ett intresse, och vad är bakdaterat?",
        "Who approved time that they ordered themselves, or with an interest, and what is backdated?",
    ),
    params=ApprovalParams,
    values=ApprovalAnswer,
    asks=asks,
    example={"agreement": "hyr-2024", "region": "vastra-gotaland"},
)
def answer(facts: RegionFacts, on: date) -> Answer:
    """Approvals by whoever ordered or has an interest in the supplier, and reports that came late."""
    if not facts.orders:
        raise UnknownKeyError(f"no order of {facts.region} is known")
    terms = Terms.of(facts.library, facts.params.agreement)
    late_days = terms.resolve("time-report.late-days", on, Scope(region=facts.region)).number
    approved = [one for held in facts.held.values() for one in _approvals(held, on)]
    flagged = tuple(one for name, held in sorted(facts.held.items()) for one in _flagged(name, held, on))
    backdated = tuple(
        one for name, held in sorted(facts.held.items()) for one in _backdated(name, held, on, late_days)
    )
    values = ApprovalAnswer(
        region=facts.region,
        on=on,
        approved_shifts=len(approved),
        own_shifts=sum(one.ordered_it_too for _, one in approved),
        interested_shifts=sum(bool(one.interests) for _, one in approved),
        late_days=late_days,
        flagged=flagged,
        backdated=backdated,
    )
    told = (position for one in flagged for position in (*one.approvals, *one.interests))
    return Answer(
        _sentence(values), values, evidence_of(told, (one.reported for one in backdated)), terms.all()
    )


def _approvals(held: Delivery, on: date) -> Iterator[tuple[DeliveredShift, Approval]]:
    return ((shift, shift.approval) for shift in held.worked(on) if shift.approval is not None)


def _flagged(name: str, held: Delivery, on: date) -> Iterator[OwnApproval]:
    """One row for each attester of an assignment that has a flag."""
    found = [one for one in _approvals(held, on) if one[1].ordered_it_too or one[1].interests]
    for attester in sorted({approval.by for _, approval in found}):
        yield _row(attester, name, held, [one for one in found if one[1].by == attester])


def _row(
    attester: str, name: str, held: Delivery, own: Iterable[tuple[DeliveredShift, Approval]]
) -> OwnApproval:
    shifts, approvals = zip(*own, strict=True)
    return OwnApproval(
        attester=attester,
        assignment=name,
        supplier=held.contract.supplier if held.contract else "",
        ordered_it_too=any(one.ordered_it_too for one in approvals),
        interests=evidence_of(*(one.interests for one in approvals)),
        shifts=len(shifts),
        minutes=sum(one.minutes for one in shifts),
        last_at=max(one.at for one in approvals),
        approvals=evidence_of(one.position for one in approvals),
    )


def _backdated(name: str, held: Delivery, on: date, late_days: int) -> Iterator[Backdated]:
    for shift in held.worked(on):
        if shift.first_told_on is not None and (shift.days_late or 0) > late_days:
            yield Backdated(name, shift.on, shift.first_told_on, shift.days_late or 0, shift.reported)


def _sentence(values: ApprovalAnswer) -> Sentence:
    who = len({one.attester for one in values.flagged})
    own, every, tied = values.own_shifts, values.approved_shifts, values.interested_shifts
    late, days = len(values.backdated), values.late_days
    return Sentence(
        f"I {values.region} har {number(who, 'person', 'personer')} attesterat pass som flaggas: "
        f"{own} av {every} pass hade de själva avropat, och för {tied} hade de ett anmält intresse; "
        f"{late} pass är bakdaterade mer än {days} dagar.",
        f"In {values.region} {number(who, 'person', 'persons')} approved shifts that are flagged: "
        f"{own} of {every} shifts they had ordered themselves, and for {tied} they had declared an interest; "
        f"{number(late, 'shift is', 'shifts are')} backdated by more than {days} days.",
    )
