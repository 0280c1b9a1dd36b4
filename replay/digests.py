"""Digests of views: one number for all states of a view at a position, however they came about.

The digest is SHA-256 over every state sorted by key: key length u32be ‖ key ‖ state length u32be ‖ canonical
state.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from ledger.store.log import Log
from projections.base import View
from projections.follow import folded
from projections.history import POSITION_MAX
from projections.replaying import collecting_seldom
from projections.routes import Routes
from projections.shelf import Shelf
from projections.states import StateType
from replay.folding import folded_apart


@dataclass(frozen=True, slots=True)
class ViewDigest:
    """What the states of one view come to at a position: how many there are, and their digest in hex."""

    view: str
    position: int
    states: int
    digest: str


def digest_kept(shelf: Shelf, view: View, *, upto: int | None = None) -> ViewDigest:
    """The digest of what a shelf keeps at a position it covers (default: the one it is complete to)."""
    of = StateType.of(view.kind, view.shape)
    limit = POSITION_MAX if upto is None else upto
    with shelf.every(view.kind.name, limit) as (position, eras):
        states = ((key, of.state(era, limit)) for key, era in eras)
        return _of_states(view, min(position, limit), states)


def digests_folded(log: Log, views: Iterable[View], *, upto: int | None = None) -> tuple[ViewDigest, ...]:
    """The digests of a fold of the log up to a position (default: all of it), in one pass."""
    wanted = tuple(views)
    kinds = {view.kind.name: view.kind for view in wanted}
    position = log.head().position if upto is None else upto
    with collecting_seldom():
        held = folded(kinds.values(), log.tail(upto=position, types=Routes.of(kinds.values()).types))
    by_kind: dict[str, list[tuple[str, Any]]] = {name: [] for name in kinds}
    for (kind, key), state in sorted(held.items(), key=lambda item: item[0]):
        by_kind[kind].append((key, state))
    return tuple(_of_states(view, position, by_kind[view.kind.name]) for view in wanted)


def digests_folded_apart(
    url: str,
    views: Iterable[View],
    upto: int,
    *,
    processes: int,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> tuple[ViewDigest, ...]:
    """The same by several processes, each a partition of the keys, which changes no digest.

    ``tell`` is told how far it has come, and how far it goes.
    """
    wanted = tuple(views)
    kinds = {view.kind.name: view for view in wanted}
    with folded_apart(url, [view.name for view in wanted], upto, processes, tell=tell) as folded_states:
        found = {kind: _digest(view, upto, folded_states.states(kind)) for kind, view in kinds.items()}
    return tuple(replace(found[view.kind.name], view=view.name) for view in wanted)


def _of_states(view: View, position: int, states: Iterable[tuple[str, Any]]) -> ViewDigest:
    return _digest(view, position, ((key, view.shape.encode(state)) for key, state in states))


def _digest(view: View, position: int, states: Iterable[tuple[str, bytes]]) -> ViewDigest:
    digest, count = sha256(), 0
    for key, state in states:
        name = key.encode()
        digest.update(len(name).to_bytes(4, "big") + name + len(state).to_bytes(4, "big") + state)
        count += 1
    return ViewDigest(view.name, position, count, digest.hexdigest())
