"""Every case, as a test; and that every policy term is read by one."""

import pytest

from tests.cases.run import run
from tests.cases.story import cases

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case):
    assert run(case).wrong == ()


def test_no_two_cases_of_a_rule_share_a_name():
    assert len({str(case) for case in CASES}) == len(CASES)
