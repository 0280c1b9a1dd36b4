"""What a generated history remembers: the folds of the shell, and a loud failure for what is not kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import LedgerError, Unsafe
from ledger.events.base import tags_of
from ledger.events.parties import SupplierRegistered
from ledger.facts.parties import suppliers, units
from ledger.fold import FoldKind, until
from ledger.handle.chance import SYSTEM, SeededChance
from ledger.handle.remembered import FRESH, Gone, Remembered

NAMED = SupplierRegistered(supplier="s-1", name="Ett", organisation_number="559000-0005")


def remembered():
    kept = Remembered((suppliers,))
    kept.note(3, NAMED, tags_of(NAMED))
    return kept


def test_a_state_is_the_fold_over_what_was_noted_and_goes_on_from_there():
    kept, fold = remembered(), suppliers("s-1")
    assert kept.state(fold) == fold.over([(3, NAMED)])
    kept.note(7, NAMED, tags_of(NAMED))
    assert kept.state(fold) == fold.over([(3, NAMED), (7, NAMED)])


def test_a_fold_blind_from_a_position_sees_nothing_later():
    kept, blind = remembered(), until(suppliers, 2)("s-1")
    assert kept.state(blind) == suppliers.initial


def test_what_was_forgotten_or_never_kept_is_an_error_and_not_an_empty_state():
    kept = remembered()
    with pytest.raises(LedgerError, match="does not keep"):
        kept.state(units("u-1"))
    kept.forget("supplier:s-1")
    with pytest.raises(LedgerError, match="done with"):
        kept.state(suppliers("s-1"))


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


def registered(name):
    return SupplierRegistered(supplier="s-1", name=name, organisation_number="559000-0005")


counted = FoldKind("counted", "supplier", ())


@counted.on(SupplierRegistered)
def _counted(state, event, position):
    return (*state, (event.name, position))


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans(), st.booleans()), min_size=60, max_size=120))
@settings(max_examples=60, deadline=None)
def test_what_is_settled_changes_no_state_now_or_as_of_later(steps):
    kept, events, position, settled = Remembered((suppliers, counted)), [], 0, 0
    for gap, settles, asks in steps:
        position += gap
        events.append((position, registered(f"N{position}")))
        kept.note(*events[-1], ("supplier:s-1",))
        if settles:
            settled = position
            kept.settle(settled)
        if asks:
            for fold in (counted("s-1"), until(counted, position - 1)("s-1"), until(counted, settled)("s-1")):
                if fold.kind.blind is None or fold.kind.blind[1] >= settled:
                    assert kept.state(fold) == fold.over(events)


def test_how_it_stood_before_what_is_settled_is_an_error_and_not_a_later_state():
    kept = Remembered((counted,))
    for position in range(1, 100):
        kept.settle(position)
        kept.note(position, registered("Ett"), ("supplier:s-1",))
    with pytest.raises(LedgerError, match="settled"):
        kept.state(until(counted, 3)("s-1"))


def test_forgotten_tags_are_told_from_others_however_many_they_are():
    gone = Gone()
    for n in range(FRESH + 10):
        gone.add(f"order:o-{n}")
    assert all(f"order:o-{n}" in gone for n in (0, 7, FRESH - 1, FRESH, FRESH + 9))
    assert "order:o-x" not in gone
    assert f"order:o-{FRESH + 10}" not in gone


named = FoldKind("named", "supplier", "")


@named.on(SupplierRegistered)
def _named(_state, event, _position):
    return event.name


def test_what_is_kept_only_for_one_kind_goes_on_for_it_and_fails_for_others():
    kept = Remembered((counted, named))
    kept.note(1, registered("Ett"), ("supplier:s-1",))
    kept.keep_only("supplier:s-1", (named,))
    kept.note(2, registered("Två"), ("supplier:s-1",))
    assert kept.state(named("s-1")) == "Två"
    with pytest.raises(LedgerError, match="done with"):
        kept.state(counted("s-1"))


def _several(state, some):
    return (*state, *[(event.name, position) for position, event in some])


@given(st.lists(st.sampled_from(["told", "ask", "settle"]), max_size=80))
@settings(max_examples=60, deadline=None)
def test_what_is_folded_in_a_row_is_what_one_after_the_other_gives(steps):
    runs = FoldKind("in-a-row", "supplier", (), {**counted.handlers}, runs={SupplierRegistered: _several})
    kept, events = Remembered((runs,)), []
    for position, step in enumerate(steps, 1):
        if step == "told":
            events.append((position, registered(f"N{position}")))
            kept.note(*events[-1], ("supplier:s-1",))
        elif step == "settle":
            kept.settle(position)
        else:
            assert kept.state(runs("s-1")) == counted("s-1").over(events)


def test_what_comes_in_a_row_is_folded_at_once():
    asked = []
    runs = FoldKind("in-a-row", "supplier", (), {**counted.handlers})
    runs.in_a_row(SupplierRegistered)(lambda state, some: asked.append(len(some)) or _several(state, some))
    kept = Remembered((runs,))
    for position in (1, 2, 3):
        kept.note(position, registered("Ett"), ("supplier:s-1",))
    assert len(kept.state(runs("s-1"))) == 3
    assert asked == [3]
