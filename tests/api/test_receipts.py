"""Receipts of commands: of inclusion once sealed, before the award nothing by which offers are counted."""

import base64
import json
import os
import re
import time
from contextlib import chdir, closing
from pathlib import Path

import httpx
import msgspec
import psycopg
import pytest
from scitt_cose.receipt import verify_receipt

from api.problems import ProblemError
from api.receipting import ReceiptBody, Signing, receipt_of
from api.receipts import Receipts, recorded_refusal
from api.sealing import read_key
from api.settings import Settings
from api.withheld import places_told
from ledger.decisions.base import DECISIONS
from ledger.errors import Corrupt
from ledger.events.base import event_type
from ledger.events.offers import OfferReceived, OfferTurnedAway
from ledger.events.orders import OrderOutageRecorded, OrderReceiptRecorded
from ledger.handle.headers import LedgerIdentity
from ledger.handle.shell import Answer
from ledger.proof.note import SigningKey, VerifierKey
from ledger.proof.receipt import (
    Commitment,
    Receipt,
    check_commitment,
    checked_receipt,
    parsed,
    signed_receipt,
)
from ledger.store.codec import Header, commitment_of, entry_of, leaf_of, seal, uuid7
from ledger.store.log import Append, Condition, Log, Sealed
from ledger.store.memory import MemoryLog
from ledger.store.postgres import PostgresLog
from ledger.store.sealing_tree import NotSealed
from tests.api.servers import Client, headers, served
from tests.api.test_cli import DIFFERENT, FINE, NOT_CHECKED, USAGE, Program
from tests.api.test_sealing import program
from tests.histories import LEDGER, START_AT, Story, made
from tests.postgres import Database, PostgresServer, temporary_home
from tests.proof import naive
from tests.proof.test_receipt import pem
from tests.store.log.trees import sealer_of

__all__ = ["program"]
KEY = SigningKey("ledger.example/l-1", bytes(range(32)))
IDENTITY = LedgerIdentity(LEDGER, "simulated")
LATER = START_AT + 5_000_000
MINE = made(OfferReceived, order="o-1", offer="f-mine", supplier="s-mine")
ROW_IDS = {"secret": bytes(range(32)), "salt": bytes(range(32, 64))}
BIDDERS = (
    MINE,
    made(OfferTurnedAway, order="o-1", offer="f-mine", supplier="s-mine"),
    made(OrderReceiptRecorded, order="o-1", supplier="s-mine"),
)


def row_of(event: object, name: str, **drawn: bytes) -> Sealed:
    header = Header(
        actor="a-1", client="portal", command="submit-offer", command_id=name, command_mac="00" * 32,
        decided_at=LATER, event_id=uuid7(LATER, bytes(10)), head=3, ledger=LEDGER, mode="simulated", n=(1, 1),
        received_at=LATER, rule="submit-offer@1", secrecy=event_type(event).secrecy, type="",
    )  # fmt: skip
    return seal(
        header, event, secret=drawn.get("secret", os.urandom(32)), command=b"{}", salt=drawn.get("salt")
    )


def append(log: Log, event: object, name: str, **drawn: bytes):
    row = row_of(event, name, **drawn)
    return row, log.append(Append("portal", name, bytes(32), (row,), Condition((), 0), LATER))


def history(log: Log, others: int, positions: int = 1) -> None:
    """An order, and so many offers of others for it, all in the same instant."""
    story = Story().opened()
    story.order("o-1", positions)
    for n, event in enumerate(story.events):
        append(log, event, f"story-{n}")
    for n in range(others):
        append(log, made(OfferReceived, order="o-1", offer=f"f-{n}", supplier=f"s-{n}"), f"other-{n}")


