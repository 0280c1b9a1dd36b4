"""What `liggare replay`, `reperform` and `policy` say: Swedish first, in lines that fit a narrow terminal."""

from collections.abc import Iterable
from io import StringIO

from rich.console import Console
from rich.table import Table

from api.cli.policy import _listed
from api.cli.reperform import result_of
from api.cli.replay import _shown
from api.policies import Told, of_files
from replay.again import Verdict
from replay.tally import Tally

WIDTH = 80


def lines(shown: Iterable[str | Table]) -> list[str]:
    told = StringIO()
    console = Console(file=told, width=WIDTH, highlight=False, markup=False, emoji=False)
    for part in shown:
        console.print(part)
    return [line.rstrip() for line in told.getvalue().splitlines()]


def test_a_digest_says_whether_what_is_kept_is_the_same():
    kept = ("the same", "differs", "not so far")
    row = {"view": "whistleblowing-clocks", "states": 12_345, "digest": "ab" * 32}
    rows = [{**row, "kept": one} for one in kept]
    said = lines(_shown(rows, 39_484, 0.822, digest_only=False))
    assert said[0] == "p39484: vikt på / folded in 0.822 s"
    assert said[1].split() == ["vy", "tillstånd", "sparat"]
    assert said[2].split() == ["view", "states", "digest", "kept"]
    assert [line.split(maxsplit=3)[3] for line in said[3:]] == [
        "detsamma / the same", "skiljer sig / differs", "inte så långt / not so far"
    ]  # fmt: skip


def test_a_policy_begins_with_how_much_of_it_is_assumed():
    told: Told = of_files("hyr-2024")
    said = lines(_listed(told).shown)
    number, assumed = len(told.book.published.rows), _listed(told).document["assumptions"]
    assert said[:3] == [
        "hyr-2024, version 0, bokens filer / the book's files",
        f"{number} värden, varav {assumed} är antaganden",
        f"{number} values, of which {assumed} are assumptions",
    ]


def test_decisions_made_again_are_told_in_both_languages():
    tally = Tally(9)
    for position in range(1, 24):
        missing = Verdict(position, "decide-cancellation-consequence@1", cannot="p1 is masked")
        tally.add(missing, 1, 5_000, refused=position == 1, zone=None)
    said = lines(result_of(tally, 1.0).shown)
    assert max(map(len, said)) <= WIDTH
    for sv, en in (
        ("… och 3 till (alla med --json)", "… and 3 more (all with --json)"),
        ("beslut   regel", "decision rule"),
    ):
        above, below = (
            next(n for n, line in enumerate(said) if line.split()[: len(one.split())] == one.split())
            for one in (sv, en)
        )
        assert below == above + 1
    assert "".join(said).count("(1 refusal)") == 1
