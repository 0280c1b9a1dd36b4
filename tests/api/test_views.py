"""Views over HTTP: known_at, at, tokens, pages, and questions that have no answer."""

import pytest

from ledger.values import instant, moment, parsed_instant
from projections.base import VIEWS
from tests.api.servers import Client

LADDER = "/v1/views/escalation-ladder"


@pytest.fixture(scope="module")
def told(door: Client) -> dict[str, object]:
    """A ledger with a policy and a supplier; the receipt of the supplier."""
    assert door.command("publish-policy").status_code == 201
    return door.command("register-supplier").json()


def test_an_unknown_key_is_a_problem(door: Client, told: dict[str, object]):
    answer = door.get("/v1/views/order-board/o-none")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-key")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("known_at=tomorrow", 400, "parameter-invalid"),
        ("known_at=2024-01-01T00:00:00", 400, "parameter-invalid"),
        ("known_at=2199-01-01T00:00:00Z", 422, "known-at-in-the-future"),
        ("known_at=p999999", 422, "known-at-in-the-future"),
        ("known_at=1999-01-01T00:00:00Z", 422, "claimed-by-the-source"),
        ("at=2024-02-30", 400, "parameter-invalid"),
        ("known_at=p1&known_at=p2", 400, "parameter-invalid"),
        ("nonsense=1", 400, "parameter-invalid"),
    ],
)
def test_questions_without_an_answer(
    door: Client, told: dict[str, object], query: str, status: int, code: str
):
    answer = door.get(f"/v1/views/order-board/o-1?{query}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=ten", "limit=1.0", "offset=-1", "offset=1e9"]
)
def test_pages_have_bounds(door: Client, query: str):
    answer = door.get(f"/v1/views/order-board?{query}")
    assert (answer.status_code, answer.json()["field"]) == (400, query.partition("=")[0])


@pytest.mark.parametrize(
    ("question", "detail"),
    [
        ("continuity-streaks/k-1", "agreement: Field required."),
        ("order-board/o-1?at=today", "at: Expected a date such as 2026-03-01"),
        ("order-board/o-1?known_at=2024-05-01T10:00:00+02:00", "in an address + is written %2B."),
        ("order-board/o-1?limit=5", "A parameter is not known; these are: known_at, at."),
        ("order-board?page=5", "these are: known_at, at, limit, offset."),
    ],
)
def test_a_wrong_question_is_told_what_was_expected(door: Client, question: str, detail: str):
    answer = door.get(f"/v1/views/{question}")
    assert (answer.status_code, answer.json()["code"]) == (400, "parameter-invalid")
    assert detail in answer.json()["detail"]


def test_an_empty_list_says_where_it_stands(door: Client, told: dict[str, object]):
    body = door.get("/v1/views/order-board").json()
    assert (body["keys"], body["answers"], body["more"], body["limit"]) == ([], [], False, 20)
    assert body["position"] >= told["positions"][0]  # type: ignore[index]
    assert body["simulated"] is True


def test_every_view_is_served_and_described(door: Client):
    paths = door.get("/openapi.json").json()["paths"]
    for name, view in VIEWS.items():
        assert f"/v1/views/{name}/{{key}}" in paths
        assert (f"/v1/views/{name}" in paths) == view.lists


def test_instants_go_in_and_out_as_text():
    assert instant(moment(int(str(parsed_instant("2024-05-01T10:00:00+02:00"))))) == 1714550400000000
