"""The body container: disclosure groups, each salted and committed to, under one root (docs/format.md).

A body of which anything is masked or locked never holds the event's secret: with it, whoever knows such a
group's name could try contents until one fits the commitment. The groups still shown then carry their own
salts; how a group is locked is in ``order_keys.py``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ledger.errors import Corrupt
from ledger.events.base import COMMAND, FACTS

SECRET_BYTES = 32
HASH_BYTES = 32
DERIVED, COMMITTED, SALTED, LOCKED = 0, 1, 2, 3
NO_SECRET = bytes(SECRET_BYTES)
_COMMAND_NAME, _FACTS_NAME = COMMAND.encode(), FACTS.encode()
_COMMAND_MARK = bytes((DERIVED, len(COMMAND))) + _COMMAND_NAME
# `facts` comes first in every body, so its length and content stand where one can slice.
_FACTS_START = SECRET_BYTES + 7 + len(FACTS)
_FACTS_LENGTH = slice(_FACTS_START - 4, _FACTS_START)
_FACTS_KIND = slice(SECRET_BYTES + 1, SECRET_BYTES + 2)
_DERIVED_BYTE = bytes((DERIVED,))
_SHOWN = (DERIVED, SALTED)


@dataclass(frozen=True, slots=True)
class BodyGroup:
    """One group of a body: name, commitment, and, unless it is masked or locked, its salt and canonical JSON.

    ``locked`` is what a locked group holds after its commitment: what finds its key, and the ciphertext.
    """

    name: bytes
    commitment: bytes
    salt: bytes = b""
    content: bytes | None = None
    locked: bytes = b""


def packed(contents: Sequence[tuple[bytes, bytes]], secret: bytes) -> tuple[bytes, bytes]:
    """(body, root) of groups as (name, canonical JSON), ``facts`` first, under 32 secret random bytes."""
    if len(secret) != SECRET_BYTES or secret == NO_SECRET:
        raise ValueError("the secret of an event is 32 random bytes")
    count = len(contents).to_bytes(1, "big")
    body, root = [secret, count], [b"\x02", count]
    for name, content in contents:
        mark = len(name).to_bytes(1, "big") + name
        salt = sha256(b"\x04" + secret + mark).digest()
        body += (b"\x00", mark, len(content).to_bytes(4, "big"), content)
        root += (mark, sha256(b"\x03" + salt + mark + content).digest())
    return b"".join(body), sha256(b"".join(root)).digest()


def groups_of(body: bytes) -> Iterator[BodyGroup]:
    """The groups of a body in order. Raises Corrupt for a kind or a length that cannot be."""
    at = SECRET_BYTES + 1
    try:
        for _ in range(body[SECRET_BYTES]):
            kind, start = body[at], at + 6 + body[at + 1]
            name = body[at + 2 : start - 4]
            at = start + int.from_bytes(body[start - 4 : start], "big")
            yield _group(kind, name, body[:SECRET_BYTES], body[start:at])
    except IndexError as error:
        raise Corrupt("a body ends before its last group") from error
    if at != len(body):
        raise Corrupt("a body is longer or shorter than its groups")


def root_of(body: bytes) -> bytes:
    """The 32-byte root of a body, the same whether groups are masked or not. Raises Corrupt."""
    secret, at, parts = (
        body[:SECRET_BYTES],
        SECRET_BYTES + 1,
        [b"\x02", body[SECRET_BYTES : SECRET_BYTES + 1]],
    )
    salted = b"\x04" + secret
    try:
        for _ in range(body[SECRET_BYTES]):
            kind, begin, start = body[at], at + 1, at + 6 + body[at + 1]
            mark = body[begin : start - 4]
            at = start + int.from_bytes(body[start - 4 : start], "big")
            if kind == DERIVED and secret != NO_SECRET:
                salt = sha256(salted + mark).digest()
                parts += (mark, sha256(b"\x03" + salt + mark + body[start:at]).digest())
            elif kind == LOCKED and secret == NO_SECRET and at - start > HASH_BYTES:
                parts += (mark, body[start : start + HASH_BYTES])
            else:
                parts += (mark, _group(kind, mark[1:], secret, body[start:at]).commitment)
    except IndexError as error:
        raise Corrupt("a body ends before its last group") from error
    if at != len(body):
        raise Corrupt("a body is longer or shorter than its groups")
    return sha256(b"".join(parts)).digest()


def names_of(body: bytes) -> list[bytes]:
    """The names of the groups of a body that has a root, in order."""
    names, at = [], SECRET_BYTES + 1
    for _ in range(body[SECRET_BYTES]):
        start = at + 6 + body[at + 1]
        names.append(body[at + 2 : start - 4])
        at = start + int.from_bytes(body[start - 4 : start], "big")
    return names


def fields_json(body: bytes) -> bytes:
    """The event's fields as one JSON object: all groups merged but the command and what is not shown."""
    end = _FACTS_START + int.from_bytes(body[_FACTS_LENGTH], "big")
    if body[SECRET_BYTES + 1] == DERIVED and (len(body) == end or _ends_with_command(body, end)):
        return body[_FACTS_START:end]
    shown = (content for name, content in contents(body).items() if name != _COMMAND_NAME)
    return b"{" + b",".join(content[1:-1] for content in shown if content and content != b"{}") + b"}"


