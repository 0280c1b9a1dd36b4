"""Question 9: which complete offer came first, could all answer alike, and who saw an offer? (domain 3.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from ledger.events.awards import AwardRefused, RankedOffer
from ledger.events.offers import Trust
from ledger.facts.award_attempts import Attempts, award_attempts
from ledger.facts.draws import misdrawn
from ledger.facts.outages import AnswerTime, answer_times
from ledger.facts.policies import Calendars, calendars
from ledger.facts.recorded import Recorded
from ledger.policy.window import TERMS, Window
from ledger.values import Instant, OfferId, OrderId, SupplierId
from projections.base import evidence_of
from replay.questions.awarded import AwardCase, AwardParams, award_case
from replay.questions.base import Answer, Asking, Recording, Recordings, Sentence, question
from replay.questions.words import number

LEAST = "order.answer-minutes-min"
NOBODY_READ = Sentence(
    "Liggaren visar inget avropssvar före tilldelningen; vem som såg det i leverantörens eller beställarens "
    "egna system vet den inte.",
    "The ledger shows no offer before the award; who saw it in the supplier's or the orderer's own systems "
    "it does not know.",
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """One offer in the order of time; ``place`` 0 is one that never was complete or takes no part.

    ``received_at`` is its first version's, ``counts_from_at`` its first complete one's; ``recorded_at``
    is when the ledger learnt of the first version, ``trust`` whose clock it was.
    """

    place: int
    offer: OfferId
    supplier: SupplierId
    rank: int
    received_at: Instant
    counts_from_at: Instant | None
    recorded_at: Instant
    versions: int
    channel: str
    trust: Trust
    drawn: int
    excluded_code: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An attempt that a system refused, or an offer that the door turned away, with what shows it."""

    supplier: SupplierId
    at: Instant
    code: str
    detail: str
    position: int


@dataclass(frozen=True, slots=True)
class Probe:
    """An award refused to an offer that was named: whoever asked learnt something of the sealed ranking."""

    offer: OfferId
    at: Instant
    code: str
    detail: str
    actor: str
    position: int


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """The true order of the offers, and whether the order could be answered alike by everybody.

    ``probes`` are awards refused to an offer that was named, before anybody had seen the ranking.
    ``answer_times`` are minutes inside the window and what outages took of them; ``enough`` that every
    recipient kept the minimum. ``misdrawn`` are offers whose place in a draw is not the one the seed gives.
    """

    order: OrderId
    offer: OfferId
    place: int
    first: OfferId | None
    won: bool
    arrived: tuple[Arrived, ...]
    answer_by: Instant
    extended: bool
    equally_reachable: bool
    enough: bool
    answer_times: tuple[AnswerTime, ...]
    refused: tuple[Refused, ...]
    probes: tuple[Probe, ...]
    seed: str | None
    misdrawn: tuple[OfferId, ...]


@dataclass(frozen=True, slots=True)
class FirstFacts:
    """The award, the calendars of the window, and how the offers were recorded."""

    case: AwardCase
    calendars: Calendars
    recordings: Mapping[int, Recording]
    attempts: Attempts


def asks(params: AwardParams, _on: date) -> Asking[FirstFacts]:
    """The award, the frozen calendars, and when each offer of its ranking was recorded."""
    case = yield from award_case(params)
    frozen: Calendars = yield calendars(case.published.agreement)
    offers = (case.order.offers[one.offer] for one in case.awarded.event.ranking)
    attempts: Attempts = yield award_attempts(case.awarded.event.order)
    told = (held.versions[0].position for held in offers)
    recordings = yield Recordings.of((*told, *(one.position for one in attempts)))
    return FirstFacts(case, frozen, recordings, attempts)


