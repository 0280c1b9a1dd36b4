"""Regions and suppliers that options name: one that no event is about is a slip of the pen."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import msgspec

from api.cli.nearest import no_such
from api.cli.program import USAGE, StopError
from ledger.events.base import EVENTS, FACTS, stored_types
from ledger.events.parties import RegionRegistered, SupplierRegistered
from ledger.fold import Selector
from ledger.handle.reading import event_of
from ledger.store.body import contents
from ledger.store.log import Log

REGISTERED: Mapping[str, type[Any]] = {"region": RegionRegistered, "supplier": SupplierRegistered}
_FACTS = FACTS.encode()


def require_known(log: Log, told: Mapping[str, str | None]) -> None:
    """Refuse a party that no event names, with the nearest that are registered. Raises StopError.

    One that was never registered, but that an event names or may name (its facts are not shown), is fine.
    """
    for kind in REGISTERED:
        key = told.get(kind)
        if key is not None and not _is_named(log, kind, key):
            there = [getattr(event_of(found), kind) for found in log.tail(types=_registering(kind))]
            raise StopError(f"--{kind}: {no_such(kind, key, there)}", USAGE)


def _is_named(log: Log, kind: str, key: str) -> bool:
    for types in (_registering(kind), tuple(EVENTS)):  # most are registered, and that is quickly seen
        if log.boundary([Selector(types, f"{kind}:{key}")])[1]:
            return True
    saying = [stored for stored, one in EVENTS.items() if kind in {field.name for field in fields(one.cls)}]
    return any(_may_say(found.body, kind, key) for found in log.tail(types=saying))


def _registering(kind: str) -> tuple[str, ...]:
    return stored_types(REGISTERED[kind])


def _may_say(body: bytes, kind: str, key: str) -> bool:
    """Whether the facts of an event name the party, or are not shown."""
    facts = contents(body).get(_FACTS) if body else None
    return facts is None or msgspec.json.decode(facts).get(kind) == key
