"""The policy over HTTP: every value of the version that was in force, with its source."""

from dataclasses import dataclass
from functools import partial

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api.parts import Parts
from api.policies import PolicyList, document, of_ledger
from api.problems import KNOWN_AT, METHOD, MISDIRECTED, PARAMETER, UNANSWERABLE, UNAVAILABLE, UNEXPECTED
from api.questions import asked_of, single
from api.routing import Route, add_route, json_response, query
from api.shapes import REF
from api.views import TIME
from ledger.values import ID_PATTERN, AgreementId
from projections.base import UnanswerableError

EXAMPLE = {
    "agreement": "hyr-2024", "origin": "ledger", "version": 3, "digest": "5f78c332" * 8, "position": 120,
    "topics": [], "topics_without_a_value": [], "assumptions": 0, "rows": [],
}  # fmt: skip
WHOSE = "Whose policy; that of the first agreement with files unless given."
AGREEMENT = query("agreement", WHOSE, {"type": "string", "pattern": ID_PATTERN})
ROUTE = Route(
    method="GET", path="/v1/policy", name="list-policy", group="policy",
    summary="Policyns värden / Policy values", parameters=(AGREEMENT, *TIME),
    description="Every value of the version in force at known_at; with at those alone that hold then.",
    problems=(PARAMETER, UNANSWERABLE, METHOD, MISDIRECTED, KNOWN_AT, UNEXPECTED, UNAVAILABLE),
    answers=((200, "A version with its values.", {"$ref": REF + "PolicyList"}, EXAMPLE),),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyParams:
    """Whose policy; that of the first agreement with files unless given."""

    agreement: AgreementId | None = None


def add_policy(app: FastAPI, parts: Parts) -> None:
    """Put the route of the policy into the application."""

    async def endpoint(request: Request) -> Response:
        return json_response(await parts.work.run(partial(_listed, parts, single(request))))

    add_route(app, ROUTE, endpoint)


def _listed(parts: Parts, sent: dict[str, str]) -> PolicyList:
    asked, _ = asked_of(PolicyParams, sent)
    known = parts.timeline.known(asked.known_at)
    try:
        return document(of_ledger(parts.log, asked.params.agreement, known.position), asked.at)
    except LookupError as error:
        raise UnanswerableError(str(error)) from error
