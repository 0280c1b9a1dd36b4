"""Headers written anew with digest and leaf, so that only what they say can give them away."""

from contextlib import contextmanager

import msgspec
import psycopg
import pytest

from ledger.store import codec
from ledger.store.verify import verify
from tests.store.log.appends import append

DEEP = b"[" * 100_000 + b"]" * 100_000
SHARES = [{"processes": 1}, {"processes": 3}, {"processes": 1, "bodies": False}]


@pytest.fixture(autouse=True)
def ledger(postgres_log):
    """Two commands of two events, then four of one."""
    for _ in range(2):
        postgres_log.append(append(("thing:a",), ("thing:b",)))
    for _ in range(4):
        postgres_log.append(append(("thing:a",)))


@contextmanager
def unguarded(database):
    """A superuser who switched the triggers off, and on again."""
    with psycopg.connect(database.admin_url) as connection:
        for table in ("events", "commands"):
            connection.execute(f"ALTER TABLE liggare.{table} DISABLE TRIGGER ALL")
        yield connection
        for table in ("events", "commands"):
            connection.execute(f"ALTER TABLE liggare.{table} ENABLE ALWAYS TRIGGER append_only")


def written_anew(database, position, change, commands=""):
    """A record whose two texts were changed, as a whole, by whoever can compute hashes."""
    with unguarded(database) as connection:
        where = "FROM liggare.events WHERE position = %s"
        record, at = connection.execute(f"SELECT record, recorded_at {where}", (position,)).fetchone()
        parts = codec.parse_record(record)
        shown, links = change(parts.shown, parts.links)
        digest = codec.header_digest(shown, codec.links_commitment(parts.salt, links))
        rest = b"\x00" + len(shown).to_bytes(4, "big") + shown + parts.salt + links
        record = codec.record_of(position, at, digest + parts.root + rest)
        values = (record, codec.leaf_of(record), position)
        connection.execute("UPDATE liggare.events SET record = %s, leaf = %s WHERE position = %s", values)
        if commands:
            connection.execute(commands)


def with_field(text, field):
    return text[:-1] + b"," + field + b"}"


def saying(**fields):
    return lambda shown, links: (msgspec.json.encode(msgspec.json.decode(shown) | fields), links)


CHANGES = {
    "another type in the links": lambda shown, links: (shown, with_field(links, b'"type":"other.v1"')),
    "another instant in the links": lambda shown, links: (shown, with_field(links, b'"decided_at":1')),
    "a client in what is shown": lambda shown, links: (with_field(shown, b'"client":"c-9"'), links),
    "tags in what is shown": lambda shown, links: (with_field(shown, b'"tags":["thing:z"]'), links),
    "a field without end": lambda shown, links: (with_field(shown, b'"zz":' + DEEP), links),
    "a link without end": lambda shown, links: (shown, with_field(links, b'"zz":' + DEEP)),
    "a place without end": lambda shown, links: (shown.replace(b'"n":[1,1]', b'"n":' + DEEP), links),
    "a type that is no UTF-8": lambda shown, links: (shown.replace(b'"type":"', b'"type":"\xff'), links),
    "a client that is no UTF-8": lambda shown, links: (
        shown, links.replace(b'"client":"', b'"client":"\xff')),
    "another ledger": saying(ledger="l-2"),
    "a number too large": lambda shown, links: (shown.replace(b"[1,1]", b"[1,1" + b"0" * 400 + b"]"), links),
    "nothing": lambda _shown, links: (b"", links),
    "no links": lambda shown, _links: (shown, b"[]"),
}  # fmt: skip


@pytest.mark.parametrize("how", SHARES, ids=str)
@pytest.mark.parametrize("what", CHANGES)
def test_a_header_that_says_what_it_may_not_is_a_finding(database, what, how):
    written_anew(database, 5, CHANGES[what])
    assert 5 in {position for position, _ in verify(database.serve_url, **how).findings}


@pytest.mark.parametrize("how", SHARES, ids=str)
def test_a_field_that_nobody_knows_is_none(database, how):
    written_anew(database, 5, lambda shown, links: (with_field(shown, b'"zz":{"a":[1]}'), links))
    assert verify(database.serve_url, **how).intact


@pytest.mark.parametrize("how", SHARES, ids=str)
def test_a_command_whose_last_event_is_not_there_is_found(database, how):
    written_anew(database, 5, saying(n=[1, 2]), "UPDATE liggare.commands SET last = 6 WHERE first = 5")
    assert [position for position, _ in verify(database.serve_url, **how).findings] == [6]


@pytest.mark.parametrize("how", SHARES, ids=str)
def test_an_event_beyond_the_last_of_its_command_is_found(database, how):
    written_anew(database, 1, saying(n=[1, 1]), "UPDATE liggare.commands SET last = 1 WHERE first = 1")
    written_anew(database, 2, saying(n=[2, 1]))
    assert [position for position, _ in verify(database.serve_url, **how).findings] == [2]


@pytest.mark.parametrize("how", [{"processes": 1}, {"processes": 3}], ids=str)
@pytest.mark.parametrize(
    "groups", [[["facts", "open"], ["person", "person"]], [["other", "open"]], []], ids=str
)
def test_a_body_with_other_groups_than_its_header_names_is_found(database, groups, how):
    written_anew(database, 5, saying(groups=groups))
    named = ", ".join(name for name, _ in groups)
    said = f"body: its groups are facts, the header says {named}"
    assert verify(database.serve_url, **how).findings == ((5, said),)
    assert verify(database.serve_url, bodies=False, **how).intact
