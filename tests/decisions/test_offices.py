"""Administrative commands: one that names a mandate is judged by it."""

from dataclasses import replace

import pytest

from ledger.decisions.mandate_changes import RevokeMandate
from ledger.decisions.parties import RegisterRegion
from ledger.decisions.suppliers import RegisterSupplier
from ledger.events.base import event_type
from ledger.events.parties import Entity
from tests.decisions.background import ACCESSION, MANDATE, POLICY, REGION, supplier
from tests.decisions.test_mandates import GRANT
from tests.decisions.test_parties import ACCEDE, ADMIT, REGISTER, REGISTER_UNIT
from tests.given import given, unmandated

CENTRAL = replace(MANDATE, role="central-contract-management", region=None, units=(), mandate="m-oaf")
OWNER = replace(MANDATE, role="contract-owner", units=(), mandate="m-own")
ORDERER = replace(MANDATE, mandate="m-ord", units=())
SELL = RegisterSupplier(supplier="s-1", name="s-1 AB", organisation_number="559999-0001")
GRANTED = replace(GRANT, mandate="m-2", units=())
REVOKE = RevokeMandate(mandate="m-1", reason="Moved")
BEHIND = {
    REGISTER: (),
    REGISTER_UNIT: (REGION,),
    ACCEDE: (REGION,),
    SELL: (),
    ADMIT: (ACCESSION, supplier("s-1"), POLICY),
    GRANTED: (),
    REVOKE: (MANDATE,),
}
REGIONAL = (REGISTER_UNIT, ACCEDE, GRANTED, REVOKE)


@pytest.mark.parametrize("command", BEHIND, ids=lambda one: type(one).__name__)
def test_central_management_may_and_an_orderer_may_not(command):
    behind = BEHIND[command]
    given(*behind, CENTRAL).when(command, mandate="m-oaf").then_events(*_made(command))
    given(*behind, ORDERER).when(command, mandate="m-ord").then_refused("mandate-role-wrong")
    given(*behind).when(command, mandate="m-oaf", loose=True).then_refused("mandate-not-held")
    unmandated(*behind).when(command).then_events(*_made(command))


@pytest.mark.parametrize("command", BEHIND, ids=lambda one: type(one).__name__)
def test_an_owner_may_what_is_of_its_region(command):
    behind = BEHIND[command]
    elsewhere = replace(OWNER, region="gotland")
    if command in REGIONAL:
        given(*behind, OWNER).when(command, mandate="m-own").then_events(*_made(command))
        given(*behind, elsewhere).when(command, mandate="m-own").then_refused("mandate-out-of-scope")
    else:
        given(*behind, OWNER).when(command, mandate="m-own").then_refused("mandate-role-wrong")


def _made(command):
    """The name of the event that a command makes."""
    ruling = unmandated(*BEHIND[command]).when(command).ruling
    return tuple(event_type(event).name for event in ruling.events)


def test_a_mandate_of_another_agreement_carries_nothing_here():
    other = replace(CENTRAL, agreement="hyr-2028")
    for command in (ADMIT, ACCEDE, GRANTED, REVOKE):
        given(*BEHIND[command], other).when(command, mandate="m-oaf").then_refused("mandate-out-of-scope")
    for command in (SELL, REGISTER, REGISTER_UNIT):
        given(*BEHIND[command], other).when(command, mandate="m-oaf").then_events(*_made(command))


def test_an_owner_grants_no_owners_mandate():
    owner = replace(GRANTED, role="contract-owner")
    given(OWNER).when(owner, mandate="m-own").then_refused("mandate-role-wrong")
    given(CENTRAL).when(owner, mandate="m-oaf").then_events("mandate-granted")


def test_the_first_mandate_of_an_agreement_names_itself():
    first = replace(GRANTED, role="central-contract-management", region=None)
    given().when(first, mandate="m-2").then_events("mandate-granted")
    given().when(first, mandate="m-3", loose=True).then_refused("mandate-not-held")


def test_who_delegated_a_mandate_may_revoke_it():
    above, below = replace(MANDATE, mandate="m-ord", units=()), replace(MANDATE, under="m-ord")
    given(above, below).when(REVOKE, mandate="m-ord").then_events("mandate-revoked")
    given(above, replace(below, under="m-9")).when(REVOKE, mandate="m-ord").then_refused("mandate-role-wrong")


def test_an_authority_belongs_to_a_legal_person_of_its_region():
    """Two authorities may share a number, that of their region; two legal persons may not."""
    board = Entity(authority="jh-hsn", name="Nämnden", level="authority", organisation_number="232100-0214")
    wide = replace(REGISTER, entities=(*REGION.entities, board, replace(board, authority="jh-fsn")))
    assert isinstance(wide, RegisterRegion)
    unmandated().when(wide).then_events("region-registered")
    loose = replace(board, organisation_number="556575-6169")
    alone = replace(REGISTER, entities=(*REGION.entities, loose))
    unmandated().when(alone).then_refused("entities-unclear", field="entities")
    twice = replace(REGISTER, entities=(*REGION.entities, replace(board, level="company")))
    unmandated().when(twice).then_refused("entities-unclear", field="entities")
