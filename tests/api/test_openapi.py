"""The API description holds together, follows Digg's profile, and needs no network."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from ledger.decisions.base import DECISIONS
from tests.api.servers import Client

INFO_FIELDS = {"api_name", "api_version", "api_released", "api_documentation", "api_status"}


@pytest.fixture(scope="module")
def document(door: Client) -> dict[str, Any]:
    return door.get("/openapi.json").json()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        yield from ((path, method, operation) for method, operation in methods.items())


def refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from refs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from refs(inner)


def test_every_reference_leads_somewhere(document: dict[str, Any]):
    names = document["components"]["schemas"]
    assert document["openapi"].startswith("3.1")
    assert {ref.removeprefix("#/components/schemas/") for ref in refs(document)} <= set(names)


def test_every_operation_has_its_own_name_and_describes_its_path(document: dict[str, Any]):
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for path, _, operation in operations(document):
        declared = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path))
        assert operation["summary"]
        assert operation["description"]


def test_paths_and_fields_follow_the_profile(document: dict[str, Any]):
    for path, _, operation in operations(document):
        assert re.fullmatch(r"(/([a-z0-9-]+|{[a-z]+}))+", path), path
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                assert re.fullmatch(r"[a-z][a-z0-9_]*", parameter["name"])
        assert not (operation.get("requestBody") and "get" in document["paths"][path])
    for name, schema in document["components"]["schemas"].items():
        for field in schema.get("properties", {}):
            assert re.fullmatch(r"[a-z][a-z0-9_]*", field), f"{name}.{field}"


def test_every_answer_is_described_with_an_example(document: dict[str, Any]):
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            assert answer["description"], f"{method} {path} {status}"
            for media, content in answer["content"].items():
                assert content["examples"], f"{method} {path} {status}"
                expected = (
                    "application/json" if int(status) < 400 or path == "/health/ready" else "problem+json"
                )
                assert media.endswith(expected) or (path == "/health/ready" and "json" in media)


def test_every_decision_is_a_command_with_its_refusals(document: dict[str, Any]):
    for decision in DECISIONS.values():
        operation = document["paths"][f"/v1/commands/{decision.name}"]["post"]
        shown = {
            code
            for answer in operation["responses"].values()
            for content in answer["content"].values()
            for code in content["examples"]
        }
        assert {refusal.code for refusal in decision.raises if hasattr(refusal, "code")} <= shown
        assert {"command-reused", "store-unavailable", "command-invalid"} <= shown


def test_every_example_of_a_command_has_its_form(door: Client):
    """Whatever the rule says of it, the door reads it."""
    for decision in DECISIONS.values():
        answer = door.command(decision.name)
        assert answer.status_code in {201, 409}, f"{decision.name}: {answer.text}"


def test_the_api_says_what_it_is(door: Client):
    body = door.get("/api-info").json()
    assert body.keys() >= INFO_FIELDS
    assert body["simulated"] is True
    assert "Loopback only" in body["access"]
    assert door.get("/health/ready").json()["status"] == "ready"


def test_every_link_within_the_page_leads_to_something_unfolded(door: Client):
    page = door.get("/docs").text
    inside = re.findall(r'href="#([^"]+)"', page)
    assert {"schema-PublishOrder", "problem-mandate-missing"} <= set(inside)
    for anchor in set(inside):
        assert page.count(f'id="{anchor}"') == 1, anchor
        assert f'<details id="{anchor}"' not in page, anchor


def test_the_page_begins_with_where_its_parts_are_and_fits_a_narrow_window(door: Client):
    page = door.get("/docs").text
    contents = page[page.index("<nav") : page.index("</nav>")]
    found = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', contents)
    assert {"Problem / Problems", "Former / Schemas"} <= {heading for _, heading in found}
    headings = re.findall(r'<h2 id="([^"]+)">([^<]+)</h2>', page)
    assert (found, len(headings)) == (headings, page.count("<h2"))
    assert '<meta name="viewport" content="width=device-width' in page


def test_every_problem_is_explained_where_its_type_leads(door: Client, document: dict[str, Any]):
    page = door.get("/docs").text
    shown = [
        example["value"]
        for _, _, operation in operations(document)
        for answer in operation["responses"].values()
        for content in answer["content"].values()
        for example in content["examples"].values()
        if "instance" in example["value"]
    ]
    met = [
        door.get("/v1/views/order-board/o-none").json(),
        door.get("/v1/views/order-board/o-1?known_at=p999999").json(),
        door.command("award-order").json(),
        door.post("/v1/commands/award-order", content=b"{").json(),
    ]
    assert len(shown) > 300
    for problem in (*shown, *met):
        assert f'id="{problem["type"].removeprefix("/docs#")}"' in page, problem


def test_the_pages_load_nothing(door: Client):
    page = door.get("/", follow_redirects=True)
    assert page.headers["content-type"].startswith("text/html")
    assert not re.search(
        r"<script|<link|<img|@import|url\(|https?://", page.text.replace("http://127.0.0.1", "")
    )
    assert 'id="problem-store-unavailable"' in page.text


def test_what_a_view_takes_is_told_in_words_and_as_needed_where_it_is(door: Client):
    """Each parameter was said to be of its view, and to be optional where its absence is refused."""
    paths = door.get("/openapi.json").json()["paths"]
    ladder = {one["name"]: one for one in paths["/v1/views/escalation-ladder/{key}"]["get"]["parameters"]}
    assert [ladder[name]["required"] for name in ("agreement", "lot", "region")] == [True, True, False]
    assert ladder["lot"]["description"].startswith("Delområdets id")
    asked = {one["name"]: one for one in paths["/v1/questions/came-first"]["get"]["parameters"]}
    assert (asked["order"]["required"], asked["offer"]["required"]) == (True, False)
