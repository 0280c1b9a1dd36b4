"""Every case, as a test; and that every policy term is read by one."""

import pytest

from tests.cases.run import run
from tests.cases.story import cases
from tests.cases.world import BOOK

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case):
    assert run(case).wrong == ()


def test_no_two_cases_of_a_rule_share_a_name():
    assert len({str(case) for case in CASES}) == len(CASES)


def test_every_rule_has_at_least_four_cases():
    rules = [case.rule for case in CASES]
    assert [rule for rule in sorted(set(rules)) if rules.count(rule) < 4] == []


def test_every_topic_has_a_term_and_every_term_is_read_by_a_case():
    read = {row.term for case in CASES for row in run(case).read}
    assert sorted({row.term for row in BOOK} - read) == []
    assert {row.topic for row in BOOK} == set(range(1, 31))
