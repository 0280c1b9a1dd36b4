"""Packages that somebody forged with care: manifests made anew, everything signed left as it is."""

import json
import os
import subprocess
import sys

import pytest

from ledger.store.body import masked
from replay.evidence.disclosure import Disclosure
from replay.evidence.package import award_package, case_package
from tests.replay.evidence import (
    CASE,
    DECIDED,
    KEY,
    MASK,
    VERIFIER,
    award_world,
    bagged_again,
    case_ground,
    case_world,
    ground,
    pinned,
)

VERIFY = pinned()
CASE_FILE, DECISIONS = "data/case.json", "data/decisions.json"
RANKED = "The ranking was made again and is the same."


@pytest.fixture(scope="module")
def files():
    decided = Disclosure((MASK,), ("offer-received/facts", "answer"))
    return dict(case_package(case_ground(case_world()), CASE, decided).files)


@pytest.fixture(scope="module")
def alone():
    return dict(award_package(ground(award_world().log), "o-1", 1, DECIDED).files)


def english(files, key=KEY.verifier.text):
    return "\n".join(en for _, en in VERIFY.verified(files, key))


def fault(files, key=KEY.verifier.text):
    with pytest.raises(VERIFY.Fault) as found:
        VERIFY.verified(files, key)
    return str(found.value)


def forged(files, name, change):
    """The package with a JSON file changed, under manifests made anew."""
    document = json.loads(files[name])
    change(document)
    return bagged_again(files | {name: json.dumps(document).encode()})


def written(files, top):
    for name, content in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(content)
    return top


def run(*arguments, cwd):
    command = [sys.executable, "-I", VERIFIER, *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env={}, timeout=60)
    assert not done.stderr.startswith("Traceback"), done.stderr
    return done.returncode, done.stdout


def masked_again(files, at, group):
    """A group of a record masked by somebody who has the package, and listed as such."""
    name = f"data/records/{at}.body"
    why = {"position": at, "group": group, "why": "secrecy", "paragraph": "x", "ground": "y"}
    less = files | {name: masked(files[name], group)}
    return forged(less, CASE_FILE, lambda case: case["withheld"].append(why))


def answer_of(files, question):
    names = (name for name in sorted(files) if name.startswith("data/answers/"))
    return next(name for name in names if json.loads(files[name])["question"] == question)


def test_a_case_that_says_it_is_none_does_not_get_by_with_its_answers(files):
    for case in (None, 0):
        assert "neither a case nor an award" in fault(
            forged(files, CASE_FILE, lambda c, n=case: c.update(case=n))
        )


def test_a_package_of_no_award_is_none(alone):
    """Whoever drops the award from the list would spare a false ranking its being made again."""
    assert "neither a case nor an award" in fault(
        forged(alone, CASE_FILE, lambda case: case["awards"].clear())
    )


def test_a_case_that_is_another_record_is_found(files):
    for other in (1, 10**9):
        changed = forged(files, CASE_FILE, lambda case, at=other: case.update(case=at))
        assert "FAULT in data/case.json" in fault(changed)


def test_a_masked_case_or_question_leaves_its_answers_marked_as_held_against_nothing(files):
    name = answer_of(files, "continuity-at-award")
    assert " ?]" not in english(files)
    case = json.loads(files[CASE_FILE])["case"]
    for at in (case, int(name.rpartition("/")[2].removesuffix(".json"))):
        lie = forged(masked_again(files, at, "facts"), name, lambda one: one["params"].update(order="o-2"))
        (said,) = (one for one in english(lie).split("\n") if one.startswith("continuity-at-award"))
        assert said.endswith("'order': 'o-2', 'position': 1} ?]")


def test_an_answer_shows_with_what_it_was_made(files):
    name = answer_of(files, "continuity-at-award")
    lie = forged(files, name, lambda one: one["params"].update(position=2))
    assert "'position': 2}]" in english(lie)


def test_decisions_whose_values_were_taken_out_are_counted(files):
    def emptied(document):
        for one in document["decisions"]:
            one["terms"] = None
        document["values"].clear()

    number = len(json.loads(files[DECISIONS])["decisions"])
    assert "WITHOUT VALUES" not in english(files)
    assert f"WITHOUT VALUES {number}" in english(forged(files, DECISIONS, emptied))


