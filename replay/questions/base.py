"""How a question of a dispute is declared: parameters, the facts it asks for, and a pure answer (domain 8).

``asks`` is a generator like a decision's facts: it yields folds, or mappings of folds, and gets their states
back, all at one position of the log; ``until(kind, position)`` is the same fold as known at an earlier one,
``as_known(facts, position)`` any generator of facts.
It may also yield ``Recordings``: who recorded some positions, when, and on whose word. Populations (every
region, every similar case) are walked from key to key: replay/questions/populations.py. ``answer`` makes the
answer from what ``asks`` returned and the local date asked about. Neither sees a clock or a store.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

from ledger.fold import Fold, until
from ledger.policy.model import Resolved
from ledger.values import STOCKHOLM, moment
from projections.base import UnanswerableError, evidence_of

P = TypeVar("P")
F = TypeVar("F")
_HIGHEST = 20


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in Swedish and in English."""

    sv: str
    en: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question comes to: a sentence, its values, the positions and the policy values behind it.

    ``values`` is a frozen dataclass of the question's own. The terms that are assumptions are listed by the
    framework; ``assumptions`` are what else the answer takes for granted.
    """

    sentence: Sentence
    values: Any
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...] = ()
    assumptions: tuple[Sentence, ...] = ()

    def __post_init__(self) -> None:
        """Positions ascend, each once, whoever listed them."""
        object.__setattr__(self, "evidence", evidence_of(self.evidence))


@dataclass(frozen=True, slots=True)
class Recordings:
    """Asks how some positions were recorded; the reply maps each that is not sealed to its ``Recording``."""

    positions: tuple[int, ...]

    @classmethod
    def of(cls, positions: Iterable[int]) -> "Recordings":
        """Of these positions, each once."""
        return cls(evidence_of(positions))


@dataclass(frozen=True, slots=True)
class Recording:
    """How one event was recorded: instants in µs, ``trust`` is direct or what its source claims to be.

    ``claimed_at`` is the source's own time where the event was brought in from another system.
    """

    position: int
    type: str
    recorded_at: int
    received_at: int
    decided_at: int
    actor: str
    mandate: str | None
    rule: str | None
    trust: str
    system: str | None
    claimed_at: int | None


Asked = Fold[Any] | Mapping[Any, Fold[Any]] | Recordings
Asking = Generator[Asked, Any, F]


def as_known(asking: "Asking[F]", position: int) -> "Asking[F]":
    """The same facts (``yield from``) as they were known at an earlier position: blind to what came later."""
    reply: Any = None
    while True:
        try:
            asked = asking.send(reply)
        except StopIteration as done:
            found: F = done.value
            return found
        if isinstance(asked, Recordings):
            reply = yield Recordings.of(one for one in asked.positions if one <= position)
        elif isinstance(asked, Fold):
            reply = yield until(asked.kind, position)(asked.key)
        else:
            reply = yield {name: until(fold.kind, position)(fold.key) for name, fold in asked.items()}


@dataclass(frozen=True)
class Question:
    """A declared question: ``number`` is its place in the list, ``values`` the type its answers carry.

    ``example`` are parameters as text.
    """

    name: str
    number: int
    title_sv: str
    title_en: str
    summary: str
    params: type[Any]
    values: type[Any]
    example: Mapping[str, str]
    asks: Callable[[Any, date], Asking[Any]] = field(repr=False)
    answer: Callable[[Any, date], Answer] = field(repr=False)


class SealedError(UnanswerableError):
    """The question is about offers that are sealed until the award at the position asked about."""

    code: ClassVar[str] = "sealed-until-award"


def local_text(at: int) -> str:
    """An instant (µs) in Sweden's time as a sentence says it: 2025-03-06 16:00."""
    return f"{moment(at).astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"


_BY_NAME: dict[str, Question] = {}

QUESTIONS: Mapping[str, Question] = MappingProxyType(_BY_NAME)


def question(
    name: str,
    *,
    number: int,
    titles: tuple[str, str],
    params: type[P],
    values: type[Any],
    asks: Callable[[P, date], Asking[F]],
    example: Mapping[str, str],
) -> Callable[[Callable[[F, date], Answer]], Callable[[F, date], Answer]]:
    """Register the pure answer of a question under a kebab-case name; ``titles`` are Swedish and English."""

    def register(answer: Callable[[F, date], Answer]) -> Callable[[F, date], Answer]:
        if name in _BY_NAME or number in {one.number for one in _BY_NAME.values()}:
            raise TypeError(f"the question {name} or its number {number} is declared already")
        if not 1 <= number <= _HIGHEST:
            raise TypeError(f"the questions are numbered from 1 to {_HIGHEST}")
        summary = (answer.__doc__ or "").strip().split("\n")[0]
        given = MappingProxyType(dict(example))
        _BY_NAME[name] = Question(name, number, *titles, summary, params, values, given, asks, answer)
        return answer

    return register


def by_number() -> tuple[Question, ...]:
    """Every question in the order of the list."""
    return tuple(sorted(QUESTIONS.values(), key=lambda one: one.number))