def told(event: object, others: int) -> list[bytes]:
    """Every byte that a bidder gets before the award, by how many others offered before it."""
    log = MemoryLog(mode="simulated")
    history(log, others)
    row, outcome = append(log, event, "mine", **ROW_IDS)
    for n in range(others):
        append(log, made(OfferReceived, order="o-1", offer=f"g-{n}", supplier=f"s-{n}"), f"after-{n}")
    receipts = Receipts(log, IDENTITY, KEY)
    answer = Answer(outcome, DECISIONS["submit-offer"], None, (row,))
    first = receipts.of_answer(answer, "mine")
    again = receipts.of_outcome(log.outcome("portal", "mine"), "mine")
    refusal = recorded_refusal(made(OfferTurnedAway, facts=(3, outcome.first)), first)
    given = receipt_of(Signing(log, None, KEY), "portal", "mine", simulated=True)
    return [msgspec.json.encode(one) for one in (first, again, refusal, given)]


@pytest.mark.parametrize("event", BIDDERS, ids=lambda event: type(event).__name__)
def test_what_a_bidder_gets_is_the_same_however_many_others_offered(event: object):
    alone = told(event, 0)
    assert [told(event, others) for others in (1, 7)] == [alone, alone]
    first = json.loads(alone[0])
    assert (first["positions"], first["leaves"], first["withheld"]) == ([], [], True)
    assert first["recorded_at"].endswith(":05.000000Z")
    assert first["commitments"] == [row_of(event, "mine", **ROW_IDS).content[:64].hex()]
    found = parsed(base64.b64decode(first["commitment"]))
    assert isinstance(found, Commitment)
    check_commitment(found, [KEY.verifier])
    assert [one.hex() for one in found.records()] == first["commitments"]
    assert (
        json.loads(alone[3]).items()
        >= {"withheld": True, "entry": "", "receipt": first["commitment"]}.items()
    )


def test_without_a_key_the_bytes_are_given_unsigned():
    log = MemoryLog(mode="simulated")
    history(log, 0)
    _, outcome = append(log, MINE, "mine")
    first = Receipts(log, IDENTITY).of_outcome(outcome, "mine")
    assert (len(first.commitments), first.commitment, first.withheld) == (1, "", True)


def test_a_no_does_not_tell_where_ones_own_offer_stands():
    log = MemoryLog(mode="simulated")
    history(log, 0)
    _, outcome = append(log, MINE, "mine")
    assert places_told(log, (3, outcome.first, 3)) == (3, 3)
    append(log, award(), "award")
    assert places_told(log, (3, outcome.first)) == (3, outcome.first)
    assert places_told(log, ()) == ()


def award(position: int = 1) -> object:
    story = Story()
    story.awarded("o-1", "f-mine", "s-mine", position)
    return story.events[0]


def test_every_event_of_a_bidder_is_a_commitment_until_all_is_awarded_and_then_in_the_tree(
    database: Database,
):
    outage = made(OrderOutageRecorded, order="o-1")
    with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
        signing = Signing(log, log.tree(), KEY)
        history(log, 2, positions=2)
        names = [f"mine-{n}" for n, event in enumerate((*BIDDERS, outage)) if append(log, event, f"mine-{n}")]
        before = [receipt_of(signing, "portal", name, simulated=True) for name in names]
        assert all(one.withheld for one in before)
        with pytest.raises(NotSealed):
            receipt_of(signing, "portal", "story-1", simulated=True)
        with closing(sealer_of(database.serve_url, KEY)) as sealer:
            sealer.seal()
            open_one = receipt_of(signing, "portal", "story-1", simulated=True)
            append(log, award(), "award-1")
            assert [receipt_of(signing, "portal", name, simulated=True) for name in names] == before
            append(log, award(2), "award-2")
            sealer.seal()
        assert receipt_of(signing, "portal", "story-1", simulated=True) == open_one  # whenever it is asked
        for name, earlier in zip(names, before, strict=True):
            outcome = log.outcome("portal", name)
            record = log.records_at([outcome.first])[0].record
            given = receipt_of(signing, "portal", name, simulated=True)
            content, entry = base64.b64decode(given.receipt), bytes.fromhex(given.entry)
            assert (given.withheld, entry) == (False, entry_of(record))
            found = parsed(content)
            assert isinstance(found, Receipt)
            root = checked_receipt(found, entry, [KEY.verifier])
            assert root == log.tree().root(found.size)
            assert found.index == outcome.first - 1
            assert verify_receipt(
                content, leaf_entry_hex=given.entry, log_public_key_pem=pem(KEY.verifier)
            ).ok
            committed = parsed(base64.b64decode(earlier.receipt))
            assert isinstance(committed, Commitment)
            assert committed.records() == (commitment_of(record),)


