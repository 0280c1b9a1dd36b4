"""The YAML of the cases: strictly read, since a misspelt key would be a case that tests nothing."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from ledger.values import STOCKHOLM, instant

FOLDER = Path(__file__).parent
_WHEN = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?(Z|[+-]\d\d:\d\d)?")
_MORNING = " 08:00"


@dataclass(frozen=True)
class Step:
    """A sentence at an instant (µs), and what its command says beyond the phrase."""

    at: int
    sentence: str
    more: dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One case: where it stands, what is given, what happens, what must come of it."""

    rule: str
    name: str
    clause: str
    background: str
    given: tuple[Step, ...]
    when: Step
    then: dict[str, Any] = field(hash=False)

    def __str__(self) -> str:
        return f"{self.rule}: {self.name}"


def cases(folder: Path = FOLDER) -> list[Case]:
    """Every case of every file, by name of the file and in its order."""
    return [
        one for path in sorted(folder.glob("*.yaml")) if path.stem != "backgrounds" for one in _read(path)
    ]


def backgrounds(folder: Path = FOLDER) -> dict[str, tuple[Step, ...]]:
    """The histories that cases start from, by name."""
    found = yaml.safe_load((folder / "backgrounds.yaml").read_text(encoding="utf-8"))
    return {name: tuple(map(_step, steps)) for name, steps in found.items()}


def moment(text: object) -> int:
    """An instant from ``2025-03-03 09:00`` in Stockholm, or with an offset; a date alone is its morning."""
    words = text.isoformat() if isinstance(text, date) else str(text)
    if not _WHEN.fullmatch(words):
        raise ValueError(f"“{words}” is not written like 2025-03-03 09:00")
    words = words + _MORNING if len(words) == len("2025-03-03") else words
    at = datetime.fromisoformat(words)
    return instant(at if at.tzinfo else at.replace(tzinfo=STOCKHOLM))


def _read(path: Path) -> list[Case]:
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    _only(path.name, told, {"rule", "clause", "cases"}, {"rule", "clause", "cases"})
    if told["rule"] != path.stem:
        raise ValueError(f"{path.name}: rule must be the file's name")
    return [_case(path.name, told, one) for one in told["cases"]]


def _case(file: str, told: dict[str, Any], one: dict[str, Any]) -> Case:
    _only(file, one, {"case", "when", "then"}, {"case", "clause", "background", "given", "when", "then"})
    _only(
        f"{file}: {one['case']}: then",
        one["then"],
        set(),
        {"recorded", "refused", "field", "values", "absent"},
    )
    if not one["then"]:
        raise ValueError(f"{file}: {one['case']}: then says nothing")
    return Case(
        told["rule"], str(one["case"]), str(one.get("clause", told["clause"])),
        one.get("background", "the agreement"),
        tuple(map(_step, _flat(one.get("given", ())))), _step(one["when"]), one["then"],
    )  # fmt: skip


def _flat(told: Iterable[Any]) -> Iterator[dict[Any, Any]]:
    """Steps in order; a list among them, such as an anchor of another case, is its steps."""
    for one in told:
        yield from _flat(one) if isinstance(one, list) else (one,)


def _step(told: dict[Any, Any]) -> Step:
    [(at, sentence)] = [(key, value) for key, value in told.items() if key != "with"]
    return Step(moment(at), str(sentence), dict(told.get("with", {})))


def _only(where: str, told: dict[str, Any], needed: set[str], known: set[str]) -> None:
    if missing := needed - set(told):
        raise ValueError(f"{where}: {sorted(missing)} is missing")
    if unknown := set(told) - known:
        raise ValueError(f"{where}: {sorted(map(str, unknown))} means nothing here")
