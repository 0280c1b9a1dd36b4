"""A verification that was stopped goes on: the same findings as a whole one, and nothing verified twice."""

import pytest

from ledger.store import verify as verifying
from ledger.store import verify_kept as keeping
from ledger.store.verify import verify
from ledger.store.verify_kept import Kept, ledger_of
from tests.store.log import test_verify as single
from tests.store.log.appends import append
from tests.store.log.test_verify import CHANGES

tamper = single.tamper
PIECE = 3


class Stopped(Exception):
    pass


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(keeping, "PIECE", PIECE)
    monkeypatch.setattr("ledger.store.verify_rows.BLOCKS", 1)


@pytest.fixture
def kept(database, tmp_path):
    return Kept(tmp_path, ledger_of(database.serve_url), "code", bodies=True)


def stopped_after(monkeypatch, pieces):
    """A verification that ends by itself once so many shares are carried out."""
    carried_out, done = verifying.carried_out, []

    def carried(*given):
        if len(done) == pieces:
            raise Stopped
        done.append(given[1])
        return carried_out(*given)

    monkeypatch.setattr(verifying, "carried_out", carried)
    return done


def interrupted(database, kept, monkeypatch, pieces):
    with monkeypatch.context() as patched:
        done = stopped_after(patched, pieces)
        with pytest.raises(Stopped):
            verify(database.serve_url, processes=1, kept=kept)
    assert kept.path.exists() == (pieces > 0)
    return done


@pytest.mark.parametrize("pieces", [0, 1, 2])
@pytest.mark.parametrize("what", [None, *CHANGES])
def test_what_was_stopped_goes_on_and_finds_the_same(database, tamper, kept, monkeypatch, what, pieces):
    if what is not None:
        tamper(CHANGES[what])
    expected = verify(database.serve_url, processes=1)
    done = interrupted(database, kept, monkeypatch, pieces)
    told = []
    report = verify(database.serve_url, lambda *more: told.append(more), processes=1, kept=kept)
    assert (report.findings, report.events) == (expected.findings, expected.events)
    assert report.earlier == sum(min(share.upto, 8) - share.after for share in done) - (
        what == "event gone" and any(share.after < 5 <= share.upto for share in done)
    )
    assert not kept.path.exists()
    assert not told or told[0][0] > report.earlier


def test_events_appended_meanwhile_are_verified_too(database, tamper, kept, monkeypatch, postgres_log):
    for pieces in (1, 2, 3):
        done = interrupted(database, kept, monkeypatch, pieces)
        for _ in range(4):
            postgres_log.append(append(("thing:a", "thing:b"), ("thing:c",)))
        expected = verify(database.serve_url, processes=1)
        report = verify(database.serve_url, processes=1, kept=kept)
        assert report.intact
        assert (report.events, report.last_leaf) == (expected.events, expected.last_leaf)
        assert report.earlier == sum(share.upto - share.after for share in done)


def test_a_change_among_what_was_appended_meanwhile_is_found(
    database, tamper, kept, monkeypatch, postgres_log
):
    interrupted(database, kept, monkeypatch, 2)
    for _ in range(4):
        postgres_log.append(append(("thing:a", "thing:b"), ("thing:c",)))
    tamper("UPDATE liggare.tags SET tag = 'thing:z' WHERE position = 12 AND tag = 'thing:a'")
    tamper("INSERT INTO liggare.tags VALUES ('thing:q', 'thing-happened.v1', 2)")
    report = verify(database.serve_url, processes=1, kept=kept)
    assert {position for position, _ in report.findings} == {
        position for position, _ in verify(database.serve_url).findings
    }


def test_another_ledgers_end_is_not_gone_on_from(database, tamper, kept, monkeypatch):
    interrupted(database, kept, monkeypatch, 2)
    tamper("UPDATE liggare.events SET leaf = '\\x00' WHERE position = 8")
    report = verify(database.serve_url, processes=1, kept=kept)
    assert (report.earlier, report.intact) == (0, False)


def test_a_file_that_cannot_be_read_is_as_none(database, tamper, kept):
    kept.path.parent.mkdir(exist_ok=True)
    kept.path.write_text('{"head":')
    assert verify(database.serve_url, processes=1, kept=kept).intact


def test_processes_keep_and_go_on_too(database, tamper, kept, monkeypatch):
    expected = verify(database.serve_url).events
    interrupted(database, kept, monkeypatch, 1)
    report = verify(database.serve_url, processes=2, kept=kept)
    assert (report.events, report.intact, bool(report.earlier)) == (expected, True, True)
    assert not kept.path.exists()


def test_each_ledger_code_and_kind_has_a_file_of_its_own(tmp_path):
    kinds = [("l", "c", True), ("l", "c", False), ("l", "d", True), ("m", "c", True)]
    assert len({Kept(tmp_path, ledger, code, bodies=bodies).path for ledger, code, bodies in kinds}) == 4
