"""What this API is and how it is: /api-info by Digg's REST API profile, /health/live and /health/ready."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api.access import NOTICE
from api.answers import ApiInfo
from api.parts import Parts
from api.problems import METHOD, MISDIRECTED, UNEXPECTED
from api.routing import Route, add_route, json_response
from api.shapes import REF
from projections.code import code_version

API_RELEASED = "2026-11-21"
LAG_MAX = 5_000
PROBLEMS = (METHOD, MISDIRECTED, UNEXPECTED)
INFO_EXAMPLE = {
    "api_name": "avropsliggaren", "api_version": "0.1.0", "api_released": API_RELEASED,
    "api_documentation": "/docs", "api_status": "beta", "ledger": "l-5f3a", "mode": "simulated",
    "simulated": True, "code_version": "ba9876543210", "access": NOTICE,
}  # fmt: skip
READY_EXAMPLE = {
    "status": "ready", "simulated": True,
    "checks": [{"name": "database", "ok": True, "detail": "answers, migrations as in this version"}],
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """The process answers."""

    status: str
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that serving needs."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Whether this server can take commands now."""

    status: str
    simulated: bool
    checks: list[Check]


API_INFO = Route(
    method="GET", path="/api-info", name="api-info", group="about", problems=PROBLEMS,
    summary="Om API:et / About the API", description="Name, version, status and documentation of this API.",
    answers=((200, "What this API is.", {"$ref": REF + "ApiInfo"}, INFO_EXAMPLE),),
)  # fmt: skip
LIVE = Route(
    method="GET", path="/health/live", name="health-live", group="about", problems=PROBLEMS,
    summary="Processen svarar / The process answers", description="Says nothing of the database.",
    answers=((200, "It answers.", {"$ref": REF + "Live"}, {"status": "live", "simulated": True}),),
)  # fmt: skip
READY = Route(
    method="GET",
    path="/health/ready",
    name="health-ready",
    group="about",
    problems=PROBLEMS,
    summary="Kan ta emot kommandon / Can take commands",
    description="Asks the database, compares its migrations with this version, measures how far views lag.",
    answers=(
        (200, "Ready.", {"$ref": REF + "Ready"}, READY_EXAMPLE),
        (
            503,
            "Not ready; the checks say why.",
            {"$ref": REF + "Ready"},
            READY_EXAMPLE | {"status": "not-ready"},
        ),
    ),
)


def add_info(app: FastAPI, parts: Parts) -> None:
    """Put the routes about the API itself into the application."""

    async def api_info(_: Request) -> Response:
        return json_response(info_of(parts))

    async def live(_: Request) -> Response:
        return json_response(Live(status="live", simulated=parts.simulated))

    async def ready(_: Request) -> Response:
        checks = await parts.work.run(lambda: list(checked(parts)))
        fine = all(check.ok for check in checks)
        body = Ready(status="ready" if fine else "not-ready", simulated=parts.simulated, checks=checks)
        return json_response(body, 200 if fine else 503)

    add_route(app, API_INFO, api_info)
    add_route(app, LIVE, live)
    add_route(app, READY, ready)


def info_of(parts: Parts) -> ApiInfo:
    """What this API is, and which ledger it serves."""
    return ApiInfo(
        api_name="avropsliggaren", api_version=version("avropsliggaren"), api_released=API_RELEASED,
        api_documentation="/docs", api_status="beta", ledger=parts.ledger.ledger, mode=parts.ledger.mode,
        simulated=parts.simulated, code_version=code_version(), access=NOTICE,
    )  # fmt: skip


def checked(parts: Parts) -> Iterator[Check]:
    """Every check of readiness, each on its own."""
    yield _check("database", lambda: _probed(parts))
    yield _check("views", lambda: _lag(parts))


def _check(name: str, ask: Callable[[], str]) -> Check:
    try:
        return Check(name=name, ok=True, detail=ask())
    except Exception as error:  # noqa: BLE001  whatever keeps it from answering, it is not ready
        return Check(name=name, ok=False, detail=type(error).__name__)


def _probed(parts: Parts) -> str:
    parts.probe()
    return "answers, migrations as in this version"


def _lag(parts: Parts) -> str:
    shelf = parts.timeline.shelf
    if shelf is None:
        return "folded from the log when asked"
    lag = parts.log.head().position - shelf.position()
    if lag > LAG_MAX:
        raise TimeoutError
    return f"{max(lag, 0)} events behind"
