"""The keys that sign checkpoints: who may name the first, and let which other follow it."""

from dataclasses import replace

import pytest

from ledger.decisions.base import EVERY_VERSION
from ledger.decisions.signing_keys import ChangeSigningKey, NameSigningKey
from ledger.events.ledger import LedgerOpened
from ledger.events.signing_keys import SigningKeyChanged, SigningKeyNamed
from ledger.facts.recorded import Recorded
from ledger.facts.signing_keys import chain_of
from ledger.proof.announcement import change_text, naming_text, signature_over
from ledger.proof.note import SigningKey
from tests.given import unmandated

ORIGIN = "ledger.example/l-1"
FIRST, SECOND, THIRD = (SigningKey(ORIGIN, bytes([n]) * 32) for n in (1, 2, 3))
STRANGER = SigningKey("other.example/l-1", bytes([4]) * 32)
OPENED = LedgerOpened(ledger="l-1", mode="real", format=2, tz_version="x")


def naming(key, by=None):
    signature = signature_over(naming_text(key.verifier), by or key)
    return NameSigningKey(origin=key.name, key=key.verifier.text, signature=signature)


def changing(old, new, by=None, cause="rotated", reason="yearly"):
    signature = signature_over(change_text(old.verifier, new.verifier, cause, reason), by or old)
    return ChangeSigningKey(
        previous=old.verifier.text, key=new.verifier.text, cause=cause, reason=reason, signature=signature
    )


def event_of(command):
    cls = SigningKeyNamed if isinstance(command, NameSigningKey) else SigningKeyChanged
    return cls(**{name: getattr(command, name) for name in command.__slots__})


NAMED, CHANGED = event_of(naming(FIRST)), event_of(changing(FIRST, SECOND))
HISTORY = unmandated(OPENED, NAMED)


def test_the_first_key_names_itself_once():
    unmandated(OPENED).when(naming(FIRST)).then(NAMED)
    HISTORY.when(naming(SECOND)).then_refused("signing-key-named-already", field="key", positions=(2,))
    unmandated().when(naming(FIRST)).then_refused("ledger-not-open")


@pytest.mark.parametrize("cause", ["rotated", "revoked", "compromised"])
def test_another_key_follows_under_the_one_in_force(cause):
    command = changing(FIRST, SECOND, cause=cause)
    HISTORY.when(command).then(event_of(command))


def test_keys_are_the_operators_matter_under_no_mandate():
    given_one = replace(HISTORY, under="m-1")
    given_one.when(changing(FIRST, SECOND)).then_refused("signing-key-under-mandate")
    replace(unmandated(OPENED), under="m-1").when(naming(FIRST)).then_refused("signing-key-under-mandate")


def test_nobody_speaks_for_a_key_but_its_holder():
    unmandated(OPENED).when(naming(FIRST, by=SECOND)).then_refused(
        "signing-key-not-signed", field="signature"
    )
    forged = changing(FIRST, SECOND, by=SECOND)
    HISTORY.when(forged).then_refused("signing-key-not-signed", field="signature")
    for other in ({"cause": "compromised"}, {"reason": "another"}, {"signature": "nonsense"}):
        changed = replace(changing(FIRST, SECOND), **other)
        HISTORY.when(changed).then_refused("signing-key-not-signed", field="signature")


def test_a_key_that_is_none_or_of_another_origin_is_refused():
    unreadable = replace(naming(FIRST), key=FIRST.verifier.text.replace("+", "+0", 1))
    unmandated(OPENED).when(unreadable).then_refused("signing-key-unreadable", field="key")
    elsewhere = replace(naming(FIRST), origin=STRANGER.name)
    unmandated(OPENED).when(elsewhere).then_refused("signing-key-of-other-origin", field="origin")
    HISTORY.when(changing(FIRST, STRANGER)).then_refused("signing-key-of-other-origin", field="key")


def test_only_the_key_in_force_is_followed_and_none_comes_back():
    unmandated(OPENED).when(changing(FIRST, SECOND)).then_refused("signing-key-not-named")
    later = unmandated(OPENED, NAMED, CHANGED)
    later.when(changing(FIRST, THIRD)).then_refused("signing-key-not-in-force", positions=(3,))
    later.when(changing(SECOND, FIRST)).then_refused("signing-key-used-before", field="key", positions=(2,))
    later.when(changing(SECOND, SECOND)).then_refused("signing-key-used-before", positions=(3,))
    later.when(changing(SECOND, THIRD)).then_events("signing-key-changed")


def test_the_last_checkpoint_of_a_key_ends_with_the_announcement_of_the_next():
    chain = chain_of([Recorded(2, NAMED), Recorded(7, CHANGED)])
    keys = {size: chain.at(size).key for size in (1, 2, 7, 8, 1000)}
    first, second = FIRST.verifier, SECOND.verifier
    assert keys == {1: first, 2: first, 7: first, 8: second, 1000: second}
    assert (chain.keys[0].ended, chain.last.key, chain.wrong) == ("rotated", second, ())
    assert chain_of([]).at(1) is None


FORGED = {
    "signed by another": event_of(changing(FIRST, THIRD, by=THIRD)),
    "of a key not in force": event_of(changing(SECOND, THIRD)),
    "another first": event_of(naming(THIRD)),
    "another reason": replace(event_of(changing(FIRST, THIRD)), reason="other"),
    "a key that is none": replace(event_of(changing(FIRST, THIRD)), key="nonsense"),
    "of another origin": event_of(changing(FIRST, STRANGER)),
    "the same key": event_of(changing(FIRST, FIRST)),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_announcement_changes_nothing_and_is_told_of(what):
    chain = chain_of([Recorded(2, NAMED), Recorded(3, FORGED[what]), Recorded(7, CHANGED)])
    assert [one.key for one in chain.keys] == [FIRST.verifier, SECOND.verifier]
    assert [position for position, _ in chain.wrong] == [3]
    assert chain_of([Recorded(2, FORGED[what])]).keys == () or what == "another first"


def test_the_examples_are_signed_as_they_say():
    """What the API's description shows is an announcement that a ledger would take."""
    name = dict(EVERY_VERSION["name-signing-key@1"].example)
    change = dict(EVERY_VERSION["change-signing-key@1"].example)
    chain = chain_of([
        Recorded(2, SigningKeyNamed(**name)), Recorded(3, SigningKeyChanged(**change)),
    ])  # fmt: skip
    assert (len(chain.keys), chain.wrong) == (2, ())