def test_only_a_root_that_this_key_signed_is_signed_again(database: Database):
    other = SigningKey(KEY.name, bytes(32))
    with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
        signing = Signing(log, log.tree(), KEY)
        history(log, 0)
        with closing(sealer_of(database.serve_url, other)) as sealer:
            sealer.seal()
        with pytest.raises(Corrupt, match="not signed by the key"):
            receipt_of(signing, "portal", "story-1", simulated=True)
        append(log, award(), "award-1")
        with closing(sealer_of(database.serve_url, KEY)) as sealer:  # the key was changed: the newest counts
            sealer.seal()
        given = receipt_of(signing, "portal", "story-1", simulated=True)
        found = parsed(base64.b64decode(given.receipt))
        assert isinstance(found, Receipt)
        assert found.size == 4
        with psycopg.connect(database.owner_url) as connection:
            connection.execute("ALTER TABLE liggare.events DISABLE TRIGGER USER")
            connection.execute("UPDATE liggare.events SET leaf = sha256(leaf) WHERE position = 3")
        with pytest.raises(Corrupt, match="under its checkpoint"):
            receipt_of(signing, "portal", "story-1", simulated=True)


def test_a_receipt_is_had_over_http_a_moment_after_the_command(postgres_server: PostgresServer):
    with temporary_home() as home, served(postgres_server.admin_url, home) as client:
        answer = client.command("register-supplier", None, "receipt-1").json()
        key = read_key(next(home.glob("*-signing.key"))).verifier
        given = patiently(client, "receipt-1").json()
        assert (
            given.items() >= {"command_id": "receipt-1", "event": 1, "events": 1, "withheld": False}.items()
        )
        found = parsed(base64.b64decode(given["receipt"]))
        assert isinstance(found, Receipt)
        assert found.index + 1 == answer["positions"][0]
        checked_receipt(found, bytes.fromhex(given["entry"]), [key])
        bare = ask(client, "receipt-1", Accept="application/cose")
        assert bare.headers["Content-Type"] == 'application/cose; cose-type="cose-sign1"'
        assert bare.content == found.content
        assert documented(home, bare.content, given["entry"], key) == [
            True,
            key.name,
            found.size,
            found.index,
        ]
        assert ask(client, "receipt-2").status_code == 404
        assert client.get("/v1/receipts/receipt-1").status_code == 400
        for query, status in (("event=2", 404), ("event=0", 400), ("event=x", 400), ("what=1", 400)):
            assert ask(client, f"receipt-1?{query}").status_code == status


def documented(folder: Path, receipt: bytes, entry: str, key: VerifierKey) -> list[object]:
    """What the program in the document finds."""
    text = (Path(__file__).parents[2] / "docs" / "proof.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(import base64, json\nfrom pathlib.*?)```", text, re.DOTALL)
    held = {"receipt": base64.b64encode(receipt).decode(), "entry": entry}
    (folder / "receipt.json").write_text(json.dumps(held))
    (folder / "key.pem").write_bytes(pem(key))
    told: list[object] = []
    with chdir(folder):
        exec(program, {"print": lambda *found: told.extend(found)})  # noqa: S102
    return told[:-1]


def ask(client: Client, name: str, **more: str) -> httpx.Response:
    return client.get(f"/v1/receipts/{name}", headers=headers(**more))


def patiently(client: Client, name: str) -> httpx.Response:
    deadline = time.monotonic() + 20
    while (answer := ask(client, name)).status_code == 404:
        assert "not sealed yet" in answer.json()["detail"]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return answer


