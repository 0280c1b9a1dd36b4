"""Groups locked under an order's key: the root stays, nothing shows, and only that key opens them."""

import hashlib
import json
import os
import pickle
import re

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Corrupt
from ledger.events.base import EVENTS, SEALED
from ledger.store.body import (
    command_json,
    contents,
    fields_json,
    groups_of,
    masked,
    packed,
    root_of,
    says_only,
)
from ledger.store.codec import commitment_of, locked_names, order_in, record_of, sealed
from ledger.store.order_keys import OrderKey, OrderKeys, opens, orders_of, public_secret, unlocked
from tests.store.log.test_format import DOCUMENT, headers, secrets

KEYS = OrderKeys(bytes(range(32)))
NAMES = (b"facts", b"checks", b"attempts", b"command")
texts = st.text(max_size=200).map(lambda text: b'{"a":"' + text.encode("utf-8", "replace") + b'"}')
bodies = st.lists(texts, min_size=1, max_size=4).map(lambda found: list(zip(NAMES, found, strict=False)))


@given(bodies, secrets, st.sets(st.sampled_from(NAMES)), st.text("abo-1234567890", min_size=1, max_size=80))
@settings(max_examples=200, deadline=None)
def test_locked_and_opened_again_it_says_the_same_under_the_same_root(found, secret, names, order):
    plain, root = packed(found, secret)
    body, locked_root = KEYS.packed(found, secret, order, names)
    assert locked_root == root == root_of(body)
    assert secret not in body
    locked = names & {name for name, _ in found}
    assert {name for name, text in contents(body).items() if text is None} == locked
    assert orders_of(body) == ({order} if locked else set())
    opened = KEYS.unlocked(body)
    assert contents(opened) == contents(plain) == dict(found)
    assert root_of(opened) == root
    assert (fields_json(opened), command_json(opened)) == (fields_json(plain), command_json(plain))
    assert opens(body, [KEYS.of(order)])
    assert says_only(opened, found[0][1]) is says_only(plain, found[0][1])
    assert KEYS.unlocked(opened) == opened
    assert OrderKeys(os.urandom(32)).unlocked(body) == body


def test_nothing_of_what_is_locked_shows_but_its_length_in_steps_of_64():
    short, long = ([(b"facts", b'{"a":"' + text + b'"}')] for text in (b"", b"x" * 20))
    secret = bytes(range(1, 33))
    one, other = (KEYS.packed(found, secret, "o-1", {b"facts"})[0] for found in (short, long))
    assert len(one) == len(other)
    assert b"xxx" not in other
    assert len(KEYS.packed([(b"facts", b"x" * 33)], secret, "o-1", {b"facts"})[0]) == len(one) + 64


def test_a_group_opens_with_its_own_key_in_its_own_place_alone():
    found = [(b"facts", b'{"a":1}'), (b"command", b'{"b":2}')]
    body, _ = KEYS.packed(found, bytes(range(1, 33)), "o-1", {b"facts", b"command"})
    facts, command = (one.commitment + one.locked for one in groups_of(body))
    key = KEYS.of("o-1")
    assert key.opened(b"facts", facts) is not None
    assert key.opened(b"command", facts) is None
    assert key.opened(b"facts", command) is None
    assert KEYS.of("o-2").opened(b"facts", facts) is None
    assert key.opened(b"facts", bytes(32) + facts[32:]) is None
    assert key.opened(b"facts", facts[:-1]) is None


def test_what_was_locked_with_other_content_than_committed_to_is_wrong_whatever_the_key_says():
    body, _ = KEYS.packed([(b"facts", b'{"a":1}')], bytes(range(1, 33)), "o-1", {b"facts"})
    (group,) = groups_of(body)
    key, committed = KEYS.of("o-1"), group.commitment
    forged = AESGCM(key.key).encrypt(committed[:12], bytes(32) + b'{"a":2}' + bytes(25), committed + b"facts")
    assert forged != group.locked[4:]
    other = body.replace(group.locked[4:], forged)
    assert root_of(other) == root_of(body)
    assert contents(KEYS.unlocked(other)) == {b"facts": b'{"a":2}'}
    assert not opens(other, [key])
    assert opens(other, [KEYS.of("o-2")])  # nothing is known of what stays locked


