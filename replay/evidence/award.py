"""Which records show one award: the order until then, the policy, the mandate, and the facts it cites."""

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.events.awards import OrderAwarded
from ledger.facts.orders import OrderHeld, orders
from ledger.fold import Fold
from ledger.handle.reading import event_of, read_folds
from ledger.store.codec import Header, header_of, parse_record
from ledger.store.log import Log
from replay.questions.awarded import award, published

GENESIS = 1


@dataclass(frozen=True, slots=True)
class AwardRecords:
    """The latest award of a position of an order: where it stands, and every record that shows it."""

    order: str
    number: int
    award: int
    cited: tuple[int, ...]


def award_records(log: Log, order: str, number: int, upto: int, *, checks: bool) -> AwardRecords:
    """The records of an award as known at a position; with ``checks`` what the tests rest on too.

    Raises SealedError, UnanswerableError.
    """
    fold: Fold[OrderHeld] = orders(order)
    held: OrderHeld = read_folds(log, {order: fold}, upto=upto)[1][order]
    awarded = award(held, order, number, None)
    at, event = awarded.position, awarded.event
    others = {name for name, offer in held.offers.items() if offer.latest.position != number}
    _, about = log.boundary([fold.selector()], upto=at)
    own = {one.position for one in about if getattr(event_of(one), "offer", None) not in others}
    (record,) = log.records_at([at])
    header = header_of(parse_record(record.record).header)
    policy = published(held, order).event.policy_position
    found = {GENESIS, at, policy, *own, *_behind(header), *_cited(event)}
    return AwardRecords(order, number, at, tuple(sorted(found | (set(_tested(event)) if checks else set()))))


def _cited(event: OrderAwarded) -> Iterator[int]:
    """The facts that the ranking names."""
    for one in event.ranking:
        yield from one.facts
        yield from one.continuity.facts if one.continuity else ()
        yield from one.chain.facts if one.chain else ()
    yield from event.outages
    yield from () if event.draw_seed_position is None else (event.draw_seed_position,)


def _tested(event: OrderAwarded) -> Iterator[int]:
    """The facts that the tests of the consultants name: most of them are about a person."""
    yield from (fact for one in event.checks for check in one.checks for fact in check.facts)


def _behind(header: Header) -> Iterator[int]:
    """The policy and the mandate that the decision used."""
    positions = (header.policy or {}).get("positions", ())
    yield from positions if isinstance(positions, tuple) else ()
    yield from (header.mandate[1],) if header.mandate else ()
