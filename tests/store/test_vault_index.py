"""Both vaults find two registrations of one human, and nothing of somebody erased."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from ledger.store.vault import (
    InvalidIdentity,
)
from tests.store.identities import FIFTIES, synthetic
from tests.store.vaults import AT, NUMBER


def test_a_human_is_found_again_however_the_number_is_written(place, vault):
    short = NUMBER[2:]
    assert vault.find_or_link(NUMBER, "personnummer", "c-1") == ()
    assert vault.find_or_link(f"{short[:6]}+{short[6:]}", "personnummer", "c-2") == ("c-1",)
    fifties = place.open(today=lambda: FIFTIES)
    assert fifties.find_or_link(f"{short[:6]}-{short[6:]}", "personnummer", "c-3") == ("c-1", "c-2")
    assert vault.find_or_link(NUMBER, "personnummer", "c-1") == ("c-2", "c-3")
    assert vault.find_or_link(synthetic(serial=981), "personnummer", "c-4") == ()


def test_a_coordination_number_is_another_number(vault):
    assert vault.find_or_link(NUMBER, "personnummer", "c-1") == ()
    assert vault.find_or_link(synthetic(coordination=True), "personnummer", "c-2") == ()


def test_an_erased_registration_is_not_found_again(vault):
    vault.find_or_link(NUMBER, "personnummer", "c-1")
    vault.find_or_link(NUMBER, "personnummer", "c-2")
    vault.destroy("c-1", AT)
    assert vault.find_or_link(NUMBER, "personnummer", "c-3") == ("c-2",)


@pytest.mark.parametrize(
    ("identity", "kind"), [(NUMBER, "shoe-size"), (NUMBER[:-1], "personnummer"), ("", "personnummer")]
)
def test_an_identity_that_cannot_be_one_is_refused_and_leaves_no_trace(vault, identity, kind):
    with pytest.raises(InvalidIdentity) as caught:
        vault.find_or_link(identity, kind, "c-1")
    assert not identity or identity not in str(caught.value)
    assert vault._rows.find("person", "c-1") is None


def test_of_concurrent_registrations_exactly_one_is_the_first(place):
    vaults = [place.open(), place.open()]
    barrier = Barrier(8)

    def register(number):
        barrier.wait()
        return vaults[number % 2].find_or_link(human, "personnummer", f"c-{number}")

    for serial in range(980, 990):
        human = synthetic(serial=serial)
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(register, range(8)))
        assert sorted(map(len, found)) == list(range(8))
