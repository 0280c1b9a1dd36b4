"""A short demonstration over real HTTP: its document, its repeat, its answers against a naive reading."""

import io
import json
import re
import shlex
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from api.cli.ask import _asked
from api.cli.program import DIFFERENT, FINE
from api.demo.account import account
from api.demo.door import Reply
from api.demo.play import Played, UnexpectedAnswerError
from api.demo.run import Told, result
from api.demo.steps import Inputs, Step
from api.running import running_server
from api.settings import Settings
from ledger.errors import Unsafe
from ledger.store.canonical import encoded
from replay.questions.base import by_number
from tests.api.servers import served
from tests.demo.conftest import Stage, staged
from tests.demo.naive import Naive
from tests.postgres import PostgresServer, temporary_home

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture(scope="module")
def naive(short_inputs: Inputs) -> Naive:
    return Naive(dict(short_inputs.files))


def test_the_document_says_what_was_recorded(told: Told):
    found = result(told, ())
    assert found.code == FINE
    document = found.document
    assert document["events"] > 2_000
    assert document["awards"] == told.checks.types["order-awarded"] > 50
    assert document["intact"] is True
    assert document["views_same"] is True
    assert document["simulated"] is True
    assert document["ledger"].startswith("demo-")
    assert len(document["answers"]) == 3
    assert document["repeated"] == 0


def test_every_answer_has_evidence_assumptions_and_tokens(told: Told):
    for answer in result(told, ()).document["answers"]:
        assert answer["evidence"]
        assert answer["assumed_terms"]
        assert all(token.startswith("p") for token in answer["tokens"])
        assert answer["question"]["sv"] != answer["question"]["en"]


def test_the_winner_is_the_one_that_a_naive_reader_finds(told: Told, naive: Naive):
    cast, answer = told.cast, told.answered[0].found
    offers = naive.first_offers(cast.contested_order)
    complete = [line["body"] for line in offers if len(line["body"]["documents"]) == 5]
    known = {
        body["offer"]: sum(
            len(
                naive.streak(
                    naive.shifts(held, cast.contested_awarded_at), date.fromisoformat(cast.continuity_on)
                )
            )
            for held in naive.assignments_of(body["consultant"], cast.unit)
            if naive.shifts(held, cast.contested_awarded_at)
        )
        for body in complete
    }
    expected = sorted(known, key=lambda offer: known[offer] < 10)  # stable: earliest first
    assert [offer["offer"] for offer in answer["ranking"] if offer["rank"]] == expected
    assert answer["offer"] == expected[0]
    assert expected[0] != complete[0]["offer"], "continuity must have decided, not time"
    excluded = [offer for offer in answer["ranking"] if not offer["rank"]]
    assert [offer["excluded_code"] for offer in excluded] == ["offer-incomplete"]


def test_continuity_then_and_now_is_what_a_naive_reader_counts(told: Told, naive: Naive):
    cast, answer = told.cast, told.answered[1].found
    held = naive.assignments_of(cast.consultant, cast.unit)[0]
    on = date.fromisoformat(cast.continuity_on)
    then = naive.streak(naive.shifts(held, cast.contested_awarded_at), on)
    now = naive.streak(naive.shifts(held, "9999"), on)
    assert (
        (answer["then"]["amount"], answer["then"]["first_on"])
        == (len(then), str(then[-1]))
        == (14, str(then[-1]))
    )
    assert (
        (answer["now"]["amount"], answer["now"]["first_on"]) == (len(now), str(now[-1])) == (6, str(now[-1]))
    )
    assert (answer["then"]["counts"], answer["now"]["counts"]) == (True, False)


def test_the_difference_has_one_cause_and_its_position(told: Told):
    changes = told.answered[1].found["changed_by"]
    assert [change["type"] for change in changes] == ["shift-corrected.v1", "shift-approved.v1"]
    assert changes[0]["replaces"] < told.answered[1].found["then"]["position"] < changes[0]["position"]
    assert changes[1]["approves"] == changes[0]["position"]


def test_every_question_answers_on_the_demonstrations_ledger(told: Told):
    """With the parameters that its story gives, and the same bytes for the same token."""
    unanswered = {one.question.name: one.why_not for one in told.asked if one.answer is None}
    assert not unanswered
    assert [one.question.number for one in told.asked] == [one.number for one in by_number()]
    for one in told.asked:
        assert one.answer["evidence"], one.question.name
        assert one.answer["sentence"]["sv"] != one.answer["sentence"]["en"]


def test_the_same_token_gives_the_same_bytes_over_http_and_the_command_line(
    stage: Stage, told: Told, monkeypatch
):
    with running_server(stage.settings, "simulated") as url, httpx.Client(base_url=url, timeout=40) as client:
        client.get("/v1/questions").raise_for_status()
        for one in told.asked:
            path, token = f"/v1/questions/{one.question.name}", one.answer["token"]["text"]
            first, again = (client.get(path, params={**one.sent, "token": token}) for _ in range(2))
            assert first.content == again.content
            assert first.json() == one.answer
            assert first.headers["etag"] == f'"{token}"'
            kept = client.get(
                path, params={**one.sent, "token": token}, headers={"If-None-Match": f'"{token}"'}
            )
            assert kept.status_code == 304
    monkeypatch.setattr(Settings, "from_environment", lambda: stage.settings)
    for one in told.asked:
        sent = {**one.sent, "token": one.answer["token"]["text"]}
        assert json.loads(encoded(dict(_asked(one.question.name, sent).document))) == one.answer


