"""The script: every command in order, in slots. The commands of one slot may be sent at the same time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from ledger.values import instant_text, local_instant


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts: the calling program, the pseudonym, the mandate."""

    client: str
    actor: str
    mandate: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One command of the story: when (µs), in which slot, by whom, under which key, and what it says.

    ``file`` is a time report's path instead of a body; ``expect`` is the code of a recorded refusal.
    """

    at: int
    slot: str
    who: Who
    key: str
    command: str
    body: Mapping[str, Any]
    file: str | None = None
    expect: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The line as it stands in the input file; what is empty is left out."""
        whole = {
            "slot": self.slot, "at": instant_text(self.at).replace(".000000Z", "Z"),
            "client": self.who.client,
            "actor": self.who.actor, "mandate": self.who.mandate, "key": self.key, "command": self.command,
            "file": self.file, "expect": self.expect, "body": self.body or None,
        }  # fmt: skip
        return {name: value for name, value in whole.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Moment:
    """A local wall-clock time of the story."""

    day: date
    hour: int
    minute: int = 0
    second: int = 0

    @property
    def at(self) -> int:
        """The instant in µs."""
        return local_instant(self.day, self.hour * 60 + self.minute) + self.second * 1_000_000


@dataclass(slots=True)
class Script:
    """Collects lines; gives them sorted by slot, and refuses slots that overlap in time."""

    lines: list[Line] = field(default_factory=list)

    def add(
        self,
        moment: Moment,
        slot: str,
        who: Who,
        key: str,
        command: str,
        body: Mapping[str, Any],
        **more: Any,
    ) -> None:
        """One command at a moment; slots are named by day and purpose."""
        line = Line(moment.at, f"{moment.day}/{slot}", who, key, command, dict(body), **more)
        self.lines.append(line)

    def in_order(self) -> list[Line]:
        """Every line, slot by slot. Raises ValueError where two slots overlap."""
        slots: dict[str, list[Line]] = {}
        for line in self.lines:
            slots.setdefault(line.slot, []).append(line)
        ordered = sorted(slots.values(), key=lambda lines: (min(n.at for n in lines), lines[0].slot))
        for former, later in pairwise(ordered):
            _require_apart(former, later)
        return [line for lines in ordered for line in sorted(lines, key=lambda n: (n.at, n.key))]


def _require_apart(former: Sequence[Line], later: Sequence[Line]) -> None:
    if max(line.at for line in former) >= min(line.at for line in later):
        raise ValueError(f"slots {former[0].slot} and {later[0].slot} overlap")


def by_month(lines: Sequence[Line]) -> Iterator[tuple[str, list[Line]]]:
    """The lines by the month of their slots, in order."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.slot[:7], []).append(line)
    yield from sorted(found.items())
