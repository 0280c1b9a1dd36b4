"""The keys of a log: each seals up to the announcement of the next; what is signed otherwise is found."""

from contextlib import closing

import pytest

from ledger.clock import SimulatedClock
from ledger.decisions.ledgers import OpenLedger
from ledger.decisions.suppliers import RegisterSupplier
from ledger.errors import Unsafe
from ledger.handle.headers import LedgerIdentity
from ledger.handle.reading import NO_CACHE, event_of
from ledger.handle.shell import Envelope, Shell
from ledger.proof.checkpoint import opened_checkpoint, sealed_checkpoint, unverified_checkpoint
from ledger.proof.note import SigningKey
from ledger.store.announced import announced_keys
from ledger.store.body import packed
from ledger.store.canonical import encoded
from ledger.store.postgres import PostgresLog
from ledger.store.sealing import connected
from ledger.store.vault_keys import MasterKey
from ledger.store.vault_memory import MemoryVault
from ledger.store.verify import verify
from ledger.store.verify_tree import verify_tree
from tests.decisions.test_signing_keys import FIRST, SECOND, THIRD, changing, naming
from tests.given import at
from tests.store.log.appends import append
from tests.store.log.test_sealing import behind_its_back
from tests.store.log.trees import rows_of, sealer_of

NOW = at("2025-03-03T09:00:00+01:00")
CHANGED_TYPE = "signing-key-changed.v1"
FIRST_PUBLIC, SECOND_PUBLIC = FIRST.verifier, SECOND.verifier


class Ledger:
    """A ledger with keys of its own: commands by number, sealed by whichever key."""

    def __init__(self, database):
        self.database = database
        self.url = database.serve_url
        self.number = 0

    def does(self, *commands):
        with closing(PostgresLog(self.url, mode="simulated")) as log:
            vault = MemoryVault(MasterKey.generate())
            shell = Shell(log, vault, SimulatedClock(NOW), LedgerIdentity("l-1", "simulated"), NO_CACHE)
            for command in commands:
                self.number += 1
                shell.handle(Envelope(command, "c", f"k-{self.number}", "operator-1", None, NOW))

    def grows(self, count=2):
        numbers = range(self.number, self.number + count)
        self.does(*(supplier(number) for number in numbers))

    def seals(self, key):
        with closing(sealer_of(self.url, key)) as sealer:
            while sealer.seal():
                pass
            return sealer.signed.size

    def chain(self):
        with connected(self.url) as connection:
            return announced_keys(connection)

    def found(self, *keys, own=()):
        return verify_tree(self.url, keys, own=own).findings


def supplier(number):
    return RegisterSupplier(supplier=f"s-{number}", name="Å AB", organisation_number="559000-0005")


@pytest.fixture
def ledger(database):
    """Genesis, the first key at 2, two events, another key at 5, two events; sealed by whose turn it was."""
    made = Ledger(database)
    made.does(OpenLedger(ledger="l-1", mode="simulated"), naming(FIRST))
    made.grows()
    assert made.seals(FIRST) == 4
    made.does(changing(FIRST, SECOND))
    made.grows()
    with pytest.raises(Unsafe, match=SECOND_PUBLIC.id.hex()):
        made.seals(FIRST)
    assert made.seals(SECOND) == 7
    return made


def test_the_checkpoint_with_the_announcement_is_signed_by_the_old_key_and_the_next_by_the_new(ledger):
    notes = {size: note for size, note, _ in rows_of(ledger.url, "checkpoints", "size")}
    assert list(notes) == [4, 5, 7]
    for size, key in ((4, FIRST), (5, FIRST), (7, SECOND)):
        assert opened_checkpoint(notes[size], [key.verifier]).size == size
    report = verify_tree(ledger.url, [FIRST_PUBLIC])
    assert (report.findings, report.signatures, report.keys, report.origin) == ((), 3, 2, FIRST.name)
    assert verify(ledger.url).intact
    assert verify_tree(ledger.url).signatures == 3  # without any key: by those that the log names
    assert ledger.found(own=[SECOND_PUBLIC]) == ledger.found(own=[FIRST_PUBLIC]) == ()


def test_nobody_seals_out_of_turn(ledger, database):
    ledger.grows()
    for key in (FIRST, THIRD):
        with pytest.raises(Unsafe, match="are signed by"):
            ledger.seals(key)
    ledger.does(changing(SECOND, THIRD, cause="compromised", reason="a lost laptop"))
    with pytest.raises(Unsafe):
        ledger.seals(THIRD)  # the announcement is for the second to seal
    assert ledger.seals(SECOND) == 10
    ledger.grows()
    assert ledger.seals(THIRD) == 12
    assert ledger.found(FIRST_PUBLIC) == ()
    assert [one.ended for one in ledger.chain().keys] == ["rotated", "compromised", ""]


def test_an_auditor_holds_the_log_to_the_first_key(ledger):
    for key in (SECOND, THIRD):
        assert [position for position, _ in ledger.found(key.verifier)] == [2]
    assert ledger.found(SECOND_PUBLIC, FIRST_PUBLIC) == ()
    ((position, what),) = ledger.found(own=[THIRD.verifier])
    assert (position, "this installation signs with" in what) == (5, True)


