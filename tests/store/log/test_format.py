"""The format: two implementations agree on everything, and the document's vectors are what the code makes."""

import json
import math
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Corrupt
from ledger.events.base import EVENTS
from ledger.store import codec
from ledger.store.body import packed
from ledger.store.canonical import INTEGER_MAX, NotCanonicalError, encoded
from ledger.store.codec import Header
from ledger.store.header import LINKS
from ledger.store.order_keys import OrderKeys
from ledger.store.verify_headers import checked, heading
from tests.store.log import second_format as second

DOCUMENT = Path(__file__).parents[3] / "docs" / "format.md"

awkward = ["Å", "A\u030a", "a\nb", "\u007f", "\n\u0301", "null", ":1.5", '"', "\\"]
texts = st.text(max_size=12) | st.sampled_from(awkward)
scalars = st.none() | st.booleans() | st.integers(-(2**54), 2**54) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
names = st.sampled_from([b"facts", b"person", b"price", b"command"])
secrets = st.binary(min_size=32, max_size=32).filter(any)
groups = st.lists(
    st.tuples(names, st.dictionaries(st.sampled_from("abc"), st.integers(0, 9), max_size=2).map(encoded)),
    min_size=1, max_size=4, unique_by=lambda group: group[0],
)  # fmt: skip


@given(values)
@settings(max_examples=500, deadline=None)
def test_both_write_the_same_canonical_json_or_both_refuse(value):
    try:
        expected = second.canonical(value)
    except (ValueError, UnicodeEncodeError):
        with pytest.raises(NotCanonicalError):
            encoded(value)
    else:
        assert encoded(value) == expected
        assert json.loads(expected) == value


@pytest.mark.parametrize(
    "value",
    [1.0, -0.0, 1e300, math.nan, math.inf, [math.nan, None], {"a": math.nan, "b": None}, INTEGER_MAX + 1,
     -INTEGER_MAX - 1, [10**17], "a\x00", "\x1f", "\r", "e\u0301", "\ud800", {"ö": 1}, {"a": {"b": [1.5]}}],
)  # fmt: skip
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(NotCanonicalError):
        encoded(value)


pieces = ["e\u0301", "é", '"', "\\", "\n", "\t", "\r", "\x00", "\u0301", "ö", '":', ",", "\\n", "가", "1.5"]
tricky = st.lists(st.sampled_from(pieces), max_size=4).map("".join)


@given(
    st.recursive(
        tricky | st.none() | st.just(math.nan), lambda inner: st.lists(inner) | st.dictionaries(tricky, inner)
    )
)
@settings(max_examples=500, deadline=None)
def test_text_that_needs_a_second_look_is_judged_as_the_second_implementation_does(value):
    try:
        expected = second.canonical(value)
    except ValueError:
        with pytest.raises(NotCanonicalError):
            encoded(value)
    else:
        assert encoded(value) == expected


@given(st.floats(), st.sampled_from(["", "a", "é"]), st.booleans())
def test_no_float_passes_wherever_it_stands(number, text, none):
    for value in ([number], {"a": number}, [1, number], ([text, None if none else 1], {"b": [number, text]})):
        with pytest.raises(NotCanonicalError):
            encoded(value)


def test_the_largest_integers_pass():
    assert encoded([INTEGER_MAX, -INTEGER_MAX]) == b"[9007199254740991,-9007199254740991]"


@given(secrets, groups, st.data())
@settings(max_examples=200, deadline=None)
def test_both_make_the_same_bodies_and_roots_masked_or_not(secret, contents, data):
    body, root = packed(contents, secret)
    assert body == second.body(secret, contents)
    assert root == codec.root_of(body) == second.body_root(body)
    for _ in range(2):
        hidden = data.draw(st.sampled_from(contents))[0]
        shown = codec.masked(body, hidden.decode())
        assert shown == second.masked(body, hidden)
        assert codec.root_of(shown) == second.body_root(shown) == root
        assert secret not in shown
        body = shown


