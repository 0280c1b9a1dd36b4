"""What dies and comes back: the database, and the server under load. Nothing is lost, nothing twice."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import psycopg

from api.settings import Settings
from ledger.store.embedded import Server, revive
from ledger.store.verify import verify
from tests.api.servers import Client, Process, example, headers, served
from tests.postgres import kill, temporary_home

CALLERS = 12
COMMANDS = 25


def test_a_lost_database_is_a_retryable_answer_and_then_a_receipt(start_server: Callable[..., Server]):
    server = start_server()
    with temporary_home() as home, served(server.url(), home, patience_seconds=1.0) as door:
        assert (
            door.command("register-supplier", example("register-supplier", supplier="s-a"), "k-a").status_code
            == 201
        )
        kill(server)
        lost = door.command("register-supplier", example("register-supplier", supplier="s-b"), "k-b")
        assert (lost.status_code, lost.json()["code"]) == (503, "store-unavailable")
        assert lost.json()["retryable"] is True
        assert int(lost.headers["retry-after"]) >= 1
        for path in ("/v1/views/order-board/o-1", "/v1/views/order-board", "/v1/events/1"):
            assert door.get(path).status_code == 503
        assert door.get("/health/live").status_code == 200
        assert door.get("/health/ready").status_code == 503
        revive(server)
        assert patiently(door, "s-b", "k-b").status_code in {200, 201}
        again = door.command("register-supplier", example("register-supplier", supplier="s-b"), "k-b")
        assert again.status_code == 200
        assert len(again.json()["positions"]) == 1
        assert door.get("/health/ready").status_code == 200


def test_a_killed_server_loses_and_repeats_nothing(start_server: Callable[..., Server]):
    server = start_server()
    with temporary_home() as home:
        settings = Settings(database_url=server.url(), state_dir=home)
        process = Process(settings)
        callers = [Caller(process, number) for number in range(CALLERS)]
        for caller in callers:
            caller.start()
        for _ in range(3):
            time.sleep(0.4)
            process.kill()
            process.start()
        for caller in callers:
            caller.join(timeout=100)
        assert process.stop() == 0
        check_records(server, callers)


class Caller(threading.Thread):
    """Sends its commands in order, each with its own id, until it has an answer."""

    def __init__(self, process: Process, number: int) -> None:
        super().__init__(daemon=True)
        self._process = process
        self._number = number
        self.receipts: dict[str, list[int]] = {}

    def run(self) -> None:
        with Client(base_url=self._process.url, timeout=30) as client:
            for n in range(COMMANDS):
                name = f"s-{self._number}-{n}"
                self.receipts[name] = patiently(client, name, name).json()["positions"]


def patiently(client: Client, supplier: str, key: str) -> httpx.Response:
    """Send one command with the same id until it is answered for good."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            answer = client.post(
                "/v1/commands/register-supplier", json=example("register-supplier", supplier=supplier),
                headers=headers(key),
            )  # fmt: skip
            if answer.status_code != 503:
                return answer
        time.sleep(0.05)
    raise AssertionError("no answer in a minute")


def check_records(server: Server, callers: list[Caller]) -> None:
    """Every acknowledged command stands where it said; each once; no gap; the record intact."""
    receipts = {name: positions for caller in callers for name, positions in caller.receipts.items()}
    assert len(receipts) == CALLERS * COMMANDS
    url = server.url("liggare")
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT command_id, first, last FROM liggare.commands").fetchall()
        last = connection.execute("SELECT max(position), count(*) FROM liggare.events").fetchone()
    recorded = {key: [*range(first, last + 1)] for key, first, last in rows if key.startswith("s-")}
    assert recorded == receipts
    assert last is not None
    assert last[0] == last[1] == len(rows)
    assert verify(url).intact


def test_a_stopped_server_answers_what_is_under_way(start_server: Callable[..., Server], tmp_path: Path):
    server = start_server()
    with temporary_home() as home:
        process = Process(Settings(database_url=server.url(), state_dir=home))
        with Client(base_url=process.url, timeout=30) as client:
            assert client.command("register-supplier").status_code == 201
        assert process.stop() == 0
