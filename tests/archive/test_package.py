"""What an archive takes over: all of a range, each record once, under the secrecy that it states itself."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest

from ledger.decisions.base import DECISIONS
from ledger.errors import Corrupt
from ledger.store.body import contents, groups_of, masked
from ledger.store.codec import header_of, parse_record
from ledger.values import local_date
from replay.archive.about import About
from replay.archive.package import Source, write_package
from replay.archive.shown import BATCH, shown
from replay.archive.span import EmptySpanError, span_of
from replay.archive.stream import unframed
from replay.questions.unsealed import UnsealedLog, seals
from tests.archive.packages import BEGIN, END, REP, SENDER, files_of, holds, offered_world, packed, source_of
from tests.replay.evidence import award_world
from tests.replay.histories import position_of, rewritten, shortened, with_body


@pytest.fixture(scope="module")
def log():
    return award_world().log


def copy_of(log):
    return shortened(log, log.head().position)


def lines_of(top, where="data"):
    found = [
        json.loads(line)
        for path in (top / REP / where).rglob("*.jsonl")
        if "cited" not in path.parts or "cited" in where
        for line in path.read_text().splitlines()
    ]
    return sorted(found, key=lambda one: one["position"])


def test_a_package_of_everything_has_every_record_and_holds(log, tmp_path):
    about = packed(log, tmp_path / "all")
    found = holds(tmp_path / "all")
    assert (about.first, about.last, about.complete) == (1, log.head().position, False)
    assert (found.about, found.trusted, found.cosigned_by) == (about, True, ("witness.example/w",))
    records = list(log.records())
    lines = lines_of(tmp_path / "all")
    assert [line["position"] for line in lines] == [record.position for record in records]
    for line, record in zip(lines, records, strict=True):
        header = msgspec.to_builtins(header_of(parse_record(record.record).header))
        assert line["header"] | line["links"] == json.loads(json.dumps(header))
        said = {name.decode(): json.loads(content) for name, content in contents(record.body).items()}
        assert (line["groups"], line["leaf"]) == (said, record.leaf.hex())
    assert not about.cited


def test_what_lies_with_it_to_be_read_is_in_swedish_where_it_says_so(log, tmp_path):
    packed(log, tmp_path / "read")
    told = (tmp_path / "read" / "documentation" / "read-me.txt").read_text("utf-8")
    swedish, english = told.split("AN EXPORT OF AVROPSLIGGAREN")
    assert "tiden är simulerad." in swedish
    assert "time is simulated." in english


def test_ranges_that_meet_share_nothing_and_leave_nothing_out(log, tmp_path):
    days = sorted({local_date(record.recorded_at) for record in log.records()})
    borders = [BEGIN, *days[1:], END]
    seen = []
    for number, (begin, end) in enumerate(pairwise(borders)):
        top = tmp_path / f"part-{number}"
        about = packed(log, top, begin, end)
        assert holds(top).about.complete is (end != END)
        lines = lines_of(top)
        seen += [line["position"] for line in lines]
        assert {path.stem for path in (top / REP / "data").glob("*/*.records")} == {str(days[number])}
        assert set(about.cited) <= set(range(1, about.first))
        assert [line["position"] for line in lines_of(top, "data/cited")] == list(about.cited)
    assert seen == list(range(1, log.head().position + 1))
    assert (about.cited[0], len(about.cited)) == (1, 2)


def test_a_day_is_a_local_one(log):
    first = next(iter(log.records()))
    day = local_date(first.recorded_at)
    size = log.head().position
    with pytest.raises(EmptySpanError, match="Europe/Stockholm"):
        span_of(log, BEGIN, day, size)
    assert span_of(log, day, day + timedelta(days=1), size).first == 1


def test_the_same_range_and_name_give_the_same_bytes(log, tmp_path):
    packed(log, tmp_path / "one" / "p")
    packed(log, tmp_path / "other" / "p")
    assert files_of(tmp_path / "one" / "p") == files_of(tmp_path / "other" / "p")
    times = {path.stat().st_mtime for path in (tmp_path / "one" / "p").rglob("*")}
    assert times == {1_760_000_000}


def test_each_record_lies_under_the_strictest_secrecy_that_it_states(log, tmp_path):
    about = packed(log, tmp_path / "all")
    found = {}
    for path in (tmp_path / "all" / REP / "data").glob("*/*.records"):
        with path.open("rb") as file:
            for record, _ in unframed(file):
                header = header_of(parse_record(record).header)
                stated = {header.secrecy, *(secrecy for _, secrecy in header.groups or ())}
                order = ("open", "sealed-until-award", "person", "secret")
                assert path.parent.name == max(stated, key=order.index)
                found[path.parent.name] = found.get(path.parent.name, 0) + 1
    assert found == about.counts.secrecy
    assert len(found) > 2
    premis = (tmp_path / "all" / REP / "metadata/preservation/premis.xml").read_text()
    for name in files_of(tmp_path / "all" / REP / "data"):
        secrecy = name.removeprefix("cited/").split("/")[0]
        expected = "open" if secrecy == "proof" else secrecy
        about_file = premis.partition(f"<originalName>data/{name}</originalName>")[2]
        assert about_file.partition("Value>")[2].startswith(f"secrecy:{expected}<")


def test_an_offer_before_the_award_is_fixed_and_says_nothing(tmp_path):
    log = offered_world().log
    about = packed(log, tmp_path / "all")
    assert holds(tmp_path / "all").about.counts.sealed == about.counts.sealed > 0
    sealed = [record for record in log.records() if seals(record.type)]
    assert about.counts.sealed == len(sealed)
    everything = b"".join(files_of(tmp_path / "all").values())
    for record in sealed:
        line = next(one for one in lines_of(tmp_path / "all") if one["position"] == record.position)
        assert line["links"] is None
        assert set(line["groups"].values()) == {None}
        for group in groups_of(record.body):
            assert group.content not in everything
            assert group.salt not in everything
            assert group.commitment in everything


def test_what_was_disposed_or_masked_stays_so(log, tmp_path):
    log = copy_of(log)
    shift, award = position_of(log, "shift-reported.v1"), position_of(log, "order-awarded.v1")
    approved = position_of(log, "shift-approved.v1")
    with_body(log, shift, None)
    body = log.records_at([approved])[0].body
    for name in contents(body):
        body = masked(body, name.decode())
    with_body(log, approved, body)
    with_body(log, award, masked(log.records_at([award])[0].body, "checks"))
    about = packed(log, tmp_path / "all")
    assert (about.counts.disposed, about.counts.masked, about.counts.sealed) == (2, 1, 0)
    assert holds(tmp_path / "all").about == about
    lines = {line["position"]: line for line in lines_of(tmp_path / "all")}
    assert (lines[shift]["groups"], lines[award]["groups"]["checks"]) == (None, None)


def test_nobodys_identity_and_no_key_goes_along_and_an_erasure_breaks_nothing(tmp_path):
    world = award_world()
    person = DECISIONS["register-consultant"].example["identity"]
    registered = [one for one in world.history() if type(one).__name__ == "ConsultantRegistered"]
    assert registered
    packed(world.log, tmp_path / "one" / "p")
    everything = b"".join(files_of(tmp_path / "one" / "p").values())
    assert person["name"].encode() not in everything
    assert person["personal_identity_number"].encode() not in everything
    assert person["personal_identity_number"].replace("-", "").encode() not in everything
    for one in registered:
        world._vault.destroy(one.consultant, world.clock.now())
    packed(world.log, tmp_path / "other" / "p")
    assert files_of(tmp_path / "one" / "p") == files_of(tmp_path / "other" / "p")
    assert holds(tmp_path / "other" / "p")


def test_records_are_read_a_batch_ahead_and_no_more(log):
    taken = []
    records = list(log.records())

    def source():
        for at in range(4 * BATCH):
            taken.append(at)
            yield records[at % len(records)]

    reading = shown(UnsealedLog(log, len(records)), source())
    next(reading)
    assert len(taken) == BATCH
    assert sum(1 for _ in reading) == 4 * BATCH - 1


def test_retention_is_counted(log, tmp_path):
    about = packed(log, tmp_path / "all")
    assert sum(about.counts.retention.values()) == log.head().position
    assert set(about.counts.retention) <= {"agreement", "bookkeeping", "person"}
    said = json.loads((tmp_path / "all" / REP / "data/proof/range.json").read_text())
    assert msgspec.convert(said, About) == about


def test_a_ledger_that_does_not_fit_gives_no_package(log, tmp_path):
    one = copy_of(log)
    shift = position_of(one, "shift-reported.v1")
    with_body(one, shift, one.records_at([shift - 1])[0].body)
    with pytest.raises(Corrupt, match="body is not the sealed one"):
        packed(one, tmp_path / "body")
    other = copy_of(log)
    rewritten(other, shift, lambda facts: facts.update(worked_minutes=1))
    with pytest.raises(Corrupt, match="do not lead to the checkpoint's root"):
        _packed_under(other, log, tmp_path / "leaf")


def _packed_under(log, sealed, top):
    """The package of a log under the checkpoint of another."""
    honest = source_of(sealed)
    source = Source(replace(honest.ground, log=log), honest.subtrees)
    top.mkdir()
    write_package(source, span_of(log, BEGIN, END, log.head().position), SENDER, top, "x", lambda *_: None)
