"""An order's life, from publication to contract, with what goes wrong on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from api.demo.story.days import next_working, working
from api.demo.story.market import BEACON, CHECKER, REASONS
from api.demo.story.world import AGREEMENT, ARTICLE, DOCTORS, PROFESSION
from api.generate.answering import Answering
from api.generate.asks import Ask, Engagement
from api.generate.engine import Engine, clock_at
from api.generate.ground import orderer, portal
from api.generate.staff import Staff
from api.generate.world import Region
from ledger.decisions.acceptance import AcceptAward
from ledger.decisions.award_refusals import DrawSeedMissing, NothingToAward
from ledger.decisions.awards import AwardOrder
from ledger.decisions.confirmation import ConfirmAssignment
from ledger.decisions.contracts import ConcludeContract
from ledger.decisions.draws import RecordDrawSeed
from ledger.decisions.lapse import LapseAward
from ledger.decisions.offers import SubmitOffer
from ledger.decisions.order_facts import PublishOrder
from ledger.decisions.order_withdrawals import WithdrawOrder
from ledger.events.offers import Document
from ledger.events.orders import DrawRule, OrderPosition, OrderRecipientNotified

TIED_EVERY = 300
"""Orders between two whose first two offers come at the same instant; assumed."""
LINKS = 3
"""How many orders an order may follow, at most: within the twelve months of the agreement."""
DAY = timedelta(days=1)
MINUTE = 60_000_000
WITHDRAWN, LATE_OFFER, INCOMPLETE, EARLY, MISSED, FOLLOWED, TRIED = 15, 60, 40, 20, 12, 80, 60
"""Of a thousand orders or offers; assumed, since nobody publishes how often these happen."""
AGES = {"hosp-extract": 120, "ivo-extract": 120, "cpr-certificate": 300, "reference": 500}
DOCUMENTS = ("hosp-extract", "ivo-extract", "cpr-certificate", "reference", "reference")


@dataclass(slots=True)
class Market:
    """Plays orders. ``concluded`` gets every assignment; ``done`` is told which tags nobody asks for now.

    ``open`` are the orders under way, each with a position before it.
    """

    engine: Engine
    staff: Staff
    answering: Answering
    concluded: Callable[[int, Engagement], None]
    done: Callable[[str], None]
    open: dict[str, int] = field(default_factory=dict)
    count: int = 0

    def oldest_open(self) -> int:
        """A position before every order under way: no award asks for what was known earlier."""
        return next(iter(self.open.values()), self.engine.head)

    def order(self, day: date, region: Region, lot: str, follows: Engagement | None = None) -> None:
        """Have an order published on a day, which may go on with an earlier one's assignment."""
        early = self.engine.chance(EARLY)
        self.engine.on(
            day,
            370 if early else self.engine.between(420, 600),
            lambda at: self._publish(at, day, region, lot, early, follows),
        )

    def _publish(
        self,
        at: int,
        day: date,
        region: Region,
        lot: str,
        early: bool,  # noqa: FBT001  drawn once, and needed again when it is told
        follows: Engagement | None,
    ) -> None:
        engine = self.engine
        self.count += 1
        order, unit = f"o-{self.count}", follows.unit if follows else engine.one_of(region.units)
        from_on = follows.until_on if follows else day + engine.between(8, 15) * DAY
        until_on = from_on + engine.between(3, 5) * 7 * DAY
        shifts = self._rota(lot, from_on, until_on)
        answer_by = clock_at(day, 390) + 180 * MINUTE if early else at + 180 * MINUTE
        ask = Ask(
            order, region, unit, lot, day, from_on, until_on, shifts, answer_by,
            1 + follows.links if follows else 0,
        )  # fmt: skip
        position = OrderPosition(
            number=1, from_on=from_on, until_on=until_on, planned_shifts=len(shifts), article=ARTICLE[lot]
        )
        command = PublishOrder(
            order=order, agreement=AGREEMENT, region=region.region, unit=unit.unit, lot=lot,
            registry_number=f"{region.region} {day.year}-{self.count}", profession=PROFESSION[lot],
            reason=engine.one_of(REASONS),
            positions=(position,),
            follows=follows.order if follows else None,
            answer_by=answer_by, draw=DrawRule(beacon=BEACON, round=self.count),
            outside_hours_reason="Akut sjukfrånvaro inför morgonpasset" if early else "",
        )  # fmt: skip
        self.open[order] = engine.head
        told = engine.tell(at, orderer(region), f"{order}/publish", command)
        begin = clock_at(day, 390) if early else at
        if engine.chance(WITHDRAWN):
            engine.at(begin + 60 * MINUTE, lambda at: self._withdraw(at, ask))
            return
        self._invite(ask, [one.supplier for one in told if isinstance(one, OrderRecipientNotified)], begin)
        self.answering.outage(ask)
        engine.at(
            ask.answer_by + engine.between(5, 90) * MINUTE + engine.below(MINUTE),
            lambda at: self._award(at, ask),
        )

    def _rota(self, lot: str, from_on: date, until_on: date) -> list[date]:
        per_week = 5 if lot == DOCTORS else self.engine.between(4, 5)
        first = 0 if lot == DOCTORS else self.engine.below(3)
        begin, weekday = from_on.toordinal(), from_on.weekday()
        days = range((until_on - from_on).days)
        return [date.fromordinal(begin + n) for n in days if first <= (weekday + n) % 7 < first + per_week]

    def _withdraw(self, at: int, ask: Ask) -> None:
        """Withdrawn, unless it was awarded once and the award lapsed: then it ends without a contract."""
        command = WithdrawOrder(order=ask.order, reason="Behovet har upphört")
        self.engine.attempt(at, orderer(ask.region), f"{ask.order}/withdraw", command)
        self.done(f"order:{ask.order}")
        self._answered(ask)

    def _answered(self, ask: Ask) -> None:
        del self.open[ask.order]
        for offer in ask.offers:
            self.done(f"offer:{offer}")

    def _invite(self, ask: Ask, able: list[str], begin: int) -> None:
        """Some of the suppliers answer, each at its time; now and then one too late."""
        engine = self.engine
        for n in range(min(len(able), engine.between(2, 6))):
            supplier = able.pop(engine.below(len(able)))
            late = n > 1 and engine.chance(LATE_OFFER)
            minutes = engine.between(182, 184) if late else engine.between(3, 170)
            seconds = engine.below(MINUTE)
            if n < 2 and ask.number % TIED_EVERY == TIED_EVERY // 2:
                minutes, seconds = 2, 0
            engine.at(
                begin + minutes * MINUTE + seconds,
                partial(self._offer, ask, supplier, n, begin),
            )

    def _offer(self, ask: Ask, supplier: str, n: int, begin: int, at: int) -> None:
        engine = self.engine
        person = self.staff.free(at, supplier, ask.lot, ask.region, ask.from_on, ask.unit.unit)
        offer = f"f-{ask.order[2:]}-{supplier[2:]}"
        kinds = DOCUMENTS[1:] if n and engine.chance(INCOMPLETE) else DOCUMENTS
        command = SubmitOffer(
            offer=offer, order=ask.order, supplier=supplier, consultant=person.consultant, position=1,
            from_on=ask.from_on, until_on=ask.until_on, channel="ledger",
            documents=documents(engine, ask.day, kinds),
        )  # fmt: skip
        ask.offers[offer] = person
        if len(kinds) < len(DOCUMENTS):
            ask.incomplete = offer
        self.answering.receipt(at, ask, supplier, begin)
        engine.tell(at, portal(supplier), f"{offer}/submit", command)
        self.answering.changed(at, command)

    def _award(self, at: int, ask: Ask) -> None:
        ask.award += 1
        who = orderer(ask.region)
        if ask.incomplete and self.engine.chance(TRIED):
            wrong = AwardOrder(order=ask.order, offer=ask.incomplete)
            self.engine.attempt(at, who, f"{ask.order}/award/tried/{ask.award}", wrong)
        try:
            (awarded,) = self.engine.tell(
                at, who, f"{ask.order}/award/{ask.award}", AwardOrder(order=ask.order)
            )
        except DrawSeedMissing:
            self._draw(at, ask)
            return
        except NothingToAward:
            self._withdraw(at, ask)
            return
        offer = awarded.offer
        command = AcceptAward(order=ask.order, offer=offer, channel="ledger")
        self.engine.at(
            at + self.engine.between(1, 40) * MINUTE, lambda at: self._accept(at, ask, offer, command)
        )

    def _draw(self, at: int, ask: Ask) -> None:
        """Two offers share the first place: the public value decides, fixed after the answer time."""
        value = sha256(f"{BEACON} {ask.order}".encode()).hexdigest()
        command = RecordDrawSeed(
            order=ask.order,
            beacon=BEACON,
            round=ask.number,
            value=value,
            fixed_at=ask.answer_by + MINUTE,
        )
        self.engine.tell(at, orderer(ask.region), f"{ask.order}/seed", command)
        ask.award -= 1
        self.engine.at(at + MINUTE, lambda at: self._award(at, ask))

    def _accept(self, at: int, ask: Ask, offer: str, command: Any) -> None:
        self.engine.tell(at, orderer(ask.region), f"{ask.order}/accept/{ask.award}", command)
        missed = ask.award == 1 and len(ask.offers) > 3 and self.engine.chance(MISSED)
        day = next_working(ask.day, 3 if missed else 1)
        self.engine.on(day, 500 + self.engine.below(120), lambda at: self._confirm(at, ask, offer))

    def _confirm(self, at: int, ask: Ask, offer: str) -> None:
        supplier = ask.offers[offer].supplier
        command = ConfirmAssignment(order=ask.order, offer=offer, supplier=supplier, channel="ledger")
        (said,) = self.engine.tell(at, portal(supplier), f"{ask.order}/confirm/{ask.award}", command)
        if hasattr(said, "code"):
            self.engine.at(at + 60 * MINUTE, lambda late: self._late(late, ask, offer, at))
        else:
            self.engine.at(
                at + self.engine.between(20, 200) * MINUTE, lambda at: self._conclude(at, ask, offer)
            )

    def _late(self, at: int, ask: Ask, offer: str, late_at: int) -> None:
        if self.answering.excused(at, ask, offer, late_at):
            self.engine.at(at + 30 * MINUTE, lambda at: self._conclude(at, ask, offer))
        else:
            self._lapse(at, ask, offer)

    def _lapse(self, at: int, ask: Ask, offer: str) -> None:
        command = LapseAward(
            order=ask.order, offer=offer, cause="not-confirmed", reason="Bekräftelsen kom efter fristen"
        )
        self.engine.tell(at, orderer(ask.region), f"{ask.order}/lapse", command)
        ask.day = next_working(ask.day, 3)
        self.engine.at(at + 60 * MINUTE, lambda at: self._award(at, ask))

    def _conclude(self, at: int, ask: Ask, offer: str) -> None:
        person, assignment = ask.offers[offer], f"a-{ask.order[2:]}"
        command = ConcludeContract(
            assignment=assignment,
            order=ask.order,
            offer=offer,
            how="Orderbekräftelse mottagen i leverantörens kanal",
        )
        self.engine.tell(at, orderer(ask.region), f"{ask.order}/conclude", command)
        place = (person.supplier, ask.lot, ask.region.region)
        last = self.staff.engaged(person, place, ask.unit.unit, ask.until_on)
        self._answered(ask)
        followed = ask.links < LINKS and self.engine.chance(FOLLOWED)
        held = Engagement(
            assignment, ask.order, ask.region, ask.unit, ask.lot, person, ask.from_on, ask.until_on,
            ask.shifts, last, ask.links, followed,
        )  # fmt: skip
        if followed:
            day = working(ask.until_on - 12 * DAY)
            self.engine.on(day, 60, lambda _: self.order(day, ask.region, ask.lot, held))
        self.concluded(at, held)


def documents(engine: Engine, day: date, kinds: Sequence[str] = DOCUMENTS) -> tuple[Document, ...]:
    """What a consultant is presented with, each document of an age that chance gives."""
    on = day.toordinal()
    return tuple([
        Document(
            kind=kind, dated_on=date.fromordinal(on - engine.between(5, AGES[kind])), checked_by=CHECKER
        )
        for kind in kinds
    ])  # fmt: skip
