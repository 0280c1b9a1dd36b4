"""The story as it is read back from its input files: steps in slots, and who the questions are about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

INPUTS = Path(__file__).parent / "inputs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of an input file: a command, by whom, when on the simulated clock, under which key.

    ``file`` is a time report to send; ``expect`` the code of the recorded refusal that should come.
    """

    slot: str
    at: str
    client: str
    actor: str
    key: str
    command: str
    mandate: str | None = None
    file: str | None = None
    expect: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who and what the questions are about: ids and dates, no answers.

    ``questions`` are parameters by question, where the story has somebody else for them.
    """

    agreement: str
    contested_order: str
    contested_awarded_at: str
    consultant: str
    unit: str
    continuity_on: str
    supplier: str
    lot: str
    region: str
    ladder_on: str
    missed_order: str
    excluded_order: str
    questions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Every input file by its path."""

    files: Mapping[str, bytes]

    @classmethod
    def in_folder(cls, folder: Path = INPUTS) -> "Inputs":
        """Those under a folder."""
        found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        return cls({path.relative_to(folder).as_posix(): path.read_bytes() for path in found})

    def steps(self) -> Iterator[Step]:
        """Every step, month by month."""
        decoder = msgspec.json.Decoder(Step)
        for path in sorted(path for path in self.files if path.startswith("commands/")):
            yield from decoder.decode_lines(self.files[path])

    def slots(self) -> list[tuple[Step, ...]]:
        """The steps in slots: those of one slot may be sent at the same time, the slots one after another."""
        return [tuple(steps) for _, steps in groupby(self.steps(), key=lambda step: step.slot)]

    def cast(self) -> Cast:
        """Who the questions are about."""
        return msgspec.json.decode(self.files["questions.json"], type=Cast)