def sign_anew(ledger, size, key):
    """Whoever has the database and this key signs what stands there once more."""
    ((note,),) = [(note,) for one, note, _ in rows_of(ledger.url, "checkpoints", "size") if one == size]
    with behind_its_back(ledger.database, "checkpoints") as connection:
        signed = sealed_checkpoint(unverified_checkpoint(note), key)
        connection.execute("UPDATE liggare.checkpoints SET note = %s WHERE size = %s", (signed, size))


@pytest.mark.parametrize(
    ("size", "key", "words"),
    [
        (7, FIRST, f"{FIRST_PUBLIC.id.hex()}, rotated at p5"),
        (4, SECOND, f"here is {SECOND_PUBLIC.id.hex()}"),
        (5, SECOND, f"here is {SECOND_PUBLIC.id.hex()}"),
        (7, THIRD, f"{SECOND_PUBLIC.id.hex()} signs after p5"),
        (7, SigningKey("other.example/l", bytes(32)), "not signed by a key that is known"),
    ],
)
def test_a_checkpoint_by_a_key_that_was_not_in_force_is_found(ledger, size, key, words):
    if key.name == FIRST.name:
        sign_anew(ledger, size, key)
    else:
        with behind_its_back(ledger.database, "checkpoints") as connection:
            checkpoint = unverified_checkpoint(rows_of(ledger.url, "checkpoints", "size")[-1][1])
            note = key.sign(checkpoint.text).encode()
            connection.execute("UPDATE liggare.checkpoints SET note = %s WHERE size = %s", (note, size))
    for keys in ((), (FIRST_PUBLIC,), (FIRST_PUBLIC, SECOND_PUBLIC, key.verifier)):
        ((position, what),) = ledger.found(*keys)
        assert (position, words in what) == (size, True), what


def test_the_old_key_goes_on_after_the_change_behind_the_logs_back(ledger):
    """Who stole the key that was changed signs further events with it: the log says whose turn it was."""
    ledger.grows()
    sealer = sealer_of(ledger.url, FIRST)
    sealer._mine = lambda *arguments: arguments[-1]
    with closing(sealer):
        assert sealer.seal().size == 9
    ((position, what),) = ledger.found(FIRST_PUBLIC)
    assert (position, "rotated at p5" in what) == (9, True)


def test_a_key_swapped_in_the_database_is_found_by_its_body_and_believed_by_nobody(ledger):
    swapped = changing(FIRST, THIRD)
    with behind_its_back(ledger.database, "events") as connection:
        body, _ = packed([(b"facts", encoded(event_with(ledger, swapped)))], bytes([7]) * 32)
        connection.execute("UPDATE liggare.events SET body = %s WHERE position = 5", (body,))
    assert (5, "body: does not have the record's root") in verify(ledger.url).findings
    found = dict(ledger.found(FIRST_PUBLIC))
    assert "does not have the record's root" in found[5]
    assert "signs after p0" in found[7]
    ledger.grows()
    with pytest.raises(Unsafe):
        ledger.seals(THIRD)


def event_with(ledger, command):
    with closing(PostgresLog(ledger.url, mode="simulated")) as log:
        said = next(event_of(one) for one in log.tail(after=4, upto=5))
    return type(said)(**{name: getattr(command, name) for name in command.__slots__})


def test_an_announcement_forged_by_who_writes_the_log_is_sealed_and_found(ledger):
    """A rule would refuse it; here it is appended all the same, with its record, leaf and tags in order."""
    forged = event_with(ledger, changing(SECOND, THIRD, by=THIRD))
    with closing(PostgresLog(ledger.url, mode="simulated")) as log:
        log.append(append(("ledger:this",), types=[CHANGED_TYPE], facts=encoded(forged), at=NOW))
    assert verify(ledger.url).intact
    ledger.grows()
    with pytest.raises(Unsafe):
        ledger.seals(THIRD)
    assert ledger.seals(SECOND) == 10
    ((position, what),) = ledger.found(FIRST_PUBLIC)
    assert (position, "announcement of a signing key" in what) == (8, True)


def test_a_ledger_without_keys_in_it_is_sealed_and_verified_as_before(database):
    plain = Ledger(database)
    plain.does(OpenLedger(ledger="l-1", mode="simulated"))
    plain.grows()
    assert plain.seals(FIRST) == 3
    assert verify_tree(plain.url, [FIRST_PUBLIC]).signatures == 1
    assert plain.found(SECOND_PUBLIC) != ()
    plain.does(naming(FIRST))  # later: what was sealed before may be by it, or by another that is known
    plain.grows()
    assert plain.seals(FIRST) == 6
    assert plain.found(FIRST_PUBLIC) == ()
    sign_anew(plain, 3, SECOND)
    assert plain.found(FIRST_PUBLIC, SECOND_PUBLIC) == ()
    assert [position for position, _ in plain.found(FIRST_PUBLIC)] == [3]


def test_an_announcement_hidden_from_the_tags_is_found_all_the_same(ledger):
    with behind_its_back(ledger.database, "tags") as connection:
        connection.execute("DELETE FROM liggare.tags WHERE position = 5")
    assert (5, "tag row: missing ledger:this") in verify(ledger.url).findings
    assert [position for position, _ in ledger.found(FIRST_PUBLIC)] == [7]
