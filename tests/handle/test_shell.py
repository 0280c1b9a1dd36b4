"""The shell against the in-memory twin: what is appended, what is answered, what is tried again."""

import dataclasses
import threading

import msgspec
import pytest
from msgspec import structs

from ledger.clock import SimulatedClock
from ledger.decisions.base import DECISIONS
from ledger.decisions.consultants import Identity, RegisterConsultant
from ledger.decisions.ledgers import LedgerAlreadyOpen, OpenLedger
from ledger.decisions.suppliers import RegisterSupplier
from ledger.errors import CommandReused, Conflict, Refusal, Unavailable
from ledger.events.base import strictest
from ledger.events.parties import MandateGranted
from ledger.handle.headers import LedgerIdentity
from ledger.handle.reading import NO_CACHE, FoldCache
from ledger.handle.shell import ATTEMPTS_MAX, Envelope, Shell
from ledger.store.canonical import encoded
from ledger.store.codec import command_json, header_of, parse_record
from ledger.store.memory import MemoryLog
from ledger.store.vault import KeyDestroyed
from ledger.store.vault_keys import MasterKey
from ledger.store.vault_memory import MemoryVault
from tests.cases.story import Step, backgrounds, moment
from tests.cases.world import World
from tests.given import at
from tests.replay.histories import award_world
from tests.store.identities import synthetic

NOW = at("2025-03-03T09:00:00+01:00")
SUPPLIER = RegisterSupplier(supplier="s-1", name="Exempelbemanning Å AB", organisation_number="559000-0005")


@pytest.fixture
def log():
    return MemoryLog(mode="simulated")


def shell_on(log, cache=NO_CACHE):
    vault = MemoryVault(MasterKey.generate())
    return Shell(log, vault, SimulatedClock(NOW), LedgerIdentity("l-1", "simulated"), cache)


@pytest.fixture
def shell(log):
    return shell_on(log)


def envelope(command, command_id="c-1", client="client-1"):
    return Envelope(command, client, command_id, "actor-1", None, NOW)


def test_the_header_says_who_what_when_and_on_what(shell, log):
    shell.handle(envelope(OpenLedger(ledger="l-1", mode="simulated")))
    answer = shell.handle(envelope(SUPPLIER, "c-2"))
    record = list(log.records())[answer.outcome.first - 1]
    header = header_of(parse_record(record.record).header)
    assert (header.actor, header.client, header.command_id) == ("actor-1", "client-1", "c-2")
    assert (header.command, header.rule) == ("register-supplier", "register-supplier@1")
    assert (header.head, header.n, header.mode, header.ledger) == (1, (1, 1), "simulated", "l-1")
    assert (header.decided_at, header.received_at) == (NOW, NOW)
    assert header.tags == ("supplier:s-1",)
    assert record.recorded_at >= NOW


def test_the_first_event_carries_the_payload_of_its_command(shell, log):
    shell.handle(envelope(SUPPLIER))
    stored = msgspec.json.decode(command_json(next(log.records()).body))
    assert stored == msgspec.to_builtins(SUPPLIER)


def test_the_same_command_again_gives_the_first_outcome(shell, log):
    first = shell.handle(envelope(SUPPLIER))
    again = shell.handle(envelope(SUPPLIER))
    assert again.outcome == structs.replace(first.outcome, repeated=True)
    assert log.head().position == 1


def test_another_content_under_the_same_id_is_refused(shell, log):
    shell.handle(envelope(SUPPLIER))
    with pytest.raises(CommandReused):
        shell.handle(envelope(dataclasses.replace(SUPPLIER, name="Exempelbemanning Ä AB")))
    assert log.head().position == 1


def test_command_ids_belong_to_their_client(shell, log):
    shell.handle(envelope(SUPPLIER))
    other = dataclasses.replace(SUPPLIER, supplier="s-2")
    shell.handle(envelope(other, client="client-2"))
    assert log.head().position == 2


def test_a_refusal_changes_nothing_and_is_evaluated_again(shell, log):
    shell.handle(envelope(OpenLedger(ledger="l-1", mode="simulated")))
    for _ in range(2):
        with pytest.raises(LedgerAlreadyOpen) as refused:
            shell.handle(envelope(OpenLedger(ledger="l-2", mode="real"), "c-2"))
        assert refused.value.positions == (1,)
    assert log.head().position == 1


def test_a_cached_fold_is_advanced_by_its_tail(log):
    cached, cold = shell_on(log, FoldCache()), shell_on(log)
    cached.handle(envelope(SUPPLIER))
    with pytest.raises(Refusal) as seen:
        cached.handle(envelope(SUPPLIER, "c-2"))
    cold.handle(envelope(dataclasses.replace(SUPPLIER, supplier="s-2"), "c-3"))
    with pytest.raises(Refusal) as fresh:
        cached.handle(envelope(dataclasses.replace(SUPPLIER, supplier="s-2"), "c-4"))
    assert (seen.value.positions, fresh.value.positions) == ((1,), (2,))


