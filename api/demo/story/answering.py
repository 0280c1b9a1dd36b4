"""How orders reached their recipients, an outage in an answer time, and the extension that made up for it."""

from api.demo.story.chapter import Chapter, Tale, about
from api.demo.story.market import Ask
from api.demo.story.script import Moment
from api.demo.story.setup import orderer, owner, portal
from ledger.values import instant_text

RECEIPTS_EVERY = 9
ANSWERS_END = 12


def answering(tale: Tale) -> None:
    """At twenty to twelve, before the answer time ends."""
    told = tale.chapter("answering", 11, 40)
    for ask in tale.played:
        if ask.number % RECEIPTS_EVERY == 1 or ask.days:
            _receipts(told, ask)
    _outage(told, struck(tale))


def struck(tale: Tale) -> Ask:
    """The order whose suppliers met a portal that was down: the first without a twist in a later round."""
    first = tale.pace.months[0].rounds[0]
    return next(ask for ask in tale.played if not ask.twist and not ask.days and ask.day > first)


def _receipts(told: Chapter, ask: Ask) -> None:
    """Each supplier that answered says when the order came and was opened."""
    bodies = []
    for n, one in enumerate(ask.offers):
        minute = ask.number % 8 * 2
        came, opened = Moment(ask.day, 8, minute, 3 + n), Moment(ask.day, 8, minute + 3, 7 * n)
        body = about(
            order=ask.order, supplier=one.supplier, received_at=instant_text(came.at),
            opened_at=instant_text(opened.at), channel="portal",
        )  # fmt: skip
        bodies.append((portal(one.supplier), body, f"{ask.order}/{one.supplier}/receipt"))
    told.together(ask.day, bodies, "record-order-receipt")


def _outage(told: Chapter, ask: Ask) -> None:
    """Twenty minutes in which the portal refused a supplier, and as many more to answer in."""
    begins, ends = Moment(ask.day, 9, 50), Moment(ask.day, 10, 10)
    tried = Moment(ask.day, 9, 55)
    outage = about(
        order=ask.order, outage=f"avbrott-{ask.order}", channel="portal", from_at=instant_text(begins.at),
        until_at=instant_text(ends.at), evidence="Driftlogg, ärende 17",
        attempts=[{
            "supplier": ask.offers[-1].supplier, "attempted_at": instant_text(tried.at),
            "evidence": "Svar 503 från portalen",
        }],
    )  # fmt: skip
    told.add(ask.day, owner(ask.region), "record-outage", outage)
    later = about(
        order=ask.order, answer_by=instant_text(Moment(ask.day, ANSWERS_END, 20).at),
        reason="Portalen låg nere i tjugo minuter av svarstiden",
    )  # fmt: skip
    told.add(ask.day, orderer(ask.region), "extend-answer-time", later)
