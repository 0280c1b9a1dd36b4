"""How an award ranks: the facts and values it rests on, who takes part, and the order they stand in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ledger.decisions.base import Asking
from ledger.decisions.candidates import Judge, single
from ledger.decisions.continuity import TERMS as CONTINUITY_TERMS
from ledger.decisions.continuity import ContinuityTerms
from ledger.decisions.criteria import TERMS as CRITERIA_TERMS
from ledger.decisions.criteria import Announced
from ledger.decisions.guards import pinned_terms, require_published
from ledger.decisions.offer_intake import offer_terms
from ledger.decisions.ranking import Group, Scale, groups_of, placed, weighed_groups
from ledger.decisions.suitability import SuitabilityFacts, checked, suitability_facts
from ledger.events.awards import RankedOffer
from ledger.events.orders import OrderPublished
from ledger.facts.admissions import Admissions, admissions
from ledger.facts.chains import TERMS as CHAIN_TERMS
from ledger.facts.chains import ChainRule
from ledger.facts.humans import Humans, humans
from ledger.facts.mandates import Mandate
from ledger.facts.orders import OrderHeld
from ledger.facts.policies import Calendars, calendars, policies
from ledger.facts.standing import Standing, standing
from ledger.facts.suitability import TERMS as SUITABILITY_TERMS
from ledger.policy.model import Library, Resolved
from ledger.policy.window import TERMS as WINDOW_TERMS
from ledger.values import SECOND_US, local_date

TERMS = (
    *CRITERIA_TERMS,
    "award.count-max",
    "status.barring",
    "time.tie-tolerance",
    *WINDOW_TERMS,
    "order.answer-minutes-min",
    "order.outage-effect",
    "continuity.reference",
    *CONTINUITY_TERMS,
    *CHAIN_TERMS,
    *SUITABILITY_TERMS,
)
NO_MANDATE = Mandate()


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """What the award rests on.

    ``humans`` are the offered consultants as they are known now, ``before`` as they were known when the order
    was published; ``standings`` are by supplier.
    """

    order: OrderHeld
    mandate: Mandate = field(default_factory=Mandate)
    library: Library = field(default_factory=Library)
    calendars: Calendars = field(default_factory=lambda: Calendars({}))
    humans: Humans = field(default_factory=Humans)
    before: Humans = field(default_factory=Humans)
    standings: Mapping[str, Standing] = field(default_factory=dict)
    suitability: SuitabilityFacts = field(default_factory=SuitabilityFacts)
    admitted: Admissions = field(default_factory=Admissions)

    @property
    def seed(self) -> str | None:
        """The seed of the draw, once it is recorded."""
        return self.order.seed.event.value if self.order.seed else None


def ranking_facts(order: OrderHeld, position: int, mandate: Mandate = NO_MANDATE) -> Asking[AwardFacts]:
    """Facts: everything the ranking of one position of a published order rests on; under which mandate."""
    published = require_published(order, "").event
    versions = [held.latest for held in order.offers_for(position)]
    offered = sorted({version.consultant for version in versions})
    library = yield policies(published.agreement)
    frozen = yield calendars(published.agreement)
    now = yield from humans(offered)
    before = yield from humans(offered, known_at=order.published.position if order.published else 0)
    standings = yield {name: standing(name) for name in sorted({version.supplier for version in versions})}
    suitability = yield from suitability_facts(published.region, now)
    admitted = yield admissions(published.agreement)
    return AwardFacts(
        order=order,
        mandate=mandate,
        library=library,
        calendars=frozen,
        humans=now,
        before=before,
        standings=standings,
        suitability=suitability,
        admitted=admitted,
    )


def award_terms(library: Library, order: OrderPublished) -> Mapping[str, Resolved]:
    """What the ranking rests on, and what an offer had to hold to be in it."""
    return {**pinned_terms(library, order, TERMS), **offer_terms(library, order)}


def judge_of(position: int, facts: AwardFacts, at: int, terms: Mapping[str, Resolved]) -> Judge:
    """Who judges the offers for a position at an instant (µs), by resolved values."""
    published, announced = require_published(facts.order, "").event, Announced.of(terms)
    offers = [held.latest for held in facts.order.offers_for(position)]
    scale = Scale(announced.weights, facts.order.last_notified_at, facts.order.answer_by)
    barring, on = terms["status.barring"].words, local_date(at)
    return Judge(
        order=published,
        at=at,
        terms=ContinuityTerms.of(terms),
        criteria=announced.criteria,
        tolerance_us=terms["time.tie-tolerance"].number * SECOND_US,
        scale=scale if announced.method == "weights" else None,
        chains=ChainRule.of(terms),
        notified={name: told.event.notified_at for name, told in facts.order.recipients.items()},
        checks=checked(published, offers, facts.humans, facts.suitability, terms),
        statuses=facts.admitted.barred(published.lot, published.region, on, barring),
    )


def ranking(
    position: int, facts: AwardFacts, judge: Judge, known: Humans
) -> tuple[tuple[Group, ...], tuple[RankedOffer, ...]]:
    """The groups of offers that take part, and every other offer with the reason why it does not."""
    found = [
        judge.judge(
            held,
            facts.order.award_of(version.offer),
            facts.standings[version.supplier],
            known.of(version.consultant),
        )
        for held, version in [(held, held.latest) for held in facts.order.offers_for(position)]
    ]
    candidates, doubled = single([one for one in found if not isinstance(one, RankedOffer)], facts.humans.ids)
    excluded = tuple(one for one in found if isinstance(one, RankedOffer))
    if judge.scale is None:
        groups = groups_of(candidates, judge.criteria, judge.tolerance_us)
    else:
        groups = weighed_groups(candidates, judge.criteria, judge.tolerance_us, judge.scale)
    return groups, (*excluded, *doubled)


def ranked_before(
    position: int, facts: AwardFacts, judge: Judge, ranked: Sequence[RankedOffer]
) -> tuple[str, ...]:
    """The ranking on the time worked that was known at the publication; nothing if it is the same one."""
    if facts.before == facts.humans:
        return ()
    groups, _ = ranking(position, facts, judge, facts.before)
    before = placed(groups, facts.seed)
    same = [(one.offer, one.rank) for one in before] == [(one.offer, one.rank) for one in ranked]
    return () if same else tuple(one.offer for one in before)


def seed_used(order: OrderHeld, groups: Sequence[Group]) -> int | None:
    """The position of the seed, if it drew any place in the ranking."""
    return order.seed.position if order.seed and any(len(group) > 1 for group in groups) else None