@question(
    "came-first",
    number=9,
    titles=(
        "Kom mitt svar först: i vilken ordning kom svaren, var systemet lika åtkomligt, vem såg mitt svar?",
        "Mine came first: in which order did offers come, could all answer alike, who saw my offer?",
    ),
    params=AwardParams,
    values=FirstAnswer,
    asks=asks,
    example={"order": "o-0229"},
)
def answer(facts: FirstFacts, _on: date) -> Answer:
    """The true order of the complete offers, the answer time each recipient had, and what was refused."""
    case, order, pinned = facts.case, facts.case.order, facts.case.pinned()
    terms = pinned.named((*TERMS, LEAST))
    times = answer_times(order, Window.of(terms, facts.calendars.non_working()))
    arrived = tuple(_in_order(facts))
    own = next(one for one in arrived if one.offer == case.offer.offer)
    seed = order.seed.event.value if order.seed else None
    refused = tuple(sorted(_refused(case), key=lambda one: (one.at, one.position)))
    values = FirstAnswer(
        order=case.awarded.event.order,
        offer=own.offer,
        place=own.place,
        first=next((one.offer for one in arrived if one.place == 1), None),
        won=case.awarded.event.offer == own.offer,
        arrived=arrived,
        answer_by=order.answer_by,
        extended=bool(order.extensions),
        equally_reachable=len({one.lost_minutes for one in times}) <= 1,
        enough=all(one.left >= terms[LEAST].number for one in times),
        answer_times=times,
        refused=refused,
        probes=tuple(map(partial(_probe, facts), facts.attempts)),
        seed=seed,
        misdrawn=misdrawn(case.awarded.event, seed) if seed else (),
    )
    evidence = evidence_of(
        (case.awarded.position,),
        *(order.offers[one.offer].positions() for one in arrived),
        *(one.facts for one in times),
        (one.position for one in refused),
        (one.position for one in facts.attempts),
        (one.position for one in order.extensions),
        (order.seed.position,) if order.seed else (),
    )
    return Answer(_sentence(values), values, evidence, pinned.terms.all(), (NOBODY_READ,))


def _in_order(facts: FirstFacts) -> Iterator[Arrived]:
    """Offers that take part by the instant they count from, equal ones as drawn; then the others."""
    ranking = facts.case.awarded.event.ranking
    taking = [one for one in ranking if one.time is not None]
    taking.sort(key=lambda one: (one.time.counts_from_at if one.time else 0, one.rank))
    for place, one in enumerate(taking, 1):
        yield _arrived(facts, one, place)
    for one in ranking:
        if one.time is None:
            yield _arrived(facts, one, 0)


def _arrived(facts: FirstFacts, one: RankedOffer, place: int) -> Arrived:
    held = facts.case.order.offers[one.offer]
    stood = [v.event for v in held.versions if v.position <= facts.case.awarded.position]
    return Arrived(
        place=place,
        offer=one.offer,
        supplier=one.supplier,
        rank=one.rank,
        received_at=held.first.received_at,
        counts_from_at=stood[-1].counts_from_at,
        recorded_at=facts.recordings[held.versions[0].position].recorded_at,
        versions=len(stood),
        channel=held.first.channel,
        trust=held.trust,
        drawn=one.time.drawn if one.time else 0,
        excluded_code=one.excluded_code,
    )


def _refused(case: AwardCase) -> Iterator[Refused]:
    for outage in case.order.outages:
        for tried in outage.event.attempts:
            told = f"{outage.event.outage}: {tried.evidence}"
            yield Refused(tried.supplier, tried.attempted_at, "system-refused", told, outage.position)
    for away in case.order.turned_away:
        e = away.event
        yield Refused(e.supplier, e.received_at, e.code, e.detail, away.position)


def _probe(facts: FirstFacts, one: Recorded[AwardRefused]) -> Probe:
    e, actor = one.event, facts.recordings[one.position].actor
    return Probe(e.offer, e.decided_at, e.code, e.detail, actor, one.position)


def _sentence(values: FirstAnswer) -> Sentence:
    count = sum(one.place > 0 for one in values.arrived)
    tried = sum(one.code == "system-refused" for one in values.refused)
    sv_place = (
        f"kom som nummer {values.place} av {count} kompletta avropssvar" if values.place else "deltog inte"
    )
    en_place = f"was number {values.place} of {count} complete offers" if values.place else "took no part"
    sv = "lika åtkomligt för alla" if values.equally_reachable else "inte lika åtkomligt för alla"
    en = "equally reachable for all" if values.equally_reachable else "not equally reachable for all"
    return Sentence(
        f"{values.offer} {sv_place} på {values.order}; systemet var {sv} under svarstiden "
        f"och avvisade {tried} försök att svara.",
        f"{values.offer} {en_place} on {values.order}; the system was {en} in the answer time and refused "
        f"{number(tried, 'attempt', 'attempts')} to answer.",
    )
