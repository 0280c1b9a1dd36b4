"""What a case comes to: its questions answered at its pin, its awards, and every record that they cite."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.events.evidence_cases import EvidenceCaseOpened, EvidenceQuestionAdded
from ledger.facts.evidence_cases import EvidenceCase, evidence_cases
from ledger.facts.orders import OrderHeld, orders
from ledger.facts.recorded import Recorded
from ledger.fold import Fold
from ledger.handle.reading import read_folds
from ledger.store.canonical import encoded
from ledger.store.log import Log
from projections.base import UnanswerableError, UnknownKeyError
from replay.evidence.award import GENESIS, AwardRecords, award_records
from replay.evidence.contents import AnswerHeld
from replay.questions.asking import Answered

Ask = Callable[[str, Mapping[str, str], int, date], Answered]
"""Answers a question by name, parameters as text, at a position and a date. Raises UnanswerableError."""


def no_answers(question: str, _params: Mapping[str, str], _position: int, _on: date) -> Answered:
    """Where nobody answers questions."""
    raise UnanswerableError(f"nobody answers {question} here")


@dataclass(frozen=True, slots=True)
class Gathered:
    """What goes into a package: awards, answers, and every position that they or the case cite.

    ``last`` is the position whose instant is the package's time.
    """

    name: str
    about: str
    case: EvidenceCase | None
    awards: tuple[AwardRecords, ...]
    answers: tuple[AnswerHeld, ...]
    cited: frozenset[int]
    last: int


def is_case(log: Log, name: str, upto: int | None = None) -> bool:
    """Whether a case of this name is opened."""
    return _case_at(log, name, upto).opened is not None


def is_order(log: Log, name: str, upto: int | None = None) -> bool:
    """Whether an order of this name is published."""
    fold: Fold[OrderHeld] = orders(name)
    held: OrderHeld = read_folds(log, {name: fold}, upto=upto)[1][name]
    return held.published is not None


def one_award(log: Log, order: str, number: int, upto: int, *, checks: bool) -> Gathered:
    """One award alone, as known at a position. Raises SealedError, UnanswerableError."""
    award = award_records(log, order, number, upto, checks=checks)
    about = f"award of {order}, position {number}"
    return Gathered(f"{order}/{number}", about, None, (award,), (), frozenset(award.cited), award.award)


def whole_case(log: Log, name: str, upto: int, ask: Ask, *, checks: bool) -> Gathered:
    """A case as it stands at a position. Raises SealedError, UnanswerableError."""
    case = _case_at(log, name, upto)
    if case.opened is None:
        raise UnknownKeyError(f"no case {name} is known")
    pinned, opened = case.pinned, case.opened.event
    awards = tuple(
        award_records(log, one.event.order, one.event.position, pinned, checks=checks) for one in case.awards
    )
    answers = tuple(_answered(one, opened, pinned, ask) for one in case.questions)
    cited = {GENESIS, *case.positions()}.union(
        *(one.cited for one in awards),
        *(one.event.positions for one in case.records),
        *(_behind(one.answered) for one in answers if one.answered),
    )
    about = f"case {name}, {opened.kind}"
    return Gathered(name, about, case, awards, answers, frozenset(cited), case.positions()[-1])


def _behind(answered: Answered) -> set[int]:
    """What an answer cites, and the policies that it read."""
    return {*answered.answer.evidence, *(term.position for term in answered.answer.terms)}


def _case_at(log: Log, name: str, upto: int | None) -> EvidenceCase:
    fold: Fold[EvidenceCase] = evidence_cases(name)
    held: EvidenceCase = read_folds(log, {name: fold}, upto=upto)[1][name]
    return held


def _answered(
    asked: Recorded[EvidenceQuestionAdded], opened: EvidenceCaseOpened, pinned: int, ask: Ask
) -> AnswerHeld:
    e = asked.event
    params = {one.name: one.value for one in e.params}
    try:
        answered = ask(e.question, params, pinned, opened.valid_on)
    except UnanswerableError as error:
        said = {
            "params": params, "question": e.question, "token": f"p{pinned}~{opened.valid_on}",
            "unanswerable": str(error),
        }  # fmt: skip
        content = encoded(said)
        return AnswerHeld(asked.position, e.question, params, e.why, content, unanswerable=str(error))
    return AnswerHeld(asked.position, e.question, params, e.why, answered.content(), answered)
