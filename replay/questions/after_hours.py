"""Question 2: ordered when, by whom, under which mandate.

Did all get equal time, how often this pair? (S4).
"""

from dataclasses import dataclass
from datetime import date

from ledger.facts.mandates import Mandate, mandates
from ledger.facts.outages import AnswerTime, answer_times
from ledger.facts.policies import Calendars, calendars
from ledger.facts.tipping import AwardSeen, Pair, orderer_awards, pair_of
from ledger.policy.window import OFFICE_TERMS, Window
from ledger.policy.window import TERMS as WINDOW_TERMS
from ledger.values import (
    SECOND_US,
    ActorId,
    Instant,
    LocalDate,
    MandateId,
    OfferId,
    OrderId,
    SupplierId,
    local_date,
    local_minute,
)
from projections.base import evidence_of
from replay.questions.awarded import AwardCase, AwardParams, award_case
from replay.questions.base import Answer, Asking, Sentence, question
from replay.questions.words import lasting

QUICK = "order.quick-answer-seconds"


@dataclass(frozen=True, slots=True)
class Told:
    """One recipient: when it was notified, and received and opened the order as its channel claims."""

    supplier: SupplierId
    notified_at: Instant
    received_at: Instant | None
    opened_at: Instant | None
    channel: str
    minutes: int
    lost_minutes: int


@dataclass(frozen=True, slots=True)
class HoursAnswer:
    """When an order was placed and by whom, how soon an offer came, and how often this pair meets.

    Minutes are those of the answer time inside the window. ``equal_time`` says that every recipient was
    notified at the same instant and that no outage took more from one than from another. Latencies are µs;
    ``latency_us`` is None for an offer that took no part, of which none was counted.
    """

    order: OrderId
    published_at: Instant
    on: LocalDate
    minute_of_day: int
    outside_hours: bool
    outside_office: bool
    reason: str
    ordered_by: ActorId
    mandate: MandateId
    mandate_role: str
    mandate_in_force: bool
    offer: OfferId
    supplier: SupplierId
    latency_us: int | None
    quick: bool
    equal_time: bool
    spread_us: int
    recipients: tuple[Told, ...]
    pair: Pair


@dataclass(frozen=True, slots=True)
class HoursFacts:
    """The award, the mandate, the calendars, and every award on orders that the same orderer placed."""

    case: AwardCase
    mandate: Mandate
    calendars: Calendars
    seen: tuple[AwardSeen, ...]


def asks(params: AwardParams, _on: date) -> Asking[HoursFacts]:
    """The award, who ordered under which mandate, and the orderer's other awards."""
    case = yield from award_case(params)
    order = case.published
    mandate: Mandate = yield mandates(order.mandate)
    frozen: Calendars = yield calendars(order.agreement)
    seen = yield orderer_awards(order.ordered_by)
    return HoursFacts(case, mandate, frozen, seen)


@question(
    "after-hours",
    number=2,
    titles=(
        "Efter arbetstid: vem avropade, med vilken behörighet, fick alla lika tid, hur ofta detta par?",
        "After hours: who ordered, under which mandate, did all get equal time, how often this pair?",
    ),
    params=AwardParams,
    values=HoursAnswer,
    asks=asks,
    example={"order": "o-0229"},
)
def answer(facts: HoursFacts, _on: date) -> Answer:
    """When an order was placed and by whom, how soon an offer came, and how often this pair meets."""
    case, order, pinned = facts.case, facts.case.published, facts.case.pinned()
    terms = pinned.named((*WINDOW_TERMS, *OFFICE_TERMS, QUICK))
    quick = terms[QUICK].number
    times = answer_times(case.order, Window.of(terms, facts.calendars.non_working()))
    told = tuple(_told(case, time) for time in times)
    notified = [one.notified_at for one in told]
    spread = max(notified, default=0) - min(notified, default=0)
    latency = case.offer.time.latency_us if case.offer.time else None
    values = HoursAnswer(
        order=order.order,
        published_at=order.published_at,
        on=local_date(order.published_at),
        minute_of_day=local_minute(order.published_at),
        outside_hours=order.outside_hours,
        outside_office=order.outside_office,
        reason=order.outside_hours_reason,
        ordered_by=order.ordered_by,
        mandate=order.mandate,
        mandate_role=facts.mandate.granted.event.role if facts.mandate.granted else "",
        mandate_in_force=facts.mandate.in_force(order.published_at),
        offer=case.offer.offer,
        supplier=case.offer.supplier,
        latency_us=latency,
        quick=latency is not None and latency <= quick * SECOND_US,
        equal_time=spread == 0 and len({one.lost_minutes for one in told}) <= 1,
        spread_us=spread,
        recipients=told,
        pair=pair_of(order.ordered_by, case.offer.supplier, facts.seen, quick),
    )
    evidence = evidence_of(
        case.evidence(),
        facts.mandate.positions(),
        order.hours_facts,
        (one.position for one in case.order.recipients.values()),
        (one.position for one in case.order.receipts.values()),
        *(time.facts for time in times),
        values.pair.facts,
        (case.order.published.position,) if case.order.published else (),
    )
    return Answer(_sentence(values), values, evidence, pinned.terms.all())


def _told(case: AwardCase, time: AnswerTime) -> Told:
    notice, receipt = case.order.recipients[time.supplier].event, case.order.receipts.get(time.supplier)
    return Told(
        supplier=time.supplier,
        notified_at=notice.notified_at,
        received_at=receipt.event.received_at if receipt else None,
        opened_at=receipt.event.opened_at if receipt else None,
        channel=notice.channel,
        minutes=time.minutes,
        lost_minutes=time.lost_minutes,
    )


def _sentence(values: HoursAnswer) -> Sentence:
    clock = f"{values.minute_of_day // 60:02}:{values.minute_of_day % 60:02}"
    late = values.latency_us
    took_sv = "deltog inte" if late is None else f"svarade efter {lasting(late)}"
    took_en = "took no part" if late is None else f"answered after {lasting(late)}"
    where_sv = (
        "utanför tidsfönstret" if values.outside_hours
        else "utanför kontorstid" if values.outside_office else "på kontorstid"
    )  # fmt: skip
    where_en = (
        "outside the window" if values.outside_hours
        else "outside office hours" if values.outside_office else "in office hours"
    )  # fmt: skip
    pair = values.pair
    return Sentence(
        f"{values.order} publicerades {values.on} {clock}, {where_sv}, av {values.ordered_by} "
        f"({values.mandate}); {values.supplier} {took_sv}, alla fick "
        f"{'lika' if values.equal_time else 'inte lika'} tid; av tilldelningarna på beställarens avrop "
        f"gick {pair.to_supplier} av {pair.awards} till den leverantören, "
        f"varav {pair.quick} efter ett snabbt svar.",
        f"{values.order} was published on {values.on} at {clock}, {where_en}, by {values.ordered_by} "
        f"({values.mandate}); {values.supplier} {took_en}, all got "
        f"{'equal' if values.equal_time else 'unequal'} time; of the awards on that orderer's orders "
        f"{pair.to_supplier} of {pair.awards} went to this supplier, "
        f"{pair.quick} of them after a quick answer.",
    )
