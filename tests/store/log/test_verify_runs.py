"""Headers of one command read together say what each says when it is decoded by itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Corrupt
from ledger.store.codec import Header, texts_of
from ledger.store.verify_headers import heading
from ledger.store.verify_runs import runs

SALT = bytes(32)
ID = "0194447d-c5d5-7b10-b881-51a60d0e37{:02x}"


def texts(number, **fields):
    """The texts of the events of one command."""
    made = []
    for k in range(1, number + 1):
        more = {"tags": (f"thing:{k}", "thing:a"), "type": "thing.v1", "event_id": ID.format(k), **fields}
        header = Header(
            command="c", decided_at=1, head=0, ledger="l", mode="real", n=(k, number), received_at=1,
            actor="a", client="c", command_id="1", command_mac="00", **more,
        )  # fmt: skip
        made.append(texts_of(header))
    return made


def together(made):
    """What headers say by runs: of each the heading, its number counted up, and its own tags."""
    found, tags = runs(([shown for shown, _ in made], [SALT + links for _, links in made]))
    said = []
    for run in found:
        first, tied = run.first
        for more in range(run.number):
            n = (first.n[0] + more, first.n[1])
            said.append((first.ledger, first.mode, n, first.type, tied.client, tied.command_id))
    return [(*one, *rest) for one, rest in zip(said, tags, strict=True)], found


def one_by_one(made):
    """The slow way."""
    read = [heading(shown, SALT + links) for shown, links in made]
    return [
        (said.ledger, said.mode, said.n, said.type, tied.client, tied.command_id, *tied.tags)
        for said, tied in read
    ]


def test_a_command_of_one_type_is_one_run():
    made = texts(30)
    said, found = together(made)
    assert said == one_by_one(made)
    assert [run.number for run in found] == [30]
    assert found[0].last()[0].n == (30, 30)


# What may stand in a header's texts in place of something, wherever whoever holds the database wants.
PARTS = [
    b'"thing:a"', b'"thing:1"', b'"', b",", b"[", b"]", b"{", b"}", b":", b"\\", b"\n", b'"],"tags":["x"',
    b'"],["x"', b'"]}\n{"tags":["', b'"type":"other.v1"', b'"n":[1,6]', b'"event_id":"', b'"tags":[',
    b'"client":"z"', b"0194447d-c5d5", b"\xff", b"\xc3\xa9", b"1", b"0", b"-", b" ", b"",
]  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_changed_headers_say_by_runs_what_each_says(data):
    made = texts(6) + texts(2, origin={"system": 's"n":[1,2]', "event_id": "x"}) + texts(1)
    for _ in range(data.draw(st.integers(1, 3))):
        at, which = data.draw(st.integers(0, len(made) - 1)), data.draw(st.integers(0, 1))
        one = list(made[at])
        begin = data.draw(st.integers(0, len(one[which])))
        end = data.draw(st.integers(begin, min(len(one[which]), begin + 12)))
        one[which] = one[which][:begin] + data.draw(st.sampled_from(PARTS)) + one[which][end:]
        made[at] = (one[0], one[1])
    try:
        expected = one_by_one(made)
    except Corrupt:
        with pytest.raises(Corrupt):
            together(made)
        return
    assert together(made)[0] == expected


FORGED = {
    "an id that says more": (0, ID.format(3).encode(), b'x","type":"other.v1","zz":"012345678'),
    "a list more among tags": (1, b'"thing:3","thing:a"', b'"thing:3"],["thing:a"'),
    "another field after tags": (1, b'"thing:a"]', b'"thing:a"],"tags":["thing:b"]'),
    "tags that are no text": (1, b'"thing:3"', b"3"),
    "no UTF-8 in a tag": (1, b"thing:3", b"thing:\xff"),
    "no UTF-8 in the type": (0, b"thing.v1", b"thing.\xff1"),
    "a line feed between tags": (1, b'"thing:3",', b'"thing:3",\n'),
    "a leading zero": (0, b'"n":[3,', b'"n":[03,'),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_header_made_to_look_alike_says_what_it_says(what):
    which, old, new = FORGED[what]
    made = texts(6)
    one = list(made[2])
    assert old in one[which]
    one[which] = one[which].replace(old, new)
    made[2] = (one[0], one[1])
    try:
        expected = one_by_one(made)
    except Corrupt:
        with pytest.raises(Corrupt):
            together(made)
    else:
        assert together(made)[0] == expected
