"""Questions over HTTP: the list, the description, and every way to ask one wrongly."""

import pytest

from replay.questions.base import QUESTIONS, by_number
from tests.api.servers import Client

CONTINUITY = "/v1/questions/continuity-at-award"
TOKEN = "p1~2024-01-01~000000000000~000000000000"


@pytest.fixture(scope="module")
def told(door: Client) -> None:
    """A ledger with a policy in it."""
    assert door.command("publish-policy").status_code == 201


def test_the_list_says_what_each_question_takes(door: Client):
    listed = door.get("/v1/questions").json()["questions"]
    assert [(one["number"], one["name"]) for one in listed] == [(q.number, q.name) for q in by_number()]
    for one in listed:
        names = {param["name"] for param in one["params"]}
        assert {param["name"] for param in one["params"] if param["required"]} <= set(one["example"]) <= names
        assert one["title"]["sv"] != one["title"]["en"]


def test_every_question_is_described_with_its_values(door: Client):
    document = door.get("/openapi.json").json()
    for name, question in QUESTIONS.items():
        operation = document["paths"][f"/v1/questions/{name}"]["get"]
        assert question.title_sv in operation["summary"]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        values = document["components"]["schemas"][schema.rpartition("/")[2]]["properties"]["values"]
        assert values["$ref"].rpartition("/")[2] in document["components"]["schemas"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, "parameter-invalid"),
        ("order=O%201", 400, "parameter-invalid"),
        ("order=o-1&position=x", 400, "parameter-invalid"),
        ("order=o-1&limit=2", 400, "parameter-invalid"),
        ("order=o-1&order=o-2", 400, "parameter-invalid"),
        ("order=o-1&token=p1", 400, "parameter-invalid"),
        (f"order=o-1&token={TOKEN}&at=2024-01-01", 400, "parameter-invalid"),
        (f"order=o-1&token={TOKEN}&known_at=p1", 400, "parameter-invalid"),
        ("order=o-1&known_at=p999999", 422, "known-at-in-the-future"),
        ("order=o-none", 404, "unknown-key"),
        (f"order=o-none&token={TOKEN}", 404, "unknown-key"),
    ],
)
def test_questions_asked_wrongly(door: Client, told: None, query: str, status: int, code: str):
    answer = door.get(f"{CONTINUITY}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_not_a_question_is_not_there(door: Client):
    assert door.get("/v1/questions/why-not").status_code == 404
    assert door.post(CONTINUITY).status_code == 405
