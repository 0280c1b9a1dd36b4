"""What `liggare verify` says to people: Swedish first, and no line wider than a narrow terminal."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from api.cli.program import DIFFERENT, FINE, Result
from api.cli.verify import result_of
from api.cli.verify_shown import SHOWN_MAX
from ledger.store.verify import Report
from ledger.store.verify_confirmed import ConfirmedReport
from ledger.store.verify_tree import TreeReport
from ledger.store.verify_withheld import Withheld

WIDTH = 80
EVENTS = 12_345_678
LEAF = bytes(range(32))
WHOLE = Report(
    EVENTS, intact=True, findings=(), last_leaf=LEAF, earlier=9_000_000,
    withheld=Withheld(masked=1, sealed=20_000, opened=300_000),
)  # fmt: skip
TREE = TreeReport(
    sealed=EVENTS, checkpoints=1_000_000, signatures=1_000_000, keys=2, between=(1_000_000, 2_000_000),
    origin=f"avrop.example.se/{'l' * 36}",
)  # fmt: skip
OTHERS = ConfirmedReport(
    cosignatures=2_000_000, cosignatures_verified=1_000_000, stamps=9_000, stamps_verified=8
)
FOUND = tuple((n, "tag rows: differ from the header, which names consultant:k-1 alone") for n in range(30))


def lines(result: Result, width: int = WIDTH) -> list[str]:
    told = StringIO()
    console = Console(file=told, width=width, highlight=False, markup=False, emoji=False)
    for part in result.shown:
        console.print(part)
    return [line.rstrip() for line in told.getvalue().splitlines()]


def test_of_a_whole_ledger_each_sentence_fits_in_swedish_and_then_in_english():
    result = result_of(WHOLE, TREE, 3, OTHERS)
    said = lines(result)
    assert result.code == FINE
    assert said[:2] == [f"HEL: {EVENTS} händelser", f"INTACT: {EVENTS} events"]
    assert max(map(len, said)) <= WIDTH
    assert LEAF.hex() in said
    for sv, en in (
        ("återupptagen: 9000000 händelser", "resumed: 9000000 events"),
        ("1 händelse med något maskat", "1 event with something masked"),
        ("20000 händelser förseglade", "20000 events sealed"),
        ("förseglad till p12345678", "sealed up to p12345678"),
        ("1000000 signaturer kontrollerade, mot 2 nycklar", "1000000 signatures checked, by 2 keys"),
        ("fortsätter från 3 kontrollpunkter som sparats", "goes on from 3 checkpoints kept elsewhere"),
        ("2000000 medsignaturer", "2000000 cosignatures"),
        ("9000 tidsstämplar", "9000 time stamps"),
        ("anteckna det på annat håll", "note it elsewhere"),
    ):
        at = [n for n, line in enumerate(said) if line.startswith((sv, en))]
        assert len(at) == 2, (sv, en)
        assert said[at[0]].startswith(sv)


def test_what_differs_fits_too_and_is_never_cut():
    result = result_of(replace(WHOLE, intact=False, findings=FOUND), TREE)
    said = lines(result)
    assert result.code == DIFFERENT
    assert said[:2] == [f"INTE HEL: {EVENTS} händelser", f"NOT INTACT: {EVENTS} events"]
    assert max(map(len, said)) <= WIDTH
    assert " ".join(said).count("alone") == SHOWN_MAX
    assert "… och 10 till (alla med --json)" in said
    whole = " ".join(said)
    assert "historien skiljer sig först mellan p1000001 och p2000000" in whole
    assert "history first differs between p1000001 and p2000000" in whole
    assert len(result.document["findings"]) == len(FOUND)


@pytest.mark.parametrize(("tree", "sv", "en"), [
    (TreeReport(), "inte förseglad", "not sealed"),
    (replace(TREE, signatures=0), "ingen signatur kontrollerades", "no signature was checked"),
])  # fmt: skip
def test_what_could_not_be_looked_at_is_said(tree: TreeReport, sv: str, en: str):
    said = lines(result_of(replace(WHOLE, bodies=False), tree))
    assert said[0].endswith("innehållen inte öppnade")
    assert said[1].endswith("their bodies not opened")
    assert [line.startswith((sv, en)) for line in said].count(True) == 2
    assert "ingen sparad kontrollpunkt angavs (--since)" in said


def test_one_checkpoint_and_one_signature_are_told_as_one():
    tree = TreeReport(sealed=2, checkpoints=1, signatures=1, keys=1, origin="l")
    told = lines(result_of(WHOLE, tree, 1, None))
    for sv, en in (
        ("förseglad till p2 av 1 kontrollpunkt för l", "sealed up to p2 by 1 checkpoint of l"),
        (
            "1 signatur kontrollerad, mot 1 nyckel som loggen anger",
            "1 signature checked, by 1 key that the log names",
        ),
        (
            "fortsätter från 1 kontrollpunkt som sparats på annat håll",
            "goes on from 1 checkpoint kept elsewhere",
        ),
    ):
        assert told.index(en) == told.index(sv) + 1
