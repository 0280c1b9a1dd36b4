"""Tables in a narrow terminal: no word is broken while there is room to keep them all whole."""

import pytest

from api.cli.program import table
from tests.api.test_swedish_first import lines

LADDER = "remark, action-plan, national-quarantine, termination"


def test_words_stay_whole_where_there_is_room_for_all_of_them():
    made = table("villkor / term", "värde / value", "gäller / scope", "källa / source")
    made.columns[0].no_wrap = True
    made.add_row("ladder.climbs-after-measure", LADDER, "nation", "ANTAGANDE / ASSUMPTION")
    said = lines([made])
    assert max(map(len, said)) <= 80
    words = " ".join(said).split()
    assert [one for one in LADDER.split() if one not in words] == []


@pytest.mark.parametrize("cells", [("a" * 50, "b" * 50), ("short", "table")])
def test_a_table_with_no_room_or_with_enough_is_as_it_was(cells: tuple[str, str]):
    made = table()
    for _ in cells:
        made.add_column(overflow="fold")
    made.add_row(*cells)
    said = lines([made])
    assert max(map(len, said)) <= 80
    assert sorted("".join(said).replace(" ", "")) == sorted("".join(cells))
