"""One recorded decision made again from its own past, and what came out compared with what was recorded.

Everything it needs stands in the record: the rule and its version, who asked, under which mandate, when it
was received and decided, and the command as stored (with ciphertext where it named a person).
"""

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import msgspec
from msgspec import Struct

from ledger.decisions.base import EVERY_VERSION, Context, Decision, Origin, gather_each
from ledger.errors import Corrupt, Refusal
from ledger.events.base import COMMAND, EventType, Group, declared_of, decode, event_type
from ledger.handle.headers import Made, agreement_read, claimed
from ledger.store.body import contents, fields_json, says_only, with_command
from ledger.store.canonical import encoded
from replay.past import Past, UnreadableError
from replay.paths import differing
from replay.recorded import Decided, Happened, Recorded

_COMMAND = COMMAND.encode()
_ENCODE = msgspec.json.Encoder(order="sorted").encode


class Difference(Struct, frozen=True):
    """One fact of a decision that came out otherwise: the position it stands at, and both values as text."""

    position: int
    fact: str
    recorded: str
    made: str


class Verdict(Struct, frozen=True):
    """What became of one decision made again: the same, different, or it cannot be made again and why."""

    position: int
    rule: str
    differences: tuple[Difference, ...] = ()
    cannot: str = ""

    @property
    def same(self) -> bool:
        """Whether everything came out as it was recorded."""
        return not self.differences and not self.cannot


def again(recorded: Recorded, past: Past, same: dict[int, Any] | None = None) -> Verdict:
    """Make a decision again; ``past`` holds every event before it.

    ``same`` gets, by position, the events that came out byte for byte as they were recorded.
    """
    header = recorded.header
    rule = header.rule or ""
    decision = EVERY_VERSION.get(rule)
    if decision is None:
        cannot = f"the rule {rule} is not kept in this code" if rule else "the record names no rule"
        return Verdict(recorded.first, rule, (), cannot)
    try:
        return Verdict(
            recorded.first, rule, _compared(decision, recorded, past, {} if same is None else same)
        )
    except UnreadableError as problem:
        return Verdict(recorded.first, rule, (), str(problem))


def _compared(
    decision: Decision, recorded: Recorded, past: Past, same: dict[int, Any]
) -> tuple[Difference, ...]:
    """What comes out otherwise. Raises UnreadableError, also for a later event withheld; Corrupt."""
    command = command_of(decision, recorded)
    try:
        found = tuple(_outcome(decision, command, recorded, past, same))
    except Corrupt:
        _require_whole(recorded)
        raise
    if found:
        _require_whole(recorded)
    return found


def _require_whole(recorded: Recorded) -> None:
    for event in recorded.events:
        _whole(event)


def command_of(decision: Decision, recorded: Recorded) -> Any:
    """The command as it was stored. Raises UnreadableError."""
    first = recorded.events[0]
    plain = with_command(first.body) if first.body else None
    payload = plain[1] if plain else _whole(first).get(_COMMAND)
    if payload is None:
        raise UnreadableError("the command was not kept with its event", recorded.first)
    try:
        return _decoder(decision.label).decode(payload)
    except msgspec.MsgspecError as error:
        raise UnreadableError(f"{decision.label} cannot read the command: {error}", recorded.first) from error


def _whole(event: Happened) -> dict[bytes, bytes | None]:
    groups = contents(event.body) if event.body else {}
    if not groups or None in groups.values():
        raise UnreadableError(
            f"the event at {event.position} is masked or disposed of, or still sealed", event.position
        )
    return groups


