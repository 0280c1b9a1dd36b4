"""What an option names, as a region or a lot: refused only if it is certain that no event names it."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from api.cli.parties import require_known, require_known_key
from api.cli.program import USAGE, StopError
from ledger.events.accessions import EarlierBookingRecorded
from ledger.events.admissions import SupplierCountClaimed
from ledger.events.agreements import AgreementRegistered
from ledger.events.parties import MandateGranted, RegionRegistered, SupplierRegistered
from ledger.events.staff_cost import StaffCostImported
from ledger.store.body import masked
from ledger.store.log import Stored
from ledger.store.memory import MemoryLog
from tests.histories import Story, record

REGISTERED = ((RegionRegistered, {"region": "skane"}), (SupplierRegistered, {"supplier": "s-delta"}))


def told(*events: tuple[type[Any], dict[str, str]]) -> MemoryLog:
    story, log = Story().opened(), MemoryLog(mode="simulated")
    for cls, given in (*REGISTERED, *events):
        story.tell(cls, **given)
    record(log, story.events)
    return log


def refusal(log: MemoryLog, **named: str) -> str:
    with pytest.raises(StopError) as stop:
        require_known(log, named)
    assert stop.value.code == USAGE
    return str(stop.value)


def test_one_that_no_event_names_is_refused_with_the_nearest():
    log = told()
    nearest = "menade du / did you mean:"
    assert refusal(log, region="skone") == f"--region: there is no region skone; {nearest} skane?"
    assert refusal(log, supplier="s-delt") == f"--supplier: there is no supplier s-delt; {nearest} s-delta?"
    require_known(log, {"region": "skane", "supplier": "s-delta"})
    require_known(log, {"region": None, "supplier": None})


def test_an_agreement_is_known_by_its_registration_and_a_lot_by_that_of_its_agreement_or_a_list_of_lots():
    agreement = {"agreement": "hyr-2024", "lots": ("nurses", "doctors")}
    log = told((AgreementRegistered, agreement), (MandateGranted, {"lots": ("midwives",)}))
    nearest = "menade du / did you mean:"
    assert (
        refusal(log, agreement="hyr-2042")
        == f"--agreement: there is no agreement hyr-2042; {nearest} hyr-2024?"
    )
    assert refusal(log, lot="nurse") == f"--lot: there is no lot nurse; {nearest} nurses?"
    for lot in ("nurses", "doctors", "midwives"):
        require_known(log, {"agreement": "hyr-2024", "lot": lot})


def test_suppliers_that_are_only_counted_name_none():
    log = told((SupplierCountClaimed, {"suppliers": 84}))
    assert "there is no supplier" in refusal(log, supplier="84")


def test_one_that_was_never_registered_is_fine_if_an_event_names_it_by_tag_or_among_its_facts():
    booking = {"region": "uppsala", "supplier": "s-other", "consultant": "c-1"}
    log = told((StaffCostImported, {"region": "dalarna"}), (EarlierBookingRecorded, booking))
    for region in ("uppsala", "dalarna"):
        require_known(log, {"region": region})
    require_known(log, {"supplier": "s-other"})  # no tag of a booking
    assert "there is no supplier" in refusal(log, supplier="s-others")


def test_facts_that_are_not_shown_may_name_it(monkeypatch: pytest.MonkeyPatch):
    log = told((EarlierBookingRecorded, {"supplier": "s-other", "consultant": "c-1"}))
    tail = log.tail

    def hidden(**asked: Any) -> Iterator[Stored]:
        return (replace(one, body=masked(one.body, "facts")) for one in tail(**asked))

    assert "there is no supplier" in refusal(log, supplier="s-anything")
    monkeypatch.setattr(log, "tail", hidden)
    require_known(log, {"supplier": "s-anything"})


def test_the_key_of_a_view_that_suppliers_keep_is_one_that_an_event_names():
    """A mistyped supplier stood on no rung of the ladder, as one that never broke anything."""
    log = told()
    with pytest.raises(StopError) as stop:
        require_known_key(log, "supplier", "s-delt")
    assert str(stop.value) == "KEY: there is no supplier s-delt; menade du / did you mean: s-delta?"
    require_known_key(log, "supplier", "s-delta")
    require_known_key(log, "consultant", "k-none")  # its view says itself that nothing is known of it
