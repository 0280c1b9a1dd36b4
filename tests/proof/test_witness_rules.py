"""What a witness answers: the statuses of the specification, and never a cosignature on two histories."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proof.checkpoint import Checkpoint, unverified_checkpoint
from ledger.proof.note import SigningKey
from ledger.proof.tree import EMPTY_ROOT
from ledger.proof.witness import (
    PROOF_LINES_MAX,
    AddCheckpoint,
    WitnessRefusal,
    examined,
    parsed_request,
)
from tests.proof.logs import KEY, TestLog

LOGS = {KEY.name: [KEY.verifier]}
ONE, OTHER = TestLog(), TestLog("two", fork=3)
# The request of c2sp.org/tlog-witness; both keys that sign it are unknown here.
SPECIFIED = (Path(__file__).parent / "data" / "add-checkpoint.txt").read_bytes()


def at(log: TestLog, size: int) -> dict[str, Checkpoint]:
    return {KEY.name: unverified_checkpoint(log.note(size))} if size else {}


def refused(request: AddCheckpoint, held: dict[str, Checkpoint], logs=LOGS) -> WitnessRefusal:
    with pytest.raises(WitnessRefusal) as found:
        examined(request, logs, held)
    return found.value


def test_the_request_of_the_specification_is_read_and_written_byte_for_byte():
    request = parsed_request(SPECIFIED)
    assert (request.old, len(request.proof)) == (20852014, 4)
    assert request.body == SPECIFIED
    assert refused(request, {}).status == 404
    assert refused(request, {}, {"example.com/behind-the-sofa": [KEY.verifier]}).status == 403


@pytest.mark.parametrize(("held", "size"), [(0, 0), (0, 7), (3, 7), (4, 8), (7, 7)])
def test_what_goes_on_is_cosigned(held, size):
    request = ONE.request(held, size) if size else TestLog().request(0, 0)
    assert examined(parsed_request(request.body), LOGS, at(ONE, held)).size == size


@pytest.mark.parametrize(
    ("request_", "held", "status", "size", "shows"),
    [
        (ONE.request(8, 7), 5, 400, None, None),  # the old size above the new one
        (ONE.request(4, 8), 5, 409, 5, None),  # another size held: behind
        (ONE.request(6, 8), 5, 409, 5, None),  # and ahead
        (ONE.request(3, 4), 5, 409, 5, None),  # a rollback
        (ONE.request(0, 4), 5, 409, 5, None),  # one as if nothing had been
        (OTHER.request(5, 5), 5, 409, None, "split-view"),
        (OTHER.request(0, 5), 5, 409, 5, "split-view"),  # told the size, and kept as evidence all the same
        (OTHER.request(5, 8), 5, 422, None, "no-continuation"),  # a fork that grew
        (AddCheckpoint(5, (), ONE.note(8)), 5, 422, None, "no-continuation"),
        (AddCheckpoint(0, (bytes(32),), ONE.note(8)), 0, 422, None, None),
        (AddCheckpoint(5, (bytes(32),), ONE.note(5)), 5, 422, None, "no-continuation"),
    ],
)
def test_everything_else_is_refused_as_the_specification_says(request_, held, status, size, shows):
    found = refused(request_, at(ONE, held))
    assert (found.status, found.held, found.contradiction) == (status, size, shows)


def test_other_keys_other_origins_and_a_wrong_empty_root_are_refused():
    stranger = TestLog(key=SigningKey(KEY.name, bytes(32)))
    assert refused(stranger.request(0, 5), {}).status == 403
    elsewhere = TestLog(key=SigningKey("ledger.example/l-2", bytes(32)))
    assert refused(elsewhere.request(0, 5), {}).status == 404
    borrowed = {**LOGS, "ledger.example/l-2": [KEY.verifier]}  # a key signs for its own origin alone
    assert refused(elsewhere.request(0, 5), {}, borrowed).status == 403
    assert ONE.root(0) == EMPTY_ROOT
    wrong = KEY.sign(Checkpoint(KEY.name, 0, bytes(32)).text).encode()
    assert refused(AddCheckpoint(0, (), wrong), {}).status == 422


def test_a_log_with_two_keys_may_sign_with_either():
    new = SigningKey(KEY.name, bytes(31) + b"x")
    both = {KEY.name: [KEY.verifier, new.verifier]}
    for key in (KEY, new):
        assert examined(TestLog(key=key).request(0, 5), both, {}).size == 5


NOTE = ONE.note(5)
HASH = b"PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
NO_REQUESTS = (
    b"", b"\n\n", b"old 0\n", b"old 0\n" + NOTE, b"old 00\n\n" + NOTE, b"old -1\n\n" + NOTE,
    b"old +1\n\n" + NOTE, b"old  1\n\n" + NOTE, b"new 1\n\n" + NOTE, b"old 1 \n\n" + NOTE,
    b"old 9223372036854775808\n\n" + NOTE, b"old 1\nAAAA\n\n" + NOTE, b"old 1\n!!!!\n\n" + NOTE,
    b"old 1\n" + HASH.replace(b"kaw=", b"kax=") + b"\n" + NOTE, b"old 1\r\n\r\n" + NOTE,
    b"old 1\n" + HASH * (PROOF_LINES_MAX + 1) + b"\n" + NOTE, b"old 1\n\xff\n\n" + NOTE,
    "old ١\n\n".encode() + NOTE,
)  # fmt: skip


@pytest.mark.parametrize("body", NO_REQUESTS)
def test_what_is_no_request_is_refused_with_400(body):
    with pytest.raises(WitnessRefusal) as found:
        examined(parsed_request(body), LOGS, {})
    assert found.value.status == 400


@given(st.binary(max_size=300))
def test_whatever_is_sent_is_refused_and_breaks_nothing(body):
    with pytest.raises(WitnessRefusal) as found:
        examined(parsed_request(b"old 0\n\n" + body), LOGS, {})
    assert found.value.status in (400, 403, 404)


REQUESTS = st.tuples(st.sampled_from([ONE, OTHER]), st.integers(0, 9), st.integers(0, 9))


@given(st.lists(REQUESTS, max_size=12))
def test_a_witness_never_cosigns_two_histories(asked):
    """Whoever asks in whatever order, with whatever proofs: what was cosigned is one growing history."""
    held: dict[str, Checkpoint] = {}
    seen: list[Checkpoint] = []
    for log, old, size in asked:
        try:
            found = examined(log.request(old, size), LOGS, held)
        except WitnessRefusal:
            continue
        held[found.origin] = found
        seen.append(found)
    assert [one.size for one in seen] == sorted(one.size for one in seen)
    stories = [story for story in (ONE, OTHER) if all(one.root == story.root(one.size) for one in seen)]
    assert stories
