"""What the readings would say at the end of the scope: rungs, 18-month periods, streaks and estimated costs.

Each is read twice by its own view, from the recorded past and from the changed one; only what differs is
told, for the keys that the change can reach.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zlib import crc32

from ledger.decisions.base import gather
from ledger.facts.ladder import NOWHERE, Ladder, ladder
from ledger.fold import Fold
from ledger.store.log import Log
from ledger.values import local_date
from projections.base import VIEWS, UnanswerableError, View
from projections.continuity_streaks import ContinuityStreaks, StreakParams
from projections.eighteen_months import EighteenMonthsPeriod, PeriodParams
from projections.escalation_ladder import EscalationLadder, LadderParams
from projections.order_estimate import EstimateParams, OrderEstimate
from replay.past import UnreadableError
from replay.whatif.changed_past import ChangedPast
from replay.whatif.found import Moved
from replay.whatif.history import History

UNKNOWN = "nobody can know from here on"
UNREADABLE = "cannot be read: what it rests on is masked or disposed of"
Told = Mapping[str, Any]
States = Callable[[Mapping[str, Fold[Any]], int], Mapping[str, Any]]
Question = tuple[str, str, Any]  # the view, the key, its parameters; None where nobody can say which


def moved(history: History, log: Log) -> Iterator[Moved]:
    """Every fact of these readings that would be otherwise where the history ends."""
    past, end, share = history.past, history.found.position, history.share
    if not end:
        return
    (last,) = log.records_at([end])
    comparing = _Comparing(past, end, local_date(last.recorded_at))
    for view, key, params in _questions(past, end):
        if share.of > 1 and crc32(key.encode()) % share.of != share.number:
            continue
        if params is None:
            yield Moved(view, key, UNREADABLE, "", "", unknown=True)
        else:
            yield from comparing.moved(VIEWS[view], key, params)


def _questions(past: ChangedPast, end: int) -> Iterator[Question]:
    agreements = sorted(past.past.keys("agreement"))
    for supplier in _keys(past, "supplier"):
        try:
            places = _places(past, supplier, end)
        except UnreadableError:
            yield "escalation-ladder", supplier, None
            continue
        for agreement, lot in places:
            yield "escalation-ladder", supplier, LadderParams(agreement=agreement, lot=lot)
    for consultant in _keys(past, "consultant"):
        for agreement in agreements:
            yield "continuity-streaks", consultant, StreakParams(agreement=agreement)
            yield "eighteen-months", consultant, PeriodParams(agreement=agreement)
    for order in _keys(past, "order"):
        yield "order-estimate", order, EstimateParams()


def _keys(past: ChangedPast, prefix: str) -> list[str]:
    """The keys that the change can reach: all for policy, else those under whose tag something is changed."""
    if past.shelf.rows:
        return sorted(past.past.keys(prefix))
    tags = {*past.tags(), *past.unknowns.known}
    return sorted(tag.partition(":")[2] for tag in tags if tag.partition(":")[0] == prefix)


def _places(past: ChangedPast, supplier: str, end: int) -> Iterable[tuple[str, str]]:
    """Each agreement and lot in which a supplier has a ladder, as recorded or instead."""
    states: list[Ladder] = [past.past.state(ladder(supplier), end), past.state(ladder(supplier), end)]
    found = {lot for state in states for lot in state.lots}
    return sorted(found - {NOWHERE[0]})


@dataclass(slots=True)
class _Comparing:
    """Reads one view after the other at one position and date, as recorded and as it would be."""

    past: ChangedPast
    end: int
    on: date
    told: set[tuple[str, str, tuple[str, ...]]] = field(default_factory=set)  # a human is told of once

    def moved(self, view: View, key: str, params: Any) -> Iterator[Moved]:
        self.past.watch.clear()
        instead = self._read(view, key, params, self.past.states)
        watch = self.past.watch
        unknown = bool(watch.unknown)
        if not (watch.folds or self._names(instead) or (unknown and instead)):
            return
        before = self._read(view, key, params, self.past.past.states)
        if self._told(view, params, getattr(instead or before, "same_human", (key,))):
            return
        was, other, named = _facts(before), _facts(instead), _named(key, params)
        differing = [fact for fact in sorted(was.keys() | other.keys()) if was.get(fact) != other.get(fact)]
        for fact in differing:
            yield Moved(view.name, named, fact, _said(was.get(fact)), _said(other.get(fact)), unknown)
        if unknown and not differing:
            yield Moved(view.name, named, UNKNOWN, "", "", unknown)

    def _told(self, view: View, params: Any, humans: tuple[str, ...]) -> bool:
        """Whether the same human was told of under another id."""
        name = view.name, str(params), humans
        known = name in self.told
        self.told.add(name)
        return known

    def _names(self, reading: Any) -> bool:
        """Whether a reading used a term that is changed, or may not be made for want of one."""
        if not self.past.shelf.rows:
            return False
        return reading is None or any(term.row.term in self.past.shelf.terms for term in reading.terms)

    def _read(self, view: View, key: str, params: Any, states: States) -> Any:
        try:
            gathered = gather(view.asks(key, self.on, params), lambda folds: states(folds, self.end))
            return view.read(gathered.facts, self.on)
        except (UnanswerableError, UnreadableError):
            return None
        except Exception:
            if states == self.past.past.states:
                raise
            return None  # a past that never was need not be readable


def _named(key: str, params: Any) -> str:
    places = [getattr(params, name, None) for name in ("agreement", "lot")]
    return " ".join([key, *(place for place in places if place)])


def _said(value: Any) -> str:
    return "none" if value is None else str(value)


def _facts(reading: Any) -> Told:
    """What a reading comes to, by name: its rung, its counter, its streak or its sum."""
    return {} if reading is None else dict(_TOLD[type(reading)](reading))


def _rungs(reading: EscalationLadder) -> Iterator[tuple[str, Any]]:
    shown = reading.ladder
    yield "nation: indicated", shown.national_indicated
    yield "nation: decided", shown.national_decided
    for one in shown.regions:
        yield f"{one.region}: indicated", one.indicated
        yield f"{one.region}: decided", one.decided
        yield f"{one.region}: points (ppm)", one.points_ppm
        yield f"{one.region}: causes", one.causes


def _streaks(reading: ContinuityStreaks) -> Iterator[tuple[str, Any]]:
    for place in reading.places:
        where = place.where.key
        yield f"{where}: {place.measure}", place.amount
        yield f"{where}: counts as continuity", place.counts and place.reached


def _periods(reading: EighteenMonthsPeriod) -> Iterator[tuple[str, Any]]:
    for one in reading.units:
        held = one.readings
        yield f"{one.unit}: governs", held.governs
        yield f"{one.unit}: exceeded", one.exceeded
        yield f"{one.unit}: minutes looked back on", held.look_back.minutes
        yield f"{one.unit}: advantage spent from", held.cap and held.cap.spent_from
        yield f"{one.unit}: last date allowed", held.longest_stay and held.longest_stay.last_allowed_on
        yield f"{one.unit}: days in the chain", held.chain and held.chain.days


def _estimates(reading: OrderEstimate) -> Iterator[tuple[str, Any]]:
    yield "estimated (öre)", reading.estimated_ore


_TOLD: Mapping[type[Any], Callable[[Any], Iterator[tuple[str, Any]]]] = {
    ContinuityStreaks: _streaks,
    EighteenMonthsPeriod: _periods,
    EscalationLadder: _rungs,
    OrderEstimate: _estimates,
}
