"""Lists: the keys of a view at a position, and their answers, page by page."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from ledger.errors import LedgerError
from projections.base import UnanswerableError, View
from projections.routes import Routes
from replay.known import KnownAt
from replay.timeline import Answer, Timeline

LIMIT_MAX = 100


class BadPageError(LedgerError):
    """A limit or an offset outside its bounds, or a view without a list."""

    code: ClassVar[str] = "bad-page"


@dataclass(frozen=True, slots=True)
class Page:
    """Answers of one page, all at one position and date, sorted by key.

    ``more`` says whether another page follows.
    """

    view: str
    position: int
    on: date
    offset: int
    keys: tuple[str, ...]
    answers: tuple[Answer, ...]
    more: bool
    simulated: bool


def page(
    timeline: Timeline,
    view: View,
    params: Any,
    *,
    known_at: KnownAt | None = None,
    at: date | None = None,
    limit: int = 20,
    offset: int = 0,
) -> Page:
    """One page of a view's answers. A key that has no answer with these parameters is in ``keys`` only.

    Raises BadPageError, KnownAtError.
    """
    if not view.lists:
        raise BadPageError(f"the view {view.name} has no list")
    if not (1 <= limit <= LIMIT_MAX and offset >= 0):
        raise BadPageError(f"limit lies between 1 and {LIMIT_MAX}, offset is not negative")
    known = timeline.known(known_at)
    on = at or known.on
    found = keys_at(timeline, view, known.position, offset + limit + 1)
    keys = found[offset : offset + limit]
    answers = tuple(a for key in keys if (a := _answer(timeline, view, key, params, known.position, on)))
    more = len(found) > offset + limit
    return Page(view.name, known.position, on, offset, keys, answers, more, timeline.simulated())


def keys_at(timeline: Timeline, view: View, position: int, limit: int) -> tuple[str, ...]:
    """The smallest keys of a view that had an event at a position.

    The shelf's, and what the log has after it.
    """
    shelved, kept = (0, ()) if timeline.shelf is None else _kept(timeline, view, position, limit)
    if shelved >= position:
        return kept
    routes = Routes.of([view.kind])
    tail = timeline.log.tail(after=shelved, upto=position, types=routes.types)
    newer = {key for _, key, *_ in routes.steps(tail)}
    return tuple(sorted(newer.union(kept)))[:limit]


def _kept(timeline: Timeline, view: View, position: int, limit: int) -> tuple[int, tuple[str, ...]]:
    if timeline.shelf is None:
        return 0, ()
    return timeline.shelf.keys(view.kind.name, upto=position, limit=limit)


def _answer(timeline: Timeline, view: View, key: str, params: Any, position: int, on: date) -> Answer | None:
    try:
        return timeline.at(view, key, params, position, on)
    except UnanswerableError:
        return None
