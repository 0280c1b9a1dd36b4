"""An order between: answered before a quarantine, awarded after it, and confirmed late through no fault."""

from datetime import date

from api.demo.story.chapter import DAY, Tale
from api.demo.story.days import next_working
from api.demo.story.market import Ask
from api.demo.story.people import Consultant
from api.demo.story.script import Moment
from api.demo.story.setup import orderer, portal
from api.demo.story.world import DELTA, NURSES, VGR
from ledger.values import instant_text

ORDER, NUMBER = "o-9001", 9001
RIVAL = "s-gamma"


def caught(tale: Tale) -> None:
    """Published on the day the quarantine is served; the day after, its supplier cannot be awarded."""
    ask = between(tale)
    awarded_on = next_working(ask.day)
    tale.market.answered(ask)
    barred = {"order": ORDER, "offer": offer_of(DELTA)}
    tale.script.add(
        Moment(awarded_on, 11, 50), "9-barred-award", orderer(VGR), f"{ORDER}/award/barred", "award-order",
        barred, expect="offer-not-awardable",
    )  # fmt: skip
    tale.market.award(ask, ask.offers[1], awarded_on, 1)
    _late(tale, awarded_on)
    tale.market.conclude(ask, ask.offers[1], next_working(awarded_on, 3), confirmed=True)


def between(tale: Tale) -> Ask:
    """The order, offered by the supplier in quarantine and a rival."""
    served = next_working(tale.pace.quarantine_decided_on)
    begins = served + 14 * DAY
    return Ask(
        order=ORDER, number=NUMBER, day=served, region=VGR, unit=VGR.units[2], lot=NURSES, from_on=begins,
        until_on=begins + 28 * DAY, offers=(_nurse(tale, DELTA), _nurse(tale, RIVAL)),
    )  # fmt: skip


def offer_of(supplier: str) -> str:
    """The id of a supplier's offer for it."""
    return f"f-{ORDER[2:]}-{supplier[2:]}"


def _late(tale: Tale, awarded_on: date) -> None:
    """The portal takes no confirmations until the morning after the time ran out; that is excused."""
    due_on, day = next_working(awarded_on, 2), next_working(awarded_on, 3)
    body = {"order": ORDER, "offer": offer_of(RIVAL), "supplier": RIVAL, "channel": "ledger"}
    tale.script.add(
        Moment(day, 9, 1), "1-late", portal(RIVAL), f"{ORDER}/confirm", "confirm-assignment", body,
        expect="confirmation-late",
    )  # fmt: skip
    excused = {
        "order": ORDER, "offer": offer_of(RIVAL), "channel": "portal",
        "from_at": instant_text(Moment(due_on, 10).at), "until_at": instant_text(Moment(day, 8).at),
        "evidence": "Driftlogg, ärende 18", "reason": "Portalen tog inte emot bekräftelser när tiden gick ut",
    }  # fmt: skip
    tale.script.add(
        Moment(day, 11, 55), "9-excused", orderer(VGR), f"{ORDER}/excuse", "excuse-lateness", excused
    )


def _nurse(tale: Tale, supplier: str) -> Consultant:
    """The supplier's nurse with the fewest orders."""
    own = [one for one in tale.people if (one.supplier, one.lot) == (supplier, NURSES)]
    return min(own, key=lambda one: sum(one in ask.offers for ask in tale.played))
