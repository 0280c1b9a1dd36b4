"""What a generated history remembers: the folds of the shell, and a loud failure for what is not kept."""

import pytest

from ledger.errors import LedgerError, Unsafe
from ledger.events.base import tags_of
from ledger.events.parties import SupplierRegistered
from ledger.facts.parties import suppliers, units
from ledger.fold import until
from ledger.handle.chance import SYSTEM, SeededChance
from ledger.handle.remembered import Remembered

NAMED = SupplierRegistered(supplier="s-1", name="Ett", organisation_number="559000-0005")


def remembered():
    kept = Remembered((suppliers,))
    kept.note(3, NAMED, tags_of(NAMED))
    return kept


def test_a_state_is_the_fold_over_what_was_noted_and_goes_on_from_there():
    kept, fold = remembered(), suppliers("s-1")
    assert kept.answer({"x": fold})["x"] == fold.over([(3, NAMED)])
    kept.note(7, NAMED, tags_of(NAMED))
    assert kept.answer({"x": fold})["x"] == fold.over([(3, NAMED), (7, NAMED)])


def test_a_fold_blind_from_a_position_sees_nothing_later():
    kept, blind = remembered(), until(suppliers, 2)("s-1")
    assert kept.answer({"x": blind})["x"] == suppliers.initial


def test_what_was_forgotten_or_never_kept_is_an_error_and_not_an_empty_state():
    kept = remembered()
    with pytest.raises(LedgerError, match="does not keep"):
        kept.answer({"x": units("u-1")})
    kept.forget("supplier:s-1")
    with pytest.raises(LedgerError, match="done with"):
        kept.answer({"x": suppliers("s-1")})


def test_secrets_from_a_seed_are_for_one_generated_ledger_of_simulated_time():
    chance = SeededChance("generated-10-1", 1)
    drawn = chance.draw("generated-10-1", "simulated", ("c", "k"), 1)
    assert drawn == chance.draw("generated-10-1", "simulated", ("c", "k"), 1)
    assert len({drawn, chance.draw("generated-10-1", "simulated", ("c", "k"), 2)}) == 2
    for ledger, mode in (("generated-10-1", "real"), ("l-1", "simulated")):
        with pytest.raises(Unsafe):
            chance.draw(ledger, mode, ("c", "k"), 1)
    with pytest.raises(Unsafe):
        SeededChance("l-1", 1)


def test_the_system_never_gives_the_same_twice():
    assert SYSTEM.draw("l", "real", ("c", "k"), 1) != SYSTEM.draw("l", "real", ("c", "k"), 1)
