"""Stands before the application: host, origin, length, headers of every answer, and what nobody foresaw.

The Host check keeps a web page from reaching this server through a name of its own (DNS rebinding); there
is no CORS.
"""

import logging
import traceback
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import CROSS_SITE, HEADER, MISDIRECTED, UNEXPECTED, Problem, body_of, problem_response
from api.routing import INSTANCE

LOG = logging.getLogger("liggare.door")
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
FIXED_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, *, simulated: bool) -> None:
        self._app = app
        self._simulated = simulated

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sender = _Sender(send, simulated=self._simulated)
        headers = Headers(scope=scope)
        if (problem := stranger(headers) or ambiguous(headers)) is not None:
            await self._answer(problem, scope, receive, sender)
            return
        try:
            await self._app(scope, receive, sender)
        except Exception as error:  # noqa: BLE001  the last resort: whatever it was, the caller gets a problem
            await self._unexpected(error, scope, receive, sender)

    async def _answer(self, problem: Problem, scope: Scope, receive: Receive, sender: "_Sender") -> str:
        body = body_of(problem, simulated=self._simulated)
        close = {"Connection": "close"}  # what comes after it here may be what somebody took for its body
        await problem_response(body, headers=close)(scope, receive, sender)
        return body.instance

    async def _unexpected(self, error: Exception, scope: Scope, receive: Receive, sender: "_Sender") -> None:
        """Log where it happened, not what it said: a message may quote what was sent."""
        instance = scope.get(INSTANCE) or await self._answer(UNEXPECTED, scope, receive, sender)
        where = "".join(traceback.format_tb(error.__traceback__))
        LOG.error("%s in %s\n%s", type(error).__qualname__, instance, where)


class _Sender:
    """Sends, with the headers that every answer has."""

    def __init__(self, send: Send, *, simulated: bool) -> None:
        self._send = send
        self._simulated = simulated

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in FIXED_HEADERS.items():
                headers.setdefault(name, value)
            if self._simulated:
                headers["Liggare-Simulated"] = "true"
        await self._send(message)


def stranger(headers: Headers) -> Problem | None:
    """The problem of a request that did not come straight to this machine; None for one that did."""
    if _name(f"//{headers.get('host', '')}") not in LOOPBACK_NAMES:
        return MISDIRECTED
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != headers["host"].lower():
        return CROSS_SITE
    return None


def ambiguous(headers: Headers) -> Problem | None:
    """The problem of a request whose length is told in two ways: a proxy may have gone by the other one."""
    if {"content-length", "transfer-encoding"} <= set(headers.keys()):
        detail = "The request has Content-Length and Transfer-Encoding; send one of them."
        return HEADER.about(detail, field="Transfer-Encoding")
    return None


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
