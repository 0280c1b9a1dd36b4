"""The files of `liggare what-if`: other policy values, and events or commands that are thought to happen."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from api.cli.nearest import no_such
from api.cli.program import USAGE, StopError
from api.problems import ProblemError
from api.shapes import read_command
from ledger.decisions.base import DECISIONS, Context
from ledger.events.base import EVENTS, stored_types
from ledger.events.parties import RegionRegistered
from ledger.events.policy import PolicyPublished, PolicyRow
from ledger.handle.reading import event_of
from ledger.handle.shell import Envelope, Rehearsal, protected
from ledger.policy.book import BadTermError
from ledger.store.log import Log
from ledger.values import parsed_instant
from replay.known import AtPosition, KnownAtError, last_by, parse_known_at, recorded
from replay.whatif.change import Added
from replay.whatif.policy_file import rows_of
from replay.whatif.yaml_read import documents

CLIENT = "what-if"
_EVENT = frozenset({"after", "at", "event", "fields"})
_COMMAND = frozenset({"after", "at", "command", "body", "actor", "mandate"})


def policy_rows(log: Log, file: Path | None) -> tuple[PolicyRow, ...]:
    """The rows of a policy file, beside the books that the ledger has published. Raises StopError."""
    if file is None:
        return ()
    try:
        rows = rows_of(file.name, _text(file), _published(log))
    except BadTermError as error:
        raise StopError(str(error), USAGE) from error
    _require_regions(log, file.name, rows)
    return rows


def _require_regions(log: Log, name: str, rows: Iterable[PolicyRow]) -> None:
    """Refuse a value of a region that is not registered: no decision would ever read it."""
    there = {event_of(found).region for found in log.tail(types=stored_types(RegionRegistered))}
    for row in rows:
        if row.level == "region" and row.scope not in there:
            raise StopError(f"{name}: {row.term}: scope: {no_such('region', row.scope, there)}", USAGE)


def _published(log: Log) -> Iterator[PolicyRow]:
    """The rows of every agreement's newest book."""
    newest: dict[str, PolicyPublished] = {}
    for event in map(event_of, log.tail(types=stored_types(PolicyPublished))):
        newest[event.agreement] = event
    for event in newest.values():
        yield from event.rows


