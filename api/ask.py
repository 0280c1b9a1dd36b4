"""The questions of a dispute over HTTP: the list of them, and a GET for each (domain 8).

``known_at`` and ``at`` are as for views; ``token`` instead repeats an answer, byte for byte where the code is
the same. Every other parameter is the question's own.
"""

from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from api.answers import (
    Assumption,
    QuestionAnswer,
    QuestionList,
    QuestionListed,
    QuestionParam,
    Sentences,
    TermBeside,
    TermShown,
)
from api.demo.examples import cast_of_inputs, parameters
from api.parts import Parts
from api.policies import scope_of
from api.problems import KNOWN_AT, METHOD, MISDIRECTED, PARAMETER, UNANSWERABLE, UNAVAILABLE, UNEXPECTED
from api.questions import asked_of, dumped, reading_adapter, single
from api.routing import Endpoint, Route, add_route, json_response, query
from api.shapes import REF
from api.views import TIME, TOKEN, token_body
from ledger.events.policy import PolicyRow
from ledger.policy.model import Resolved
from ledger.store.canonical import encoded
from replay.questions.asking import Answered, ask, ask_again
from replay.questions.base import Question, by_number
from replay.questions.rows import UNKNOWN
from replay.timeline import Timeline
from replay.token import Token

if TYPE_CHECKING:  # commands answer without it, and it takes long to import
    from fastapi import FastAPI

PREFIX = "/v1/questions"
PROBLEMS = (PARAMETER, UNANSWERABLE, METHOD, MISDIRECTED, KNOWN_AT, UNEXPECTED, UNAVAILABLE)
LIST = Route(
    method="GET", path=PREFIX, name="list-questions", group="questions",
    summary="Frågorna / The questions", problems=(METHOD, MISDIRECTED, UNEXPECTED, UNAVAILABLE),
    description="Every question that can be asked, with its parameters and an example of them.",
    answers=((200, "The list.", {"$ref": REF + "QuestionList"}, {"questions": [], "simulated": True}),),
)  # fmt: skip


def add_questions(app: "FastAPI", parts: Parts) -> None:
    """Put the list and the route of every question into the application."""

    async def listed(_: Request) -> Response:
        return json_response(list_body(simulated=parts.simulated))

    add_route(app, LIST, listed)
    for question in by_number():
        add_route(app, question_route(question), _endpoint(parts, question))


def question_route(question: Question) -> Route:
    """The description of a question's route."""
    described = "\n\n".join(
        filter(None, (question.summary, question.values.__doc__, question.params.__doc__))
    )
    return Route(
        method="GET", path=f"{PREFIX}/{question.name}", name=f"question-{question.name}", group="questions",
        summary=f"{question.number}. {question.title_sv} / {question.title_en}", description=described,
        parameters=(*_own_parameters(question), *TIME, TOKEN), problems=PROBLEMS,
        answers=(
            (200, "The answer and its token.", {"$ref": REF + answer_name(question)}, _example(question)),
        ),
    )  # fmt: skip


def answer_name(question: Question) -> str:
    """The name of a question's answer among the schemas."""
    return "".join(word.title() for word in question.name.split("-")) + "Answered"


def answered(timeline: Timeline, question: Question, sent: Mapping[str, str]) -> QuestionAnswer:
    """The answer to a question asked with these parameters.

    Raises ProblemError, KnownAtError, UnanswerableError.
    """
    asked, token = asked_of(question.params, sent)
    if token is None:
        return answer_body(
            question, ask(timeline, question, asked.params, known_at=asked.known_at, at=asked.at)
        )
    return answer_body(question, ask_again(timeline, question, asked.params, token), token)


def answer_body(question: Question, found: Answered, token: Token | None = None) -> QuestionAnswer:
    """An answer as JSON, compared with the token it was asked to repeat."""
    answer = found.answer
    return QuestionAnswer(
        question=question.name,
        number=question.number,
        params=dumped(question.params, found.params),
        sentence=Sentences(sv=answer.sentence.sv, en=answer.sentence.en),
        values=dumped(question.values, answer.values),
        evidence=list(answer.evidence),
        terms=[term_shown(term) for term in answer.terms],
        assumptions=_assumptions(found),
        token=token_body(found.token),
        differs=list(found.token.differs(token)) if token else [],
        digest=found.digest(),
        simulated=found.simulated,
    )


