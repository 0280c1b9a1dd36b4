"""A case fails when a policy value changes: here once a row, in `make cases-mutate` for every value."""

from itertools import groupby

from tests.cases.mutate import mutants, read_by_cases, survivors
from tests.cases.world import BOOK


def test_every_term_is_used_by_a_case_that_fails_when_its_value_changes():
    read_by_cases()
    first = [next(of_row) for _, of_row in groupby(mutants(), lambda one: one.place)]
    assert {BOOK[one.place].term for one in first} == {row.term for row in BOOK}
    assert [str(left) for one in first for left in survivors([one])] == []