def test_the_rung_rests_on_the_deviations_that_a_naive_reader_counts(told: Told, naive: Naive):
    answer = told.answered[2].found
    expected = naive.counting(told.cast.supplier)
    assert {one["cause"]: one["weight_ppm"] // 1_000_000 for one in answer["counting"]} == expected
    assert answer["points_ppm"] == sum(expected.values()) * 1_000_000
    assert (answer["indicated"], answer["decided"]) == ("quarantine", "quarantine")
    assert [(one["kind"], one["why"]) for one in answer["not_counting"]] == [
        ("missing-documents", "withdrawn")
    ]


def test_the_next_order_left_the_supplier_out(told: Told):
    board = told.aside["excluded"]
    left = [one for one in board["left_out"] if one["supplier"] == told.cast.supplier]
    assert [one["code"] for one in left] == ["quarantine"]
    told_at = told.played.positions[f"{told.cast.excluded_order}/publish"][0]
    stood = told.answered[2].found["measures"][0]["positions"]
    assert left[0]["facts"] == [position for position in stood if position < told_at]
    assert left[0]["facts"]


def test_a_missed_deadline_let_the_award_lapse(told: Told):
    first, second = told.aside["missed"]["positions"][0]["awards"]
    assert first["status"] == "lapsed"
    assert first["late_at"] > first["confirm_by"]
    assert second["status"] == "concluded"
    assert second["supplier"] != first["supplier"]


def test_the_account_fits_a_terminal_and_says_that_time_is_simulated(told: Told, stage: Stage):
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    for part in account(told, stage.settings):
        console.print(part)
    text = console.file.getvalue()
    assert max(map(len, text.splitlines())) <= 100
    for wanted in ("SIMULERAD TID", "SIMULATED TIME", "ANTAGANDE / ASSUMPTION", "make serve", "/docs"):
        assert wanted in text
    assert all(view["token"]["text"] in text for answered in told.answered for view in answered.told)


def test_nothing_is_cut_away_in_a_narrow_terminal(told: Told, stage: Stage, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    console = Console(file=io.StringIO(), width=60, force_terminal=False)
    for part in account(told, stage.settings):
        console.print(part)
    text = console.file.getvalue()
    assert max(map(len, text.splitlines())) <= 60
    whole = "".join(text.split())
    for answered in told.answered:
        assert all(view["token"]["text"] in whole for view in answered.told)
    for wanted in ("Plats", "Rank", "Fakta", "╮", "╯"):
        assert wanted in text


def test_a_second_demonstration_on_the_same_ledger_adds_nothing(stage: Stage, told: Told):
    again = stage.play(keep=True)
    assert again.checks.events == told.checks.events
    assert again.checks.ledger == told.checks.ledger
    assert again.played.repeated == again.commands
    assert [a.document() for a in again.answered] == [a.document() for a in told.answered]


def test_a_new_demonstration_throws_the_former_away(stage: Stage, told: Told):
    again = stage.play()
    assert again.checks.ledger != told.checks.ledger
    assert again.checks.events == told.checks.events
    assert again.played.repeated == 0


def test_the_order_of_the_documents_is_placed_in_the_demonstration(stage: Stage, told: Told):
    """What docs/api.md lets a reader paste is a yes, and without its mandate a no that says so."""
    pasted = re.search(r"```sh\n(curl .*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert pasted
    words = shlex.split(pasted[1].replace("\\\n", " "))
    path = words[1].removeprefix("http://127.0.0.1:8321")
    said = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
    body = words[words.index("-d") + 1].encode()
    with running_server(stage.settings, "simulated") as url, httpx.Client(base_url=url) as client:
        silent = {name: value for name, value in said.items() if name != "Liggare-Mandate"}
        refused = client.post(path, content=body, headers=silent).json()
        assert (refused["code"], refused["field"]) == ("mandate-missing", "Liggare-Mandate")
        assert client.post(path, content=body, headers=said).status_code == 201


def test_a_ledger_of_somebody_else_is_left_alone(postgres_server: PostgresServer, short_inputs: Inputs):
    with temporary_home() as home, served(postgres_server.admin_url, home) as client:
        assert client.command("register-supplier").status_code == 201
        mine = staged(postgres_server, home, short_inputs)
        with pytest.raises(Unsafe, match="no demonstration made"):
            Stage(replace(mine.settings, database_name=client.database_name), short_inputs).play()
        assert client.get("/v1/events/2").status_code == 200


def test_an_answer_that_the_story_does_not_expect_stops_it():
    step = Step(
        slot="s", at="2024-01-02T08:00:00Z", client="c", actor="a", key="k-1", command="publish-order"
    )
    with pytest.raises(UnexpectedAnswerError, match=r"k-1 .*order-published"):
        Played().note(step, Reply(409, {"code": "order-published", "detail": "it is published"}))


def test_a_ledger_that_is_not_intact_is_exit_code_three(told: Told):
    broken = replace(told, checks=replace(told.checks, intact=False))
    assert result(broken, ()).code == DIFFERENT
