"""Receipts and the keys in the log: only the key in force signs any, over what it sealed itself."""

import base64
from contextlib import closing

import pytest

from api.receipting import Signing, receipt_of
from ledger.errors import Unsafe
from ledger.events.signing_keys import SigningKeyChanged, SigningKeyNamed
from ledger.proof.announcement import change_text, naming_text, signature_over
from ledger.proof.note import SigningKey
from ledger.proof.receipt import parsed
from ledger.store.postgres import PostgresLog
from ledger.store.sealing_tree import NotSealed
from tests.api.test_receipts import KEY, append, award, history
from tests.histories import made
from tests.postgres import Database
from tests.store.log.trees import sealer_of


def test_nobody_signs_receipts_out_of_turn(database: Database):
    first, second = (SigningKey(KEY.name, bytes([n]) * 32) for n in (1, 2))
    name, change = naming_text(first.verifier), change_text(first.verifier, second.verifier, "rotated", "r")
    named = made(
        SigningKeyNamed, origin=KEY.name, key=first.verifier.text, signature=signature_over(name, first)
    )
    changed = made(
        SigningKeyChanged, previous=first.verifier.text, key=second.verifier.text, cause="rotated",
        reason="r", signature=signature_over(change, first),
    )  # fmt: skip
    with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
        old, new = (Signing(log, log.tree(), key) for key in (first, second))
        history(log, 0)
        append(log, named, "named")
        append(log, changed, "changed")
        with pytest.raises(Unsafe, match="the log says"):
            receipt_of(old, "portal", "story-1", simulated=True)
        with closing(sealer_of(database.serve_url, first)) as sealer:
            sealer.seal()
        with pytest.raises(NotSealed, match="since the key was changed"):
            receipt_of(new, "portal", "story-1", simulated=True)
        append(log, award(), "award-1")
        with closing(sealer_of(database.serve_url, second)) as sealer:
            sealer.seal()
        found = parsed(base64.b64decode(receipt_of(new, "portal", "story-1", simulated=True).receipt))
        assert (found.key_id, found.size) == (second.verifier.id, log.head().position)