def says_only(body: bytes, facts: bytes) -> bool:
    """Whether a body says exactly these facts as canonical JSON, beside its command if it has one."""
    if body[_FACTS_KIND] != _DERIVED_BYTE:
        return {k: v for k, v in contents(body).items() if k != _COMMAND_NAME} == {_FACTS_NAME: facts}
    end = _FACTS_START + len(facts)
    if body[_FACTS_START:end] != facts or int.from_bytes(body[_FACTS_LENGTH], "big") != len(facts):
        return False
    return len(body) == end or _ends_with_command(body, end)


def facts_json(body: bytes) -> bytes:
    """The open facts alone as canonical JSON, whatever became of the other groups. Raises Corrupt."""
    if body[_FACTS_KIND] == _DERIVED_BYTE:
        return body[_FACTS_START : _FACTS_START + int.from_bytes(body[_FACTS_LENGTH], "big")]
    shown = next((group.content for group in groups_of(body) if group.name == _FACTS_NAME), None)
    if shown is None:
        raise Corrupt("the facts of an event are missing")
    return shown


def command_json(body: bytes) -> bytes | None:
    """The command's payload as canonical JSON; None when the body has none, or has it masked."""
    return next((group.content for group in groups_of(body) if group.name == _COMMAND_NAME), None)


def with_command(body: bytes) -> tuple[bytes, bytes] | None:
    """The facts and the command of a body that has these two groups in full and no other; None of another."""
    end = _FACTS_START + int.from_bytes(body[_FACTS_LENGTH], "big")
    if body[_FACTS_KIND] != _DERIVED_BYTE or not _ends_with_command(body, end):
        return None
    return body[_FACTS_START:end], body[end + len(_COMMAND_MARK) + 4 :]


def contents(body: bytes) -> dict[bytes, bytes | None]:
    """What each group says by its name, None where it is not shown; nothing is checked. Raises Corrupt."""
    found: dict[bytes, bytes | None] = {}
    at = SECRET_BYTES + 1
    try:
        for _ in range(body[SECRET_BYTES]):
            kind, name_at = body[at], at + 2
            start = name_at + body[at + 1] + 4
            at = start + int.from_bytes(body[start - 4 : start], "big")
            if at > len(body):
                raise Corrupt("a body ends before its last group")
            if kind > LOCKED:
                raise Corrupt(f"a group of kind {kind} cannot be read")
            content = body[start + (HASH_BYTES if kind == SALTED else 0) : at]
            found[body[name_at : start - 4]] = content if kind in _SHOWN else None
    except IndexError as error:
        raise Corrupt("a body ends before its last group") from error
    return found


def masked(body: bytes, name: str) -> bytes:
    """The body with one group replaced by its commitment; the root stays. Raises KeyError without it."""
    groups = list(groups_of(body))
    wanted = name.encode()
    if wanted not in (group.name for group in groups):
        raise KeyError(name)
    shown = (BodyGroup(one.name, one.commitment) if one.name == wanted else one for one in groups)
    return b"".join((NO_SECRET, body[SECRET_BYTES : SECRET_BYTES + 1], *map(_bytes_of, shown)))


def _ends_with_command(body: bytes, at: int) -> bool:
    start = at + len(_COMMAND_MARK) + 4
    end = start + int.from_bytes(body[start - 4 : start], "big")
    return body[at : start - 4] == _COMMAND_MARK and end == len(body)


def _group(kind: int, name: bytes, secret: bytes, content: bytes) -> BodyGroup:
    if kind == COMMITTED and secret == NO_SECRET and len(content) == HASH_BYTES:
        return BodyGroup(name, content)
    if kind == LOCKED and secret == NO_SECRET and len(content) > HASH_BYTES:
        return BodyGroup(name, content[:HASH_BYTES], locked=content[HASH_BYTES:])
    if kind == DERIVED and secret != NO_SECRET:
        salt = sha256(b"\x04" + secret + len(name).to_bytes(1, "big") + name).digest()
    elif kind == SALTED and secret == NO_SECRET and len(content) >= HASH_BYTES:
        salt, content = content[:HASH_BYTES], content[HASH_BYTES:]
    else:
        raise Corrupt(f"a group of kind {kind} cannot be read")
    return BodyGroup(name, commitment(salt, name, content), salt, content)


def commitment(salt: bytes, name: bytes, content: bytes) -> bytes:
    """What commits a body to a group: 32 bytes that tell nothing of it without its salt."""
    return sha256(b"\x03" + salt + len(name).to_bytes(1, "big") + name + content).digest()


def _bytes_of(group: BodyGroup) -> bytes:
    if group.locked:
        kind, content = LOCKED, group.commitment + group.locked
    elif group.content is None:
        kind, content = COMMITTED, group.commitment
    else:
        kind, content = SALTED, group.salt + group.content
    return bytes((kind, len(group.name))) + group.name + len(content).to_bytes(4, "big") + content
