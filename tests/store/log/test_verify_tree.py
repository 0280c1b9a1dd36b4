"""Verifying the tree: what was changed behind the ledger's back, what was found, and where."""

from contextlib import closing

import pytest

from ledger.proof.checkpoint import Checkpoint, sealed_checkpoint, unverified_checkpoint
from ledger.proof.note import SigningKey
from ledger.store.verify_tree import TreeReport, verify_tree
from tests.proof.naive import mth
from tests.store.log.test_sealing import behind_its_back
from tests.store.log.trees import KEY, fill, rows_of, sealer_of

STEPS = (300, 5, 295, 200, 66_000)
SIZES = (300, 305, 600, 800, 66_336, 66_800)


@pytest.fixture
def sealed(database):
    """A ledger of 66 800 events, sealed as it grew, with ten more that are not sealed yet."""
    with closing(sealer_of(database.serve_url)) as sealer:
        for count in STEPS:
            fill(database, count)
            while sealer.seal():
                pass
    fill(database, 10)
    return database


def checkpoints(database):
    return [unverified_checkpoint(note) for _, note, _ in rows_of(database.serve_url, "checkpoints", "size")]


def test_a_ledger_that_was_let_alone_is_whole(sealed):
    progress = []
    report = verify_tree(
        sealed.serve_url, [KEY.verifier], checkpoints(sealed), lambda *both: progress.append(both)
    )
    assert report == TreeReport(66_800, 6, 6, KEY.name, ())
    assert progress[-1] == (66_810, 66_810)
    assert verify_tree(sealed.serve_url).signatures == 0


def test_what_was_never_sealed_has_nothing_to_compare(database):
    assert verify_tree(database.serve_url) == TreeReport()
    fill(database, 3)
    leaves = [row[4] for row in rows_of(database.serve_url, "events", "position")]
    assert verify_tree(database.serve_url, kept=[Checkpoint("a", 2, mth(leaves[:2]))]).findings == ()
    found = verify_tree(database.serve_url, kept=[Checkpoint("a", 2, mth(leaves[:3]))]).findings
    assert [position for position, _ in found] == [2]