@cache
def _decoder(label: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(EVERY_VERSION[label].command)


def context_of(header: Decided) -> Context:
    """What the shell handed the rule, as the header keeps it."""
    origin = None if header.origin is None else Origin(**header.origin)  # type: ignore[arg-type]
    mandate = None if header.mandate is None else header.mandate[0]
    return Context(
        header.client, header.command_id, header.actor, mandate, header.decided_at, header.received_at, origin
    )


def _outcome(
    decision: Decision, command: Any, recorded: Recorded, past: Past, same: dict[int, Any]
) -> Iterator[Difference]:
    header, context = recorded.header, context_of(recorded.header)
    state_of = partial(past.state, head=header.head)
    past.newest = 0
    try:
        gathered = gather_each(decision.facts(command, context), state_of)
        ruling = decision.rule(command, gathered.facts, context)
    except (UnreadableError, Corrupt):
        raise
    except Refusal as refusal:
        yield Difference(recorded.first, "outcome", _names(recorded), f"refused: {refusal}")
        return
    except Exception as error:  # noqa: BLE001  a rule that breaks on a changed past is a finding, not our end
        yield Difference(recorded.first, "outcome", _names(recorded), f"{type(error).__name__}: {error}")
        return
    made = Made(decision, context, gathered, ruling, header.head, b"", b"")
    if past.newest > header.head:
        after = f"rests on {past.newest}, recorded after it"
        yield Difference(recorded.first, "head", str(header.head), after)
    yield from _headers(recorded, made)
    yield from _events(recorded, made, same)


def _headers(recorded: Recorded, made: Made) -> Iterator[Difference]:
    header, expected = recorded.header, claimed(made)
    if header.command != made.decision.name:
        yield Difference(recorded.first, "command", header.command, made.decision.name)
    if header.order_key is not None and made.ruling.opens is None:
        yield Difference(recorded.first, "order_key", "told", "the order is not opened")
    for name, value in expected.items():
        if getattr(header, name) != value:
            shown = _terms(made) if name == "policy" else ""
            yield Difference(recorded.first, name, _shown(getattr(header, name)), _shown(value) + shown)


def _events(recorded: Recorded, made: Made, same: dict[int, Any]) -> Iterator[Difference]:
    events = made.ruling.events
    if len(events) != len(recorded.events):
        names = ", ".join(event_type(event).name for event in events)
        yield Difference(recorded.first, "events", _names(recorded), names)
        return
    read = agreement_read(made)
    for happened, event in zip(recorded.events, events, strict=True):
        declared = declared_of(event)
        agreement = (event.agreement if declared.names_agreement else None) or read
        if happened.agreement != agreement or happened.secrecy != declared.secrecy:
            yield from _declared(happened, declared, agreement)
        if happened.type == declared.stored and _same(happened.body or b"", declared, event):
            same[happened.position] = event
        else:
            yield from _event(happened, event)


def _declared(happened: Happened, declared: EventType, agreement: str | None) -> Iterator[Difference]:
    position = happened.position
    if happened.agreement != agreement:
        kept, made = _shown(happened.agreement), _shown(agreement)
        yield Difference(position, f"{declared.name}: agreement", kept, made)
    if happened.type == declared.stored and happened.secrecy != declared.secrecy:
        yield Difference(position, f"{declared.name}: secrecy", _shown(happened.secrecy), declared.secrecy)


def _same(body: bytes, declared: EventType, event: Any) -> bool:
    """Whether an event has the very bytes of a body, group by group."""
    groups = declared.groups
    if len(groups) == 1:
        return says_only(body, _ENCODE(event))
    kept = contents(body)
    kept.pop(_COMMAND, None)
    return kept == {group.name.encode(): _ENCODE(_part(group, event)) for group in groups}


def _part(group: Group, event: Any) -> dict[str, Any]:
    return {name: getattr(event, name) for name in group.fields}


def _event(happened: Happened, event: Any) -> Iterator[Difference]:
    declared, position, stored = event_type(event), happened.position, happened.type
    before_event = decode(stored, fields_json(happened.body or b""))
    if type(before_event) is not type(event):
        yield Difference(position, "events", stored, declared.stored)
    elif _ENCODE(before_event) != _ENCODE(event):
        yield from _fields(position, declared.name, before_event, event)


def _fields(position: int, name: str, kept: Any, event: Any) -> Iterator[Difference]:
    for path, before, after in differing(msgspec.to_builtins(kept), msgspec.to_builtins(event)):
        yield Difference(position, f"{name}: {path}", before, after)


def _names(recorded: Recorded) -> str:
    return ", ".join(event.type for event in recorded.events)


def _shown(value: Any) -> str:
    return encoded({"": value})[4:-1].decode()


def _terms(made: Made) -> str:
    return "; " + ", ".join(f"{term.row.term}={term.used().value}" for term in made.ruling.terms)
