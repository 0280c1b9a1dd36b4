"""Mandates: granted for a party and a period, revoked forwards in time."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.decisions.guards import require_amount
from ledger.decisions.mandate_changes import NameMembers, RevokeMandate
from ledger.decisions.mandates import GrantMandate
from ledger.decisions.refusals import MandateAmountExceeded
from ledger.events.parties import MandateRevoked
from ledger.facts.mandates import Mandate
from ledger.facts.recorded import Recorded
from ledger.policy.model import Resolved
from tests.decisions.background import MANDATE, POLICY, REGION_ID, UNIT, policy, row
from tests.given import at, given, unmandated

GRANT = GrantMandate(
    mandate="m-1",
    agreement="hyr-2024",
    holder="orderer-1",
    role="authorised-orderer",
    region=REGION_ID,
    units=("u-1",),
    from_on=date(2024, 3, 1),
    until_on=date(2026, 3, 1),
    registry_number="RS/3/2024",
)
NOW = at("2025-03-03T09:00:00+01:00")


def test_a_mandate_is_granted_for_units_of_its_region():
    unmandated(UNIT).when(GRANT, actor="owner-1").then(MANDATE)


def test_a_mandate_for_central_management_names_no_party():
    central = replace(GRANT, role="central-contract-management", region=None, units=())
    unmandated().when(central).then_events("mandate-granted")


def test_a_mandate_is_granted_once():
    unmandated(UNIT, MANDATE).when(GRANT).then_refused("mandate-granted", positions=(2,))


def test_a_mandate_ends_after_it_begins():
    empty = replace(GRANT, until_on=GRANT.from_on)
    unmandated(UNIT).when(empty).then_refused("mandate-period-empty", field="until_on")


@pytest.mark.parametrize(
    ("role", "region", "supplier"),
    [
        ("authorised-orderer", None, None),
        ("attester", REGION_ID, "s-1"),
        ("supplier", None, None),
        ("supplier", REGION_ID, "s-1"),
        ("central-contract-management", REGION_ID, None),
    ],
)
def test_a_role_and_its_party_must_fit(role, region, supplier):
    odd = replace(GRANT, role=role, region=region, supplier=supplier, units=())
    unmandated().when(odd).then_refused("mandate-party-unclear", field="role")


def test_a_unit_of_another_region_is_not_covered():
    other = replace(UNIT, region="gotland")
    unmandated(other).when(GRANT).then_refused("unit-not-of-region", field="units", positions=(1,))


def test_an_unregistered_unit_is_not_covered():
    unmandated().when(GRANT).then_refused("unit-not-of-region", field="units")


def test_a_mandate_is_revoked_from_now_on():
    unmandated(MANDATE).when(RevokeMandate(mandate="m-1", reason="Moved")).then(
        MandateRevoked(mandate="m-1", revoked_at=NOW, reason="Moved")
    )


def test_a_mandate_is_not_revoked_backwards():
    back = RevokeMandate(mandate="m-1", revoked_at=NOW - 1, reason="Moved")
    unmandated(MANDATE).when(back).then_refused("revocation-backdated", field="revoked_at", positions=(1,))


def test_a_mandate_is_revoked_once():
    gone = MandateRevoked(mandate="m-1", revoked_at=NOW, reason="Moved")
    again = RevokeMandate(mandate="m-1", reason="Moved")
    unmandated(MANDATE, gone).when(again).then_refused("mandate-revoked", positions=(1, 2))


def test_an_unknown_mandate_is_not_revoked():
    unmandated().when(RevokeMandate(mandate="m-1", reason="Moved")).then_refused("mandate-unknown")


OWNER = replace(MANDATE, mandate="m-9", role="contract-owner", units=(), holder="owner-1")
BELOW = replace(GRANT, under="m-9", amount_max_ore=None)
BY_OWNER = {"actor": "owner-1", "mandate": "m-9"}


def delegated(**changes):
    """What comes of a delegation under the owner's mandate."""
    return given(UNIT, POLICY, OWNER).when(replace(BELOW, **changes), **BY_OWNER)


def test_an_owner_delegates_to_an_orderer():
    (event,) = delegated().then_events("mandate-granted")
    assert (event.under, event.granted_by) == ("m-9", "owner-1")
    assert [term.term for term in event.terms] == ["mandate.delegations-max"]


def test_nobody_delegates_a_mandate_of_others_or_one_that_is_over():
    unmandated(UNIT, POLICY, OWNER).when(BELOW, loose=True).then_refused("mandate-not-held", field="under")
    unmandated(UNIT).when(BELOW, loose=True).then_refused("mandate-not-held", positions=())
    over = replace(OWNER, until_on=date(2025, 3, 3))
    given(UNIT, POLICY, over).when(BELOW, **BY_OWNER, loose=True).then_refused("mandate-not-in-force")


@pytest.mark.parametrize(
    ("above", "below", "field"),
    [
        ({"agreement": "hyr-2028"}, {}, "agreement"),
        ({"role": "attester"}, {}, "role"),
        ({}, {"role": "central-contract-management", "region": None, "units": ()}, "role"),
        ({"region": "gotland"}, {}, "region"),
        ({"units": ("u-2",)}, {}, "units"),
        ({"units": ("u-1",)}, {"units": ()}, "units"),
        ({"lots": ("doctors",)}, {"lots": ("doctors", "nurses")}, "lots"),
        ({"lots": ("doctors",)}, {}, "lots"),
        ({"amount_max_ore": 100}, {}, "amount_max_ore"),
        ({"amount_max_ore": 100}, {"amount_max_ore": 101}, "amount_max_ore"),
        ({"from_on": date(2024, 3, 2)}, {}, "from_on"),
        ({"until_on": date(2026, 2, 28)}, {}, "until_on"),
    ],
)
def test_a_delegated_mandate_is_never_wider(above, below, field):
    history = given(UNIT, POLICY, replace(OWNER, **above))
    refusal = history.when(replace(BELOW, **below), **BY_OWNER, loose=True).then_refused("mandate-wider")
    assert refusal.field == field