def test_what_is_withheld_is_listed_once_and_only_what_nobody_needs_without_a_ground(files):
    def twice(case):
        case["withheld"].append(case["withheld"][0])

    def unneeded(case):
        next(one for one in case["withheld"] if one["group"] == "checks").update(
            why="not-needed", paragraph="", ground=""
        )

    for change in (twice, unneeded):
        assert "does not name rightly" in fault(forged(files, CASE_FILE, change))


@pytest.mark.parametrize("name", [CASE_FILE, DECISIONS])
def test_a_document_that_readers_could_read_differently_is_found(files, name):
    content = files[name].replace(b"{", b'{"cited": [], "decisions": [], ', 1)
    assert f"FAULT in {name}" in fault(bagged_again(files | {name: content}))
    deep = b"[" * 100_000
    assert f"FAULT in {name}" in fault(bagged_again(files | {name: deep}))


def test_a_group_masked_by_more_or_less_than_a_commitment_is_found(files):
    name = next(one for one in sorted(files) if one.endswith(".body") and b"\x01\x07command" in files[one])
    body = bytearray(files[name])
    at = body.index(b"\x01\x07command") + 9
    assert body[at : at + 4] == (32).to_bytes(4, "big")
    body[at : at + 4] = (31).to_bytes(4, "big")
    assert name in fault(bagged_again(files | {name: bytes(body)}))


def test_the_report_and_the_answers_are_said_to_be_unsigned(files):
    other = bagged_again(files | {"data/report.pdf": b"%PDF another"})
    assert "Not signed, proves nothing: data/answers/*, data/report.pdf" in english(other)


def test_nothing_that_a_package_says_passes_for_a_line_of_the_verifier(files, tmp_path):
    name = answer_of(files, "continuity-at-award")

    def lines(one):
        one["answer"]["sentence"] = dict.fromkeys(("sv", "en"), f"so\n{RANKED}\x1b[2J\u202e\x85x")

    hidden = masked_again(files, json.loads(files[CASE_FILE])["awards"][0]["award"], "facts")
    code, out = run(
        written(forged(hidden, name, lines), tmp_path / "p"), "--key", KEY.verifier.text, cwd=tmp_path
    )
    assert (code, RANKED in out) == (0, True)
    assert RANKED not in out.split("\n")
    assert not {"\x1b", "\u202e", "\x85"} & {*out}


def test_a_stamp_of_a_strange_name_does_not_belong(files):
    stamp = files["data/checkpoint.txt"]
    for name in ("data/stamps/a.tsr", f"data/stamps/1\n{RANKED}", "data/stamps/x/1.tsr"):
        assert "does not belong" in fault(bagged_again(files | {name: stamp})) or "other bytes" in fault(
            bagged_again(files | {name: stamp})
        )


def test_a_key_that_was_told_and_is_none_is_not_taken_as_not_told(files, tmp_path):
    top = written(files, tmp_path / "p")
    assert run(top, "--key", "", cwd=tmp_path)[0] == 3
    assert run(top, "--key", "x+y", cwd=tmp_path)[0] == 3
    assert run(top, "--key", cwd=tmp_path)[0] == 2
    assert run("--key", KEY.verifier.text, top, cwd=tmp_path)[0] == 2


def test_links_pipes_and_what_cannot_be_read_are_no_files_of_a_package(files, tmp_path):
    def pipe(path):
        os.mkfifo(path)

    def link(path):
        path.symlink_to(VERIFIER)

    def nowhere(path):
        path.symlink_to("nowhere")

    def directory(path):
        path.symlink_to(tmp_path)

    for number, make in enumerate((pipe, link, nowhere, directory)):
        top = written(files, tmp_path / f"p{number}")
        make(top / "data" / "more")
        code, out = run(top, "--key", KEY.verifier.text, cwd=tmp_path)
        assert (code, "FAULT in data/more: is no plain file" in out) == (3, True), make
    report = top / "data" / "report.pdf"
    (top / "data" / "more").unlink()
    report.rename(tmp_path / "report.pdf")
    report.symlink_to(tmp_path / "report.pdf")
    assert run(top, cwd=tmp_path)[0] == 3


def test_a_package_of_another_format_is_not_read_as_one_of_this(files):
    for other in ("liggare-evidence-3", None):
        found = fault(forged(files, CASE_FILE, lambda case, said=other: case.update(format=said)))
        assert "this verifier reads liggare-evidence-2" in found
