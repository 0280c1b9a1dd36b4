"""The header of every event a decision made.

What is missing here can never be added to old records (house rule 4).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from msgspec import Struct, structs

from ledger.decisions.base import Context, Decision, Gathered, Ruling
from ledger.events.base import event_type, strictest
from ledger.facts.mandates import Mandate
from ledger.facts.policies import Calendars
from ledger.handle.chance import SYSTEM, Chance
from ledger.policy.model import Library, Resolved, terms_digest
from ledger.policy.remembered import remembered
from ledger.store.codec import Header, groups_named, seal, uuid7
from ledger.store.log import Sealed
from ledger.store.order_keys import OrderKeys, public_secret
from ledger.store.vault import Vault
from ledger.values import TZ_VERSION


@dataclass(frozen=True, slots=True)
class LedgerIdentity:
    """Which ledger this is, whether its time is real or simulated, and which code writes to it."""

    ledger: str
    mode: str
    code: str | None = None


class Made(Struct, frozen=True):
    """A decision that was made: by whom, from what, with which result.

    ``head`` is the position decided on.
    """

    decision: Decision
    context: Context
    gathered: Gathered
    ruling: Ruling
    head: int
    mac: bytes
    payload: bytes
    correlation: str | None = None
    causation: str | None = None


def order_keys(ledger: str, vault: Vault) -> OrderKeys:
    """The keys of a ledger's orders: of its vault, or in a generated ledger those that its id tells."""
    return OrderKeys(public_secret(ledger) or vault.order_secret(ledger))


def sealed(
    made: Made, ledger: LedgerIdentity, chance: Chance = SYSTEM, keys: OrderKeys | None = None
) -> Iterator[Sealed]:
    """Every event of a decision, ready to append; the first one carries the command's payload."""
    shared, agreement = shared_header(made, ledger), agreement_read(made)
    command, total = (made.context.client, made.context.command_id), len(made.ruling.events)
    said = strictest(event_type(happened).secrecy for happened in made.ruling.events)
    for k, happened in enumerate(made.ruling.events, start=1):
        secret, salt, drawn = chance.draw(ledger.ledger, ledger.mode, command, k)
        own = _own(happened, made.context.decided_at, agreement, drawn)
        groups = groups_named(event_type(happened), said if k == 1 else None)
        told = order_key(made.ruling.opens, keys) if k == 1 else None
        header = structs.replace(shared, **own, groups=groups, n=(k, total), order_key=told)
        payload = made.payload if k == 1 else None
        yield seal(header, happened, secret=secret, command=payload, salt=salt, keys=keys)


def order_key(opens: str | None, keys: OrderKeys | None) -> str | None:
    """The key that a decision tells (hex), of the order it opens; None where it opens none."""
    return None if keys is None or opens is None else keys.of(opens).key.hex()


def shared_header(made: Made, ledger: LedgerIdentity) -> Header:
    """What the headers of a decision's events have in common; the rest is empty."""
    context = made.context
    return Header(
        **claimed(made),
        actor=context.actor,
        causation=made.causation,
        client=context.client,
        code=ledger.code,
        command=made.decision.name,
        command_id=context.command_id,
        command_mac=made.mac.hex(),
        correlation=made.correlation,
        decided_at=context.decided_at,
        event_id="",
        head=made.head,
        ledger=ledger.ledger,
        mode=ledger.mode,  # type: ignore[arg-type]
        n=(0, len(made.ruling.events)),
        origin=_origin(context),
        received_at=context.received_at,
        rule=made.decision.label,
        type="",
        tz=TZ_VERSION,
    )


def claimed(made: Made) -> dict[str, Any]:
    """What a header says that follows from a decision and its past: the same when it is made again."""
    return {
        "authority": made.ruling.authority,
        "calendar": _calendar(made.gathered),
        "mandate": _mandate(made),
        "policy": _policy(made),
    }


def agreement_read(made: Made) -> str | None:
    """The agreement whose policy a decision read: that of its events, unless they name their own."""
    for name, state in made.gathered.states.items():
        if state.__class__ is Library:
            return made.gathered.folds[name].key
    return None


def _own(happened: Any, at: int, agreement: str | None, drawn: bytes) -> dict[str, Any]:
    declared = event_type(happened)
    return {
        "agreement": getattr(happened, "agreement", None) or agreement,
        "event_id": uuid7(at, drawn),
        "secrecy": declared.secrecy,
        "type": declared.stored,
    }


def _policy(made: Made) -> dict[str, Any] | None:
    return _policy_of(made.ruling.terms) if made.ruling.terms else None


@remembered
def _policy_of(terms: tuple[Resolved, ...]) -> dict[str, Any]:
    return {
        "digest": terms_digest(t.row for t in terms),
        "positions": tuple(sorted({t.position for t in terms})),
    }


def _calendar(gathered: Gathered) -> tuple[int, ...] | None:
    states = [state for state in gathered.states.values() if state.__class__ is Calendars]
    if not states:
        return None
    return tuple(sorted({p for s in states for p in s.positions(*s.years)})) or None


def _mandate(made: Made) -> tuple[str, int] | None:
    """The mandate a decision was made under, and where it was granted."""
    if made.context.mandate is None:
        return None
    held: Mandate | None = made.gathered.states.get(f"mandates/{made.context.mandate}")
    if held is None or held.granted is None:
        return None
    return made.context.mandate, held.granted.position


def _origin(context: Context) -> dict[str, Any] | None:
    if context.origin is None:
        return None
    given = {
        "file": context.origin.file,
        "line": context.origin.line,
        "system": context.origin.system,
        "time": context.origin.time,
        "trust": context.origin.trust,
    }
    return {name: value for name, value in given.items() if value is not None}