@given(secrets, groups)
@settings(max_examples=100, deadline=None)
def test_the_fields_of_all_groups_make_one_object(secret, contents):
    contents.sort(key=lambda group: group[0] != b"facts")
    if contents[0][0] == b"facts":
        body, _ = packed(contents, secret)
        expected = {}
        for name, content in contents:
            expected |= {} if name == b"command" else json.loads(content)
        assert json.loads(codec.fields_json(body)) == expected
        assert codec.command_json(body) == dict(contents).get(b"command")


def test_a_masked_group_beside_a_live_secret_is_corrupt():
    """With the secret its salt follows, and what was masked could be found by trying."""
    body, _ = packed([(b"facts", b"{}"), (b"person", b"{}")], bytes(range(1, 33)))
    shown, hidden = body[: body.index(b"\x00\x06person")], codec.masked(body, "person")
    with pytest.raises(Corrupt, match="kind 1"):
        codec.root_of(shown + hidden[hidden.index(b"\x01\x06person") :])


@given(st.binary(max_size=90))
@settings(max_examples=300, deadline=None)
def test_a_body_of_any_bytes_is_read_or_corrupt(data):
    try:
        codec.root_of(data)
    except Corrupt:
        pass
    else:
        assert second.body_root(data) == codec.root_of(data)


plain = st.text(st.sampled_from('aÅ",:{}\\\n'), max_size=12) | st.just(',"actor":')
headers = st.builds(
    Header, actor=plain, client=plain, command=plain, command_id=plain, command_mac=plain, event_id=plain,
    decided_at=st.integers(0, 9), head=st.integers(0, 9), ledger=plain, n=st.just((1, 1)), type=plain,
    mode=st.sampled_from(["real", "simulated"]), received_at=st.integers(0, 9), tags=st.tuples(plain),
    correlation=st.none() | plain, rule=st.none() | plain, tz=st.none() | plain,
    origin=st.none() | st.dictionaries(st.just("file"), plain),
)  # fmt: skip


@given(st.integers(0, 2**53), st.integers(0, 2**53), headers, secrets, secrets)
@settings(max_examples=200, deadline=None)
def test_both_make_the_same_records_and_leaves(position, recorded_at, header, secret, salt):
    event = codec.sealed(header, [(b"facts", b"{}")], secret, salt)
    record = codec.record_of(position, recorded_at, event.content)
    parts = codec.parse_record(record)
    root = codec.root_of(event.body)
    assert record == second.record(position, recorded_at, parts.shown, salt, parts.links, root)
    assert (parts.position, parts.recorded_at, parts.root) == (position, recorded_at, root)
    assert codec.header_of(parts.header) == header
    for text in (parts.shown, parts.links):
        assert second.canonical(json.loads(text)) == text
    assert json.loads(parts.shown).keys().isdisjoint(LINKS)
    withheld = codec.without_links(record)
    assert withheld == second.withheld(record)
    assert codec.leaf_of(record) == second.leaf(record) == second.leaf(withheld) == second.leaf(record[:81])
    for broken in (b"\x01" + record[1:], record[:117], withheld, record[:82] + b"\xff" + record[83:]):
        with pytest.raises(Corrupt):
            codec.parse_record(broken)


@given(headers, secrets, secrets, st.data())
@settings(max_examples=300, deadline=None)
def test_no_byte_of_a_record_can_change_unseen(header, secret, salt, data):
    record = codec.record_of(3, 7, codec.sealed(header, [(b"facts", b"{}")], secret, salt).content)
    at = data.draw(st.integers(0, len(record) - 1))
    changed = record[:at] + bytes([record[at] ^ data.draw(st.integers(1, 255))]) + record[at + 1 :]
    if codec.leaf_of(changed) == codec.leaf_of(record):
        with pytest.raises(Corrupt):
            checked([changed])
        with pytest.raises((ValueError, KeyError)):
            second.leaf(changed)


SHOWN, TIED = b'{"mode":"real","n":[1,1],"type":"t.v1"}', b'{"client":"c","command_id":"1","command_mac":""}'


