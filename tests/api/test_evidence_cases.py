"""Evidence cases over HTTP: the door knows which questions there are and where the log ends; no rule does."""

import pytest

from tests.api.servers import Client, example


def opened(door: Client, case: str, **more: object):
    return door.command("open-evidence-case", example("open-evidence-case", case=case, region=None, **more))


def asked(door: Client, case: str, question: str, **params: str):
    told = [{"name": name, "value": value} for name, value in params.items()]
    body = example("add-evidence-question", case=case, question=question, params=told)
    return door.command("add-evidence-question", body)


def test_a_case_is_opened_asked_and_shown(door: Client):
    assert opened(door, "c-http").status_code == 201
    assert asked(door, "c-http", "came-first", order="o-1").status_code == 201
    assert asked(door, "c-http", "came-first", order="o-1").json()["code"] == "evidence-added"
    shown = door.get("/v1/views/evidence-cases/c-http").json()["reading"]
    assert [one["question"] for one in shown["questions"]] == ["came-first"]
    assert shown["questions"][0]["params"] == [{"name": "order", "value": "o-1"}]


@pytest.mark.parametrize(
    ("question", "params", "field"),
    [
        ("came-frist", {"order": "o-1"}, "question"),
        ("came-first", {}, "params"),
        ("came-first", {"order": "o-1", "colour": "red"}, "params"),
        ("came-first", {"order": "NOT AN ID"}, "params"),
    ],
)
def test_a_question_that_nobody_can_ask_is_refused_by_its_field(door: Client, question, params, field):
    opened(door, "c-strange")
    answer = asked(door, "c-strange", question, **params)
    assert (answer.status_code, answer.json()["code"]) == (422, "command-invalid")
    assert answer.json()["field"] == field


def test_a_pin_on_what_is_not_recorded_yet_is_refused(door: Client):
    answer = opened(door, "c-ahead", known_at=10**9)
    assert (answer.status_code, answer.json()["field"]) == (422, "known_at")
    assert opened(door, "c-behind", known_at=1).status_code == 201