def test_a_delegated_mandate_may_be_as_wide_as_the_one_above():
    above = replace(OWNER, lots=("nurses",), amount_max_ore=100, units=("u-1",))
    as_wide = replace(BELOW, lots=("nurses",), amount_max_ore=100)
    given(UNIT, POLICY, above).when(as_wide, **BY_OWNER).then_events("mandate-granted")


def test_delegations_end_where_the_policy_ends_them():
    first = replace(OWNER, mandate="m-7", role="central-contract-management", region=None, holder="oaf-1")
    second = replace(OWNER, mandate="m-8", under="m-7")
    third = replace(OWNER, under="m-8")
    history = (UNIT, POLICY, first, second, third)
    refusal = given(*history).when(BELOW, **BY_OWNER).then_refused("delegated-too-far", field="under")
    assert refusal.assumed == ("mandate.delegations-max",)
    further = policy(row("mandate.delegations-max", 3))
    given(UNIT, further, first, second, third).when(BELOW, **BY_OWNER).then_events("mandate-granted")


def held(*events):
    """The mandate that the last of these grants is, with those above it."""
    above = None
    for n, event in enumerate(events, 1):
        above = Mandate(granted=Recorded(n, event), above=above)
    return above


def test_a_delegated_mandate_ends_with_the_one_above_it():
    top, below = replace(OWNER, until_on=date(2025, 3, 3)), replace(MANDATE, under="m-9")
    assert held(top, below).in_force(NOW - 9 * 3600 * 1_000_000 - 1)
    assert not held(top, below).in_force(NOW)
    gone = Mandate(Recorded(1, OWNER), Recorded(3, MandateRevoked(mandate="m-9", revoked_at=NOW, reason="x")))
    assert not replace(held(below), above=gone).in_force(NOW)
    assert replace(held(below), above=gone).in_force(NOW - 1)


def test_the_lowest_limit_of_the_line_counts():
    top, below = replace(OWNER, amount_max_ore=100), replace(MANDATE, amount_max_ore=70)
    assert held(top, below).amount_max_ore() == 70
    assert held(top, MANDATE).amount_max_ore() == 100
    assert held(OWNER, MANDATE).amount_max_ore() is None


@pytest.mark.parametrize(
    ("limit", "estimate", "unknown"), [(None, None, False), (100, 100, False), (100, None, True)]
)
def test_an_amount_within_the_limit_or_unknown_passes(limit, estimate, unknown):
    mandate = held(replace(MANDATE, amount_max_ore=limit))
    assert require_amount(mandate, estimate, unknown_amounts("flagged")) is unknown


def test_an_amount_above_the_limit_does_not_pass_nor_an_unknown_one_where_the_policy_refuses():
    mandate = held(replace(MANDATE, amount_max_ore=100))
    for estimate, kind in ((101, "flagged"), (None, "refused")):
        with pytest.raises(MandateAmountExceeded) as refused:
            require_amount(mandate, estimate, unknown_amounts(kind))
        assert 1 in refused.value.positions


def unknown_amounts(kind):
    return Resolved(row("mandate.amount-unknown", kind), 9)


FUNCTION = replace(MANDATE, held_as="function", holder="call-off-unit", members=("person-1",))


def test_a_function_acts_through_its_members_and_the_person_is_recorded():
    granted = replace(GRANT, held_as="function", holder="call-off-unit", members=("person-1",))
    unmandated(UNIT).when(granted, actor="owner-1").then(FUNCTION)
    mandate = held(FUNCTION)
    assert mandate.held_by("person-1", NOW)
    assert not mandate.held_by("call-off-unit", NOW)
    assert not mandate.held_by("person-2", NOW)


def test_a_function_without_members_and_a_person_with_some_are_unclear():
    unmandated(UNIT).when(replace(GRANT, held_as="function")).then_refused("mandate-holder-unclear")
    unmandated(UNIT).when(replace(GRANT, members=("person-1",))).then_refused("mandate-holder-unclear")


NAME = NameMembers(mandate="m-1", members=("person-2",))


def test_the_members_of_a_function_change_from_an_instant_on():
    (event,) = given(OWNER, FUNCTION).when(NAME, **BY_OWNER).then_events("mandate-members-named")
    mandate = replace(held(FUNCTION), named=(Recorded(2, event),))
    assert mandate.members(NOW) == ("person-2",)
    assert mandate.members(NOW - 1) == ("person-1",)


def test_members_are_named_forwards_for_functions_by_owners():
    back = replace(NAME, from_at=NOW - 1)
    given(OWNER, FUNCTION).when(back, **BY_OWNER).then_refused("revocation-backdated", field="from_at")
    given(OWNER, MANDATE).when(NAME, **BY_OWNER).then_refused("mandate-holder-unclear")
    given(OWNER, FUNCTION).when(replace(NAME, members=()), **BY_OWNER).then_refused("mandate-holder-unclear")
    given(OWNER).when(NAME, **BY_OWNER, loose=True).then_refused("mandate-unknown")
    elsewhere = replace(OWNER, region="gotland")
    given(elsewhere, FUNCTION).when(NAME, **BY_OWNER).then_refused("mandate-out-of-scope")