@pytest.mark.parametrize(
    ("shown", "links"), [(SHOWN[:-1], TIED + b"}"), (SHOWN, b"[1]"), (b"", TIED), (SHOWN, TIED[:-1])]
)
def test_texts_that_are_no_objects_by_themselves_are_corrupt(shown, links):
    with pytest.raises(Corrupt):
        heading(shown, bytes(32) + links)


def test_the_headers_fields_stand_in_order_and_are_all_in_the_document():
    fields = [field.name for field in msgspec.structs.fields(Header)]
    assert fields == sorted(set(fields) - set(LINKS)) + sorted(LINKS)
    table = re.findall(r"^\| `([a-z_]+)` \|", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert table == fields


def test_a_record_says_the_secrecy_of_every_group():
    """From the record alone one must see what to mask: the declarations may be gone by then."""
    for declared in EVENTS.values():
        named = codec.groups_named(declared, None) or (("facts", "open"),)
        assert named == tuple((group.name, group.secrecy) for group in declared.groups)


def test_version_seven_uuids_have_their_time_version_and_variant():
    text = codec.uuid7(1_760_000_000_123_456)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", text)
    assert int(text.replace("-", "")[:12], 16) == 1_760_000_000_123


KEYS = OrderKeys(bytes(range(65, 97)))


def vector():
    """The worked example of the document, made by the code."""
    header = Header(
        actor="a-1", agreement="ahn-1", client="web", command="approve-shift",
        command_id="019a3c5e-7000-7000-8000-000000000001", command_mac="ab" * 32,
        decided_at=1_760_000_000_000_000, event_id="019a3c5e-7000-7000-8000-000000000002",
        groups=(("facts", "open"), ("person", "person"), ("command", "person")), head=41,
        ledger="example", mode="simulated",
        n=(1, 1), received_at=1_760_000_000_000_000, retention="agreement", rule="approve-shift@1",
        tags=("shift:s-1", "consultant:c-1"), type="shift-approved.v1",
    )  # fmt: skip
    contents = [
        (b"facts", encoded({"minutes": 480, "shift": "s-1"})),
        (b"person", encoded({"name": "Exempel Å"})),
        (b"command", encoded({"shift": "s-1"})),
    ]
    secret = bytes(range(1, 33))
    body, root = packed(contents, secret)
    event = codec.sealed(header, contents, secret, bytes(range(33, 65)))
    assert event.body == body
    record = codec.record_of(42, 1_760_000_000_000_001, event.content)
    parts = codec.parse_record(record)
    lines = {
        "secret": secret,
        "body": body,
        "root": root,
        "header": parts.shown,
        "salt": parts.salt,
        "links": parts.links,
        "record": record,
        "leaf": codec.leaf_of(record),
        "shown": codec.without_links(record),
        "masked": codec.masked(body, "person"),
        "key": KEYS.of("o-1").key,
        "locked": KEYS.packed(contents, secret, "o-1", {b"person"})[0],
    }
    return "".join(f"{name:7}{value.hex()}\n" for name, value in lines.items())


def test_the_documents_vectors_are_what_both_implementations_make():
    block = re.search(r"```vector\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert block is not None
    assert block[1] == vector()
    said = {name: bytes.fromhex(value) for name, value in map(str.split, block[1].splitlines())}
    assert second.body_root(said["body"]) == second.body_root(said["masked"]) == said["root"]
    assert second.masked(said["body"], b"person") == said["masked"]
    assert second.body_root(said["locked"]) == codec.root_of(said["locked"]) == said["root"]
    parts = (said[name] for name in ("header", "salt", "links", "root"))
    assert second.record(42, 1_760_000_000_000_001, *parts) == said["record"]
    assert second.withheld(said["record"]) == said["shown"]
    assert second.leaf(said["record"]) == second.leaf(said["shown"]) == said["leaf"]
    for name in ("header", "links"):
        assert second.canonical(json.loads(said[name])) == said[name]
