"""What is appended: contracts of exactly 512 bytes with four tags, the same for every side."""

import os
import time
from collections.abc import Callable
from datetime import date
from functools import cache
from itertools import count

from ledger.events.assignments import AssignmentCancelled, ContractConcluded
from ledger.events.base import event_type, stored_types, tags_of
from ledger.fold import Selector
from ledger.noise import noise
from ledger.store.canonical import encoded
from ledger.store.codec import Header, seal, uuid7
from ledger.store.log import Append, Condition, Sealed
from ledger.values import TZ_VERSION

FACTS_BYTES = 512
BUSY = "s-busy"
CLIENT = "bench"
TYPE = event_type(ContractConcluded).stored
CONDITION_TYPES = (
    stored_types(ContractConcluded),
    stored_types(ContractConcluded) + stored_types(AssignmentCancelled),
)
_HOW = "."


def contract(key: str, supplier: str) -> ContractConcluded:
    """One contract about an order, an assignment and a consultant of its own, padded to 512 bytes of JSON."""
    return _contract(key, supplier, _HOW * (FACTS_BYTES - _length(len(key), len(supplier)) + 1))


def keys() -> Callable[[], str]:
    """A source of keys that no other caller of any run has, all of one length."""
    numbers, stem = count(), os.urandom(4).hex()
    return lambda: f"{stem}{next(numbers):06d}"


def selectors(event: ContractConcluded) -> tuple[Selector, Selector]:
    """The two items of the condition: this order has no contract yet, this assignment nothing at all."""
    order, assignment, _, _ = tags_of(event)
    return Selector(CONDITION_TYPES[0], order), Selector(CONDITION_TYPES[1], assignment)


def append(key: str, supplier: str, after: int) -> Append:
    """The whole of it as our ledger takes it: header, salted body groups with the command, id, condition."""
    event, now = contract(key, supplier), time.time_ns() // 1000
    sealed = sealed_contract(event, key, now, after)
    return Append(CLIENT, f"c-{key}", _MAC, (sealed,), Condition(selectors(event), after), now)


def sealed_contract(event: ContractConcluded, key: str, now: int, head: int) -> Sealed:
    """The record of one contract, with everything a header says of a decided event."""
    header = Header(
        actor="orderer-17", agreement=event.agreement, authority=event.authority, client=CLIENT,
        command="conclude-contract", command_id=f"c-{key}", command_mac=_MAC_HEX, decided_at=now,
        event_id=uuid7(now), head=head, ledger="l-bench", mandate=("m-17", 17), mode="real", n=(1, 1),
        policy={"digest": _MAC_HEX, "positions": (3, 4)}, received_at=now, rule="conclude-contract@1",
        secrecy="open", type=TYPE, tz=TZ_VERSION,
    )  # fmt: skip
    return seal(header, event, secret=noise(32), command=_command(event))


def _command(event: ContractConcluded) -> bytes:
    said = {"concluded_at": event.concluded_at, "how": event.how, "offer": event.offer, "order": event.order}
    return encoded(said)


def _contract(key: str, supplier: str, how: str) -> ContractConcluded:
    return ContractConcluded(
        assignment=f"a-{key}", agreement="h", order=f"o-{key}", offer="f-1", supplier=supplier,
        consultant=f"k-{key}", region="r-1", authority="m-1", unit="u-1", operating_unit="d-1", lot="n",
        ordered_by="b-1", article="d", from_on=_FROM, until_on=_UNTIL, planned_shifts=60, follows=None,
        concluded_at=1_767_225_600_000_000, how=how, notice_sent_at=None,
    )  # fmt: skip


@cache
def _length(key: int, supplier: int) -> int:
    return len(encoded(_contract("x" * key, "x" * supplier, _HOW)))


_FROM, _UNTIL = date(2026, 1, 5), date(2026, 4, 5)
_MAC = bytes(range(32))
_MAC_HEX = _MAC.hex()
