"""Derived rows held against expected ones give what is in one and not the other, however they lie."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ledger.store import verify_rows
from ledger.store.verify_differing import Unmatched, columns_of
from ledger.store.verify_rows import HeapRows

EVENTS = 30


class Read(HeapRows):
    """Rows of a table that come in these readings."""

    def __init__(self, readings, unmatched):
        self._readings = iter(readings)
        super().__init__(None, "tags", ((0, 0), (0, 0)), unmatched)

    def _read(self):
        rows = next(self._readings, None)
        if rows is None:
            return None
        numbers, *texts = columns_of(rows, 3)
        return verify_rows._Found(len(rows), [numbers, *map(verify_rows._joined, texts)])


def cut(draw, rows, most):
    """Rows in pieces of one to some."""
    pieces = []
    while rows:
        size = draw(st.integers(1, most))
        pieces.append(rows[:size])
        rows = rows[size:]
    return pieces


@given(st.data())
def test_what_differs_is_what_a_comparison_of_all_rows_gives(data):
    draw = data.draw
    tags = {at: draw(st.integers(0, 3), label="tags") for at in range(1, EVENTS)}
    expected = [(at, f"t:{k}\n", "x.v1") for at, number in tags.items() for k in range(number)]
    rows = list(expected)
    for _ in range(draw(st.integers(0, 4), label="changes")):
        at = draw(st.integers(0, len(rows)))
        what = draw(st.sampled_from(["moved", "missing", "extra", "elsewhere"]))
        if what == "extra":
            rows.insert(at, (draw(st.sampled_from([1, 7, EVENTS, 10**15])), "t:9", "x.v1"))
        elif rows[at:] and what == "elsewhere":
            rows[at] = (EVENTS + at, *rows[at][1:])
        elif rows[at:]:
            taken = [rows.pop(at) for _ in rows[at : at + draw(st.integers(1, 5))]]
            to = draw(st.integers(0, len(rows)))
            rows[to:to] = taken if what == "moved" else []
    unmatched, doubted = Unmatched(), set()
    held, after = Read(cut(draw, rows, 9), unmatched), 0
    while after < EVENTS:
        upto = draw(st.integers(after + 1, EVENTS))
        if draw(st.integers(0, 9)) == 0:
            held.doubt(after, upto)
            doubted |= set(range(after + 1, upto + 1))
        else:
            held.expect(columns_of([row for row in expected if after < row[0] <= upto], 3))
        after = upto
    held.end()
    found, wanted, extra, missing = (
        Counter(row for row in some if row[0] not in doubted)
        for some in (rows, expected, unmatched.extra, unmatched.missing)
    )
    assert (extra, missing) == (found - wanted, wanted - found)
