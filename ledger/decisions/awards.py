"""The award: the whole ranking, every offer in or excluded, and the choice it leads to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
from ledger.decisions.candidates import Judge, single
from ledger.decisions.continuity import TERMS as CONTINUITY_TERMS
from ledger.decisions.continuity import ContinuityTerms, understood
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    ORDERERS,
    assumed,
    mandate_of,
    pinned_terms,
    require_mandate,
    require_published,
)
from ledger.decisions.offer_intake import offer_terms
from ledger.decisions.ranking import Group, groups_of, placed, undecided
from ledger.decisions.refusals import OrderUnknown, OrderWithdrawnAlready, PolicyTermMissing
from ledger.decisions.suitability import SuitabilityFacts, checked, suitability_facts, with_checks
from ledger.events.awards import OrderAwarded, RankedOffer
from ledger.events.orders import Criterion, OrderPublished
from ledger.facts.humans import Humans, humans
from ledger.facts.mandates import Mandate
from ledger.facts.orders import OrderHeld, orders
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded, positions_of
from ledger.facts.standing import Standing, standing
from ledger.facts.suitability import TERMS as SUITABILITY_TERMS
from ledger.policy.model import Library, Resolved
from ledger.values import SECOND_US, OfferId, OrderId, instant_text

CRITERIA: tuple[Criterion, ...] = ("time", "continuity")
TERMS = (
    "award.criteria",
    "award.count-max",
    "time.tie-tolerance",
    "continuity.counts",
    "continuity.reference",
    *CONTINUITY_TERMS,
)


@command
class AwardOrder:
    """Award a position of an order to the first of its ranking, or with a reason to another."""

    order: OrderId
    position: int = 1
    offer: OfferId | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """What the award rests on.

    ``humans`` are the offered consultants as they are known now, ``before`` as they were known when the order
    was published; ``standings`` are by supplier.
    """

    order: OrderHeld
    mandate: Mandate
    library: Library = field(default_factory=Library)
    humans: Humans = field(default_factory=Humans)
    before: Humans = field(default_factory=Humans)
    standings: Mapping[str, Standing] = field(default_factory=dict)
    suitability: SuitabilityFacts = field(default_factory=SuitabilityFacts)


def _facts(command: AwardOrder, context: Context) -> Asking[AwardFacts]:
    order: OrderHeld = yield orders(command.order)
    mandate = yield from mandate_of(context)
    if order.published is None:
        return AwardFacts(order, mandate)
    library = yield policies(order.published.event.agreement)
    versions = [held.latest for held in order.offers_for(command.position)]
    offered = sorted({version.consultant for version in versions})
    now = yield from humans(offered)
    before = yield from humans(offered, known_at=order.published.position)
    standings = yield {name: standing(name) for name in sorted({version.supplier for version in versions})}
    suitability = yield from suitability_facts(order.published.event.region, now)
    return AwardFacts(order, mandate, library, now, before, standings, suitability)


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
        NothingToAward,
        DrawSeedMissing,
        OfferNotAwardable,
        AgainstRankingReasonMissing,
    ),
)
def award_order(command: AwardOrder, facts: AwardFacts, context: Context) -> Ruling:
    """After the answer time, within a mandate, by the policy's criteria, with every value shown."""
    published = require_published(facts.order, command.order)
    require_mandate(facts.mandate, context, ORDERERS, published.event, context.decided_at)
    _require_due(command, facts.order, published, context)
    terms = _terms(facts.library, published.event)
    _require_within_limit(command, facts.order, terms["award.count-max"])
    judge = _judge(command, facts, published.event, context, terms)
    groups, excluded = _ranking(command, facts, judge, facts.humans)
    _require_decided(command, facts.order, groups, excluded)
    ranked = placed(groups, _seed(facts.order))
    chosen = _chosen(command, ranked, excluded)
    against = _against(command, facts.order, chosen)
    _require_reason(command, chosen, against=against)
    event = OrderAwarded(
        order=command.order,
        agreement=published.event.agreement,
        offer=chosen.offer,
        supplier=chosen.supplier,
        consultant=chosen.consultant,
        award=len(facts.order.awards_of(command.position)) + 1,
        ranking=with_checks((*ranked, *excluded), judge.checks),
        criteria=judge.criteria,
        policy_version=published.event.policy_version,
        terms=tuple(term.used() for term in terms.values()),
        reference_at=published.event.reference_at,
        decided_at=context.decided_at,
        against_ranking=against,
        reason=command.reason,
        draw_seed_position=_seed_used(facts.order, groups),
        position=command.position,
        ranking_at_publication=_ranked_before(command, facts, judge, ranked),
        ranked=tuple(sorted({one.consultant for one in (*ranked, *excluded)})),
    )
    return Ruling((event,), published.event.authority, tuple(terms.values()))


