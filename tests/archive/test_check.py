"""A package is verified without the ledger, and every change to what is proved is found, with its place."""

import base64
import os
import random
import shutil
from datetime import date, timedelta

import pytest

from ledger.errors import Corrupt
from ledger.proof.note import SigningKey
from ledger.proof.stamp import stamp_request
from ledger.store.body import masked
from ledger.store.codec import without_links
from ledger.values import local_date
from replay.archive.fault import Fault
from replay.archive.stream import MAGIC, framed, line_of, opened, unframed
from tests.archive.packages import REP, described_again, files_of, holds, packed, source_of, unlisted
from tests.proof.authority import authority
from tests.replay.evidence import KEY, award_world

FLIPS = 300


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    top = tmp_path_factory.mktemp("archive") / "package"
    about = packed(award_world().log, top, date(2025, 1, 1))  # so that something stands to its left
    assert about.first > 1
    assert about.before
    return top


@pytest.fixture
def top(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "package")


def fault(top, keys=(KEY.verifier,)):
    with pytest.raises(Fault) as found:
        holds(top, keys)
    return found.value


def biggest(top):
    return max((top / REP / "data").glob("open/*.records"), key=lambda path: path.stat().st_size)


def records_in(path):
    with path.open("rb") as file:
        return list(unframed(file))


def rewritten(top, path, records):
    path.write_bytes(MAGIC + b"".join(framed(*one) for one in records))
    described_again(top)


def test_a_whole_one_holds_with_its_own_key_and_with_one_from_elsewhere(whole):
    assert holds(whole).trusted
    assert not holds(whole, ()).trusted
    stranger = SigningKey.generate(KEY.name).verifier
    assert fault(whole, (stranger,)).where == "data/proof/checkpoint.txt"


def test_any_flipped_byte_is_found_with_its_file(whole, top):
    chance = random.Random(FLIPS)
    files = {name: content for name, content in files_of(whole).items() if name != "METS.xml"}
    places = [(name, at) for name, content in files.items() for at in range(len(content))]
    for name, at in chance.sample(places, FLIPS):
        content = bytearray(files[name])
        content[at] ^= chance.randrange(1, 256)
        (top / name).write_bytes(content)
        where = fault(top).where
        assert where == name or name.endswith("rep1/METS.xml"), (name, at, where)
        (top / name).write_bytes(files[name])
    holds(top)


def test_any_flip_in_what_is_proved_is_found_though_mets_is_made_anew(whole, top):
    chance = random.Random(FLIPS)
    ends = (".records", ".jsonl", ".proof", "checkpoint.txt")
    files = {name: content for name, content in files_of(whole).items() if name.endswith(ends)}
    for name in chance.choices(sorted(files), k=FLIPS):
        content = bytearray(files[name])
        at = chance.randrange(len(content))
        content[at] ^= chance.choice([1, 2, 4, 8, 16, 64, 128])
        (top / name).write_bytes(content)
        described_again(top)
        found = fault(top)
        assert "check sum" not in found.en, (name, at)
        assert found.where.rpartition(".")[0] == name.removeprefix(f"{REP}/").rpartition(".")[0], (name, at)
        (top / name).write_bytes(files[name])
    described_again(top)
    holds(top)


def test_a_file_more_or_less_is_found(top):
    (top / "more.txt").write_text("x")
    assert (fault(top).where, "belong" in fault(top).en) == ("more.txt", True)
    (top / "more.txt").unlink()
    path = top / "documentation" / "format.md"
    path.unlink()
    assert (fault(top).where, fault(top).en) == ("documentation/format.md", "is missing")
    path.symlink_to("/etc/hostname")
    assert fault(top).where == "documentation/format.md"


