"""The engine of a generated history: what a side step may leave undone, and what stops the run."""

from random import Random

import pytest

from api.demo.story.script import Who
from api.generate.engine import Engine
from ledger.errors import LedgerError
from ledger.handle.remembered import DoneWithError, Remembered

WHO = Who("r-1-avrop", "bestallare-r-1", "m-avrop-r-1")


def engine(carry):
    return Engine(carry, Random(1), Remembered(()))


def done_with(_envelope):
    raise DoneWithError("a decision asks for orders/o-1, which this history was done with")


def test_a_side_step_about_what_is_over_records_nothing():
    over = engine(done_with)
    assert over.attempt(1, WHO, "o-1/late", object()) == ()
    assert (over.told, over.head) == (0, 0)


def test_a_step_of_the_history_itself_about_what_is_over_stops_the_run():
    with pytest.raises(DoneWithError):
        engine(done_with).tell(1, WHO, "o-1/late", object())


def test_a_side_step_that_fails_otherwise_stops_the_run_too():
    def broken(_envelope):
        raise LedgerError("broken")

    with pytest.raises(LedgerError, match="broken"):
        engine(broken).attempt(1, WHO, "o-1/late", object())
