"""The award: the whole ranking, every offer in or excluded, and the choice it leads to."""

from collections.abc import Mapping, Sequence

from ledger.decisions.award_ranking import (
    AwardFacts,
    award_terms,
    judge_of,
    ranked_before,
    ranking,
    ranking_facts,
    seed_used,
)
from ledger.decisions.award_refusals import (
    AgainstRankingReasonMissing,
    AnswerWindowOpen,
    AwardLimitReached,
    DrawSeedMissing,
    NothingToAward,
    OfferNotAwardable,
    PositionAwardedAlready,
    PositionNotThere,
)
from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    ORDERERS,
    assumed,
    behind,
    mandate_of,
    require_mandate,
    require_published,
)
from ledger.decisions.outage_refusals import AnswerTimeLost
from ledger.decisions.ranking import Group, placed, undecided
from ledger.decisions.refusals import OrderUnknown, OrderWithdrawnAlready, PolicyTermMissing
from ledger.decisions.suitability import in_order
from ledger.errors import Refusal
from ledger.events.awards import AwardRefused, OrderAwarded, RankedOffer
from ledger.events.orders import OrderPublished
from ledger.facts.orders import OrderHeld, orders
from ledger.facts.outages import shortest
from ledger.facts.recorded import Recorded, positions_of
from ledger.policy.model import Resolved, used_terms
from ledger.policy.window import Window
from ledger.values import OfferId, OrderId, Remark, instant_text


@command
class AwardOrder:
    """Award a position of an order to the first of its ranking, or with a reason to another."""

    order: OrderId
    position: int = 1
    offer: OfferId | None = None
    reason: Remark = ""


def _facts(command: AwardOrder, context: Context) -> Asking[AwardFacts]:
    order: OrderHeld = yield orders(command.order)
    mandate = yield from mandate_of(context)
    if order.published is None:
        return AwardFacts(order, mandate)
    found: AwardFacts = yield from ranking_facts(order, command.position, mandate)
    return found


@decides(
    AwardOrder,
    facts=_facts,
    example={"order": "o-1", "position": 1},
    raises=(
        OrderUnknown,
        *MANDATE_REFUSALS,
        OrderWithdrawnAlready,
        PositionNotThere,
        AnswerWindowOpen,
        PositionAwardedAlready,
        PolicyTermMissing,
        AwardLimitReached,
        AnswerTimeLost,
        NothingToAward,
        DrawSeedMissing,
        OfferNotAwardable,
        AgainstRankingReasonMissing,
    ),
)
def award_order(command: AwardOrder, facts: AwardFacts, context: Context) -> Ruling:
    """After the answer time, within a mandate, by the policy's criteria, with every value shown.

    A no about an offer that was named is recorded: it tells of a ranking that is sealed until the award.
    """
    published = require_published(facts.order, command.order)
    require_mandate(facts.mandate, context, ORDERERS, published.event, context.decided_at)
    _require_due(command, facts.order, published, context)
    terms = award_terms(facts.library, published.event)
    _require_within_limit(command, facts.order, terms["award.count-max"])
    outages = _answer_time_lost(facts, terms)
    judge = judge_of(command.position, facts, context.decided_at, terms)
    groups, excluded = ranking(command.position, facts, judge, facts.humans)
    _require_decided(command, facts.order, groups, excluded)
    ranked = placed(groups, facts.seed)
    try:
        chosen = _chosen(command, ranked, excluded)
        against = _against(command, facts.order, chosen)
        _require_reason(command, chosen, against=against)
    except (OfferNotAwardable, AgainstRankingReasonMissing) as no:
        if command.offer is None:
            raise
        refused = _refused(command, command.offer, no, context)
        return Ruling((refused,), published.event.authority, tuple(terms.values()))
    event = OrderAwarded(
        order=command.order,
        agreement=published.event.agreement,
        offer=chosen.offer,
        supplier=chosen.supplier,
        consultant=chosen.consultant,
        award=len(facts.order.awards_of(command.position)) + 1,
        ranking=(*ranked, *excluded),
        checks=in_order((*ranked, *excluded), judge.checks),
        criteria=judge.criteria,
        policy_version=published.event.policy_version,
        terms=used_terms(terms.values()),
        reference_at=published.event.reference_at,
        decided_at=context.decided_at,
        against_ranking=against,
        reason=command.reason,
        draw_seed_position=seed_used(facts.order, groups),
        position=command.position,
        ranking_at_publication=ranked_before(command.position, facts, judge, ranked),
        ranked=tuple(sorted({one.consultant for one in (*ranked, *excluded)})),
        method="order" if judge.scale is None else "weights",
        ordered_by=published.event.ordered_by,
        outages=outages,
    )
    opens = command.order if _opened_by(command, facts.order) else None
    return Ruling((event,), published.event.authority, tuple(terms.values()), opens)


