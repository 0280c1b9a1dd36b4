"""What options name, as a region or a lot: one that no event is about is a slip of the pen."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import msgspec

from api.cli.nearest import no_such
from api.cli.program import USAGE, StopError
from ledger.events.agreements import AgreementRegistered
from ledger.events.base import EVENTS, FACTS, stored_types
from ledger.events.parties import RegionRegistered, SupplierRegistered
from ledger.fold import Selector
from ledger.store.body import contents
from ledger.store.log import Log

REGISTERED: Mapping[str, type[Any]] = {
    "region": RegionRegistered,
    "supplier": SupplierRegistered,
    "agreement": AgreementRegistered,
    "lot": AgreementRegistered,  # among its lots: a lot has no tag
}
_FACTS = FACTS.encode()


def require_known(log: Log, told: Mapping[str, str | None]) -> None:
    """Refuse what no event names, with the nearest that are registered. Raises StopError.

    One that was never registered, but that an event names or may name (its facts are not shown), is fine.
    """
    for kind in REGISTERED:
        if (key := told.get(kind)) is not None:
            _require(log, kind, key, f"--{kind}")


def require_known_key(log: Log, kind: str, key: str) -> None:
    """Refuse a key that no event names, of a view kept by suppliers or the like. Raises StopError."""
    if kind in REGISTERED:
        _require(log, kind, key, "KEY")


def _require(log: Log, kind: str, key: str, said: str) -> None:
    if not _is_named(log, kind, key):
        raise StopError(f"{said}: {no_such(kind, key, list(_registered(log, kind)))}", USAGE)


def _is_named(log: Log, kind: str, key: str) -> bool:
    for types in (_registering(kind), tuple(EVENTS)):  # most are registered, and that is quickly seen
        if log.boundary([Selector(types, f"{kind}:{key}")])[1]:
            return True
    return key in _registered(log, kind) or any(
        _may_say(found.body, kind, key) for found in log.tail(types=_saying(kind))
    )


def _registered(log: Log, kind: str) -> Iterator[str]:
    for found in log.tail(types=_registering(kind)):
        facts = contents(found.body).get(_FACTS) if found.body else None
        if facts is not None:
            yield from _said(facts, kind)


def _registering(kind: str) -> tuple[str, ...]:
    return stored_types(REGISTERED[kind])


def _saying(kind: str) -> list[str]:
    naming = {kind, f"{kind}s"}
    return [stored for stored, one in EVENTS.items() if naming & {field.name for field in fields(one.cls)}]


def _may_say(body: bytes, kind: str, key: str) -> bool:
    """Whether the facts of an event name it, or are not shown."""
    facts = contents(body).get(_FACTS) if body else None
    return facts is None or key in _said(facts, kind)


def _said(facts: bytes, kind: str) -> list[str]:
    """What the facts name of the kind: one, several, or none."""
    told = msgspec.json.decode(facts)
    one, several = told.get(kind), told.get(f"{kind}s")  # a number, where they are only counted
    return ([one] if one else []) + (several if isinstance(several, list) else [])
