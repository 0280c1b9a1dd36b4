"""Views over HTTP: known_at, at, tokens, pages, and questions that have no answer."""

from datetime import date

import pytest

from api.answers import ViewPage
from api.questions import list_of
from api.view_lists import page_of
from api.views import answer_body
from ledger.clock import SimulatedClock
from ledger.store.memory import MemoryLog
from ledger.values import instant, moment, parsed_instant
from projections.base import VIEWS
from replay.timeline import Timeline
from tests.api.servers import Client, example
from tests.histories import AGREEMENT, START_ON, Story, record

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
    "query", ["limit=0", "limit=1001", "limit=ten", "limit=1.0", "offset=-1", "offset=1e9"]
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
        (
            "continuity-streaks/k-1?agrement=hyr-2024",
            "agrement is not known; these are: known_at, at, agreement",
        ),
        ("order-board/o-1?limit=5", "limit is not known; these are: known_at, at, rankings."),
        ("order-board?page=5", "these are: known_at, at, token, limit, offset, rankings."),
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


def test_a_page_is_taken_again_by_its_token(door: Client, told: dict[str, object]):
    assert door.command("register-consultant").status_code == 201
    address = "/v1/views/credentials?agreement=hyr-2024&profession=nurse&limit=1000"
    first = door.get(f"{address}&at=2025-06-01")
    body = first.json()
    assert body["keys"] == ["c-7f3a91"]
    other = example("register-consultant", consultant="c-0")
    other["identity"] = {"name": "Testperson Tva", "personal_identity_number": "18900102-9801"}
    assert door.command("register-consultant", other).status_code == 201
    assert door.get(address).json()["keys"] == ["c-0", "c-7f3a91"]
    again = door.get(f"{address}&token={body['token']['text']}")
    assert again.json() == body
    assert first.headers["etag"] == again.headers["etag"] == f'"{body["token"]["text"]}"'
    same = door.get(
        f"{address}&token={body['token']['text']}", headers={"If-None-Match": again.headers["etag"]}
    )
    assert (same.status_code, same.content) == (304, b"")


def test_the_answers_of_a_page_are_those_of_its_keys():
    log = MemoryLog(mode="simulated")
    story = Story().opened()
    for n in range(3):
        story.deviation(f"d-{n}", f"s-{n}", START_ON)
    record(log, story.events)
    view, timeline = VIEWS["escalation-ladder"], Timeline(log, SimulatedClock(2**51))
    asked, token = list_of(view, {"agreement": AGREEMENT, "lot": "nurses", "limit": "2", "known_at": "p5"})
    page = page_of(timeline, view, asked, token)
    assert (page.keys, page.more, page.position, page.differs) == (["s-0", "s-1"], True, 5, [])
    alone = [timeline.at(view, key, asked.params, 5, page_date(page)) for key in page.keys]
    assert page.answers == [answer_body(view, one) for one in alone]


def page_date(page: ViewPage) -> date:
    return date.fromisoformat(page.on)


def test_a_token_stands_alone_in_a_list(door: Client, told: dict[str, object]):
    token = door.get("/v1/views/order-board").json()["token"]["text"]
    both = door.get(f"/v1/views/order-board?token={token}&at=2025-01-01")
    assert (both.status_code, both.json()["code"]) == (400, "parameter-invalid")
    none = door.get("/v1/views/order-board?token=yesterday")
    assert (none.status_code, none.json()["field"]) == (400, "token")


def test_a_key_without_an_answer_is_listed_with_the_reason(door: Client, told: dict[str, object]):
    body = door.get("/v1/views/credentials?agreement=another-2024&profession=nurse").json()
    assert {one["code"] for one in body["unanswered"]} == {"unanswerable"}
    assert [one["key"] for one in body["unanswered"]] == body["keys"]
    assert body["answers"] == []


def test_every_view_is_served_and_described(door: Client):
    paths = door.get("/openapi.json").json()["paths"]
    for name in VIEWS:
        assert f"/v1/views/{name}/{{key}}" in paths
        assert f"/v1/views/{name}" in paths
        said = paths[f"/v1/views/{name}"]["get"]["description"].split("\n")
        assert len(said) == len(set(said)) + max(0, said.count("") - 1), name


def test_instants_go_in_and_out_as_text():
    assert instant(moment(int(str(parsed_instant("2024-05-01T10:00:00+02:00"))))) == 1714550400000000
