"""The keys that the stored log names for its checkpoints, each announcement held against its own record."""

from typing import Any

import psycopg

from ledger.errors import Corrupt
from ledger.events.base import decode, stored_types
from ledger.events.signing_keys import SigningKeyChanged, SigningKeyNamed
from ledger.facts.genesis import THIS
from ledger.facts.recorded import Recorded
from ledger.facts.signing_keys import Announcement, Chain, chain_of, signing_keys
from ledger.store.codec import fields_json, parse_record, root_of

_ANNOUNCED = (
    "SELECT e.position, e.type, e.record, e.body FROM liggare.tags t JOIN liggare.events e USING (position)"
    " WHERE t.tag = %s AND t.type = ANY(%s) ORDER BY e.position"
)


def announced_keys(connection: psycopg.Connection[Any]) -> Chain:
    """The keys in the order of the log. Of an announcement that was changed nothing is believed but that."""
    types = [name for cls in (SigningKeyNamed, SigningKeyChanged) for name in stored_types(cls)]
    values = (signing_keys(THIS).tag, types)
    found: list[Announcement] = []
    wrong: list[tuple[int, str]] = []
    for position, stored, record, body in connection.execute(_ANNOUNCED, values, prepare=True, binary=True):
        try:
            found.append(_read(position, stored, record, body))
        except Corrupt as error:
            wrong.append((position, f"announcement of a signing key: {error}"))
    chain = chain_of(found)
    return Chain(chain.keys, tuple(sorted((*wrong, *chain.wrong))))


def _read(position: int, stored: str, record: bytes, body: bytes | None) -> Announcement:
    if body is None or root_of(body) != parse_record(record).root:
        raise Corrupt("its body does not have the record's root")
    return Recorded(position, decode(stored, fields_json(body)))