class Meddled(MemoryLog):
    """A log in which somebody else is always faster."""

    def append(self, append):
        raise Conflict("somebody was faster")


def test_a_conflict_storm_ends_in_a_retryable_answer(monkeypatch):
    tried = []
    monkeypatch.setattr("ledger.handle.shell.time.sleep", tried.append)
    with pytest.raises(Unavailable):
        shell_on(Meddled(mode="simulated")).handle(envelope(SUPPLIER))
    assert len(tried) == ATTEMPTS_MAX


def test_racers_for_one_supplier_have_one_winner(log):
    shell, outcomes = shell_on(log, FoldCache()), []

    def race(n):
        try:
            outcomes.append(shell.handle(envelope(SUPPLIER, f"c-{n}")).outcome.first)
        except Refusal as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=race, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert min(map(str, outcomes)) == "1"
    assert len({str(o) for o in outcomes}) == 2
    assert log.head().position == 1


def registering(number, consultant="k-1"):
    return RegisterConsultant(
        consultant=consultant, supplier="s-1", profession="nurse", own_company=False,
        identity=Identity(name="Exempel Exempelsson", personal_identity_number=number),
    )  # fmt: skip


def test_a_refused_registration_leaves_no_person_in_the_vault(shell):
    shell.handle(envelope(SUPPLIER))
    shell.handle(envelope(registering(synthetic()), "c-2"))
    with pytest.raises(Refusal):
        shell.handle(envelope(registering(synthetic(serial=981)), "c-3"))
    assert shell.vault.find_or_link(synthetic(serial=981), "personnummer", "k-2") == ()
    assert shell.vault.find_or_link(synthetic(), "personnummer", "k-3") == ("k-1",)


def test_an_identity_enters_the_log_only_as_ciphertext(shell, log):
    shell.handle(envelope(SUPPLIER))
    number = synthetic()
    shell.handle(envelope(registering(number), "c-2"))
    written = b"".join(r.record + r.body for r in log.records())
    assert b"Exempelsson" not in written
    assert number.replace("-", "").encode() not in written
    assert b"ciphertext" in written


def test_a_registration_is_repeated_and_told_from_another_by_a_digest_that_dies_with_the_person(shell, log):
    shell.handle(envelope(SUPPLIER))
    told = registering(synthetic())
    first = shell.handle(envelope(told, "c-2"))
    assert shell.handle(envelope(told, "c-2")).outcome == structs.replace(first.outcome, repeated=True)
    with pytest.raises(CommandReused):
        shell.handle(envelope(registering(synthetic(serial=981)), "c-2"))
    said = encoded(("register-consultant", "client-1", "c-2")) + encoded(told)
    kept = header_of(parse_record(list(log.records())[1].record).header).command_mac
    assert kept == shell.vault.mac(said, "k-1").hex()
    assert kept != shell.vault.mac(said).hex()
    shell.vault.destroy("k-1", NOW)
    with pytest.raises(KeyDestroyed):
        shell.vault.mac(said, "k-1")
    assert shell.handle(envelope(told, "c-2")).outcome.repeated


def test_what_is_printed_of_a_command_shows_no_person():
    number = synthetic()
    assert "Exempelsson" not in repr(envelope(registering(number)))
    assert number not in repr(envelope(registering(number)))


def test_every_decision_has_an_example_a_summary_and_its_refusals():
    for decision in DECISIONS.values():
        assert decision.example, decision.label
        assert decision.summary.endswith("."), decision.label


def test_the_header_names_the_mandate_and_where_it_was_granted():
    """What is missing there can never be added to old records (house rule 4)."""
    world = World()
    for step in backgrounds()["the agreement"]:
        world.take(step)
    world.take(Step(moment("2025-03-03 09:00"), "order o-1 is published to s-1 and s-2", {}))
    headers = [header_of(parse_record(record.record).header) for record in world.log.records()]
    granted = {e.mandate: n for n, e in enumerate(world.history(), 1) if isinstance(e, MandateGranted)}
    published = next(header for header in headers if header.command == "publish-order")
    assert published.mandate == ("m-orderer", granted["m-orderer"])
    assert headers[0].mandate is None


def test_a_command_is_as_secret_as_the_most_secret_of_its_events():
    """Its payload is what all of them came from, and it is kept with the first."""
    told = [header_of(parse_record(record.record).header) for record in award_world().log.records()]
    for first in [header for header in told if header.n[0] == 1]:
        own = [header.secrecy for header in told if header.command_id == first.command_id]
        assert len(own) == first.n[1]
        assert first.groups[-1] == ("command", strictest(own))
