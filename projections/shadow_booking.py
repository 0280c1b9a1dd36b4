"""Shadow booking, about one human: ties before publication, overlapping orders, work without an order.

An indicator lists its evidence and its innocent explanations. It never accuses (domain 6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.decisions.base import Asking
from ledger.facts.aliases import same_humans
from ledger.facts.orders import OrderHeld, orders
from ledger.facts.policies import policies
from ledger.facts.shadow_booking import Held, Overlap, Tie, held_for, overlaps, ties_before
from ledger.facts.ties import Ties, Unordered, ties
from ledger.facts.worked_time import AssignmentTime, Contract, WorkedTime, worked_time
from ledger.policy.model import Library, Resolved, Scope
from ledger.values import AgreementId, OrderId
from projections.base import Terms, UnknownKeyError, evidence_of, view
from projections.explanations import OVERLAPPING, TIED, UNORDERED, Explanation
from projections.humans import LINKS
from projections.shapes import plain

LOOK_BACK = "shadow.look-back-days"
OVERLAP = "shadow.overlap-days-min"
UNORDERED_MIN = "shadow.unordered-minutes-min"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowParams:
    """The agreement; one order of the consultant's, or every one."""

    agreement: AgreementId
    order: OrderId | None = None


@dataclass(frozen=True, slots=True)
class ShadowFacts:
    """Ties and worked time of every id of the human, the orders it stood in, the policy."""

    consultant: str
    ties: Mapping[str, Ties]
    worked: Mapping[str, WorkedTime]
    orders: Mapping[str, OrderHeld]
    library: Library
    params: ShadowParams


@dataclass(frozen=True, slots=True)
class TiedShown:
    """Indicator (i) of one order: lit when something else than earlier work tied the human to the unit."""

    order: str
    unit: str
    lit: bool
    ties: tuple[Tie, ...]
    innocent: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True)
class ShadowBooking:
    """Indicators (i), (iii) and (iv) of one human; (ii) is a supplier's."""

    consultant: str
    same_human: tuple[str, ...]
    tied_before: tuple[TiedShown, ...]
    overlapping: tuple[Overlap, ...]
    overlapping_lit: bool
    overlapping_innocent: tuple[Explanation, ...]
    unordered: tuple[Unordered, ...]
    unordered_minutes: int
    unordered_lit: bool
    unordered_innocent: tuple[Explanation, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


def asks(consultant: str, _at: date, params: ShadowParams) -> Asking[ShadowFacts]:
    """The human's ids, ties and worked time, then the orders they point to, and the policy."""
    ids = (yield from same_humans([consultant]))[consultant]
    known: Mapping[str, Ties] = yield {one: ties(one) for one in ids}
    worked: Mapping[str, WorkedTime] = yield {one: worked_time(one) for one in ids}
    held = {one.order for state in worked.values() for one in state.assignments.values()}
    named = sorted(held | {order for one in known.values() for order in one.ranked})
    found = yield {order: orders(order) for order in named}
    library = yield policies(params.agreement)
    return ShadowFacts(consultant, dict(known), dict(worked), found, library, params)


@view(
    "shadow-booking",
    titles=("Skuggbokning: indikatorer om en konsult", "Shadow booking: indicators about a consultant"),
    kind=ties,
    shape=plain(Ties),
    params=ShadowParams,
    asks=asks,
    beside=(LINKS,),
)
def read(facts: ShadowFacts, at: date) -> ShadowBooking:
    """What might tell of shadow booking about one consultant, with what may explain it."""
    if not facts.orders and not any(one.unordered or one.traces for one in facts.ties.values()):
        raise UnknownKeyError(f"nothing is known of consultant {facts.consultant}")
    terms = Terms.of(facts.library, facts.params.agreement)
    tied = tuple(_tied(facts, one, at, terms) for one in _assignments(facts))
    days_min = terms.resolve(OVERLAP, at).number
    shared = tuple(one for one in overlaps(_held(facts), days_min) if _asked(one, facts.params))
    unordered = tuple(
        work for _, one in sorted(facts.ties.items()) for work in one.unordered if work.on <= at
    )
    minutes = sum(work.minutes for work in unordered)
    return ShadowBooking(
        consultant=facts.consultant,
        same_human=tuple(sorted(facts.ties)),
        tied_before=tied,
        overlapping=shared,
        overlapping_lit=bool(shared),
        overlapping_innocent=OVERLAPPING if shared else (),
        unordered=unordered,
        unordered_minutes=minutes,
        unordered_lit=minutes >= terms.resolve(UNORDERED_MIN, at).number,
        unordered_innocent=UNORDERED if unordered else (),
        evidence=evidence_of(
            (tie.position for one in tied for tie in one.ties),
            (p for one in shared for p in (one.first.position, one.second.position)),
            (work.position for work in unordered),
        ),
        terms=terms.all(),
    )


def _held(facts: ShadowFacts) -> tuple[Held, ...]:
    return held_for(sorted(facts.ties), facts.orders.values(), facts.worked.values())


def _asked(one: Overlap, params: ShadowParams) -> bool:
    return params.order in (None, one.first.order, one.second.order)


def _assignments(facts: ShadowFacts) -> list[tuple[AssignmentTime, Contract]]:
    """The human's assignments under a contract, each with it, of the order asked about or of all."""
    found = [one for state in facts.worked.values() for one in state.assignments.values()]
    held = [(one, one.contract) for one in found if one.contract is not None]
    chosen = [one for one in held if facts.params.order in (None, one[0].order)]
    return sorted(chosen, key=lambda one: one[1].position)


def _tied(facts: ShadowFacts, one: tuple[AssignmentTime, Contract], at: date, terms: Terms) -> TiedShown:
    held, contract = one
    published = facts.orders[held.order].published
    if published is None:
        raise UnknownKeyError(f"the publication of {held.order} is not known")
    look_back = terms.resolve(LOOK_BACK, at, Scope(region=held.region, lot=held.lot)).number
    period = (contract.from_on, contract.until_on)
    found = ties_before(published, period, facts.ties.values(), facts.worked.values(), look_back)
    kinds = tuple(dict.fromkeys(tie.kind for tie in found))
    return TiedShown(
        order=held.order,
        unit=held.unit,
        lit=any(kind != "worked-before" for kind in kinds),
        ties=found,
        innocent=tuple(TIED[kind] for kind in kinds),
    )
