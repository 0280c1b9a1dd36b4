"""Both vaults under their master key: where it comes from, how it is exchanged, what it shows."""

import base64
import copy
import pickle

import pytest

from ledger.store.vault import (
    KeyDestroyed,
    MasterKeyMissing,
    MasterKeyWrong,
)
from ledger.store.vault_keys import MASTER_KEY_VARIABLE, MasterKey
from ledger.store.vault_memory import MemoryVault
from tests.store.vaults import AT, MASTER, NUMBER, SECRET


def test_a_digest_is_the_same_in_every_process_and_tells_contents_apart(place, vault):
    assert len(vault.mac(b"content")) == 32
    assert vault.mac(b"content") == place.open().mac(b"content")
    assert vault.mac(b"content") != vault.mac(b"content ")
    assert vault.mac(b"content") != MemoryVault(MASTER).mac(b"content")


def test_the_secret_of_orders_is_of_one_ledger_and_one_vault(place, vault):
    secret = vault.order_secret("l-1")
    assert len(secret) == 32
    assert secret == place.open().order_secret("l-1")
    assert secret != vault.order_secret("l-2")
    assert secret != MemoryVault(MASTER).order_secret("l-1")


def test_a_new_master_key_keeps_everything_readable_and_every_digest(place, vault):
    new = MasterKey.generate()
    protected = vault.protect("c-1", SECRET, "name")
    vault.find_or_link(NUMBER, "personnummer", "c-1")
    vault.protect("c-dead", SECRET, "name")
    vault.destroy("c-dead", AT)
    secret = vault.order_secret("l-1")
    assert vault.rewrap(MASTER, new) == 4
    assert vault.rewrap(MASTER, new) == 0
    rotated = place.open(new)
    assert rotated.reveal("c-1", protected, "name") == SECRET
    assert rotated.mac(b"content") == vault.mac(b"content")
    assert rotated.order_secret("l-1") == secret
    assert rotated.find_or_link(NUMBER, "personnummer", "c-2") == ("c-1",)
    with pytest.raises(KeyDestroyed):
        rotated.protect("c-dead", SECRET, "name")
    with pytest.raises(MasterKeyWrong):
        place.open(MASTER)


def test_while_a_rotation_lasts_both_master_keys_serve(place, vault):
    before = vault.protect("c-1", SECRET, "name")
    new = MasterKey.generate()
    rolling = place.open(new, (MASTER,))
    after = rolling.protect("c-2", SECRET, "name")
    assert rolling.reveal("c-1", before, "name") == SECRET
    assert rolling.rewrap(MASTER, new) == 4
    only_new = place.open(new)
    assert only_new.reveal("c-1", before, "name") == only_new.reveal("c-2", after, "name") == SECRET


def test_rewrapping_to_the_same_master_key_is_refused(vault):
    with pytest.raises(ValueError, match="the same"):
        vault.rewrap(MASTER, MASTER)


def test_a_wrong_master_key_is_told_at_the_start_and_harms_nothing(place, vault):
    protected = vault.protect("c-1", SECRET, "name")
    wrong = MasterKey.generate()
    with pytest.raises(MasterKeyWrong, match=MASTER.id) as caught:
        place.open(wrong)
    assert wrong.id in str(caught.value)
    assert place.open().reveal("c-1", protected, "name") == SECRET


def test_the_master_key_comes_from_the_environment():
    master = MasterKey.generate()
    read = MasterKey.from_environment({MASTER_KEY_VARIABLE: master.exported() + "\n"})
    assert (read.id, read.exported()) == (master.id, master.exported())


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "hemligt",
        "hemligt!" * 4,
        base64.b64encode(b"short").decode(),
        "A" * 43 + "=",
        "åäö",
        "A" * 1000,
    ],
)
def test_an_unusable_master_key_is_refused_by_the_variables_name_alone(text):
    with pytest.raises(MasterKeyMissing, match=MASTER_KEY_VARIABLE) as caught:
        MasterKey.from_environment({} if text is None else {MASTER_KEY_VARIABLE: text})
    assert not (text or "").strip() or text not in str(caught.value)
    assert caught.value.__cause__ is None


def test_nothing_shows_a_key_or_a_ciphertext(vault):
    protected = vault.protect("c-1", SECRET, "name")
    row = vault._rows.find("person", "c-1")
    shown = f"{MASTER!r} {MASTER!s} {protected!r} {protected!s} {row!r} {vault!r} {vault._keyring!r}"
    for hidden in (
        MASTER.exported(),
        MASTER._secret,
        protected.ciphertext,
        protected.nonce,
        row.wrapped,
        vault._mac_key,
        vault._orders_key,
    ):
        assert str(hidden) not in shown
    assert MASTER.id in shown


@pytest.mark.parametrize("way", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_master_key_is_not_copied(way):
    with pytest.raises(TypeError, match="never copied"):
        way(MASTER)
