"""What a package shows, read back from its own files: what it does not disclose cannot reach a report."""

import json
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ledger.events.base import FACTS
from ledger.store.body import contents
from ledger.store.codec import ENTRY_BYTES, HEADER_AT, SALT_BYTES, WHOLE
from replay.evidence.bag import Files

Facts = Mapping[str, Any]
_RECORD = re.compile(r"records/(\d+)\.record")
_ASSIGNED = struct.Struct(">BQQ")
_AFTER_ENTRY = struct.Struct(">BI")


@dataclass(frozen=True, slots=True)
class Shown:
    """One record as the package shows it (µs); ``facts`` and ``links`` are None where they are withheld."""

    position: int
    recorded_at: int
    header: Facts
    facts: Facts | None
    links: Facts | None

    @property
    def type(self) -> str:
        """The event's name without its version."""
        return str(self.header["type"]).rpartition(".")[0]


def shown_records(payload: Files) -> dict[int, Shown]:
    """Every record of a payload by its position, in order."""
    found = sorted(int(name[1]) for path in payload if (name := _RECORD.fullmatch(path)))
    return {at: _shown(payload[f"records/{at}.record"], payload.get(f"records/{at}.body")) for at in found}


def _shown(record: bytes, body: bytes | None) -> Shown:
    _, position, recorded_at = _ASSIGNED.unpack_from(record)
    kind, length = _AFTER_ENTRY.unpack_from(record, ENTRY_BYTES)
    end = HEADER_AT + length
    links = json.loads(record[end + SALT_BYTES :]) if kind == WHOLE else None
    facts = contents(body).get(FACTS.encode()) if body is not None else None
    told = None if facts is None else json.loads(facts)
    return Shown(position, recorded_at, json.loads(record[HEADER_AT:end]), told, links)


def runs(positions: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending positions as stretches without a gap: (first, last) of each."""
    found: list[tuple[int, int]] = []
    for at in positions:
        goes_on = found and found[-1][1] == at - 1
        found[-1:] = [(found[-1][0], at)] if goes_on else [*found[-1:], (at, at)]
    return found
