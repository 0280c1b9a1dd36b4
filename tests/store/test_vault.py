"""One contract for both vaults: what is protected comes back, for its person and purpose only."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, replace
from string import ascii_letters, digits
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Corrupt, LedgerError
from ledger.store.vault import (
    PLAINTEXT_BYTES_MAX,
    InvalidIdentity,
    KeyDestroyed,
    KeyUnknown,
    MasterKeyMissing,
    MasterKeyWrong,
    Protected,
    Tampered,
)
from ledger.store.vault_memory import MemoryVault
from tests.store.vaults import AT, MASTER, NUMBER, SECRET


def test_what_is_protected_comes_back_in_another_process_too(place, vault):
    protected = vault.protect("c-1", SECRET, "name")
    assert place.open().reveal("c-1", protected, "name") == SECRET


def test_a_ciphertext_stands_in_canonical_json(vault):
    protected = vault.protect("c-1", SECRET, "name")
    assert all(text.isascii() for text in astuple(protected))
    again = Protected(
        **json.loads(json.dumps(dict(zip(("key", "nonce", "ciphertext"), astuple(protected), strict=True))))
    )
    assert vault.reveal("c-1", again, "name") == SECRET


@given(st.binary(max_size=300))
@settings(max_examples=50)
def test_any_bytes_come_back_and_only_their_length_in_blocks_shows(plaintext):
    vault = MemoryVault(MASTER)
    protected = vault.protect("c-1", plaintext, "name")
    assert vault.reveal("c-1", protected, "name") == plaintext
    assert (len(base64.b64decode(protected.ciphertext)) - 16) % 64 == 0


def test_the_same_content_never_has_the_same_ciphertext(vault):
    first, second = (vault.protect("c-1", SECRET, "name") for _ in range(2))
    assert first.key == second.key
    assert first.nonce != second.nonce
    assert first.ciphertext != second.ciphertext


@pytest.mark.parametrize("name", ["key", "nonce", "ciphertext"])
def test_no_character_of_a_ciphertext_can_be_changed(name):
    """Not even in the bits that base64 leaves over before its padding."""
    vault = MemoryVault(MASTER)
    protected = vault.protect("c-1", SECRET, "name")
    text = getattr(protected, name)
    last = len(text.rstrip("=")) - 1
    changed = {text[:place] + other + text[place + 1 :] for place in range(len(text)) for other in "Bc="}
    changed |= {text[:last] + other + text[last + 1 :] for other in ascii_letters + digits + "+/"}
    changed |= {"", text + "A", text + "\n", text[:-1], "å" + text[1:], "====" + text[4:]}
    for other in changed - {text}:
        with pytest.raises(Corrupt):
            vault.reveal("c-1", replace(protected, **{name: other}), "name")


def test_a_ciphertext_is_refused_as_another_persons_or_for_another_purpose(vault):
    protected = vault.protect("c-1", SECRET, "name")
    other = vault.protect("c-2", SECRET, "name")
    for subject, claimed, purpose in (
        ("c-1", protected, "address"),
        ("c-2", protected, "name"),
        ("c-2", replace(protected, key=other.key), "name"),
    ):
        with pytest.raises(Tampered):
            vault.reveal(subject, claimed, purpose)


def test_a_ciphertext_of_another_vault_has_no_key_here(vault):
    protected = MemoryVault(MASTER).protect("c-1", SECRET, "name")
    with pytest.raises(KeyUnknown):
        vault.reveal("c-1", protected, "name")


@pytest.mark.parametrize(
    "subject", ["", "C-1", "c 1", "c-1\n", "é", "a" * 64, NUMBER, f"{NUMBER[:8]}-{NUMBER[8:]}"]
)
def test_a_subject_that_is_no_random_id_is_refused(vault, subject):
    for call in (
        lambda: vault.protect(subject, SECRET, "name"),
        lambda: vault.destroy(subject, AT),
        lambda: vault.find_or_link(NUMBER, "personnummer", subject),
    ):
        with pytest.raises(ValueError, match="random id") as caught:
            call()
        assert not subject or subject not in str(caught.value)


@pytest.mark.parametrize("purpose", ["", "Name", "my name", "name\n", "å"])
def test_a_purpose_that_is_no_code_is_refused(vault, purpose):
    with pytest.raises(ValueError, match="purpose"):
        vault.protect("c-1", SECRET, purpose)


def test_too_long_a_plaintext_is_refused(vault):
    assert vault.protect("c-1", bytes(PLAINTEXT_BYTES_MAX), "scan")
    with pytest.raises(ValueError, match="bytes at most"):
        vault.protect("c-1", bytes(PLAINTEXT_BYTES_MAX + 1), "scan")


def test_eight_threads_over_two_vaults_make_one_key(place):
    vaults = [place.open(), place.open()]
    barrier = Barrier(8)

    def protect(number):
        barrier.wait()
        return vaults[number % 2].protect("c-1", SECRET, "name")

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(protect, range(8)))
    assert len({protected.key for protected in made}) == 1
    assert {vaults[0].reveal("c-1", protected, "name") for protected in made} == {SECRET}


def test_an_erased_person_is_gone_in_every_process_at_once(place, vault):
    """The other process has used the key just before: nothing it remembers may serve it again."""
    other = place.open()
    protected = other.protect("c-1", SECRET, "name")
    assert other.reveal("c-1", protected, "name") == SECRET
    vault.destroy("c-1", AT)
    for process in (vault, other, place.open()):
        for call in (
            lambda process=process: process.reveal("c-1", protected, "name"),
            lambda process=process: process.protect("c-1", SECRET, "name"),
            lambda process=process: process.find_or_link(NUMBER, "personnummer", "c-1"),
        ):
            with pytest.raises(KeyDestroyed):
                call()


def test_erasing_again_changes_nothing_and_erasing_ahead_prevents_a_key(vault):
    vault.destroy("c-1", AT)
    vault.destroy("c-1", AT + 1)
    assert vault._rows.find("person", "c-1").destroyed_at == AT
    with pytest.raises(KeyDestroyed):
        vault.protect("c-1", SECRET, "name")


def test_erasing_one_leaves_the_others(vault):
    kept = vault.protect("c-2", SECRET, "name")
    vault.protect("c-1", SECRET, "name")
    vault.destroy("c-1", AT)
    assert vault.reveal("c-2", kept, "name") == SECRET


@pytest.mark.parametrize("at", [-1, 2**53])
def test_erasure_at_an_impossible_instant_is_refused(vault, at):
    with pytest.raises(ValueError, match="microseconds"):
        vault.destroy("c-1", at)


def test_everything_the_vault_refuses_is_in_the_ledgers_own_tree():
    for refusal in (KeyDestroyed, KeyUnknown, MasterKeyMissing, MasterKeyWrong, Tampered, InvalidIdentity):
        assert issubclass(refusal, LedgerError)
