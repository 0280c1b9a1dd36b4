"""Question 14: who was late or cancelled first, and what follows? (domain 3.4, 3.5)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.events.policy import TermUsed
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.orders import AwardHeld
from ledger.policy.model import Library, Resolved
from ledger.values import Code, Instant, OfferId, OrderId, SupplierId
from projections.base import UnanswerableError, evidence_of
from replay.questions.awarded import AwardCase, AwardParams, award_case
from replay.questions.base import Answer, Asking, Sentence, question
from replay.questions.words import FOLLOWS, called

Side = Literal["region", "supplier"]
What = Literal[
    "accepted",
    "confirmed",
    "confirmed-late",
    "excused-late",
    "excused",
    "lapsed",
    "concluded",
    "cancelled",
    "cancelled-late",
]
FAILS: tuple[What, ...] = ("confirmed-late", "lapsed", "cancelled", "cancelled-late")
IN_SWEDISH: dict[What, str] = {
    "confirmed-late": "bekräftade för sent", "lapsed": "lät tilldelningen falla",
    "cancelled": "avbokade i tid", "cancelled-late": "avbokade för sent",
}  # fmt: skip
IN_ENGLISH: dict[What, str] = {
    "confirmed-late": "confirmed late", "lapsed": "let the award lapse", "cancelled": "cancelled in time",
    "cancelled-late": "cancelled late",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FailedFacts:
    """The award with what became of it, and the assignment, if a contract was concluded."""

    case: AwardCase
    award: AwardHeld
    assignment: Assignment | None


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step after the award: by whom, when, what it was, and its own reason or deadline in words."""

    what: What
    by: Side
    at: Instant
    detail: str
    position: int


@dataclass(frozen=True, slots=True)
class FailedAnswer:
    """Every step after an award, oldest first; who failed first, if anybody.

    ``indicated`` is what the policy says follows from a late cancellation, ``decided`` what somebody decided.
    """

    order: OrderId
    offer: OfferId
    supplier: SupplierId
    steps: tuple[StepTaken, ...]
    first: StepTaken | None
    indicated: Code
    decided: Code | None


def asks(params: AwardParams, _on: date) -> Asking[FailedFacts]:
    """The award, and the assignment of its contract."""
    case = yield from award_case(params)
    held = case.order.award_of(case.offer.offer)
    if held is None:
        raise UnanswerableError(f"{case.offer.offer} holds no award")
    if held.concluded is None:
        return FailedFacts(case, held, None)
    assignment: Assignment = yield assignments(held.concluded.event.assignment)
    return FailedFacts(case, held, assignment)


@question(
    "late-or-cancelled-first",
    number=14,
    titles=(
        "Vem var sen eller avbokade först, och vad följer?",
        "Who was late or cancelled first, and what follows?",
    ),
    params=AwardParams,
    values=FailedAnswer,
    asks=asks,
    example={"order": "o-0229"},
)
def answer(facts: FailedFacts, _on: date) -> Answer:
    """Who first failed after an award, the region or the supplier, and what the policy indicates."""
    steps = tuple(sorted(_steps(facts), key=lambda one: (one.at, one.position)))
    cancelled = facts.assignment.cancelled if facts.assignment else None
    decided = facts.assignment.consequence if facts.assignment else None
    values = FailedAnswer(
        order=facts.case.published.order,
        offer=facts.case.offer.offer,
        supplier=facts.case.offer.supplier,
        steps=steps,
        first=next((one for one in steps if one.what in FAILS), None),
        indicated=cancelled.event.consequence if cancelled else "none",
        decided=decided.event.consequence if decided else None,
    )
    evidence = evidence_of(
        (facts.award.awarded.position,),
        (one.position for one in steps),
        (decided.position,) if decided else (),
    )
    deadline = facts.award.accepted.event.terms if facts.award.accepted else ()
    used = (*deadline, *(cancelled.event.terms if cancelled else ()))
    return Answer(_sentence(values), values, evidence, _resolved(facts.case.library, used))


def _resolved(library: Library, used: tuple[TermUsed, ...]) -> tuple[Resolved, ...]:
    """The rows behind the terms of deadline and cancellation, from the newest version with each."""
    found: dict[TermUsed, Resolved] = {}
    for book in library.books:
        rows = (Resolved(row, book.position) for row in book.published.rows)
        found.update({row.used(): row for row in rows if row.used() in used})
    return tuple(found.values())


def _steps(facts: FailedFacts) -> list[StepTaken]:
    award, found = facts.award, list[StepTaken]()
    if award.accepted:
        e = award.accepted.event
        found.append(StepTaken("accepted", "region", e.reached_at, "", award.accepted.position))
    if award.confirmed:
        c = award.confirmed
        found.append(StepTaken("confirmed", "supplier", c.event.confirmed_at, c.event.channel, c.position))
    if award.late:
        late = award.late
        told = late.event.detail
        came: What = "excused-late" if award.excused else "confirmed-late"
        found.append(StepTaken(came, "supplier", late.event.confirmed_at, told, late.position))
    if award.excused:
        why = award.excused
        found.append(StepTaken("excused", "region", why.event.decided_at, why.event.reason, why.position))
    if award.lapsed:
        gone = award.lapsed
        by: Side = "region" if gone.event.cause == "unit-withdrew" else "supplier"
        found.append(StepTaken("lapsed", by, gone.event.decided_at, gone.event.cause, gone.position))
    if award.concluded:
        made = award.concluded
        found.append(StepTaken("concluded", "region", made.event.concluded_at, "", made.position))
    if facts.assignment and (ended := facts.assignment.cancelled):
        what: What = "cancelled-late" if ended.event.late else "cancelled"
        kind = ended.event.cause_kind
        found.append(StepTaken(what, ended.event.by, ended.event.cancelled_at, kind, ended.position))
    return found


def _sentence(values: FailedAnswer) -> Sentence:
    first = values.first
    if first is None:
        return Sentence(
            f"Ingen var sen eller avbokade efter tilldelningen av {values.order}.",
            f"Nobody was late or cancelled after the award of {values.order}.",
        )
    side = {"region": "Regionen", "supplier": values.supplier}[first.by]
    side_en = {"region": "The region", "supplier": values.supplier}[first.by]
    indicated = called(FOLLOWS, values.indicated)
    decided = called(FOLLOWS, values.decided) if values.decided else Sentence("inget", "nothing")
    return Sentence(
        f"{side} {IN_SWEDISH[first.what]} först på {values.order}; policyn pekar på {indicated.sv}, och "
        f"{decided.sv} är beslutat.",
        f"{side_en} {IN_ENGLISH[first.what]} first on {values.order}; policy indicates {indicated.en}, "
        f"and {decided.en} is decided.",
    )
