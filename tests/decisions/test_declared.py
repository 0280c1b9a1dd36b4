"""What every declared decision keeps: an example that validates, listed refusals, stated reasons."""

import json

import pytest

import ledger.decisions  # noqa: F401  registers every decision
from api.shapes import read_command
from ledger.decisions.base import EVERY_VERSION
from ledger.errors import Refusal

LABELS = sorted(EVERY_VERSION)


@pytest.mark.parametrize("label", LABELS)
def test_the_example_is_a_valid_command(label):
    decision = EVERY_VERSION[label]
    made = read_command(decision.command, json.dumps(dict(decision.example)).encode())
    assert type(made) is decision.command


@pytest.mark.parametrize("label", LABELS)
def test_refusals_give_code_clause_titles_and_docstring(label):
    for refusal in EVERY_VERSION[label].raises:
        assert issubclass(refusal, Refusal)
        assert refusal.code != Refusal.code
        assert refusal.clause
        assert refusal.title_sv != Refusal.title_sv
        assert refusal.title_en != Refusal.title_en
        assert refusal.__doc__


def test_a_code_belongs_to_one_reason():
    seen: dict[str, type[Exception]] = {}
    for decision in EVERY_VERSION.values():
        for refusal in decision.raises:
            assert issubclass(refusal, Refusal)
            assert seen.setdefault(refusal.code, refusal) is refusal, refusal.code