def _opened_by(command: AwardOrder, order: OrderHeld) -> bool:
    """Whether this award is the first of the last position that had none: from then on no offer is sealed."""
    wanted = order.published.event.positions if order.published else ()
    return not order.opened and all(
        one.number == command.position or order.awards_of(one.number) for one in wanted
    )


def _require_due(
    command: AwardOrder, order: OrderHeld, published: Recorded[OrderPublished], context: Context
) -> None:
    if order.withdrawn is not None:
        raise OrderWithdrawnAlready(f"{command.order} was withdrawn", "order", (order.withdrawn.position,))
    if order.position(command.position) is None:
        detail = f"{command.order} has no position {command.position}"
        raise PositionNotThere(detail, "position", (published.position,))
    if context.decided_at < order.answer_by:
        detail = f"answers may come until {instant_text(order.answer_by)}"
        raise AnswerWindowOpen(detail, "order", (published.position,))
    for held in order.awards_of(command.position):
        if held.stands:
            raise PositionAwardedAlready(f"{held.offer} has the award", "position", held.positions())


def _require_within_limit(command: AwardOrder, order: OrderHeld, limit: Resolved) -> None:
    former = order.awards_of(command.position)
    if len(former) >= limit.number:
        detail = f"awarded {len(former)} times; at most {limit.number}"
        positions = (*positions_of(*(h.awarded for h in former)), limit.position)
        raise AwardLimitReached(detail, "position", positions, assumed(limit))


def _answer_time_lost(facts: AwardFacts, terms: Mapping[str, Resolved]) -> tuple[int, ...]:
    """The outages that left a recipient too little answer time. Refused where the policy says so."""
    if not facts.order.outages:
        return ()
    least, effect = terms["order.answer-minutes-min"], terms["order.outage-effect"]
    time = shortest(facts.order, Window.of(terms, facts.calendars.non_working()))
    if time is None or not time.facts or time.left >= least.number:
        return ()
    if effect.text == "refuse":
        detail = (
            f"outages left {time.supplier} {time.left} minutes of {time.minutes}; at least {least.number}"
        )
        raise AnswerTimeLost(detail, "order", (*time.facts, *behind(least, effect)), assumed(least, effect))
    return time.facts


def _against(command: AwardOrder, order: OrderHeld, chosen: RankedOffer) -> bool:
    """Whether the choice departs from the ranking: not its first, or not the first since the unit let go."""
    former = (held.lapsed.event.cause for held in order.awards_of(command.position) if held.lapsed)
    return chosen.rank != 1 or "unit-withdrew" in former


def _require_decided(
    command: AwardOrder, order: OrderHeld, groups: Sequence[Group], excluded: Sequence[RankedOffer]
) -> None:
    """Refuse an empty ranking, and a first place that waits for its draw."""
    if not groups:
        facts = tuple(sorted({position for offer in excluded for position in offer.facts}))
        detail = f"{len(excluded)} offers for position {command.position}, none of them takes part"
        raise NothingToAward(detail, "position", facts)
    if undecided(groups[0], order.seed.event.value if order.seed else None):
        tied = sorted(candidate.offer for candidate in groups[0])
        facts = tuple(sorted({position for candidate in groups[0] for position in candidate.facts}))
        raise DrawSeedMissing(f"{', '.join(tied)} share the first place", "order", facts)


def _chosen(
    command: AwardOrder, ranked: Sequence[RankedOffer], excluded: Sequence[RankedOffer]
) -> RankedOffer:
    if command.offer is None:
        return ranked[0]
    for offer in ranked:
        if offer.offer == command.offer:
            return offer
    out = [offer for offer in excluded if offer.offer == command.offer]
    detail = out[0].excluded_detail if out else f"no offer {command.offer} for position {command.position}"
    raise OfferNotAwardable(detail, "offer", out[0].facts if out else ())


def _refused(command: AwardOrder, offer: str, no: Refusal, context: Context) -> AwardRefused:
    return AwardRefused(
        order=command.order,
        position=command.position,
        offer=offer,
        decided_at=context.decided_at,
        code=no.code,
        clause=no.clause,
        detail=no.detail,
        field=no.field,
        facts=no.positions,
    )


def _require_reason(command: AwardOrder, chosen: RankedOffer, *, against: bool) -> None:
    if against and not command.reason.strip():
        detail = f"{chosen.offer} has rank {chosen.rank} among what is left of the ranking"
        raise AgainstRankingReasonMissing(detail, "reason", chosen.facts)