def _terms(library: Library, order: OrderPublished) -> Mapping[str, Resolved]:
    """What the ranking rests on, and what an offer had to hold to be in it."""
    return {**pinned_terms(library, order, (*TERMS, *SUITABILITY_TERMS)), **offer_terms(library, order)}


def _require_due(
    command: AwardOrder, order: OrderHeld, published: Recorded[OrderPublished], context: Context
) -> None:
    if order.withdrawn is not None:
        raise OrderWithdrawnAlready(f"{command.order} was withdrawn", "order", (order.withdrawn.position,))
    if order.position(command.position) is None:
        detail = f"{command.order} has no position {command.position}"
        raise PositionNotThere(detail, "position", (published.position,))
    if context.decided_at < published.event.answer_by:
        detail = f"answers may come until {instant_text(published.event.answer_by)}"
        raise AnswerWindowOpen(detail, "order", (published.position,))
    for held in order.awards_of(command.position):
        if held.stands:
            raise PositionAwardedAlready(f"{held.offer} has the award", "position", held.positions())


def _require_within_limit(command: AwardOrder, order: OrderHeld, limit: Resolved) -> None:
    former = order.awards_of(command.position)
    if len(former) >= limit.number:
        detail = f"awarded {len(former)} times; at most {limit.number}"
        raise AwardLimitReached(
            detail, "position", positions_of(*(h.awarded for h in former)), assumed(limit)
        )


def _criteria(terms: Mapping[str, Resolved]) -> tuple[Criterion, ...]:
    """The criteria in order, without continuity where the region's overlay has switched it off."""
    words = terms["award.criteria"]
    named = [understood(words, word, CRITERIA) for word in words.words]
    return tuple(c for c in named if c != "continuity" or terms["continuity.counts"].truth)


def _seed(order: OrderHeld) -> str | None:
    return order.seed.event.value if order.seed else None


def _seed_used(order: OrderHeld, groups: Sequence[Group]) -> int | None:
    """The position of the seed, if it drew any place in the ranking."""
    return order.seed.position if order.seed and any(len(group) > 1 for group in groups) else None


def _judge(
    command: AwardOrder,
    facts: AwardFacts,
    published: OrderPublished,
    context: Context,
    terms: Mapping[str, Resolved],
) -> Judge:
    tolerance_us = terms["time.tie-tolerance"].number * SECOND_US
    offers = [held.latest for held in facts.order.offers_for(command.position)]
    found = checked(published, offers, facts.humans, facts.suitability, terms)
    criteria = _criteria(terms)
    return Judge(published, context.decided_at, ContinuityTerms.of(terms), criteria, tolerance_us, found)


def _ranking(
    command: AwardOrder, facts: AwardFacts, judge: Judge, known: Humans
) -> tuple[tuple[Group, ...], tuple[RankedOffer, ...]]:
    """The groups of offers that take part, and every other offer with the reason why it does not."""
    found = [
        judge.judge(
            held,
            facts.order.award_of(held.latest.offer),
            facts.standings[held.latest.supplier],
            known.of(held.latest.consultant),
        )
        for held in facts.order.offers_for(command.position)
    ]
    candidates, doubled = single([one for one in found if not isinstance(one, RankedOffer)], facts.humans.ids)
    excluded = tuple(one for one in found if isinstance(one, RankedOffer))
    return groups_of(candidates, judge.criteria, judge.tolerance_us), (*excluded, *doubled)


def _ranked_before(
    command: AwardOrder, facts: AwardFacts, judge: Judge, ranked: Sequence[RankedOffer]
) -> tuple[str, ...]:
    """The ranking on the time worked that was known at the publication; nothing if it is the same one."""
    groups, _ = _ranking(command, facts, judge, facts.before)
    before = placed(groups, _seed(facts.order))
    same = [(one.offer, one.rank) for one in before] == [(one.offer, one.rank) for one in ranked]
    return () if same else tuple(one.offer for one in before)


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
    if undecided(groups[0], _seed(order)):
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


def _require_reason(command: AwardOrder, chosen: RankedOffer, *, against: bool) -> None:
    if against and not command.reason.strip():
        detail = f"{chosen.offer} has rank {chosen.rank} among what is left of the ranking"
        raise AgainstRankingReasonMissing(detail, "reason", chosen.facts)
