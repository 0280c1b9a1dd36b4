"""Lists: the keys of a view at a position, and their answers, page by page.

Every page stands at one position and date. The token of the first page, handed to the next ones, keeps them
there however much is recorded meanwhile.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from ledger.errors import LedgerError
from projections.base import View
from projections.routes import Routes
from replay.known import AtPosition, KnownAt
from replay.population import Population, population
from replay.timeline import Timeline
from replay.token import Token

LIMIT_MAX = 1_000


class BadPageError(LedgerError):
    """A limit or an offset outside its bounds."""

    code: ClassVar[str] = "bad-page"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a view's answers, sorted by key; ``more`` says whether another follows."""

    offset: int
    keys: tuple[str, ...]
    population: Population
    more: bool


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
    """One page of a view's answers. A key that has none with these parameters is there with the reason.

    Raises BadPageError, KnownAtError.
    """
    if not (1 <= limit <= LIMIT_MAX and offset >= 0):
        raise BadPageError(f"limit lies between 1 and {LIMIT_MAX}, offset is not negative")
    known = timeline.known(known_at)
    found = keys_at(timeline, view, known.position, offset + limit + 1)
    keys = found[offset : offset + limit]
    told = population(timeline, view, ((key, params) for key in keys), known.position, at or known.on)
    return Page(offset, keys, told, len(found) > offset + limit)


def page_again(
    timeline: Timeline, view: View, params: Any, token: Token, *, limit: int = 20, offset: int = 0
) -> Page:
    """A page at the position and for the date of a token: the same page, or another of the same list.

    Raises BadPageError, KnownAtError.
    """
    known_at = AtPosition(token.position)
    return page(timeline, view, params, known_at=known_at, at=token.on, limit=limit, offset=offset)


def everyone(
    timeline: Timeline,
    view: View,
    params: Any,
    *,
    known_at: KnownAt | None = None,
    at: date | None = None,
) -> Population:
    """The answers for every key that the view had, sorted by key. Raises KnownAtError."""
    known = timeline.known(known_at)
    keys = keys_at(timeline, view, known.position, None)
    return population(timeline, view, ((key, params) for key in keys), known.position, at or known.on)


def keys_at(timeline: Timeline, view: View, position: int, limit: int | None) -> tuple[str, ...]:
    """The smallest keys of a view (None: all) that had an event at a position.

    The shelf's, and what the log has after it.
    """
    shelved, kept = (0, ()) if timeline.shelf is None else _kept(timeline, view, position, limit)
    if shelved >= position:
        return kept
    routes = Routes.of([view.kind])
    tail = timeline.log.tail(after=shelved, upto=position, types=routes.types)
    newer = {key for _, key, *_ in routes.steps(tail)}
    return tuple(sorted(newer.union(kept)))[:limit]


def _kept(timeline: Timeline, view: View, position: int, limit: int | None) -> tuple[int, tuple[str, ...]]:
    if timeline.shelf is None:
        return 0, ()
    return timeline.shelf.keys(view.kind.name, upto=position, limit=limit or _EVERY)


_EVERY = 2**31