def test_a_mets_that_is_none_or_tells_more_is_found(top):
    mets = top / "METS.xml"
    text = mets.read_text()
    mets.write_text(text.replace("<mets ", '<!DOCTYPE mets [<!ENTITY a "b">]>\n<mets ', 1))
    assert "document type" in fault(top).en
    mets.write_text(text[: len(text) // 2])
    assert (fault(top).where, "cannot be read" in fault(top).en) == ("METS.xml", True)
    mets.write_text(text.replace("SHA-256", "MD5"))
    assert "not SHA-256" in fault(top).en
    mets.unlink()
    assert fault(top).where == "METS.xml"


def test_a_record_less_more_or_in_another_order_is_found(top):
    path = biggest(top)
    whole = records_in(path)
    lines = path.with_suffix(".jsonl").read_bytes().splitlines(keepends=True)
    assert len(whole) > 3
    for order in ([*range(1, len(whole))], [*range(len(whole) - 1)], [0, 0, *range(1, len(whole))], [1, 0]):
        path.with_suffix(".jsonl").write_bytes(b"".join(lines[at] for at in order))
        rewritten(top, path, [whole[at] for at in order])
        found = fault(top)
        assert "next record" in found.en or "the records end at" in found.en
    path.with_suffix(".jsonl").write_bytes(b"".join(lines) + lines[0])
    rewritten(top, path, whole)
    assert "more than the records say" in fault(top).en


def test_a_day_less_is_found(top):
    path = biggest(top)
    for end in (".records", ".jsonl"):
        path.with_suffix(end).unlink()
        unlisted(top, f"data/open/{path.stem}{end}")
    described_again(top)
    assert "is not the next record" in fault(top).en or "the records end at" in fault(top).en


def test_a_record_under_another_day_or_secrecy_is_found(top):
    for name, said in (("open/2025-01-02", "another day"), ("secret/{}", "another secrecy")):
        path = biggest(top)
        other = path.parents[1] / name.format(path.stem)
        other.parent.mkdir(exist_ok=True)
        mets = top / REP / "METS.xml"
        kept = mets.read_text()
        for end in (".records", ".jsonl"):
            path.with_suffix(end).rename(other.with_suffix(end))
        mets.write_text(kept.replace(f"data/open/{path.stem}.", f"data/{name.format(path.stem)}."))
        described_again(top)
        assert said in fault(top).en
        for end in (".records", ".jsonl"):
            other.with_suffix(end).rename(path.with_suffix(end))
        mets.write_text(kept)


def test_what_somebody_masked_afterwards_shows_in_the_counts(top):
    path = biggest(top)
    (record, body), *others = records_in(path)
    line = path.with_suffix(".jsonl")
    first, rest = line.read_bytes().split(b"\n", 1)
    hidden = masked(body, "facts")
    assert line_of(opened(record, body), body) == first + b"\n"
    line.write_bytes(line_of(opened(record, hidden), hidden) + rest)
    rewritten(top, path, [(record, hidden), *others])
    assert (fault(top).where, "more or less is shown" in fault(top).en) == ("data/proof/range.json", True)


@pytest.mark.parametrize(
    ("was", "is_now", "said"),
    [
        ('"complete": false', '"complete": "maybe"', "range.json"),
        ('"first": ', '"first": 1', "belong here"),
        ('"size": 65', '"size": 66', "another size"),
        ('"ledger": "l-cases"', '"ledger": "l-other"', "next record"),
        ('"from_on": "2025-01-01"', '"from_on": "2025-02-11"', "another day"),
        ('"to_on": "2030-01-01"', '"to_on": "2025-02-01"', "another day"),
        ("liggare-archive-1", "liggare-archive-2", "of the format liggare-archive-2"),
    ],
)
def test_a_range_that_says_otherwise_is_found(top, was, is_now, said):
    path = top / REP / "data/proof/range.json"
    text = path.read_text()
    assert was in text
    path.write_text(text.replace(was, is_now, 1))
    described_again(top)
    assert said in fault(top).en


def test_what_the_range_rests_on_may_not_be_missing(top):
    path = top / REP / "data/proof/range.json"
    text = path.read_text()
    cited = next(line for line in text.splitlines() if line.strip() == "1,")
    path.write_text(text.replace(f"{cited}\n", "", 1))
    described_again(top)
    assert "rest on" in fault(top).en


def test_a_stamp_is_over_the_checkpoint_and_a_cosignature_by_its_witness(top, tmp_path):
    log = award_world().log
    note = source_of(log).ground.confirmed.sealed.note
    with authority() as tsa:
        right, wrong = (tsa.stamp(stamp_request(content).der) for content in (note, b"another"))
    for name, der in (("right", right), ("wrong", wrong)):
        packed(log, tmp_path / name, stamps=(der,))
    assert holds(tmp_path / "right").stamps == 1
    assert (tmp_path / "right" / REP / "data/proof/stamps/1.tsr").read_bytes() == right
    found = fault(tmp_path / "wrong")
    assert (found.where, found.en) == ("data/proof/stamps/1.tsr", "is over other bytes")
    path = top / REP / "data/proof/cosignatures.txt"
    name, _, signed = path.read_text().rpartition(" ")
    content = bytearray(base64.b64decode(signed))
    content[-1] ^= 1
    path.write_text(f"{name} {base64.b64encode(content).decode()}\n")
    described_again(top)
    assert fault(top).where == "data/proof/cosignatures.txt"


def test_a_pipe_in_a_files_place_is_found_and_not_waited_for(top):
    report = biggest(top)
    report.unlink()
    os.mkfifo(report)
    assert "another check sum" in str(fault(top))
    report.unlink()
    report.mkdir()
    assert "is missing" in str(fault(top))


def test_what_is_withheld_of_a_record_may_take_nothing_of_what_is_shown(top):
    record, _ = records_in(biggest(top))[0]
    whole = without_links(record)
    assert opened(whole, None).links is None
    length = int.from_bytes(whole[82:86])
    less = whole[:82] + (length - 1).to_bytes(4) + whole[87:] + whole[86:87]
    for other in (less, whole[:-1], whole + b"x"):
        with pytest.raises(Corrupt):
            opened(other, None)


def told_otherwise(top, *changes):
    """The range said otherwise, under METS made anew."""
    path = top / REP / "data/proof/range.json"
    text = path.read_text()
    for was, is_now in changes:
        assert was in text
        text = text.replace(was, is_now, 1)
    path.write_text(text)
    described_again(top)
    return fault(top).en


def test_a_range_that_was_cut_short_does_not_pass_for_a_longer_one(tmp_path):
    log = award_world().log
    days = sorted({local_date(one.recorded_at) for one in log.records()})
    first, last = days[len(days) // 3], days[-1]
    about = packed(log, tmp_path / "cut", first, last)
    assert about.complete
    assert first > days[0]
    beside = [bytes.fromhex(one.entry) for one in holds(tmp_path / "cut").about.neighbours]
    assert [int.from_bytes(entry[1:9]) for entry in beside] == [about.first - 1, about.last + 1]
    for was, is_now in ((("to_on", last), last + timedelta(1)), (("from_on", first), days[0])):
        top = shutil.copytree(tmp_path / "cut", tmp_path / was[0])
        assert "is left out" in told_otherwise(top, (f'"{was[0]}": "{was[1]}"', f'"{was[0]}": "{is_now}"'))


def test_what_stands_beside_a_range_may_not_be_missing_or_another(tmp_path):
    log = award_world().log
    day = max(local_date(one.recorded_at) for one in log.records())
    about = packed(log, tmp_path / "cut", date(2020, 1, 1), day)
    (beside,) = about.neighbours
    (other,) = log.records_at([about.last])
    for number, (said, *changes) in enumerate((
        ("not all there", ('"complete": true', '"complete": false')),
        ("lead to the root", (beside.entry, other.record[:81].hex())),
        ("lead to the root", (beside.path[0], "00" * 32)),
        ("no entry", (beside.entry, beside.entry[2:])),
        ("not written as it is read", ('"complete": true', '"complete": false,\n "complete": true')),
    )):  # fmt: skip
        top = shutil.copytree(tmp_path / "cut", tmp_path / str(number))
        assert said in told_otherwise(top, *changes), said


def test_only_keys_that_signed_are_said_to_have(top):
    other, stranger = (SigningKey.generate(name).verifier for name in (KEY.name, "other.example/l-2"))
    assert holds(top, (other, KEY.verifier, stranger)).signed_by == (KEY.verifier.text,)
    path = top / REP / "data/proof/keys.txt"
    path.write_text(f"{other.text}\n{path.read_text()}")
    described_again(top)
    found = holds(top, ())
    assert (found.signed_by, found.trusted) == ((KEY.verifier.text,), False)


def test_a_checkpoint_signed_by_the_key_of_another_origin_is_none(top):
    note = top / REP / "data/proof/checkpoint.txt"
    text = note.read_text().partition("\n\n")[0] + "\n"
    other = SigningKey.generate("other.example/l-2")
    note.write_bytes(other.sign(text).encode())
    described_again(top)
    assert "not by a key of" in fault(top, (other.verifier,)).en
