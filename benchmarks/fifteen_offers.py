"""Orders with fifteen complete offers each, told by the national history's own engine, and awarded.

Every consultant has a licence, two periods of experience and two references, and the history before an award
holds worked and approved shifts: an award tests all of it at three dates for all fifteen.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from multiprocessing import get_context

from api.demo.story.market import CHECKER
from api.generate.answering import Answering
from api.generate.asks import Ask
from api.generate.engine import Carried
from api.generate.ground import portal
from api.generate.history import History, Players, Size
from api.generate.keys import SeededVault
from api.generate.kinds import KINDS
from api.generate.market import Market
from api.generate.run import CLIENT, without_collection
from api.generate.staff import Person, Staff
from api.generate.writer import written
from ledger.decisions.ledgers import OpenLedger
from ledger.decisions.offers import SubmitOffer
from ledger.decisions.reference_checks import CheckReference
from ledger.handle.chance import SeededChance, generated_id
from ledger.handle.headers import LedgerIdentity
from ledger.handle.making import Maker
from ledger.handle.remembered import Remembered
from ledger.handle.shell import Envelope
from ledger.store.log import Append, Condition
from ledger.store.memory import MemoryLog
from ledger.values import local_date, local_instant
from replay.reperform import Scope, reperformed
from replay.stretches import cuts
from replay.tally import Tally

OFFERS, MINUTE, DAY = 15, 60_000_000, timedelta(days=1)
AWARD, AWARDED = "award-order@1", "order-awarded.v1"
_OPENS = local_instant(date(2024, 1, 1), 360)


class FullMarket(Market):
    """Fifteen suppliers answer every order, in time and with every document."""

    def _invite(self, ask: Ask, able: list[str], begin: int) -> None:
        for _ in range(OFFERS):
            supplier = able.pop(self.engine.below(len(able)))
            at = begin + self.engine.between(3, 170) * MINUTE + self.engine.below(MINUTE)
            self.engine.at(at, partial(self._offer, ask, supplier, 0, begin))


class Steady(Answering):
    """No offer is changed or withdrawn."""

    def changed(self, at: int, offer: SubmitOffer) -> None:
        """It stays as it is."""


class ProvenStaff(Staff):
    """Everybody who is registered shows references too, beside licence and service."""

    def _registered(self, at: int, place: tuple[str, str, str], from_on: date) -> Person:
        person, who, today = super()._registered(at, place, from_on), portal(place[0]), local_date(at)
        for n, days in enumerate((30, 40)):
            command = CheckReference(
                consultant=person.consultant, taken_on=today - days * DAY, taken_by=CHECKER,
                referee_role="head-of-unit", result="recommends",
            )  # fmt: skip
            self.engine.tell(at, who, f"consultant/{person.consultant}/{n}", command)
        return person


@dataclass(slots=True)
class _Keeper:
    """Decides each command, seals it and appends it to a log in memory; counts the awards."""

    maker: Maker
    chance: SeededChance
    vault: SeededVault
    log: MemoryLog = field(default_factory=lambda: MemoryLog(mode="simulated"))
    awards: int = 0

    def carry(self, envelope: Envelope) -> Carried:
        """Keep what a command came to."""
        ruled = self.maker.decide(envelope)
        sealed = written(self.maker.parted(ruled), self.chance, self.vault)
        self.log.append(
            Append(
                sealed.client, sealed.command_id, sealed.mac, sealed.events, Condition((), 0),
                ruled.recorded_at,
            )
        )  # fmt: skip
        self.awards += ruled.made.decision.name == "award-order"
        return ruled.first, ruled.events


def log_of(awards: int, seed: int = 1) -> MemoryLog:
    """A log with so many awards of fifteen offers each; the same seed gives the same bytes."""
    ledger = generated_id(awards, seed)
    vault = SeededVault(seed)
    maker = Maker(LedgerIdentity(ledger, "simulated"), vault, Remembered(KINDS))
    keeper = _Keeper(maker, SeededChance(ledger, seed), vault)
    opening = OpenLedger(ledger=ledger, mode="simulated")
    with without_collection():
        keeper.carry(Envelope(opening, CLIENT, "genesis", "operator", None, _OPENS))
        size = Size(orders=max(awards * 2, 200), units=12, regions=3, share=2)
        players = Players(FullMarket, ProvenStaff, Steady)
        history = History.of(size, seed, keeper.carry, maker.remembered, players)
        while keeper.awards < awards and history.engine.due:
            history.run(history.engine.head + 1)
    return keeper.log


def awards_a_second(awards: int, processes: int = 2, seed: int = 1) -> float:
    """How many awards of fifteen offers are made again a second: awards alone, in processes side by side.

    They are cut in stretches as every re-performance is; the slowest one's processor time for its
    awards is the time of all.
    """
    if processes == 1:
        return _rate([_part(awards, seed, 0, 1)])
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(_part, awards, seed, number, processes) for number in range(processes)]
        return _rate([one.result() for one in running])


def _part(awards: int, seed: int, number: int, of: int) -> Tally:
    """The decisions from one award to another: one of the stretches that all awards are cut in."""
    log = log_of(awards, seed)
    awarded = [0, *(one.position for one in log.records() if one.type == AWARDED)]
    ends = [*(awarded[at] for at in cuts(0, len(awarded) - 1, of)[:-1]), log.head().position]
    return reperformed(log, Scope(ends[number], ends[number + 1]))


def _rate(tallies: list[Tally]) -> float:
    if any(tally.findings for tally in tallies):
        raise ValueError(f"not the same again: {next(t.findings[0] for t in tallies if t.findings)}")
    counts = [tally.rules[AWARD] for tally in tallies if AWARD in tally.rules]
    return sum(count.decisions for count in counts) / max(count.spent_ns for count in counts) * 1e9


__all__ = ["OFFERS", "awards_a_second", "log_of"]
