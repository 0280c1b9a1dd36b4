"""Consultants: random ids, sealed identities, links found by the vault or decided by somebody."""

from dataclasses import replace

import pytest

from ledger.decisions.consultants import Identity, LinkConsultants, RegisterConsultant
from ledger.errors import Refusal
from ledger.events.consultants import Ciphertext, ConsultantRegistered, ConsultantsLinked
from ledger.store.vault import InvalidIdentity
from tests.decisions.background import MANDATE, consultant, seller
from tests.given import given

SEALED = Ciphertext(key="key-1", nonce="AAAA", ciphertext="BBBB")
COMMAND = RegisterConsultant(
    consultant="k-1",
    supplier="s-1",
    profession="nurse",
    own_company=True,
    identity=Identity(sealed=SEALED),
)
OWNER = replace(MANDATE, role="contract-owner", units=())
LINK = LinkConsultants(consultant="k-1", same_as="k-2", basis="Same licence number")


def link(one: str, other: str) -> ConsultantsLinked:
    return ConsultantsLinked(consultant=one, same_as=other, found_by="decision", basis="Same licence number")


def test_a_consultant_is_registered_with_a_sealed_identity():
    given().when(COMMAND).then(
        ConsultantRegistered(
            consultant="k-1", supplier="s-1", profession="nurse", own_company=True, identity=SEALED
        )
    )


def test_every_id_the_vault_found_is_linked_once_and_never_to_itself():
    command = RegisterConsultant(
        consultant="k-3",
        supplier="s-2",
        profession="nurse",
        identity=Identity(sealed=SEALED),
        possible_same=("k-1", "k-2", "k-1", "k-3"),
    )
    _, first, second = (
        given().when(command).then_events("consultant-registered", "consultants-linked", "consultants-linked")
    )
    assert [(e.consultant, e.same_as, e.found_by) for e in (first, second)] == [
        ("k-3", "k-1", "blind-index"),
        ("k-3", "k-2", "blind-index"),
    ]


def test_an_id_is_registered_once():
    given(consultant("k-1", "s-2")).when(COMMAND).then_refused(
        "consultant-registered", field="consultant", positions=(1,)
    )


class Vault:
    def __init__(self, *same: str) -> None:
        self.same = same
        self.kept: list[tuple[str, bytes, str]] = []

    def protect(self, subject: str, plaintext: bytes, purpose: str) -> Ciphertext:
        self.kept.append((subject, plaintext, purpose))
        return SEALED

    def find_or_link(self, identity: str, kind: str, subject: str) -> tuple[str, ...]:
        if identity != "18900101-9802":
            raise InvalidIdentity("the check digit is wrong")
        return self.same


def clear(number: str = "18900101-9802", **changes: object) -> RegisterConsultant:
    identity = Identity(name="Testperson Ett", personal_identity_number=number, **changes)
    return RegisterConsultant(
        consultant="k-1", supplier="s-1", profession="nurse", identity=identity, possible_same=("k-99",)
    )


def test_the_vault_takes_the_person_out_of_the_command_and_fills_in_the_links():
    vault = Vault("k-7")
    kept = clear().identity.protected(clear(), vault)
    assert kept.identity == Identity(sealed=SEALED)
    assert kept.possible_same == ("k-7",)
    assert vault.kept == [("k-1", b'{"name": "Testperson Ett", "number": "18900101-9802"}', "identity")]


def test_a_wrong_number_is_refused_without_repeating_it():
    command = clear("18900101-9803")
    with pytest.raises(Refusal) as raised:
        command.identity.protected(command, Vault())
    assert raised.value.code == "identity-invalid"
    assert "9803" not in str(raised.value)


def test_a_ciphertext_from_outside_is_refused():
    command = clear(sealed=SEALED)
    with pytest.raises(Refusal) as raised:
        command.identity.protected(command, Vault())
    assert raised.value.code == "identity-not-in-clear"


def test_two_registered_ids_are_linked_by_decision():
    history = (consultant("k-1", "s-1"), consultant("k-2", "s-2"), OWNER)
    given(*history).when(LINK).then(link("k-1", "k-2"))


def test_a_supplier_does_not_link_its_consultant_to_anothers():
    history = (consultant("k-1", "s-1"), consultant("k-2", "s-2"), seller("s-1"))
    given(*history).when(LINK).then_refused("mandate-role-wrong")
    given(*history[:2]).when(LINK, mandate=None).then_refused("mandate-missing")


def test_an_id_is_not_linked_to_itself():
    command = LinkConsultants(consultant="k-1", same_as="k-1", basis="x")
    given(consultant("k-1", "s-1"), OWNER).when(command).then_refused("link-to-self")


def test_an_unknown_id_is_not_linked():
    given(consultant("k-1", "s-1"), OWNER).when(LINK).then_refused("consultant-unknown", field="same_as")


def test_ids_linked_through_a_third_are_linked_already():
    history = (consultant("k-1", "s-1"), consultant("k-2", "s-2"), link("k-1", "k-3"), link("k-3", "k-2"))
    given(*history, OWNER).when(LINK).then_refused("consultants-linked")
