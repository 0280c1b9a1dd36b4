"""Asking: a question's answer as known at a position and valid at a date, with the token that repeats it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from ledger.decisions.base import Asking as FoldAsking
from ledger.decisions.base import Gathered, gather
from ledger.errors import Refusal
from ledger.fold import Fold
from ledger.handle.reading import read_folds
from ledger.policy.model import terms_digest
from ledger.store.canonical import encoded
from ledger.store.codec import header_of, parse_record
from ledger.store.log import Record
from projections.base import UnanswerableError
from projections.code import code_version
from projections.current import ShelfCache
from replay.known import AtPosition, KnownAt
from replay.questions.base import Answer, Asking, Question, Recording, Recordings
from replay.questions.unsealed import UnsealedLog, reads_sealed
from replay.timeline import Timeline
from replay.token import NO_POLICY, Token

DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with its question, its parameters and its token; ``simulated`` says the ledger's time is."""

    question: str
    number: int
    params: Any
    answer: Answer
    token: Token
    simulated: bool

    def content(self) -> bytes:
        """The canonical bytes of question and answer: the same for the same token. Pseudonyms only."""
        return encoded(
            {
                "answer": self.answer,
                "params": self.params,
                "question": self.question,
                "simulated": self.simulated,
                "token": str(self.token),
            }
        )

    def digest(self) -> str:
        """SHA-256 of the content in hex."""
        return sha256(self.content()).hexdigest()


def ask(
    timeline: Timeline,
    question: Question,
    params: Any,
    *,
    known_at: KnownAt | None = None,
    at: date | None = None,
) -> Answered:
    """A question's answer; ``at`` is the local date of ``known_at`` unless given.

    Raises KnownAtError, UnanswerableError.
    """
    known = timeline.known(known_at)
    return ask_at(timeline, question, params, known.position, at or known.on)


def ask_again(timeline: Timeline, question: Question, params: Any, token: Token) -> Answered:
    """The answer of a token, made again. Where its own token differs, so may its content.

    Raises KnownAtError, UnanswerableError.
    """
    position = timeline.known(AtPosition(token.position)).position
    return ask_at(timeline, question, params, position, token.on)


def ask_at(timeline: Timeline, question: Question, params: Any, position: int, on: date) -> Answered:
    """The answer at a position of the log and a local date. Raises UnanswerableError."""
    try:
        answer = question.answer(gathered(timeline, question, params, position, on).facts, on)
    except Refusal as error:  # a rule that the question borrows found no policy value it understands
        raise UnanswerableError(error.detail) from error
    rows = [term.row for term in answer.terms]
    policy = terms_digest(rows)[:12] if rows else NO_POLICY
    token = Token(position, on, policy, code_version())
    return Answered(question.name, question.number, params, answer, token, timeline.simulated())


def gathered(timeline: Timeline, question: Question, params: Any, position: int, on: date) -> Gathered:
    """What an answer is made from: facts, and every fold behind them. Raises UnanswerableError, Refusal."""
    log = UnsealedLog(timeline.log, position)
    types = {name: one for name, one in timeline.types.items() if not reads_sealed(one.kind)}

    def states(folds: Mapping[str, Fold[Any]]) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for at, some in _by_moment(folds, position).items():
            seldom = {name: fold for name, fold in some.items() if timeline.seldom.holds(fold)}
            others = {name: fold for name, fold in some.items() if name not in seldom}
            cache = ShelfCache(shelf=timeline.shelf, types=types, upto=at)
            found |= timeline.seldom.states(timeline.log, seldom, at)
            found |= read_folds(log, others, cache, upto=at)[1] if others else {}
        return found

    return gather(_with_recordings(question.asks(params, on), log), states)


def _by_moment(folds: Mapping[str, Fold[Any]], position: int) -> Mapping[int, dict[str, Fold[Any]]]:
    """The folds by the position they are read at: one that is blind to what came later, as it was then."""
    found: dict[int, dict[str, Fold[Any]]] = {}
    for name, fold in folds.items():
        kind, at = fold.kind, position
        while kind.blind is not None:
            kind, last = kind.blind
            at = min(at, last)
        found.setdefault(at, {})[name] = kind(fold.key)
    return found


def _with_recordings(asking: Asking[Any], log: UnsealedLog) -> FoldAsking[Any]:
    """The generator without its questions about recordings, which are answered here."""
    reply: Any = None
    while True:
        try:
            asked = asking.send(reply)
        except StopIteration as done:
            return done.value
        if isinstance(asked, Recordings):
            reply = {one.position: _recording(one) for one in log.records_at(asked.positions)}
        else:
            reply = yield asked


def _recording(record: Record) -> Recording:
    header = header_of(parse_record(record.record).header)
    origin = header.origin or {}
    claimed = origin.get("time")
    return Recording(
        position=record.position,
        type=record.type,
        recorded_at=record.recorded_at,
        received_at=header.received_at,
        decided_at=header.decided_at,
        actor=header.actor,
        mandate=header.mandate[0] if header.mandate else None,
        rule=header.rule,
        trust=str(origin.get("trust", DIRECT)),
        system=str(origin["system"]) if "system" in origin else None,
        claimed_at=claimed if isinstance(claimed, int) else None,
    )