def list_body(*, simulated: bool) -> QuestionList:
    """Every question with what it takes, and parameters that answer on the demonstration's ledger."""
    cast = cast_of_inputs()
    listed = [_listed(one, parameters(one, cast) if cast else one.example) for one in by_number()]
    return QuestionList(questions=listed, simulated=simulated)


def _endpoint(parts: Parts, question: Question) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        body = await parts.work.run(partial(answered, parts.timeline, question, single(request)))
        etag = f'"{body.token.text}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag})
        return Response(encoded(body), headers={"ETag": etag}, media_type="application/json")

    return endpoint


def term_shown(term: Resolved) -> TermShown:
    """A policy value as it was used, with what gave way to it."""
    row = term.row
    return TermShown(
        term=row.term,
        topic=row.topic,
        scope=scope_of(row),
        value=row.value,
        unit=row.unit,
        source=row.source,
        assumed=row.assumed,
        force=row.force,
        permitted_by=row.permitted_by,
        valid_from=row.valid_from.isoformat(),
        position=term.position,
        beside=[_beside(weaker) for weaker in term.beside],
    )


def _beside(row: PolicyRow) -> TermBeside:
    return TermBeside(
        force=row.force,
        scope=scope_of(row),
        value=row.value,
        source=row.source,
        valid_from=row.valid_from.isoformat(),
    )


def _assumptions(found: Answered) -> list[Assumption]:
    """The terms nobody published, each once, then what else the answer takes for granted."""
    rows = dict.fromkeys(term.row for term in found.answer.terms if term.assumed)
    terms = [
        Assumption(term=row.term, sv=f"Värdet av {row.term} är ett antagande.", en=row.assumed)
        for row in rows
    ]
    own = dict.fromkeys(term.row for term in found.answer.terms if term.row.permitted_by == UNKNOWN)
    unpermitted = [
        Assumption(
            term=row.term,
            sv=f"Att {row.scope} får ha ett eget värde av {row.term} antas: "
            "ingen har publicerat vad som tillåter det.",
            en=f"That {row.scope} may have an own {row.term} is assumed: "
            "nobody has published what permits it.",
        )
        for row in own
    ]
    others = (Assumption(term="", sv=one.sv, en=one.en) for one in found.answer.assumptions)
    return [*terms, *unpermitted, *others]


def _listed(question: Question, example: Mapping[str, str]) -> QuestionListed:
    return QuestionListed(
        name=question.name,
        number=question.number,
        title=Sentences(sv=question.title_sv, en=question.title_en),
        summary=question.summary,
        params=[QuestionParam(name=n, required=r, schema=s) for n, r, s in _params(question)],
        example=dict(example),
        path=f"{PREFIX}/{question.name}",
    )


def _params(question: Question) -> list[tuple[str, bool, dict[str, Any]]]:
    """Name, whether it is required, and JSON schema of each parameter."""
    schema = reading_adapter(question.params).json_schema(ref_template=REF + "{model}")
    required = schema.get("required", [])
    return [
        (one.name, one.name in required, schema["properties"][one.name]) for one in fields(question.params)
    ]


def _own_parameters(question: Question) -> list[dict[str, Any]]:
    return [
        query(
            name,
            f"Needed by {question.name}." if needed else f"Of {question.name}; may be left out.",
            shown,
            required=needed,
        )
        for name, needed, shown in _params(question)
    ]


def _example(question: Question) -> dict[str, Any]:
    token = {"text": "p120~2026-03-01~0123456789ab~ba9876543210", "position": 120, "on": "2026-03-01"}
    return {
        "question": question.name, "number": question.number, "params": dict(question.example),
        "sentence": {"sv": question.title_sv, "en": question.title_en}, "values": {}, "evidence": [12, 40],
        "terms": [], "assumptions": [], "differs": [], "digest": "5f78c332" * 8, "simulated": True,
        "token": token | {"policy": "0123456789ab", "code": "ba9876543210"},
    }  # fmt: skip