def additions(log: Log, file: Path | None) -> tuple[Added, ...]:
    """The events and commands of a file, each with where it comes in, in that order. Raises StopError."""
    if file is None:
        return ()
    try:
        found = documents(_text(file))
    except ValueError as error:
        raise StopError(f"{file.name} {error}", USAGE) from error
    listed = found[0] if len(found) == 1 else None
    if not isinstance(listed, list) or not listed:
        raise StopError(f"{file.name} must be a list of events and commands", USAGE)
    reader = _Reader(log, file.name)
    added = [reader.added(number, one) for number, one in enumerate(listed, 1)]
    return tuple(sorted(added, key=lambda one: one.after))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StopError(f"{file} cannot be read ({type(error).__name__})", USAGE) from error


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads what is added; every message names the file, the number in it and the field."""

    log: Log
    name: str

    def added(self, number: int, one: object) -> Added:
        """One entry of the list. Raises StopError."""
        where = f"{self.name}, number {number}"
        if not isinstance(one, Mapping) or ("event" in one) == ("command" in one):
            raise StopError(f"{where}: names either an event or a command", USAGE)
        for field in sorted(set(one) - (_EVENT if "event" in one else _COMMAND), key=str):
            raise StopError(f"{where}: {field} is not a field of it", USAGE)
        try:
            return self._event(one) if "event" in one else self._command(number, one)
        except ProblemError as error:
            problem = error.problem
            told = ", ".join(f"{f.field or 'body'}: {f.message}" for f in problem.fields or ())
            raise StopError(f"{where}: {told or problem.detail}", USAGE) from error
        except (KnownAtError, ValueError) as error:
            raise StopError(f"{where}: {error}", USAGE) from error

    def _event(self, one: Mapping[str, Any]) -> Added:
        stored = str(one["event"])
        declared = EVENTS.get(stored) or EVENTS.get(f"{stored}.v1")
        if declared is None:
            raise ValueError(no_such("event", stored, EVENTS))
        return Added(self._after(one), event=_event_of(declared.cls, one.get("fields", {})))

    def _command(self, number: int, one: Mapping[str, Any]) -> Added:
        decision = DECISIONS.get(str(one["command"]))
        if decision is None:
            raise ValueError(no_such("command", str(one["command"]), DECISIONS))
        after, at = self._after(one), self._at(one)
        command = read_command(decision.command, _json(one.get("body", {})))
        actor, mandate = one.get("actor", CLIENT), one.get("mandate")
        if not isinstance(actor, str) or not isinstance(mandate, str | None):
            raise ValueError("actor and mandate: must be text")  # noqa: TRY004  as every other wrong value
        envelope = Envelope(command, CLIENT, f"{self.name}-{number}", actor, mandate, at)
        kept = protected(envelope, decision, Rehearsal()).command  # nobody is registered by a thought
        return Added(
            after, command=kept, context=Context(CLIENT, envelope.command_id, actor, mandate, at, at)
        )

    def _after(self, one: Mapping[str, Any]) -> int:
        """The position after which it comes."""
        if "after" not in one:
            if "at" not in one:
                raise ValueError("says neither after nor at")
            return self._begun(last_by(self.log, self._at(one)))
        with _naming("after"):
            known = parse_known_at(str(one["after"]))
        if not isinstance(known, AtPosition):
            raise StopError(f"{self.name}: after: must be a position such as p120", USAGE)
        with _naming("after"):
            return recorded(self.log, known.position)

    @staticmethod
    def _begun(position: int) -> int:
        if position == 0:
            raise ValueError("at: before the ledger began")
        return position

    def _at(self, one: Mapping[str, Any]) -> int:
        """When a command is decided: as told, else when the position before it was recorded."""
        if "at" not in one:
            (found,) = self.log.records_at([self._after(one)])
            return found.recorded_at
        with _naming("at"):
            at = parsed_instant(_plain(one["at"]))
        if not isinstance(at, int):
            raise StopError(f"{self.name}: at: must be an instant such as 2025-03-01T10:00:00+01:00", USAGE)
        return at


@contextmanager
def _naming(field: str) -> Iterator[None]:
    """Name the field whose text is no moment. Raises ValueError."""
    try:
        yield
    except (KnownAtError, ValueError) as error:
        raise ValueError(f"{field}: {error}") from error


def _event_of(cls: type[Any], given: object) -> Any:
    """An event with these fields; instants are text with an offset, dates such as 2025-03-01."""
    values = _with_instants(json.loads(_json(given)))
    if not isinstance(values, dict):
        raise ValueError("fields: must be a mapping")  # noqa: TRY004  as every other wrong value of the file
    for unknown in sorted(set(values) - {field.name for field in fields(cls)}):
        raise ValueError(f"fields: the event has no {unknown}")
    return msgspec.convert(values, cls)


def _with_instants(value: Any, name: str = "") -> Any:
    """Plain values with every instant in microseconds, as events hold them."""
    if isinstance(value, dict):
        return {key: _with_instants(held, key) for key, held in value.items()}
    if isinstance(value, list):
        return [_with_instants(held, name) for held in value]
    if not name.endswith("_at"):
        return value
    with _naming(f"fields: {name}"):
        return parsed_instant(value)


def _json(value: Any) -> bytes:
    try:
        return json.dumps(value, default=_plain).encode()
    except TypeError as error:
        raise ValueError(f"a name is no text ({error})") from error


def _plain(value: object) -> str:
    """A date or an instant that YAML has read for us, as text again."""
    return value.isoformat() if isinstance(value, date) else str(value)