ANOTHER_LEAF = "UPDATE liggare.events SET leaf = sha256(leaf) WHERE position = %s"
FLIPPED = "set_byte(hashes, {0}, get_byte(hashes, {0}) # 1)"
TAMPERED = {
    "a leaf in a tile": (ANOTHER_LEAF % 258, [(258, "another leaf"), (300, "up to p0")]),
    "a leaf at the edge": (ANOTHER_LEAF % 66_790, [(66_800, "up to p66336")]),
    "a leaf not sealed": (ANOTHER_LEAF % 66_805, []),
    "the tail cut": ("DELETE FROM liggare.events WHERE position > 700", [(701, "only 700 are left")] * 3),
    "an event cut out": ("DELETE FROM liggare.events WHERE position = 400", [(400, "events are missing")]),
    "a tile gone": ("DELETE FROM liggare.tiles WHERE level = 0 AND index = 2", [(513, "tile 0/2: missing")]),
    "a hash in a tile": (
        f"UPDATE liggare.tiles SET hashes = {FLIPPED.format(33)} WHERE level = 0 AND index = 1",
        [(258, "another leaf")],
    ),
    "a tile's root": (
        "UPDATE liggare.tiles SET root = sha256(root) WHERE level = 0 AND index = 1",
        [(257, "tile 0/1: its root")],
    ),
    "a tile above": (
        f"UPDATE liggare.tiles SET hashes = {FLIPPED.format(64)} WHERE level = 1",
        [(1, "tile 1/0: its hash 2")],
    ),
    "a tile too many": (
        "INSERT INTO liggare.tiles SELECT 0, 300, hashes, root FROM liggare.tiles WHERE index = 1",
        [(76_801, "no checkpoint reaches")],
    ),
    "a checkpoint's size": (
        "UPDATE liggare.checkpoints SET size = 306 WHERE size = 305",
        [(306, "the note says 305"), (306, "signed over other events; those up to p300")],
    ),
    "no note": ("UPDATE liggare.checkpoints SET note = 'x' WHERE size = 305", [(305, "this is none")]),
    "checkpoints gone": (
        "DELETE FROM liggare.checkpoints WHERE size > 700",
        [(769, "no checkpoint reaches")],
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_is_found_where_it_is(sealed, what):
    statement, expected = TAMPERED[what]
    with behind_its_back(sealed, "events", "tiles", "checkpoints") as connection:
        connection.execute(statement)
    found = verify_tree(sealed.serve_url, [KEY.verifier]).findings
    for position, words in expected:
        assert any(at == position and words in said for at, said in found), found
    assert bool(found) is bool(expected)
    if len(expected) < 3 and "gone" not in what:
        assert len(found) == len(expected), found


def test_signatures_of_another_key_and_another_origin_are_found(sealed):
    stranger = SigningKey.generate(KEY.name)
    assert len(verify_tree(sealed.serve_url, [stranger.verifier]).findings) == 6
    both = verify_tree(sealed.serve_url, [stranger.verifier, KEY.verifier])
    assert (both.findings, both.signatures) == ((), 6)
    old = checkpoints(sealed)[1]
    other = SigningKey.generate("other.example/l")
    with behind_its_back(sealed, "checkpoints") as connection:
        note = sealed_checkpoint(Checkpoint(other.name, old.size, old.root), other)
        connection.execute("UPDATE liggare.checkpoints SET note = %s WHERE size = %s", (note, old.size))
    found = verify_tree(sealed.serve_url, [KEY.verifier]).findings
    assert [position for position, _ in found] == [305]
    assert "other.example" in verify_tree(sealed.serve_url).findings[0][1]


def test_a_history_written_anew_as_a_whole_shows_only_against_what_was_kept(sealed):
    kept = checkpoints(sealed)
    with behind_its_back(sealed, "events", "tiles", "checkpoints") as connection:
        connection.execute(ANOTHER_LEAF % 303)
        connection.execute("DELETE FROM liggare.tiles")
        connection.execute("DELETE FROM liggare.checkpoints")
    with closing(sealer_of(sealed.serve_url)) as sealer:
        while sealer.seal():
            pass
    assert verify_tree(sealed.serve_url, [KEY.verifier]).findings == ()
    assert verify_tree(sealed.serve_url, [KEY.verifier], kept[:1]).findings == ()
    found = verify_tree(sealed.serve_url, [KEY.verifier], kept).findings
    assert [position for position, _ in found] == list(SIZES[1:])
    assert "up to p300 are the same" in found[0][1]
    with behind_its_back(sealed, "events", "tiles", "checkpoints") as connection:
        connection.execute("DELETE FROM liggare.events WHERE position > 250")
        connection.execute("DELETE FROM liggare.tiles")
        connection.execute("DELETE FROM liggare.checkpoints")
    found = verify_tree(sealed.serve_url, [KEY.verifier], kept[:1]).findings
    assert found == ((251, "kept checkpoint of 300: of its events only 250 are left"),)


def test_checkpoints_sealed_anew_do_not_vouch_for_what_was_kept_elsewhere(sealed):
    """They agree with the other history; only those that were kept say since when it is another."""
    kept = checkpoints(sealed)
    with behind_its_back(sealed, "events", "tiles", "checkpoints") as connection:
        connection.execute(ANOTHER_LEAF % 303)
        connection.execute("DELETE FROM liggare.tiles")
        connection.execute("DELETE FROM liggare.checkpoints")
    with closing(sealer_of(sealed.serve_url, stretch=400)) as sealer:
        while sealer.seal():
            pass
    report = verify_tree(sealed.serve_url, [KEY.verifier], [kept[0], kept[3]])
    assert (report.between, [position for position, _ in report.findings]) == ((300, 800), [800])
    assert verify_tree(sealed.serve_url, [KEY.verifier], [kept[3]]).between == (0, 800)
    assert verify_tree(sealed.serve_url, [KEY.verifier]).between is None
