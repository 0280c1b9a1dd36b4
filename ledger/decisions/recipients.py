"""Who is sent an order and who is left out: admitted suppliers, each at its own notification instant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ledger.errors import Refusal
from ledger.events.orders import OrderRecipientExcluded, OrderRecipientNotified
from ledger.facts.standing import MeasureHeld, Standing
from ledger.facts.supplier_status import StatusFact
from ledger.values import Code, Instant, SupplierId, instant_text


class NotificationUnclear(Refusal):
    """A notification precedes the publication, is given twice, or is for a supplier that is not admitted."""

    code = "notification-unclear"
    clause = "domain 3.1: a notification instant per recipient"
    title_sv = "Aviseringen är otydlig"
    title_en = "Notification unclear"


class NoRecipients(Refusal):
    """No supplier is admitted for this region and lot and free to be sent the order."""

    code = "no-recipients"
    clause = "domain 3.1: published to the admitted suppliers of the region and lot"
    title_sv = "Avropet har inga mottagare"
    title_en = "No recipients"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """When, and over which channel, one supplier is notified."""

    supplier: SupplierId
    notified_at: Instant
    channel: Code


@dataclass(frozen=True, slots=True)
class Mailing:
    """An order on its way out, for a place: agreement, lot and region.

    ``standings`` holds every supplier admitted there, ``statuses`` those that their own status bars.
    """

    order: str
    place: tuple[str, str, str]
    published_at: int
    notifications: tuple[Notification, ...]
    standings: Mapping[str, Standing]
    statuses: Mapping[str, StatusFact] = field(default_factory=dict)

    def notified(self, excluded: Sequence[OrderRecipientExcluded]) -> tuple[OrderRecipientNotified, ...]:
        """One notification for each admitted supplier that is not excluded, by default at the publication."""
        self._require_clear()
        notes = self._notes()
        barred = {one.supplier for one in excluded}
        free = [supplier for supplier in self.standings if supplier not in barred]
        if not free:
            detail = f"{len(self.standings)} suppliers are admitted, {len(barred)} of them barred"
            raise NoRecipients(detail, "lot", tuple(sorted({p for one in excluded for p in one.facts})))
        return tuple([self._note(supplier, notes.get(supplier)) for supplier in free])

    def excluded(self) -> tuple[OrderRecipientExcluded, ...]:
        """One exclusion for each admitted supplier that its status or a measure bars, with its facts."""
        barred = self._barred()
        closed = [self._closed(fact) for name, fact in self.statuses.items() if name not in barred]
        return (*(self._exclusion(supplier, bars) for supplier, bars in barred.items()), *closed)

    def _notes(self) -> Mapping[str, Notification]:
        return {note.supplier: note for note in self.notifications}

    def _require_clear(self) -> None:
        if len(self._notes()) != len(self.notifications):
            raise NotificationUnclear("a supplier is notified twice", "notifications")
        for note in self.notifications:
            if note.supplier not in self.standings:
                detail = f"{note.supplier} is not admitted to {self.place[1]} in {self.place[2]}"
                raise NotificationUnclear(detail, "notifications")
            if note.notified_at < self.published_at:
                told, published = instant_text(note.notified_at), instant_text(self.published_at)
                raise NotificationUnclear(f"{note.supplier} at {told}, before {published}", "notifications")

    def _barred(self) -> Mapping[str, tuple[MeasureHeld, ...]]:
        instants = {note.supplier: note.notified_at for note in self.notifications}
        found = {
            supplier: held.bars(*self.place, instants.get(supplier, self.published_at))
            for supplier, held in self.standings.items()
            if held.measures
        }
        return {supplier: bars for supplier, bars in found.items() if bars}

    def _note(self, supplier: str, note: Notification | None) -> OrderRecipientNotified:
        return OrderRecipientNotified(
            order=self.order,
            supplier=supplier,
            notified_at=note.notified_at if note else self.published_at,
            channel=note.channel if note else "ledger",
        )

    def _exclusion(self, supplier: str, bars: tuple[MeasureHeld, ...]) -> OrderRecipientExcluded:
        return OrderRecipientExcluded(
            order=self.order,
            supplier=supplier,
            code=bars[0].decided.event.rung,
            clause=bars[0].decided.event.clause,
            detail=described(bars[0]),
            facts=tuple(sorted({position for held in bars for position in held.positions()})),
        )

    def _closed(self, fact: StatusFact) -> OrderRecipientExcluded:
        return OrderRecipientExcluded(
            order=self.order,
            supplier=fact.event.supplier,
            code=status_code(fact),
            clause=fact.event.clause,
            detail=described_status(fact),
            facts=(fact.position,),
        )


def status_code(fact: StatusFact) -> str:
    """The code of an exclusion by a supplier's own status."""
    return f"supplier-{fact.event.status}"


def described_status(fact: StatusFact) -> str:
    """A status that bars a supplier, in plain words, with its source."""
    status = fact.event
    until = f" until {status.until_on}" if status.until_on else ""
    return f"{status.status} from {status.from_on}{until}: {status.source}"


def described(held: MeasureHeld) -> str:
    """A measure that bars a supplier, in plain words, as it stands after its last review."""
    decision = held.decided.event
    where = decision.region or "every region"
    until = f"through {held.ends_on}" if held.ends_on else f"with review on {held.review_on}"
    return f"{decision.rung} for {decision.lot} in {where}, {until}"
