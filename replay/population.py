"""Populations: a view's answers for many keys, all at one position and for one date.

Every answer is the one that its key has alone, byte for byte; they are only read together. The population has
a token of its own: position, date, the policy values that any of them used, and the code.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import Any

from ledger.policy.model import terms_digest
from ledger.store.canonical import encoded
from projections.base import UnanswerableError, View
from projections.code import code_version
from projections.replaying import collecting_seldom
from replay.in_step import gather_all
from replay.timeline import Answer, Timeline
from replay.token import NO_POLICY, Token

TOGETHER_MAX = 1_000
"""How many keys are gathered at once: what is held in memory beside the answers."""
Asked = tuple[str, Any]
"""A key, and the parameters it is asked about with."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A key that has no answer at the position: why, as a code and in words."""

    key: str
    params: Any
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Population:
    """What a view says of each that was asked about, in the order asked."""

    view: str
    token: Token
    simulated: bool
    told: tuple[Answer | Unanswered, ...]

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Those that have an answer."""
        return tuple(one for one in self.told if isinstance(one, Answer))

    @property
    def unanswered(self) -> tuple[Unanswered, ...]:
        """Those that have none, with the reason."""
        return tuple(one for one in self.told if isinstance(one, Unanswered))

    def content(self) -> bytes:
        """The canonical bytes of question and answers: the same for the same token. Pseudonyms only."""
        return encoded(
            {
                "simulated": self.simulated,
                "told": [_told(one) for one in self.told],
                "token": str(self.token),
                "view": self.view,
            }
        )

    def digest(self) -> str:
        """SHA-256 of the content in hex, in which every answer stands by its own digest."""
        return sha256(self.content()).hexdigest()


def population(timeline: Timeline, view: View, asked: Iterable[Asked], position: int, on: date) -> Population:
    """The answers of a view at a position and a local date, for keys with their parameters."""
    with collecting_seldom():
        told = tuple(answers(timeline, view, asked, position, on))
    return Population(view.name, token_of(told, position, on), timeline.simulated(), told)


def answers(
    timeline: Timeline, view: View, asked: Iterable[Asked], position: int, on: date
) -> Iterator[Answer | Unanswered]:
    """The same one by one, gathered some at a time, for populations of any size."""
    coming = iter(asked)
    while some := list(islice(coming, TOGETHER_MAX)):
        with collecting_seldom():
            told = _together(timeline, view, some, position, on)
        yield from told


def _together(
    timeline: Timeline, view: View, some: Sequence[Asked], position: int, on: date
) -> list[Answer | Unanswered]:
    """Gathered and read in the order of the keys: what shares a state or lies side by side follows itself."""
    order = sorted(range(len(some)), key=lambda nr: some[nr][0])
    asked = [some[nr] for nr in order]
    found = gather_all([view.asks(key, on, params) for key, params in asked], timeline.states(position))
    told: list[Any] = [None] * len(some)
    for nr, (key, params), facts in zip(order, asked, found, strict=True):
        told[nr] = _answer(timeline, view, key, params, facts, position, on)
    return told


def token_of(told: Sequence[Answer | Unanswered], position: int, on: date) -> Token:
    """The token of all of them: its policy is of every value that any of them used."""
    found = {id(one.reading.terms): one.reading.terms for one in told if isinstance(one, Answer)}
    rows = {id(term.row): term.row for terms in found.values() for term in terms}
    policy = terms_digest(rows.values())[:12] if rows else NO_POLICY
    return Token(position, on, policy, code_version())


def _answer(
    timeline: Timeline, view: View, key: str, params: Any, facts: Any, position: int, on: date
) -> Answer | Unanswered:
    if isinstance(facts, UnanswerableError):
        return Unanswered(key, params, facts.code, str(facts))
    try:
        return timeline.read(view, key, params, facts, position, on)
    except UnanswerableError as error:
        return Unanswered(key, params, error.code, str(error))


def _told(one: Answer | Unanswered) -> dict[str, Any]:
    if isinstance(one, Answer):
        return {"digest": one.digest(), "key": one.key, "params": one.params}
    return {"code": one.code, "detail": one.detail, "key": one.key, "params": one.params}