def test_a_receipt_is_checked_offline(program: Program, tmp_path: Path):
    receipt, kept = tmp_path / "receipt.json", tmp_path / "checkpoint.txt"
    key = program.json("keys", "show")[1]["verifier_key"]
    assert program("receipt", "liggare-init", "genesis")[0] == NOT_CHECKED  # nothing is sealed yet
    program("seal")
    kept.write_text(program("proof", "checkpoint")[1])
    assert program("receipt", "liggare-init", "nonsense")[0] == USAGE
    receipt.write_text(program("receipt", "liggare-init", "genesis")[1])
    check = ("proof", "check", str(receipt))
    assert program.here(*check)[0] == USAGE
    code, stdout, _ = program.here(*check, "--key", key)
    assert (code, "HOLDS: p1 is in the tree of 2" in stdout) == (FINE, True)
    code, stdout, _ = program.here(*check, "--key", key, "--checkpoint", str(kept))
    assert (code, "under the checkpoint that was kept" in " ".join(stdout.split())) == (FINE, True)
    assert program.here(*check, "--key", SigningKey.generate("other").verifier.text)[0] == DIFFERENT
    held = ("verify", "--receipt", str(receipt))
    code, document = program.json(*held, "--key", key)
    assert (code, document["tree"]["kept"]) == (FINE, 1)
    assert program.json(*held, "--key", SigningKey.generate("other").verifier.text)[0] == NOT_CHECKED
    tamper(program.settings, "UPDATE liggare.events SET leaf = sha256(leaf) WHERE position = 1")
    code, document = program.json(*held)
    told = {(one["position"], one["what"].partition(":")[0]) for one in document["findings"]}
    assert (code, {(1, "leaf"), (1, "receipt"), (2, "kept checkpoint of 2")} <= told) == (DIFFERENT, True)
    whole = json.loads(receipt.read_text())
    for name, value in (("entry", "02" + "00" * 80), ("entry", "x"), ("receipt", "x"), ("receipt", "AAAA")):
        receipt.write_text(json.dumps(whole | {name: value}))
        assert program.here(*check, "--key", key)[0] == DIFFERENT
    receipt.write_text(json.dumps({"receipt": 1}))
    assert program.here(*check, "--key", key)[0] == NOT_CHECKED


def test_a_commitment_is_checked_offline_and_the_receipt_against_it(tmp_path: Path):
    log = MemoryLog(mode="simulated")
    history(log, 0)
    append(log, MINE, "mine")
    commitment, receipt = tmp_path / "commitment.json", tmp_path / "receipt.json"
    commitment.write_bytes(
        msgspec.json.encode(receipt_of(Signing(log, None, KEY), "portal", "mine", simulated=True))
    )
    tell = Program(Settings(state_dir=tmp_path)).here
    code, stdout, _ = tell("proof", "check", str(commitment), "--key", KEY.verifier.text)
    assert (code, "had recorded by second" in stdout) == (FINE, True)
    with pytest.raises(ProblemError):
        receipt_of(Signing(log, None, KEY), "portal", "mine", 2, simulated=True)
    records = [one.record for one in log.records()]
    tree = [leaf_of(one) for one in records]
    for index, code in ((len(tree) - 1, FINE), (0, DIFFERENT)):
        entry = entry_of(records[index])
        made_of = (len(tree), index, naive.path(index, tree), naive.mth(tree))
        content = base64.b64encode(signed_receipt(KEY, entry, *made_of)).decode()
        body = ReceiptBody(
            command_id="mine", event=1, events=1, withheld=False, receipt=content, entry=entry.hex(),
            simulated=True,
        )  # fmt: skip
        receipt.write_bytes(msgspec.json.encode(body))
        check = ("proof", "check", str(receipt), "--key", KEY.verifier.text)
        assert tell(*check)[0] == FINE
        assert tell(*check, "--old", str(commitment))[0] == code
        assert tell(*check, "--old", str(receipt))[0] == USAGE


def tamper(settings: Settings, statement: str) -> None:
    """Change the events behind the ledger's back."""
    url = psycopg.conninfo.make_conninfo(settings.database_url or "", dbname=settings.database_name)
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE liggare.events DISABLE TRIGGER USER")
        connection.execute(statement)
        connection.execute("ALTER TABLE liggare.events ENABLE ALWAYS TRIGGER append_only")
