"""Every attack carried out: found where the table says, and not where it says that nobody can."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ledger.proof.witness import AddCheckpoint, WitnessRefusal, examined
from ledger.store.sealing import connected
from ledger.store.sealing_tree import StoredTree
from tests.attacks import document
from tests.attacks.deeds import forked, restored
from tests.attacks.place import KEY, Ledger, Scene, grow, history, ledger_on
from tests.attacks.run import Ran, carried_out, document_of, shown
from tests.attacks.table import ATTACKS
from tests.attacks.verifier import HELD, At, Verdict, verdicts
from tests.postgres import PostgresServer
from tests.proof.authority import authority


@pytest.fixture(scope="module")
def ledger(postgres_server: PostgresServer) -> Iterator[Ledger]:
    with authority() as stamps, ledger_on(postgres_server, stamps) as made:
        yield made


def test_before_any_attack_nobody_finds_anything(ledger: Ledger):
    with ledger.copy() as scene:
        assert {name: verdict.where for name, verdict in verdicts(scene).items()} == dict.fromkeys(HELD)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_found_where_the_table_says(ledger: Ledger, name: str):
    ran = carried_out(ledger, name)
    assert {held: verdict.where for held, verdict in ran.found.items()} == {
        held: ATTACKS[name].expected(held) for held in HELD
    }, {held: verdict.said for held, verdict in ran.found.items()}
    assert not ran.wrong
    told = document_of([ran])
    assert (told["attempted"], told["unexpected"]) == (1, 0)
    assert len(list(shown([ran]))) == 2


def test_what_is_found_elsewhere_than_expected_is_told():
    found = {"nothing": Verdict(At(450)), "key": Verdict(None)}
    ran = Ran("tag", replace(ATTACKS["tag"], found={"": At(1)}), found)
    assert ran.wrong == ["nothing", "key"]
    assert document_of([ran])["unexpected"] == 1


@pytest.mark.parametrize(
    ("deed", "status"), [(forked, 422), (restored(), 409), (restored(600), 409), (restored(620), 422)]
)
def test_a_witness_does_not_cosign_another_past(ledger: Ledger, deed, status: int):
    with ledger.copy() as scene:
        deed(scene)
        with pytest.raises(WitnessRefusal) as refused:
            offered(scene)
    assert refused.value.status == status


def test_a_witness_cosigns_what_goes_on(ledger: Ledger):
    with ledger.copy() as scene:
        grow(scene.database, history(), 700)
        assert offered(scene).size == 700


def offered(scene: Scene):
    """What a witness who holds what was cosigned says of the newest checkpoint."""
    held = scene.ledger.witnessed
    with connected(scene.database.serve_url) as connection:
        tree = StoredTree(lambda ask: ask(connection))
        newest = tree.newest()
        proof = tree.consistency(held.size).path if held.size <= newest.size else ()
        request = AddCheckpoint(min(held.size, newest.size), proof, newest.note)
        return examined(request, {KEY.name: [KEY.verifier]}, {KEY.name: held})


def test_the_signing_key_is_needed_where_the_table_says_so():
    """Whoever has no key leaves something that the public key finds, unless he takes away what was signed."""
    without = {name for name, one in ATTACKS.items() if not one.key and one.expected("key") is None}
    assert without == {
        "edit-unsealed", "truncate-unsealed", "truncate-all", "restore", "checkpoint-all-gone",
        "checkpoint-time", "clock-hidden", "cosignature", "stamp",
    }  # fmt: skip


def test_what_nobody_can_know_says_why():
    for name, attack in ATTACKS.items():
        assert bool(attack.why) is any(attack.expected(held) is None for held in HELD), name


@pytest.mark.docs
def test_the_documented_table_is_the_declared_one():
    """Write it anew with `python -m tests.attacks.document`."""
    text = document.DOCUMENT.read_text("utf-8")
    assert text == document.written(text)
    assert document.table() in text
