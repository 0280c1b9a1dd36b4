"""The door from outside: plain HTTP, one connection a thread, repeated with the same key until answered."""

import http.client
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from ledger.errors import LedgerError

ATTEMPTS_MAX = 8
PAUSE_SECONDS = 0.25
TIMEOUT_SECONDS = 40.0


class DoorError(LedgerError):
    """The server did not answer, or not with JSON."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status and the JSON document."""

    status: int
    document: dict[str, Any]

    @property
    def code(self) -> str | None:
        """The problem's code, if it is a problem."""
        return self.document.get("code") if self.status >= 400 else None

    @property
    def positions(self) -> tuple[int, ...]:
        """Where the events stand that were recorded, by a yes or by a recorded no."""
        return tuple(self._receipt.get("positions", ()))

    @property
    def repeated(self) -> bool:
        """Whether the command had been answered before."""
        return bool(self._receipt.get("repeated"))

    @property
    def _receipt(self) -> dict[str, Any]:
        return self.document if self.status < 400 else self.document.get("receipt") or {}


@dataclass(frozen=True, slots=True)
class Door:
    """Talks to one server. Every thread has a connection of its own."""

    url: str
    local: threading.local = field(default_factory=threading.local, repr=False)
    held: list[http.client.HTTPConnection] = field(default_factory=list, repr=False)

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """The answer to a command; sent again with the same key as long as the server asks for that."""
        return self._answered("POST", path, body, headers)

    def ask(self, path: str, **query: str | None) -> dict[str, Any]:
        """The answer to a question. Raises DoorError for a no."""
        given = {name: value for name, value in query.items() if value is not None}
        whole = f"{path}?{urlencode(given)}" if given else path
        reply = self._answered("GET", whole, None, {})
        if reply.status != 200:
            raise DoorError(f"GET {path}: {reply.status} {reply.code}: {reply.document.get('detail')}")
        return reply.document

    def view(self, name: str, key: str, **query: str | None) -> dict[str, Any]:
        """A view's answer for one key."""
        return self.ask(f"/v1/views/{name}/{quote(key)}", **query)

    def event(self, position: int) -> dict[str, Any]:
        """One recorded event."""
        return self.ask(f"/v1/events/{position}")

    def close(self) -> None:
        """Close every connection."""
        for connection in self.held:
            connection.close()

    def _answered(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        for attempt in range(ATTEMPTS_MAX):
            try:
                reply = self._once(method, path, body, headers)
            except (OSError, http.client.HTTPException):
                self._connection().close()  # the next request opens it again
                time.sleep(PAUSE_SECONDS * attempt)
                continue
            if not (reply.status >= 400 and reply.document.get("retryable")):
                return reply
            time.sleep(PAUSE_SECONDS * (attempt + 1))
        raise DoorError(f"{method} {path.partition('?')[0]} was not answered")

    def _once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        connection = self._connection()
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        content = response.read()
        try:
            return Reply(response.status, msgspec.json.decode(content))
        except msgspec.DecodeError as error:
            raise DoorError(f"{method} {path.partition('?')[0]}: {response.status} without JSON") from error

    def _connection(self) -> http.client.HTTPConnection:
        known: http.client.HTTPConnection | None = getattr(self.local, "connection", None)
        if known is None:
            parts = urlsplit(self.url)
            known = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
            self.local.connection = known
            self.held.append(known)
        return known
