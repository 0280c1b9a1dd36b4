"""One answer explained: the facts it was read from, the records behind it, and the rules that made those.

The answer of a token is made again first; then the folds that were asked for are listed with what the log
holds of them up to the token's position, and every record that the answer cites with its header.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.decisions.base import EVERY_VERSION
from ledger.errors import Refusal
from ledger.events.base import EVENTS
from ledger.fold import Fold
from ledger.policy.model import Resolved
from ledger.store.codec import Header, header_of, parse_record
from ledger.store.log import Record
from projections.base import UnanswerableError, View
from replay.questions.asking import Answered, ask_again, gathered
from replay.questions.base import Question
from replay.questions.unsealed import UnsealedLog
from replay.timeline import Answer, Timeline
from replay.token import Token


@dataclass(frozen=True, slots=True)
class FactRead:
    """One fold that was read: its kind and key, how many events it holds, and where they begin and end."""

    kind: str
    key: str
    events: int
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class RecordBehind:
    """One record that the answer cites; ``says`` is what events of its type are, from their declaration."""

    position: int
    recorded_at: int
    leaf: str
    header: Header
    says: str


@dataclass(frozen=True, slots=True)
class RuleBehind:
    """A rule that made some of those records: what it decides, and the clauses it can refuse by."""

    rule: str
    says: str
    clauses: tuple[str, ...]
    kept: bool


@dataclass(frozen=True, slots=True)
class Code:
    """Where the reading of the answer stands in this code, and what it says of itself."""

    module: str
    function: str
    about: str
    says: str


@dataclass(frozen=True, slots=True)
class Explained:
    """An answer made again, and everything behind it; ``differs`` names parts of the token that changed."""

    answer: Answer | Answered
    differs: tuple[str, ...]
    facts: tuple[FactRead, ...]
    records: tuple[RecordBehind, ...]
    rules: tuple[RuleBehind, ...]
    terms: tuple[Resolved, ...]
    code: Code


def explain_view(timeline: Timeline, view: View, key: str, params: Any, token: Token) -> Explained:
    """A view's answer explained. Raises KnownAtError, UnanswerableError."""
    answer = timeline.again(view, key, params, token)
    folds = timeline.gathered(view, key, params, token.position, token.on).folds
    return _explained(timeline, token, answer, folds, answer.reading, view.read)


def explain_question(timeline: Timeline, question: Question, params: Any, token: Token) -> Explained:
    """The answer to a question explained. Raises KnownAtError, UnanswerableError."""
    answered = ask_again(timeline, question, params, token)
    try:
        folds = gathered(timeline, question, params, token.position, token.on).folds
    except Refusal as error:
        raise UnanswerableError(error.detail) from error
    return _explained(timeline, token, answered, folds, answered.answer, question.answer)


def _explained(
    timeline: Timeline, token: Token, answer: Answer | Answered, folds: Mapping[str, Fold[Any]],
    reading: Any, made_by: Any,
) -> Explained:  # fmt: skip
    log = UnsealedLog(timeline.log, token.position)
    terms = tuple(dict.fromkeys(reading.terms))
    cited = sorted({*reading.evidence, *(term.position for term in terms)})
    records = tuple(_record(one) for one in log.records_at(cited))
    return Explained(
        answer,
        answer.token.differs(token),
        tuple(sorted((_fact(log, fold) for fold in folds.values()), key=lambda fact: (fact.kind, fact.key))),
        records,
        rules_of(record.header for record in records),
        terms,
        _code(made_by),
    )


def _fact(log: UnsealedLog, fold: Fold[Any]) -> FactRead:
    """What the log holds of a fold, without what is sealed; one that is blind after a position ends there."""
    last = log.upto if fold.kind.blind is None else min(log.upto, fold.kind.blind[1])
    _, found = log.boundary([fold.selector()], upto=last)
    ends: Sequence[int] = [one.position for one in found]
    return FactRead(fold.kind.name, fold.key, len(ends), *((ends[0], ends[-1]) if ends else (None, None)))


def _record(record: Record) -> RecordBehind:
    header = header_of(parse_record(record.record).header)
    declared = EVENTS.get(record.type)
    says = _first_line(declared.cls) if declared else ""
    return RecordBehind(record.position, record.recorded_at, record.leaf.hex(), header, says)


def rules_of(headers: Iterable[Header]) -> tuple[RuleBehind, ...]:
    """The rules that made some records, each once, by name and version."""
    return tuple(_rule(label) for label in sorted({header.rule for header in headers if header.rule}))


def _rule(label: str) -> RuleBehind:
    decision = EVERY_VERSION.get(label)
    if decision is None:
        return RuleBehind(label, "", (), kept=False)
    clauses = {reason.clause for reason in decision.raises if issubclass(reason, Refusal)}
    return RuleBehind(label, _first_line(decision.rule), tuple(sorted(clauses)), kept=True)


def _code(made_by: Any) -> Code:
    about = _first_line(sys.modules[made_by.__module__])
    return Code(made_by.__module__, made_by.__qualname__, about, _first_line(made_by))


def _first_line(what: Any) -> str:
    return (what.__doc__ or "").strip().split("\n")[0]
