"""One round of orders, from publication to contract, with what goes wrong on the way."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from api.demo.story.days import next_working
from api.demo.story.dice import Dice
from api.demo.story.people import Consultant
from api.demo.story.ranking import Approved, Offered, ranked
from api.demo.story.roster import Assignment, planned_of
from api.demo.story.script import Moment, Script
from api.demo.story.setup import orderer, portal
from api.demo.story.world import AGREEMENT, ARTICLE, PROFESSION, Region, Unit
from ledger.values import instant_text

DAY = timedelta(days=1)
BEACON = "Exempelfyr (påhittad / made up)"
REASONS = (
    "Vakans under rekrytering", "Sommarbemanning", "Föräldraledighet", "Sjukfrånvaro", "Kompetensbrist",
    "Köarbete",
)  # fmt: skip
CHECKER = "leverantörens kvalitetsfunktion"


@dataclass(frozen=True, slots=True)
class Ask:
    """An order to place. ``twist`` is what goes differently; the consultants offered, earliest first."""

    order: str
    number: int
    day: date
    region: Region
    unit: Unit
    lot: str
    from_on: date
    until_on: date
    offers: tuple[Consultant, ...]
    twist: str = ""
    days: tuple[date, ...] = ()
    follows: str | None = None
    outsider: str | None = None


@dataclass(slots=True)
class Market:
    """Plays orders into the script and keeps the assignments that come of them."""

    dice: Dice
    script: Script
    approved: Approved
    assignments: list[Assignment] = field(default_factory=list)

    def play(self, ask: Ask) -> Assignment | None:
        """An order from publication to contract; the assignment, or None if the order was withdrawn."""
        published_at = self._publish(ask)
        offers = [self._offer(ask, one, n) for n, one in enumerate(ask.offers)]
        seed = self.dice.token(32, "beacon", ask.order)
        self._turned_away(ask)
        if ask.twist == "withdrawn":
            self._withdraw(ask)
            return None
        if ask.twist == "tie":
            self._draw(ask, seed)
        order = ranked(offers, self.approved, ask.unit.unit, ask.region.region, published_at, seed)
        return self._engaged(ask, [one.consultant for one in order])

    def answered(self, ask: Ask) -> None:
        """An order that is published and answered, and not awarded yet."""
        self._publish(ask)
        for n, one in enumerate(ask.offers):
            self._offer(ask, one, n)

    def _publish(self, ask: Ask) -> int:
        early = ask.twist == "early"
        moment = Moment(ask.day, 6, 10, ask.number % 50) if early else Moment(ask.day, 8, ask.number % 8 * 2)
        planned = len(ask.days) or planned_of(self.dice, ask.order, ask.lot, ask.from_on, ask.until_on)
        position = {
            "number": 1, "from_on": str(ask.from_on), "until_on": str(ask.until_on),
            "planned_shifts": planned,
            "article": ARTICLE[ask.lot],
        }  # fmt: skip
        body: dict[str, Any] = {
            "order": ask.order, "agreement": AGREEMENT, "region": ask.region.region, "unit": ask.unit.unit,
            "lot": ask.lot,
            "registry_number": f"{ask.region.short.upper()} {ask.day.year}-{1000 + ask.number}",
            "profession": PROFESSION[ask.lot], "reason": self.dice.one_of(REASONS, "reason", ask.order),
            "positions": [position], "answer_by": _text(Moment(ask.day, 12)),
            "draw": {"beacon": BEACON, "round": 100_000 + ask.number},
        }  # fmt: skip
        body |= {"outside_hours_reason": "Akut sjukfrånvaro inför morgonpasset"} if early else {}
        body |= {"follows": ask.follows} if ask.follows else {}
        self.script.add(
            moment, "1-publish", orderer(ask.region), f"{ask.order}/publish", "publish-order", body
        )
        return moment.at

    def _offer(self, ask: Ask, one: Consultant, n: int) -> Offered:
        """One offer and, where the order's twist asks for it, its correction."""
        first = self._offered_at(ask, n)
        offer = f"f-{ask.order[2:]}-{one.supplier[2:]}"
        twist = ask.twist if n == 0 else ""
        body = self.presentation(ask, one, offer)
        lacking = twist in ("completed", "incomplete")
        sent = body | {"documents": body["documents"][1:]} if lacking else body
        if twist == "restarted":
            sent = body | {"until_on": str(ask.until_on - 7 * DAY)}
        who = portal(one.supplier)
        self.script.add(first, "2-offers", who, f"{offer}/submit", "submit-offer", sent)
        changed = {"completed": body, "clerical": self._clerical(body), "restarted": body}.get(twist)
        again = Moment(ask.day, 10, 35 + ask.number % 20, ask.number % 60)
        if changed is not None:
            self.script.add(again, "3-corrections", who, f"{offer}/correct", "correct-offer", changed)
        if twist == "taken-back":
            taken = {name: body[name] for name in ("offer", "order", "supplier")} | {
                "reason": "Konsulten har fått annat"
            }
            self.script.add(again, "3-corrections", who, f"{offer}/withdraw", "withdraw-offer", taken)
        counts = again.at if twist in ("completed", "restarted") else first.at
        return Offered(offer, one, None if twist in ("incomplete", "taken-back") else counts)

    def _offered_at(self, ask: Ask, n: int) -> Moment:
        """Minutes apart in the order of the list; in a tie the first two at the same second."""
        if ask.twist == "tie" and n == 1:
            n = 0
        seconds = (8 * 60 + 34) * 60 + n * 900 + self.dice.below(600, "offered", ask.order, n)
        return Moment(ask.day, seconds // 3600, seconds // 60 % 60, seconds % 60)

    def presentation(self, ask: Ask, one: Consultant, offer: str) -> dict[str, Any]:
        """The offer with every document it needs, fresh enough."""
        ages = {"hosp-extract": 120, "ivo-extract": 120, "cpr-certificate": 300, "reference": 500}
        kinds = ("hosp-extract", "ivo-extract", "cpr-certificate", "reference", "reference")
        documents = [
            {
                "kind": kind, "checked_by": CHECKER,
                "dated_on": str(ask.day - self.dice.between(5, ages[kind], "dated", offer, k) * DAY),
            }
            for k, kind in enumerate(kinds)
        ]  # fmt: skip
        return {
            "offer": offer, "order": ask.order, "supplier": one.supplier, "consultant": one.consultant,
            "position": 1,
            "from_on": str(ask.from_on), "until_on": str(ask.until_on), "documents": documents,
            "channel": "ledger",
        }  # fmt: skip

    def _clerical(self, body: dict[str, Any]) -> dict[str, Any]:
        """The same offer with a clerical change: a document was checked by another function than stated."""
        documents = [{**body["documents"][0], "checked_by": "extern granskare"}, *body["documents"][1:]]
        return body | {"documents": documents}

    def _turned_away(self, ask: Ask) -> None:
        """A late offer, or one from a supplier that was left out."""
        if ask.outsider is None or not ask.offers:
            return
        offer = f"f-{ask.order[2:]}-{ask.outsider[2:]}-sen"
        body = self.presentation(ask, ask.offers[0], offer) | {"supplier": ask.outsider}
        expect = "supplier-excluded" if ask.twist == "excluded" else "offer-late"
        moment = Moment(ask.day, 12, 4 + ask.number % 20)
        key = f"{offer}/submit"
        self.script.add(moment, "4-late", portal(ask.outsider), key, "submit-offer", body, expect=expect)

    def _withdraw(self, ask: Ask) -> None:
        body = {"order": ask.order, "reason": "Behovet har upphört"}
        moment = Moment(ask.day, 12, 45, ask.number % 60)
        self.script.add(
            moment, "5-seeds", orderer(ask.region), f"{ask.order}/withdraw", "withdraw-order", body
        )

    def _draw(self, ask: Ask, seed: str) -> None:
        body = {
            "order": ask.order, "beacon": BEACON, "round": 100_000 + ask.number, "value": seed,
            "fixed_at": _text(Moment(ask.day, 12, 30)),
        }  # fmt: skip
        moment = Moment(ask.day, 12, 45, ask.number % 60)
        self.script.add(moment, "5-seeds", orderer(ask.region), f"{ask.order}/seed", "record-draw-seed", body)

    def _engaged(self, ask: Ask, ranking: list[Consultant]) -> Assignment:
        """Award to contract; after a missed deadline the next of the ranking."""
        after = ask.day
        if ask.twist == "missed":
            self.award(ask, ranking[0], ask.day, 1)
            after = next_working(ask.day, 3)
            self._missed(ask, ranking[0], after)
            ranking = ranking[1:]
        self.award(ask, ranking[0], after, 2 if ask.twist == "missed" else 1)
        self.conclude(ask, ranking[0], next_working(after))
        held = Assignment(
            f"a{ask.order[1:]}",
            ask.order,
            ask.region,
            ask.unit,
            ask.lot,
            ranking[0],
            ask.from_on,
            ask.until_on,
            ask.days,
        )
        self.assignments.append(held)
        return held

    def award(self, ask: Ask, one: Consultant, day: date, count: int) -> None:
        """An award and its acceptance in the supplier's channel."""
        who, n = orderer(ask.region), ask.number % 20
        order, offer = ask.order, f"f-{ask.order[2:]}-{one.supplier[2:]}"
        self.script.add(
            Moment(day, 13, n), "6-award", who, f"{order}/award/{count}", "award-order", {"order": order}
        )
        body = {"order": order, "offer": offer, "channel": "ledger"}
        self.script.add(Moment(day, 14, n), "7-accept", who, f"{order}/accept/{count}", "accept-award", body)

    def _missed(self, ask: Ask, one: Consultant, day: date) -> None:
        offer = f"f-{ask.order[2:]}-{one.supplier[2:]}"
        body = {"order": ask.order, "offer": offer, "supplier": one.supplier, "channel": "ledger"}
        moment, key = Moment(day, 9, ask.number % 50), f"{ask.order}/confirm/1"
        who = portal(one.supplier)
        self.script.add(moment, "1-late", who, key, "confirm-assignment", body, expect="confirmation-late")
        lapse = {
            "order": ask.order, "offer": offer, "cause": "not-confirmed",
            "reason": "Bekräftelsen kom efter fristen",
        }  # fmt: skip
        moment = Moment(day, 10, ask.number % 50)
        self.script.add(moment, "2-lapse", orderer(ask.region), f"{ask.order}/lapse", "lapse-award", lapse)

    def conclude(self, ask: Ask, one: Consultant, day: date, *, confirmed: bool = False) -> None:
        """Confirmation, unless that has been, and contract."""
        offer = f"f-{ask.order[2:]}-{one.supplier[2:]}"
        if not confirmed:
            body = {"order": ask.order, "offer": offer, "supplier": one.supplier, "channel": "ledger"}
            moment, key = Moment(day, 10, ask.number % 50), f"{ask.order}/confirm"
            self.script.add(moment, "3-confirm", portal(one.supplier), key, "confirm-assignment", body)
        contract = {
            "assignment": f"a{ask.order[1:]}", "order": ask.order, "offer": offer,
            "how": "Orderbekräftelse mottagen i leverantörens kanal",
        }  # fmt: skip
        moment, key = Moment(day, 13, 30 + ask.number % 20), f"{ask.order}/conclude"
        self.script.add(moment, "8-conclude", orderer(ask.region), key, "conclude-contract", contract)


def _text(moment: Moment) -> str:
    return instant_text(moment.at).replace(".000000Z", "Z")
