"""Two moments compared: what became known between them, and which answers it changed, field by field.

An answer is made three times: as known then for its day, as known then for the later day, and as known now
for the later day. What differs between the first two differs because the date moved on; between the last two,
because the world was learnt better. With one valid date there is only the latter: believed then, known now.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date
from hashlib import sha256
from itertools import product
from typing import Any

from ledger.decisions.base import Asking
from ledger.fold import Fold, together
from projections.base import VIEWS, UnanswerableError, View
from replay.diff_events import Between
from replay.diff_fields import FieldChange, changes
from replay.diff_named import Matters
from replay.diff_told import (
    ANSWERS,
    COMPARING,
    READING,
    STATES,
    BackwardsError,
    Change,
    Diff,
    Forms,
    Side,
    Tell,
    ViewTold,
    Wanted,
)
from replay.diff_touched import Touched
from replay.known import Known
from replay.lists import keys_at
from replay.questions.unsealed import UnsealedLog, reads_sealed, seals_wholly
from replay.timeline import Timeline

COMBINATIONS_MAX = 8
CAUSES_MAX = 100


def diff(
    timeline: Timeline, since: Known, until: Known, wanted: Wanted, forms: Forms, tell: Tell = lambda *_: None
) -> Diff:
    """Compare what was known at two moments. Raises BackwardsError, and what reading and ``forms`` raise."""
    if since.after(until):
        told = (f"p{known.position} ({known.on})" for known in (since, until))
        raise BackwardsError("from is {} and lies after to, {}".format(*told))
    log = UnsealedLog(timeline.log, until.position, seals_wholly)
    between = Between(log, since.position, Matters(log), wanted.late_days)
    touched = Touched(wanted.views, wanted.region, wanted.supplier, wanted.limit)
    for batch in between.learnt():
        touched.add(batch)
        tell(READING, batch[-1].position - since.position if batch else 0, until.position - since.position)
    touched.link(between.matters)
    comparing = _Comparing(timeline, log, since, until, wanted, forms, touched)
    known = wanted.key is None or comparing.knows(wanted.key)
    return Diff(since, until, wanted, touched, tuple(comparing.views(tell)) if known else (), known)


@dataclass(frozen=True, slots=True)
class _Comparing:
    timeline: Timeline
    log: UnsealedLog
    since: Known
    until: Known
    wanted: Wanted
    forms: Forms
    touched: Touched

    def knows(self, key: str) -> bool:
        """Whether anything that one of the views is folded from was recorded of a key by the second."""
        return any(self._holds(view, key) for view in self.wanted.views)

    def _holds(self, view: View, key: str) -> bool:
        alone, position = replace(view, asks=_only(view.kind(key))), self.until.position
        folds = self.timeline.gathered(alone, key, None, position, self.until.on)
        if any(state != view.kind.initial for state in folds.states.values()):
            return True
        return bool(self.timeline.log.boundary(together(folds.folds), after=0, upto=position)[1])

    def views(self, tell: Tell) -> Iterator[ViewTold]:
        """Each view that has a key to look at."""
        for done, view in enumerate(self.wanted.views):
            tell(COMPARING, done, len(self.wanted.views))
            told = self._view(view)
            if told.looked_at or told.left:
                yield told

    def _view(self, view: View) -> ViewTold:
        reached, beside = self._keys(view)
        keys = (*reached, *beside)
        looked_at = keys[: self.wanted.limit]
        told = ViewTold(view, len(reached), len(looked_at), len(keys) - len(looked_at))
        asked = self._asked(view)
        if asked is None and reads_sealed(view.kind):
            return replace(told, looked_at=0, left=len(keys))
        for key in looked_at:
            found = [self._state(view, key)] if asked is None else [self._answer(view, key, p) for p in asked]
            told.changes += [change for change in found if change is not None]
        told.compared = STATES if asked is None else ANSWERS
        return told

    def _keys(self, view: View) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The keys reached by their own events, and others that may differ."""
        if self.wanted.key is not None:
            return (self.wanted.key,), ()
        reached, beside = self.touched.keys(view)
        if self.wanted.whole and self.touched.shared:
            every = keys_at(self.timeline, view, self.until.position, len(reached) + self.wanted.limit + 1)
            beside = tuple(sorted({*beside, *every} - set(reached)))
        return reached, beside

    def _asked(self, view: View) -> list[dict[str, str]] | None:
        """The parameters that a view is asked with: given, or what the facts named, or all; None without."""
        own = {one.name: one.default is MISSING for one in fields(view.params)}
        given = {name: value for name, value in self.wanted.given.items() if name in own}
        names = [name for name, needed in own.items() if needed and name not in given]
        found = list(product(*(self.touched.values(name) or self._every(name) for name in names)))
        if not 1 <= len(found) <= COMBINATIONS_MAX:
            return None
        return [given | dict(zip(names, values, strict=True)) for values in found]

    def _every(self, name: str) -> tuple[str, ...]:
        """Every value of a parameter that is the key of some view, as far as they can all be asked about."""
        of = next((view for view in VIEWS.values() if view.kind.prefix == name), None)
        return () if of is None else keys_at(self.timeline, of, self.until.position, COMBINATIONS_MAX + 1)

    def _answer(self, view: View, key: str, given: Mapping[str, str]) -> Change | None:
        params = self.forms.params(view, given)
        on = self.wanted.at or self.until.on
        causes = self._causes(view, key, params, on)
        named = self.wanted.key == key and self._holds(view, key)
        if causes is None and not named:
            return None  # nothing reached what it is read from, and nobody asked for it
        before, then = self._side(view, key, params, self.since.position, on)
        after, now = self._side(view, key, params, self.until.position, on)
        moved = (
            self._moved(view, key, params, then) if causes or named else ()
        )  # else only what is sealed did
        learnt = changes(then, now)
        if not learnt and not moved:
            return None
        found = causes or ()
        return Change(
            view.name, key, given, ANSWERS, learnt, moved, found[:CAUSES_MAX], len(found), before, after
        )

    def _moved(self, view: View, key: str, params: Any, then: Any) -> tuple[FieldChange, ...]:
        """What the date alone changed in the answer as known at the first moment."""
        if self.wanted.at is not None or self.since.on == self.until.on:
            return ()
        _, earlier = self._side(view, key, params, self.since.position, self.since.on)
        return tuple(one for one in changes(earlier, then) if one.path != "on")

    def _causes(self, view: View, key: str, params: Any, on: date) -> tuple[int, ...] | None:
        """Positions in between that reached what an answer is read from, but the sealed; None if none did."""
        try:
            folds = self.timeline.gathered(view, key, params, self.until.position, on).folds
        except UnanswerableError:
            folds = {view.kind.name: view.kind(key)}
        bounds, times = together(folds), {"after": self.since.position, "upto": self.until.position}
        shown = tuple(one.position for one in self.log.boundary(bounds, **times)[1])
        return shown if shown or self.timeline.log.boundary(bounds, **times)[1] else None

    def _side(self, view: View, key: str, params: Any, position: int, on: date) -> tuple[Side, Any]:
        try:
            answer = self.timeline.at(view, key, params, position, on)
        except UnanswerableError as error:
            return Side(unanswerable=str(error)), {"unanswerable": str(error)}
        return Side(str(answer.token), answer.digest()), self.forms.plain(view, answer.reading)

    def _state(self, view: View, key: str) -> Change | None:
        """The same of the view's own fold, where a parameter is missing."""
        alone = replace(view, asks=_only(view.kind(key)))
        sides, plain = [], []
        for position in (self.since.position, self.until.position):
            (state,) = self.timeline.gathered(alone, key, None, position, self.until.on).states.values()
            kept = view.shape.encode(state)
            sides.append(Side(digest=sha256(kept).hexdigest()))
            plain.append(view.shape.shown(kept))
        causes = self._causes(alone, key, None, self.until.on) or ()
        learnt = changes(*plain)
        if not learnt:
            return None
        return Change(view.name, key, {}, STATES, learnt, (), causes[:CAUSES_MAX], len(causes), *sides)


def _only(fold: Fold[Any]) -> Any:
    """An asking for one fold alone."""

    def asks(_key: str, _on: date, _params: Any) -> Asking[Any]:
        return (yield fold)

    return asks