def test_masking_beside_a_locked_group_leaves_it_locked():
    found = [(b"facts", b'{"a":1}'), (b"command", b'{"b":2}')]
    body, root = KEYS.packed(found, bytes(range(1, 33)), "o-1", {b"command"})
    shown = masked(body, "facts")
    assert root_of(shown) == root
    assert contents(shown) == {b"facts": None, b"command": None}
    assert contents(KEYS.unlocked(shown)) == {b"facts": None, b"command": b'{"b":2}'}


@given(st.binary(max_size=60), st.binary(max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_opened_or_corrupt(start, rest):
    body = bytes(32) + b"\x01\x03" + start + rest
    try:
        unlocked(body, KEYS.opened)
    except Corrupt:
        pass
    else:
        assert KEYS.unlocked(body) == body


@given(headers, secrets, secrets)
@settings(max_examples=50, deadline=None)
def test_the_record_is_the_same_whether_the_body_is_locked_or_not(header, secret, salt):
    told = type(header)(**{
        **{name: getattr(header, name) for name in header.__struct_fields__},
        "groups": (("facts", SEALED), ("command", "open")), "tags": ("offer:f-1", "order:o-1"),
    })  # fmt: skip
    found = [(b"facts", b'{"a":1}'), (b"command", b"{}")]
    plain, locked = (sealed(told, found, secret, salt, keys) for keys in (None, KEYS))
    assert locked.content == plain.content
    assert contents(locked.body) == {b"facts": None, b"command": b"{}"}
    assert commitment_of(record_of(1, 1, locked.content)) == commitment_of(record_of(9, 9, plain.content))


def test_keys_are_of_an_order_and_may_be_sent_to_a_process_of_ones_own():
    assert pickle.loads(pickle.dumps(KEYS)).of("o-1") == KEYS.of("o-1")  # noqa: S301
    assert len({KEYS.of(name).key for name in ("o-1", "o-2", "o-11")}) == 3
    assert KEYS.of("o-1").key.hex() not in f"{KEYS!r}{KEYS.of('o-1')!r}"
    with pytest.raises(ValueError, match="32"):
        OrderKeys(b"short")
    assert isinstance(KEYS.of("o-1"), OrderKey)


def test_a_generated_ledgers_keys_are_everybodys_and_no_others():
    assert public_secret("l-1") is None
    assert len({public_secret("generated-1-1"), public_secret("generated-1-2")}) == 2


def test_whatever_is_sealed_until_the_award_belongs_to_an_order():
    """Or there would be no key to lock it under."""
    found = [one for one in EVENTS.values() if any(group.secrecy == SEALED for group in one.groups)]
    assert len(found) >= 6
    for declared in found:
        assert "order" in declared.cls.__dataclass_fields__
    assert order_in(("offer:f-1", "order:o-1")) == "o-1"
    with pytest.raises(LookupError):
        order_in(("offer:f-1",))
    assert locked_names((("facts", SEALED), ("command", "person"))) == {b"facts"}


def test_the_document_says_how_a_group_is_opened():
    block = re.search(r"```py\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert block is not None

    def sha256(*parts):
        return hashlib.sha256(b"".join(parts)).digest()

    names = {"sha256": sha256, "json": json}
    exec(block[1], names)  # noqa: S102
    body, _ = KEYS.packed([(b"facts", b'{"a":1}')], bytes(range(1, 33)), "o-1", {b"facts"})
    (group,) = groups_of(body)
    content = group.commitment + group.locked
    assert names["opened"](b"facts", content, KEYS.of("o-1").key.hex()) == {"a": 1}
