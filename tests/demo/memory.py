"""A door to a ledger in memory: the demonstration's own player sends its steps to the real shell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from api import access
from api.demo.door import Reply
from api.demo.play import Played, Player
from api.demo.steps import Inputs
from api.reports import PATH as REPORTS
from api.shapes import read_command
from api.simulation import SIMULATED_NOW
from api.time_report_csv import read_time_report
from ledger.clock import SimulatedClock
from ledger.decisions.base import DECISIONS, Origin
from ledger.decisions.ledgers import OpenLedger
from ledger.errors import Refusal
from ledger.handle.headers import LedgerIdentity
from ledger.handle.reading import FoldCache
from ledger.handle.shell import Envelope, Shell
from ledger.store.memory import MemoryLog
from ledger.store.vault_keys import MasterKey
from ledger.store.vault_memory import MemoryVault
from ledger.values import instant

LEDGER = "l-memory"


@dataclass
class MemoryDoor:
    """What stands in for the server: no network, no disk, the same decisions."""

    log: MemoryLog = field(default_factory=lambda: MemoryLog(mode="simulated"))
    clock: SimulatedClock = field(default_factory=lambda: SimulatedClock(0))
    shell: Shell = field(init=False)

    def __post_init__(self) -> None:
        vault = MemoryVault(MasterKey.generate())
        identity = LedgerIdentity(LEDGER, "simulated")
        self.shell = Shell(self.log, vault, self.clock, identity, FoldCache(200_000))
        opening = OpenLedger(ledger=LEDGER, mode="simulated")
        self.shell.handle(Envelope(opening, "tests", "open", "tests", None, 0, None))

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """The answer to a command, as the server's document has it."""
        at = instant(datetime.fromisoformat(headers[SIMULATED_NOW]))
        self.clock.advance_to(at)
        command, origin = self._read(path, body)
        envelope = Envelope(
            command, headers[access.CLIENT_HEADER], headers[access.KEY_HEADER],
            headers[access.ACTOR_HEADER], headers.get(access.MANDATE_HEADER), at, origin,
        )  # fmt: skip
        try:
            answer = self.shell.handle(envelope)
        except Refusal as no:
            return Reply(409, {"code": no.code, "detail": no.detail})
        receipt = {"positions": range(answer.outcome.first, answer.outcome.last + 1)}
        if answer.refused is None:
            return Reply(201, receipt)
        return Reply(409, {"code": answer.refused.code, "receipt": receipt})

    def _read(self, path: str, body: bytes) -> tuple[Any, Origin | None]:
        where = urlsplit(path)
        if where.path != REPORTS:
            return read_command(DECISIONS[where.path.rpartition("/")[2]].command, body), None
        named = {name: values[0] for name, values in parse_qs(where.query).items()}
        report = read_time_report(body)
        command = report.command(named["report"], named["agreement"], named["region"], named["system"])
        return command, Origin(named["system"], "imported", file=command.file_digest)


def played_in_memory(inputs: Inputs) -> tuple[MemoryDoor, Played]:
    """Every step of a story, one after another. Raises UnexpectedAnswerError."""
    door = MemoryDoor()
    player = Player(door, inputs)  # type: ignore[arg-type]  # the same door from the inside
    for step in inputs.steps():
        player.played.note(step, player.send(step))
    return door, player.played
