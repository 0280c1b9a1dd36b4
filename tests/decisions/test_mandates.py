"""Mandates: granted for a party and a period, revoked forwards in time."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.decisions.mandates import GrantMandate, RevokeMandate
from ledger.events.parties import MandateRevoked
from tests.decisions.background import MANDATE, REGION_ID, UNIT
from tests.given import at, given

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
    given(UNIT).when(GRANT, actor="owner-1").then(MANDATE)


def test_a_mandate_for_central_management_names_no_party():
    central = replace(GRANT, role="central-contract-management", region=None, units=())
    given().when(central).then_events("mandate-granted")


def test_a_mandate_is_granted_once():
    given(UNIT, MANDATE).when(GRANT).then_refused("mandate-granted", positions=(2,))


def test_a_mandate_ends_after_it_begins():
    empty = replace(GRANT, until_on=GRANT.from_on)
    given(UNIT).when(empty).then_refused("mandate-period-empty", field="until_on")


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
    given().when(odd).then_refused("mandate-party-unclear", field="role")


def test_a_unit_of_another_region_is_not_covered():
    other = replace(UNIT, region="gotland")
    given(other).when(GRANT).then_refused("unit-not-of-region", field="units", positions=(1,))


def test_an_unregistered_unit_is_not_covered():
    given().when(GRANT).then_refused("unit-not-of-region", field="units")


def test_a_mandate_is_revoked_from_now_on():
    given(MANDATE).when(RevokeMandate(mandate="m-1", reason="Moved")).then(
        MandateRevoked(mandate="m-1", revoked_at=NOW, reason="Moved")
    )


def test_a_mandate_is_not_revoked_backwards():
    back = RevokeMandate(mandate="m-1", revoked_at=NOW - 1, reason="Moved")
    given(MANDATE).when(back).then_refused("revocation-backdated", field="revoked_at", positions=(1,))


def test_a_mandate_is_revoked_once():
    gone = MandateRevoked(mandate="m-1", revoked_at=NOW, reason="Moved")
    again = RevokeMandate(mandate="m-1", reason="Moved")
    given(MANDATE, gone).when(again).then_refused("mandate-revoked", positions=(1, 2))


def test_an_unknown_mandate_is_not_revoked():
    given().when(RevokeMandate(mandate="m-1", reason="Moved")).then_refused("mandate-unknown")
