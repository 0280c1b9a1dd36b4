"""Which offers take part in a ranking: each is a candidate, or excluded with code, clause and facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from msgspec import Struct

from ledger.decisions.continuity import ContinuityTerms, assess
from ledger.decisions.order_limits import CHAIN_CLAUSE, shown, stay_at
from ledger.decisions.ranking import Candidate, Scale
from ledger.decisions.recipients import described, described_status, status_code
from ledger.decisions.suitability import excluding
from ledger.events.awards import RankedOffer
from ledger.events.checks import Check
from ledger.events.orders import Criterion, OrderPublished
from ledger.facts.chains import ChainRule, Stay
from ledger.facts.orders import AwardHeld, OfferHeld
from ledger.facts.standing import Standing
from ledger.facts.supplier_status import StatusFact
from ledger.facts.worked_time import WorkedTime


@dataclass(frozen=True, slots=True)
class Why:
    """Why an offer takes no part."""

    code: str
    clause: str
    detail: str
    facts: tuple[int, ...] = ()


class _Judged(Struct, frozen=True, gc=False):
    """What an offer was judged on, and what was found."""

    held: OfferHeld
    award: AwardHeld | None
    standing: Standing
    worked: Sequence[WorkedTime]
    found: Candidate | RankedOffer

    def on(self, held: OfferHeld, award: AwardHeld | None, standing: Standing) -> bool:
        """Whether it is these very ones that it was judged on."""
        return self.held is held and self.award is award and self.standing is standing


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges the offers for one order at the instant of its award (µs).

    ``checks`` are by offer id, ``statuses`` by supplier: those that their own status bars from orders.
    ``judged`` are the offers judged so far, each with what it was judged on: a judge made from another, by
    other terms or criteria, begins without any.
    """

    order: OrderPublished
    at: int
    terms: ContinuityTerms
    criteria: tuple[Criterion, ...]
    tolerance_us: int
    scale: Scale | None
    chains: ChainRule
    notified: Mapping[str, int]
    checks: Mapping[str, tuple[Check, ...]] = field(default_factory=dict)
    statuses: Mapping[str, StatusFact] = field(default_factory=dict)
    judged: dict[str, _Judged] = field(default_factory=dict, init=False, compare=False, repr=False)

    def judge(
        self, held: OfferHeld, award: AwardHeld | None, standing: Standing, worked: Sequence[WorkedTime]
    ) -> Candidate | RankedOffer:
        """The offer as a candidate with its values, or excluded with the first reason found.

        Asked again about the same offer on the same time worked, what was found before.
        """
        offer = held.latest.offer
        before = self.judged.get(offer)
        if before is not None and before.on(held, award, standing) and before.worked == worked:
            return before.found
        found = self._judge(held, award, standing, worked)
        self.judged[offer] = _Judged(held, award, standing, worked, found)
        return found

    def _judge(
        self, held: OfferHeld, award: AwardHeld | None, standing: Standing, worked: Sequence[WorkedTime]
    ) -> Candidate | RankedOffer:
        version = held.latest
        barred = self._barred(standing) or self._closed(version.supplier)
        why = _own(held) or _lapsed(award) or barred or self._unsuitable(version.offer)
        if why is not None:
            return _excluded(held, why)
        assessed = assess(version, self.order, worked, self.terms)
        period = assessed.eighteen_months
        if period.governs != "cap" and period.exceeded:
            months = self.terms.eighteen_months.months
            detail = f"by the reading {period.governs} the period of {months} months is used up"
            used_up = Why("eighteen-months-exceeded", "S4: the 18-month period", detail, period.grounds)
            return replace(_excluded(held, used_up), period=assessed.readings)
        stay = stay_at(version, self.order, worked, self.chains)
        if stay.too_long and self.chains.refuses:
            return replace(_excluded(held, _too_long(stay)), period=assessed.readings, chain=shown(stay))
        return Candidate(
            offer=version.offer,
            supplier=version.supplier,
            consultant=version.consultant,
            counts_from_at=version.counts_from_at or 0,
            continuity=assessed.value if "continuity" in self.criteria else None,
            facts=held.positions(),
            trust=held.trust,
            latency_us=max(0, held.first.received_at - self.notified.get(version.supplier, 0)),
            period=assessed.readings,
            chain=shown(stay) if stay.legs[1:] else None,
        )

    def _barred(self, standing: Standing) -> Why | None:
        if not standing.measures:
            return None
        bars = standing.excludes(self.order.agreement, self.order.lot, self.order.region, self.at)
        if not bars:
            return None
        decision = bars[0].decided.event
        facts = tuple(sorted({position for held in bars for position in held.positions()}))
        return Why(decision.rung, decision.clause, described(bars[0]), facts)

    def _closed(self, supplier: str) -> Why | None:
        fact = self.statuses.get(supplier)
        if fact is None:
            return None
        return Why(status_code(fact), fact.event.clause, described_status(fact), (fact.position,))

    def _unsuitable(self, offer: str) -> Why | None:
        failed = excluding(self.checks.get(offer, ()))
        return Why(failed.code, failed.clause, failed.detail, failed.facts) if failed else None


def single(
    candidates: Iterable[Candidate], ids: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[Candidate, ...], tuple[RankedOffer, ...]]:
    """Each supplier's earliest offer of each human takes part; the others are excluded (no lot twice)."""
    firsts: dict[tuple[str, tuple[str, ...]], Candidate] = {}
    doubled = []
    for one in sorted(candidates, key=lambda c: (c.counts_from_at, c.offer)):
        first = firsts.setdefault((one.supplier, ids[one.consultant]), one)
        if first is not one:
            detail = f"{first.offer} offers the same human, and earlier"
            why = Why("offer-doubled", "domain 3.2: an offer is a named consultant", detail, first.facts)
            doubled.append(
                _out(one.offer, one.supplier, one.consultant, replace(why, facts=one.facts + why.facts))
            )
    return tuple(firsts.values()), tuple(doubled)


def _too_long(stay: Stay) -> Why:
    detail = f"with it the stay at the unit has {stay.days} days; at most {stay.days_max}"
    return Why("order-chain-too-long", CHAIN_CLAUSE, detail, stay.facts)


def _own(held: OfferHeld) -> Why | None:
    if held.withdrawn is not None:
        return Why("offer-withdrawn", "domain 3.2: an offer may be withdrawn", "the supplier took it back")
    if not held.complete:
        detail = f"it lacks {', '.join(held.latest.missing)}"
        return Why("offer-incomplete", "domain 3.2: it counts from its first complete version", detail)
    return None


def _lapsed(award: AwardHeld | None) -> Why | None:
    if award is None or award.lapsed is None:
        return None
    detail = f"award {award.awarded.event.award} to it lapsed: {award.lapsed.event.cause}"
    return Why("award-lapsed", "domain 3.3: re-award to the next", detail, award.positions())


def _excluded(held: OfferHeld, why: Why) -> RankedOffer:
    version = held.latest
    return _out(
        version.offer,
        version.supplier,
        version.consultant,
        replace(why, facts=(*held.positions(), *why.facts)),
    )


def _out(offer: str, supplier: str, consultant: str, why: Why) -> RankedOffer:
    return RankedOffer(
        rank=0,
        offer=offer,
        supplier=supplier,
        consultant=consultant,
        continuity=None,
        time=None,
        excluded_code=why.code,
        excluded_clause=why.clause,
        excluded_detail=why.detail,
        facts=tuple(sorted(set(why.facts))),
    )
