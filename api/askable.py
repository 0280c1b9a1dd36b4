"""What no rule can know of a case, so the door says no: which questions there are, and the log's end."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from api.problems import INVALID, PARAMETER, ProblemError
from api.questions import params_of
from ledger.decisions.evidence_cases import AddEvidenceQuestion, OpenEvidenceCase
from ledger.store.log import Log
from replay.questions.base import QUESTIONS, Question


def require_askable(command: Any, log: Log) -> None:
    """Refuse a question that nobody could ask, and a pin on what is not recorded yet. Raises ProblemError."""
    if isinstance(command, AddEvidenceQuestion):
        _require_question(command)
    elif isinstance(command, OpenEvidenceCase) and command.known_at is not None:
        head = log.head().position
        if command.known_at > head:
            detail = f"p{command.known_at} is not recorded yet; the last is p{head}."
            raise ProblemError(INVALID.about(detail, field="known_at"))


def own_params(question: Question, sent: Mapping[str, str]) -> Any:
    """The parameters of a question as it takes them; it has no others. Raises ProblemError."""
    own = {one.name for one in fields(question.params)}
    if strange := sorted(sent.keys() - own):
        known = ", ".join(sorted(own))
        raise ProblemError(
            PARAMETER.about(f"{strange[0]} is not known; these are: {known}.", field=strange[0])
        )
    return params_of(question.params, sent)


def _require_question(command: AddEvidenceQuestion) -> None:
    question = QUESTIONS.get(command.question)
    if question is None:
        raise ProblemError(INVALID.about(f"There is no question {command.question}.", field="question"))
    try:
        own_params(question, {one.name: one.value for one in command.params})
    except ProblemError as error:
        raise ProblemError(INVALID.about(error.problem.detail, field="params")) from error
