"""Servers for tests of the door: in this process on their own database, or as a process to be killed."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psycopg
from psycopg import sql

from api.opening import Mode
from api.running import running_server
from api.settings import Settings
from ledger.decisions.base import DECISIONS

LIGGARE = (sys.executable, "-c", "from api.cli import main; main()")


class Client(httpx.Client):
    """A caller with the headers that every command takes."""

    database_name = ""

    def command(
        self, name: str, fields: dict[str, Any] | None = None, key: str = "", **more: str
    ) -> httpx.Response:
        """Send a command; without fields its example, without a key a fresh one."""
        body = example(name) if fields is None else fields
        return self.post(f"/v1/commands/{name}", json=body, headers=headers(key, **more))


def example(name: str, **changed: Any) -> dict[str, Any]:
    """The example of a command, with some fields changed."""
    return {**DECISIONS[name].example, **changed}


def headers(key: str = "", **more: str) -> dict[str, str]:
    """The headers of a command."""
    given = {name.replace("_", "-"): value for name, value in more.items()}
    plain = {"Liggare-Client": "tests", "Liggare-Actor": "operator-1"}
    return {"Idempotency-Key": key or secrets.token_hex(8), **plain, **given}


@contextmanager
def served(
    admin_url: str, home: Path, mode: Mode = "simulated", *, patience_seconds: float = 10.0, **more: Any
) -> Iterator[Client]:
    """A server in this process, on databases and roles of its own that are gone afterwards."""
    name = f"liggare_door_{secrets.token_hex(5)}"
    settings = Settings(
        database_url=admin_url, database_name=name, state_dir=home, port=0, durability=False,
        patience_seconds=patience_seconds, **more,
    )  # fmt: skip
    try:
        with running_server(settings, mode) as url, Client(base_url=url, timeout=40) as client:
            client.database_name = name
            yield client
    finally:
        drop(admin_url, name)


def drop(admin_url: str, name: str) -> None:
    """Remove what a place made on a server."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for database in (name, f"{name}_vault"):
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
            )
        for role in (f"{name}_owner", f"{name}_serve"):
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a child process with these settings, and nothing of this one's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIGGARE_")}
    given = {"LIGGARE_STATE_DIR": str(settings.state_dir), "LIGGARE_DATABASE_NAME": settings.database_name}
    if settings.database_url:
        given["LIGGARE_DATABASE_URL"] = settings.database_url
    if settings.signing_key:
        given["LIGGARE_SIGNING_KEY"] = str(settings.signing_key)
    return kept | given


class Process:
    """`liggare serve` as a child process on a fixed port, so that it can be killed and started again."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._port = "0"
        self.start()

    def start(self) -> None:
        """Start it and wait until it listens."""
        command = [*LIGGARE, "serve", "--simulated", "--port", self._port, "--json"]
        self._child = subprocess.Popen(
            command, env=environment(self._settings), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self._child.stdout is not None
        self.url = msgspec.json.decode(self._child.stdout.readline())["url"]
        self._port = self.url.rpartition(":")[2]

    def kill(self) -> None:
        """As by the kernel: no chance to finish anything."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """As by an operator; the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        with suppress(ProcessLookupError):
            self._child.send_signal(how)
        code = self._child.wait(timeout=60)
        if self._child.stdout:
            self._child.stdout.close()
        return code
