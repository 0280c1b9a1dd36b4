"""Around the answers to an order: receipts, changed and withdrawn offers, outages, excused lateness."""

from dataclasses import dataclass

from api.generate.asks import Ask
from api.generate.engine import Engine
from api.generate.ground import orderer, owner, portal
from ledger.decisions.lateness import ExcuseLateness
from ledger.decisions.offer_changes import CorrectOffer, WithdrawOffer
from ledger.decisions.offers import SubmitOffer
from ledger.decisions.order_receipts import RecordOrderReceipt
from ledger.decisions.outages import ExtendAnswerTime, RecordOutage

RECEIPTS, CORRECTED, WITHDRAWN = 150, 10, 10
"""Of a thousand offers; assumed."""
STRUCK_EVERY, EXCUSED_EVERY = 300, 5
"""Orders between two outages, late confirmations between two that are excused; assumed."""
SECOND, MINUTE = 1_000_000, 60_000_000
LOST = 20 * MINUTE


@dataclass(slots=True)
class Answering:
    """Tells them."""

    engine: Engine
    orders: int = 0
    late: int = 0

    def receipt(self, at: int, ask: Ask, supplier: str, begin: int) -> None:
        """Now and then a supplier's channel says when the order came and was opened."""
        if self.engine.chance(RECEIPTS):
            command = RecordOrderReceipt(
                order=ask.order, supplier=supplier, received_at=begin + 3 * SECOND, opened_at=at - MINUTE,
                channel="portal",
            )  # fmt: skip
            self.engine.attempt(at, portal(supplier), f"{ask.order}/{supplier}/receipt", command)

    def changed(self, at: int, offer: SubmitOffer) -> None:
        """Ten minutes later an offer may be corrected, or withdrawn."""
        drawn = self.engine.below(1000)
        if drawn < CORRECTED + WITHDRAWN:
            who = portal(offer.supplier)
            command = _corrected(offer) if drawn < CORRECTED else _withdrawn(offer)
            key = f"{offer.offer}/{type(command).__name__}"
            self.engine.at(at + 10 * MINUTE, lambda at: self.engine.attempt(at, who, key, command))

    def outage(self, ask: Ask) -> None:
        """Once in a while the portal is down in the last hour, and as much time is given back."""
        self.orders += 1
        if self.orders % STRUCK_EVERY != STRUCK_EVERY // 2:
            return
        begins, former = ask.answer_by - 50 * MINUTE, ask.answer_by
        outage = RecordOutage(
            order=ask.order, outage=f"avbrott-{ask.order}", channel="portal", from_at=begins,
            until_at=begins + LOST, evidence="Driftlogg", suppliers=(),
        )  # fmt: skip
        extended = ExtendAnswerTime(
            order=ask.order, answer_by=former + LOST, reason="Portalen låg nere i tjugo minuter"
        )
        ask.answer_by = former + LOST

        def told(at: int) -> None:
            self.engine.tell(at, owner(ask.region), f"{ask.order}/outage", outage)
            self.engine.attempt(at + SECOND, orderer(ask.region), f"{ask.order}/extended", extended)

        self.engine.at(former - 15 * MINUTE, told)

    def excused(self, at: int, ask: Ask, offer: str, late_at: int) -> bool:
        """Whether a late confirmation is excused: the portal was down when the time ran out."""
        self.late += 1
        if self.late % EXCUSED_EVERY != 1:
            return False
        command = ExcuseLateness(
            order=ask.order, offer=offer, channel="portal", from_at=late_at - 120 * 60 * MINUTE,
            until_at=late_at - MINUTE, evidence="Driftlogg, ärende 18",
            reason="Portalen tog inte emot bekräftelser när tiden gick ut",
        )  # fmt: skip
        return bool(self.engine.attempt(at, orderer(ask.region), f"{ask.order}/excuse", command))


def _corrected(offer: SubmitOffer) -> CorrectOffer:
    return CorrectOffer(
        offer=offer.offer, order=offer.order, supplier=offer.supplier, consultant=offer.consultant,
        position=offer.position, from_on=offer.from_on, until_on=offer.until_on,
        documents=offer.documents, channel=offer.channel,
    )  # fmt: skip


def _withdrawn(offer: SubmitOffer) -> WithdrawOffer:
    return WithdrawOffer(
        offer=offer.offer, order=offer.order, supplier=offer.supplier, reason="Konsulten har fått annat"
    )
