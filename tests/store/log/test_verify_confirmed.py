"""Verifying what others confirmed: a history signed anew has no cosignatures and stamps of its own."""

from contextlib import closing

import psycopg
import pytest

from ledger.proof.checkpoint import Checkpoint, sealed_checkpoint, unverified_checkpoint
from ledger.proof.cosignature import cosigned, witness_key
from ledger.proof.note import SigningKey, parsed_note
from ledger.proof.stamp import answered_stamp, parsed_roots, stamp_request
from ledger.store.confirmed import keep_cosignature, keep_stamp
from ledger.store.sealing import connected
from ledger.store.sealing_tree import newest
from ledger.store.verify_confirmed import APART_MAX_US, verify_confirmed
from tests.proof.authority import authority
from tests.store.log.trees import KEY, fill, sealer_of

WITNESS = SigningKey("region.example/witness", bytes(range(32, 64)))
PUBLIC = witness_key(WITNESS)
SWAP = "UPDATE liggare.{0} SET {1} FROM liggare.{0} o WHERE {0}.size = 5 AND o.size = 10"


@pytest.fixture(scope="module")
def tsa():
    with authority() as made:
        yield made


@pytest.fixture(scope="module")
def roots(tsa):
    return parsed_roots(tsa.roots.read_bytes())


@pytest.fixture
def confirmed(database, tsa, roots):
    """A ledger with two checkpoints, each cosigned and stamped."""
    for at in (1, 2):
        fill(database, 5)
        with (
            closing(sealer_of(database.serve_url)) as sealer,
            closing(connected(database.serve_url)) as connection,
        ):
            sealer.seal()
            sealed = newest(connection)
            assert keep_cosignature(
                connection, sealed.size, PUBLIC, cosigned(parsed_note(sealed.note).text, WITNESS, at)
            )
            asked = stamp_request(sealed.note)
            stamp = answered_stamp(asked, tsa.stamp(asked.der), roots)
            assert keep_stamp(connection, sealed.size, stamp)
            assert not keep_stamp(connection, sealed.size, stamp)
    return database


def behind_its_back(database, statement, *values):
    with psycopg.connect(database.admin_url) as connection:
        for table in ("checkpoints", "cosignatures", "stamps"):
            connection.execute(f"ALTER TABLE liggare.{table} DISABLE TRIGGER ALL")
        connection.execute(statement, values)


def found(database, roots=()):
    return verify_confirmed(database.serve_url, [PUBLIC], roots).findings


def test_what_was_confirmed_verifies_with_keys_and_is_looked_at_without(confirmed, roots):
    whole = verify_confirmed(confirmed.serve_url, [PUBLIC], roots)
    assert (whole.findings, whole.cosignatures, whole.stamps) == ((), 2, 2)
    assert (whole.cosignatures_verified, whole.stamps_verified) == (2, 2)
    bare = verify_confirmed(confirmed.serve_url)
    assert (bare.findings, bare.cosignatures_verified, bare.stamps_verified) == ((), 0, 0)


def test_a_checkpoint_signed_anew_by_the_ledgers_own_key_contradicts_both(confirmed):
    with psycopg.connect(confirmed.serve_url) as connection:
        size, note = connection.execute("SELECT size, note FROM liggare.checkpoints ORDER BY size").fetchone()
    other = sealed_checkpoint(Checkpoint(unverified_checkpoint(note).origin, size, bytes(32)), KEY)
    behind_its_back(confirmed, "UPDATE liggare.checkpoints SET note = %s WHERE size = %s", other, size)
    cosignature, stamp = found(confirmed)
    assert (cosignature[0], "not over this text" in cosignature[1]) == (5, True)
    assert (stamp[0], "over other bytes" in stamp[1]) == (5, True)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM liggare.checkpoints WHERE size = 10", ["no such checkpoint"] * 2),
        ("UPDATE liggare.cosignatures SET cosigned_at = 7 WHERE size = 5", ["other than its line"]),
        ("UPDATE liggare.cosignatures SET witness = 'other' WHERE size = 5", ["other than its line"]),
        ("UPDATE liggare.cosignatures SET line = 'x' WHERE size = 5", ["a note is"]),
        ("UPDATE liggare.stamps SET stamped_at = 7 WHERE size = 5", ["another time"]),
        ("UPDATE liggare.stamps SET answer = 'x' WHERE size = 5", ["no answer by RFC 3161"]),
        (
            SWAP.format("stamps", "answer = o.answer"),
            ["over other bytes"],
        ),
        (
            SWAP.format("cosignatures", "line = o.line, cosigned_at = o.cosigned_at"),
            ["not over this text"],
        ),
    ],
)
def test_changed_rows_are_found(confirmed, roots, statement, told):
    behind_its_back(confirmed, statement)
    findings = found(confirmed, roots)
    assert len(findings) == len(told)
    assert all(part in what for part, (_, what) in zip(told, findings, strict=True)), findings


def test_a_stamp_under_another_root_is_found(confirmed, tsa):
    tsa.make_ca("stranger")
    findings = found(confirmed, parsed_roots((tsa.work / "stranger.pem").read_bytes()))
    assert [(size, "does not verify" in what) for size, what in findings] == [(5, True), (10, True)]


def test_a_clock_that_was_set_back_behind_what_others_confirmed_is_found(confirmed):
    """The stamp on the checkpoint of 5 is of now; of a smaller one nothing can be known."""
    back = "UPDATE liggare.checkpoints SET sealed_at = sealed_at - {} WHERE size = {}"
    behind_its_back(confirmed, back.format(APART_MAX_US - 60_000_000, 10))
    assert found(confirmed) == ()
    behind_its_back(confirmed, back.format(3_600_000_000, 5))
    assert found(confirmed) == ()
    behind_its_back(confirmed, back.format(3_600_000_000, 10))
    ((position, told),) = found(confirmed)
    assert (position, "the clock was set back" in told) == (10, True)
