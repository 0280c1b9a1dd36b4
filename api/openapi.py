"""The API description: FastAPI's document with the declarations' schemas and what Digg's profile asks for."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from api import answers, ask
from api.access import NOTICE
from api.diff_body import DiffBody
from api.info import Live, Ready
from api.policies import PolicyList
from api.proofs import CheckpointBody, ConsistencyBody, InclusionBody
from api.questions import reading_adapter
from api.receipting import ReceiptBody
from api.reports import ReportReceipt
from api.shapes import REF, adapter
from api.views import answer_name
from ledger.decisions.base import DECISIONS
from projections.base import VIEWS, View
from replay.questions.base import QUESTIONS, Question

DESCRIPTION = f"""Liggaren över avrop från ett ramavtal: vad som hände, vad som var känt, och varför.
Varje kommando är ett POST med en egen nyckel och kan skickas igen utan att något antecknas två gånger.
Varje vy svarar som det var känt vid en tidpunkt och som det gäller för ett datum. Kända begränsningar:
identitet prövas inte än, och servern svarar bara på den egna maskinen.

The ledger of call-offs from a framework agreement: what happened, what was known, and why. Each command is
a POST with a key of its own and can be sent again without being recorded twice. Each view answers as it was
known at an instant and as it holds for a date. Known limits: {NOTICE}
"""
LEVEL = {
    "availability": "best effort, beta",
    "responseTime": "20 s at most",
    "support": "the project's issues",
}
BODIES = (
    answers.Receipt,
    ReportReceipt,
    answers.ProblemDetails,
    answers.ViewPage,
    answers.EventBody,
    answers.ApiInfo,
    Live,
    Ready,
    answers.ViewAnswer,
    answers.QuestionAnswer,
    answers.QuestionList,
    PolicyList,
    DiffBody,
    CheckpointBody,
    InclusionBody,
    ConsistencyBody,
    ReceiptBody,
)
GROUPS = (
    {"name": "commands", "description": "Kommandon / Commands: one POST for every decision."},
    {"name": "views", "description": "Vyer / Views: one GET for every reading."},
    {"name": "questions", "description": "Frågor / Questions: what a dispute asks, one GET for each."},
    {"name": "policy", "description": "Policy: every value with its source, as published."},
    {"name": "events", "description": "Händelser / Events: the record itself."},
    {"name": "proofs", "description": "Bevis / Proofs: signed checkpoints, and what leads to them."},
    {"name": "about", "description": "Om API:et / About the API."},
)


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of an application."""
    document = get_openapi(
        title="Avropsliggaren",
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
        tags=list(GROUPS),
        servers=[{"url": "/", "description": "This server, on loopback until identity comes"}],
        contact={"name": "Avropsliggaren"},
    )
    document["info"]["x-sla"] = LEVEL
    document["info"]["x-limitations"] = NOTICE
    document.setdefault("components", {})["schemas"] = dict(sorted(schemas().items()))
    return document


def schemas() -> dict[str, Any]:
    """Every schema that the routes refer to. Raises TypeError when two of one name would hide each other."""
    asked = tuple(_asked())
    refs, whole = TypeAdapter.json_schemas(asked, ref_template=REF + "{model}")
    found = dict(whole["$defs"])
    for name, mode, _ in asked:
        if refs[name, mode] == {"$ref": REF + name}:
            continue
        if name in found:
            raise TypeError(f"two different schemas are named {name}")
        found[name] = refs[name, mode]
    for view in VIEWS.values():
        found[answer_name(view)] = _answer_schema(view, found["ViewAnswer"])
    for question in QUESTIONS.values():
        found[ask.answer_name(question)] = _answered_schema(question, found["QuestionAnswer"])
    return found


def _asked() -> Iterator[tuple[str, JsonSchemaMode, TypeAdapter[Any]]]:
    for decision in DECISIONS.values():
        yield decision.command.__name__, "validation", adapter(decision.command)
    for body in BODIES:
        yield body.__name__, "serialization", TypeAdapter(body)
    for view in VIEWS.values():
        yield view.reading.__name__, "serialization", reading_adapter(view.reading)
        yield view.params.__name__, "validation", reading_adapter(view.params)

    for question in QUESTIONS.values():
        yield question.values.__name__, "serialization", reading_adapter(question.values)


def _answered_schema(question: Question, plain: dict[str, Any]) -> dict[str, Any]:
    values = {"values": {"$ref": REF + question.values.__name__}}
    return plain | {"title": ask.answer_name(question), "properties": plain["properties"] | values}


def _answer_schema(view: View, plain: dict[str, Any]) -> dict[str, Any]:
    reading = {"reading": {"$ref": REF + view.reading.__name__}}
    return plain | {"title": answer_name(view), "properties": plain["properties"] | reading}
