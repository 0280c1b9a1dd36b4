"""The timeline.

Any view's answer as known at a position and valid at a date, with the token that makes it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

from msgspec import Struct

from ledger.clock import Clock
from ledger.decisions.base import Gathered, gather
from ledger.facts.genesis import THIS, genesis
from ledger.fold import Fold
from ledger.handle.reading import read_folds
from ledger.policy.model import Resolved, terms_digest
from ledger.policy.remembered import remembered
from ledger.store.canonical import encoded
from ledger.store.log import Log
from projections.base import VIEWS, View
from projections.code import code_version
from projections.current import ShelfCache
from projections.shelf import Shelf
from projections.states import StateType, state_types
from replay.in_step import States
from replay.known import AtPosition, Known, KnownAt, resolve
from replay.seldom import Seldom
from replay.token import NO_POLICY, Token

GENESIS = 1


class Answer(Struct, frozen=True, gc=False):
    """A view's answer. ``simulated`` says that the ledger's time is.

    ``assumed`` names the terms nobody published.
    """

    view: str
    key: str
    params: Any
    reading: Any
    token: Token
    simulated: bool
    assumed: tuple[str, ...]

    def content(self) -> bytes:
        """The canonical bytes of question and reading: the same for the same token. Pseudonyms only."""
        return encoded(
            {
                "assumed": self.assumed,
                "key": self.key,
                "params": self.params,
                "reading": self.reading,
                "simulated": self.simulated,
                "token": str(self.token),
                "view": self.view,
            }
        )

    def digest(self) -> str:
        """SHA-256 of the content in hex: the first answer's is kept, a later one is compared with it."""
        return sha256(self.content()).hexdigest()


@remembered
def _used_of(terms: tuple[Resolved, ...]) -> tuple[str, tuple[str, ...]]:
    """The digest of policy values as a token has it, and those of the terms that nobody published."""
    rows = [term.row for term in terms]
    policy = terms_digest(rows)[:12] if rows else NO_POLICY
    return policy, tuple(sorted({term.row.term for term in terms if term.assumed}))


@remembered
def _used(terms: tuple[tuple[Resolved, ...]]) -> tuple[str, tuple[str, ...]]:
    """The same, known by the one tuple that readings share: else each of its terms would be looked at."""
    return _used_of(terms[0])


_token = lru_cache(maxsize=1_024)(Token)
"""Answers of one position and date have few tokens between them."""


def _known_types() -> Mapping[str, StateType]:
    return _types_of(tuple(VIEWS.values()))


@remembered
def _types_of(views: tuple[View, ...]) -> Mapping[str, StateType]:
    """What is kept for views; working out how kept steps are read takes longer than most answers."""
    return state_types(views)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Asks views of a log, now or at any time past. A shelf makes it faster and changes no answer."""

    log: Log
    clock: Clock
    shelf: Shelf | None = None
    types: Mapping[str, StateType] = field(default_factory=_known_types, repr=False)
    seldom: Seldom = field(default_factory=Seldom, repr=False)
    modes: list[str] = field(default_factory=list, repr=False)  # of the genesis, once it was read

    def known(self, known_at: KnownAt | None = None) -> Known:
        """The position of a ``known_at``. Raises KnownAtError."""
        return resolve(self.log, self.clock, known_at)

    def answer(
        self,
        view: View,
        key: str,
        params: Any,
        *,
        known_at: KnownAt | None = None,
        at: date | None = None,
    ) -> Answer:
        """A view's answer for one key; ``at`` is the local date of ``known_at`` unless given.

        Raises KnownAtError, UnanswerableError.
        """
        known = self.known(known_at)
        return self.at(view, key, params, known.position, at or known.on)

    def again(self, view: View, key: str, params: Any, token: Token) -> Answer:
        """The answer of a token, made again. Where its own token differs, so may its content.

        Raises KnownAtError, UnanswerableError.
        """
        return self.at(view, key, params, self.known(AtPosition(token.position)).position, token.on)

    def at(self, view: View, key: str, params: Any, position: int, on: date) -> Answer:
        """The answer at a position of this log and a local date. Raises UnanswerableError."""
        facts = self.gathered(view, key, params, position, on).facts
        return self.read(view, key, params, facts, position, on)

    def read(self, view: View, key: str, params: Any, facts: Any, position: int, on: date) -> Answer:
        """The answer that facts of one position come to at a local date. Raises UnanswerableError."""
        reading = view.read(facts, on)
        policy, assumed = _used((reading.terms,))  # readings share what they used
        token = _token(position, on, policy, code_version())
        return Answer(view.name, key, params, reading, token, self.simulated(), assumed)

    def gathered(self, view: View, key: str, params: Any, position: int, on: date) -> Gathered:
        """What an answer is read from: the facts, and every fold behind them. Raises UnanswerableError."""
        return gather(view.asks(key, on, params), self.states(position))

    def states(self, position: int) -> States:
        """How to get the states of folds as they were at a position."""
        cache = ShelfCache(shelf=self.shelf, types=self.types, upto=position)

        def states(folds: Mapping[str, Fold[Any]]) -> Mapping[str, Any]:
            seldom = {name: fold for name, fold in folds.items() if self.seldom.holds(fold)}
            others = {name: fold for name, fold in folds.items() if name not in seldom}
            if seldom:
                found = self.seldom.states(self.log, seldom, position)
                return {**found, **(states(others) if others else {})}
            return read_folds(self.log, others, cache, upto=position)[1]

        return states

    def simulated(self) -> bool:
        """Whether the ledger's time is simulated: its genesis says so, once and for ever."""
        if not self.modes:
            opened = read_folds(self.log, {THIS: genesis(THIS)}, upto=GENESIS)[1][THIS].opened
            if opened is None:
                return False
            self.modes.append(opened.mode)
        return self.modes[0] == "simulated"
