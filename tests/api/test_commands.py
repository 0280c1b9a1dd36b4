"""Commands over HTTP: the receipt, the repeat, every kind of no."""

import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from api.answers import Receipt
from api.problems import body_of, problem_response
from api.receipts import recorded_refusal
from api.recorded import recorded_kind
from ledger.events.offers import OfferTurnedAway
from tests.api.servers import Client, example, headers

DOCS = Path(__file__).parents[2] / "docs"


def supplier(name: str) -> dict[str, object]:
    return example("register-supplier", supplier=name)


def test_a_command_is_answered_with_its_receipt(door: Client):
    answer = door.command("register-supplier", supplier("s-receipt"), "receipt-1")
    body = answer.json()
    assert answer.status_code == 201
    assert (len(body["positions"]), len(body["event_ids"]), len(body["leaves"])) == (1, 1, 1)
    assert len(bytes.fromhex(body["leaves"][0])) == 32
    assert body["rule"] == "register-supplier@1"
    assert body["recorded_at"].endswith("Z")
    assert body["simulated"] is True
    assert answer.headers["liggare-simulated"] == "true"


def test_a_repeat_gets_the_same_receipt_and_records_nothing(door: Client):
    first = door.command("register-supplier", supplier("s-repeat"), "repeat-1")
    again = door.command("register-supplier", supplier("s-repeat"), "repeat-1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() | {"repeated": True} == again.json()
    found = door.get("/v1/commands/outcomes/repeat-1", headers=headers())
    assert found.json() == again.json()


def test_a_key_is_not_used_twice_for_different_content(door: Client):
    door.command("register-supplier", supplier("s-reused"), "reused-1")
    answer = door.command("register-supplier", supplier("s-other"), "reused-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "command-reused")


def test_keys_are_apart_for_each_client(door: Client):
    door.command("register-supplier", supplier("s-client-1"), "same-key")
    other = door.command("register-supplier", supplier("s-client-2"), "same-key", Liggare_Client="another")
    assert other.status_code == 201


def test_a_refusal_names_code_clause_field_and_positions(door: Client):
    first = door.command("register-supplier", supplier("s-twice"))
    answer = door.command("register-supplier", supplier("s-twice"))
    body = answer.json()
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["code"] == "supplier-registered"
    assert body["clause"]
    assert body["field"] == "supplier"
    assert body["positions"] == first.json()["positions"]
    assert body["title"].split(" / ") == ["Leverantören är redan registrerad", "Supplier registered already"]
    assert body["status"] == 409
    assert body["instance"].startswith("urn:uuid:")


def test_wrong_fields_are_named_and_values_never_repeated(door: Client):
    sent = {
        "supplier": "18900101-9802 Anna",
        "name": 5,
        "organisation_number": "18900101-9802",
        "Anna_9802": 1,
    }
    answer = door.command("register-supplier", sent)
    fields = {one["field"] for one in answer.json()["fields"]}
    assert answer.status_code == 422
    assert fields == {"supplier", "name", "organisation_number", "(unknown field)"}
    assert "9802" not in answer.text
    assert "Anna" not in answer.text


def test_nothing_is_converted(door: Client):
    unit = example("register-care-unit", zone="1")
    answer = door.command("register-care-unit", unit)
    assert [one["field"] for one in answer.json()["fields"]] == ["zone"]
    jump = door.command("accept-clock", {"jumped_to": 1_700_000_000_000_000, "reason": "x"})
    assert [one["field"] for one in jump.json()["fields"]] == ["jumped_to"]
    naive = door.command("accept-clock", {"jumped_to": "2026-03-01T06:30:00", "reason": "x"})
    assert naive.status_code == 422


def test_every_header_is_asked_for(door: Client):
    for missing in ("Idempotency-Key", "Liggare-Client", "Liggare-Actor"):
        given = {name: value for name, value in headers().items() if name != missing}
        answer = door.post("/v1/commands/register-supplier", json=supplier("s-none"), headers=given)
        assert (answer.status_code, answer.json()["field"]) == (400, missing)


def test_a_wrong_header_is_told_its_form(door: Client):
    for header, form in (("Idempotency-Key", "100 characters"), ("Liggare-Client", "lower-case")):
        given = {**headers(), header: "A b" * 40}
        detail = door.post("/v1/commands/register-supplier", json={}, headers=given).json()["detail"]
        assert header in detail
        assert form in detail


def test_a_refusal_about_the_mandate_names_the_header(door: Client):
    for needed in ("register-region", "register-care-unit"):
        door.command(needed)
    answer = door.command("publish-order")
    assert (answer.json()["code"], answer.json()["field"]) == ("mandate-missing", "Liggare-Mandate")


def test_fields_are_told_in_our_own_words(door: Client):
    jump = door.command("accept-clock", {"jumped_to": "tomorrow", "reason": "x", "until": "x"}).json()
    told = {one["field"]: one["message"] for one in jump["fields"]}
    assert told["jumped_to"].startswith("an instant is written like")
    assert told["until"] == "There is no such field"


def test_the_simulated_clock_moves_and_never_goes_back(door: Client):
    later = door.command(
        "register-supplier", supplier("s-t1"), Liggare_Simulated_Now="2024-05-01T10:00:00+02:00"
    )
    earlier = door.command(
        "register-supplier", supplier("s-t2"), Liggare_Simulated_Now="2024-04-01T08:00:00Z"
    )
    assert later.json()["recorded_at"] == "2024-05-01T08:00:00.000000Z"
    assert earlier.json()["recorded_at"] > later.json()["recorded_at"]
    record = door.get(f"/v1/events/{earlier.json()['positions'][0]}").json()
    assert record["header"]["received_at"] == "2024-04-01T08:00:00.000000Z"
    assert record["header"]["decided_at"] == "2024-05-01T08:00:00.000000Z"


def test_a_real_ledger_refuses_a_simulated_clock(real_door: Client):
    answer = real_door.command("register-supplier", Liggare_Simulated_Now="2024-05-01T08:00:00Z")
    assert (answer.status_code, answer.json()["code"]) == (400, "clock-not-simulated")
    plain = real_door.command("register-supplier")
    assert plain.json()["simulated"] is False
    assert "liggare-simulated" not in plain.headers


def test_an_event_shows_its_open_group_and_masks_the_rest(door: Client):
    made = door.command("register-consultant")
    assert made.status_code == 201, made.text
    answer = door.get(f"/v1/events/{made.json()['positions'][0]}")
    body = answer.json()
    assert body["facts"]["consultant"] == example("register-consultant")["consultant"]
    assert "identity" not in body["facts"]
    assert {group["name"] for group in body["groups"] if group["masked"]} >= {"command"}
    assert "ciphertext" not in answer.text
    assert door.get("/v1/events/999999").status_code == 404
    assert door.get("/v1/events/0").status_code == 404


def test_the_documents_program_recomputes_a_leaf(door: Client):
    """What docs/format.md gives an auditor works on what the API shows, personal groups masked or not."""
    program = re.search(r"```python\n(.*?)```", (DOCS / "format.md").read_text("utf-8"), re.DOTALL)
    assert program
    for name in ("register-supplier", "register-consultant"):
        fresh = {"supplier": "s-leaf"} if name == "register-supplier" else {"consultant": "k-leaf"}
        source = {"Liggare_Origin_System": "bemlo", "Liggare_Origin_Time": "2023-12-01T08:00:00+01:00"}
        made = door.command(name, example(name, **fresh), **source).json()
        address = str(door.base_url.join(f"/v1/events/{made['positions'][-1]}"))
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", program[1], address],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "the same\n"


def test_an_import_says_where_it_comes_from(door: Client):
    made = door.command(
        "register-supplier", supplier("s-imported"), Liggare_Origin_System="bemlo",
        Liggare_Origin_Time="2024-03-01T07:00:00Z",
    )  # fmt: skip
    record = door.get(f"/v1/events/{made.json()['positions'][0]}").json()
    assert record["header"]["origin"] == {"system": "bemlo", "time": 1709276400000000, "trust": "imported"}


def test_an_answer_is_sent_at_once(door: Client):
    """Without TCP_NODELAY each would wait for an acknowledgement: 40 ms."""
    took = []
    for _ in range(25):
        began = time.monotonic()
        door.get("/health/live")
        took.append(time.monotonic() - began)
    assert statistics.median(took) < 0.032


def test_a_recorded_refusal_carries_its_receipt():
    refused = OfferTurnedAway(
        order="o-1",
        offer="f-1",
        supplier="s-1",
        received_at=1,
        code="offer-late",
        clause="domain 3.2",
        detail="late",
        facts=(3, 5),
    )
    receipt = Receipt(
        ledger="l-1", simulated=True, command="submit-offer", command_id="k", rule="submit-offer@1",
        recorded_at="2024-01-01T00:00:00.000000Z", positions=[7], event_ids=["e"], leaves=["00"],
    )  # fmt: skip
    body = msgspec.json.decode(
        problem_response(body_of(recorded_refusal(refused, receipt), simulated=True)).body
    )
    assert (body["status"], body["code"], body["clause"], body["detail"]) == (
        409,
        "offer-late",
        "domain 3.2",
        "late",
    )
    assert (body["positions"], body["receipt"]["positions"]) == ([3, 5], [7])
    assert body["type"] == "/docs#problem-offer-late"
    assert body["title"] == "Svaret kom för sent / Offer too late"


def test_a_recorded_refusal_is_explained_under_its_own_code(door: Client):
    """Its type led to what all of them have in common, and its title said no more."""
    page = door.get("/docs").text
    late = ("offer-late", "not-a-recipient", "supplier-excluded", "confirmation-late")
    assert [code for code in late if f'id="problem-{code}"' not in page] == []
    assert recorded_kind("answer-window-open").title_sv == "Svarstiden pågår"
