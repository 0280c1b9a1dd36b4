"""Makes appends as the shell does: a full header, a salted body, a command id."""

import os
import time

from ledger.fold import Selector
from ledger.store.codec import Header, sealed, uuid7
from ledger.store.log import Append, Condition, Sealed

T0 = 1_760_000_000_000_000
TYPE = "thing-happened.v1"
MAC = bytes(range(32))


def now() -> int:
    return time.time_ns() // 1000


def event(
    tags=("thing:a",), type_=TYPE, *, client="c-1", command_id="k", mac=MAC, n=(1, 1), at=T0,
    mode="simulated", facts=b'{"what":"something"}',
) -> Sealed:  # fmt: skip
    header = Header(
        actor="a-1", client=client, command="do-thing", command_id=command_id, command_mac=mac.hex(),
        decided_at=at, event_id=uuid7(at), head=0, ledger="l-1", mode=mode, n=n, received_at=at,
        rule="do-thing@1", tags=tuple(tags), type=type_,
    )  # fmt: skip
    return sealed(header, [(b"facts", facts)], os.urandom(32))


def append(
    *tag_lists, types=None, unless=(), after=0, client="c-1", command_id=None, mac=MAC, at=T0,
    mode="simulated", facts=b'{"what":"something"}',
) -> Append:  # fmt: skip
    """One command with an event for each list of tags, unless TYPE with one of ``unless`` came later."""
    command_id = command_id or uuid7(at)
    lists = tag_lists or (("thing:a",),)
    given = {"client": client, "command_id": command_id, "mac": mac, "at": at, "mode": mode, "facts": facts}
    kinds = types or [TYPE] * len(lists)
    events = tuple(
        event(tags, kind, n=(k, len(lists)), **given)
        for k, (tags, kind) in enumerate(zip(lists, kinds, strict=True), 1)
    )
    selectors = tuple(Selector((TYPE,), tag) for tag in unless)
    return Append(client, command_id, mac, events, Condition(selectors, after), at)
