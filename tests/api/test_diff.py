"""Two moments compared, over HTTP and on the command line; what the document shows is run."""

import io
import json
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

import api.cli.diff
from api.cli.diff_fields_shown import short
from api.cli.diff_shown import shown
from api.cli.explain import explained
from api.cli.program import PROGRAM
from api.demo.steps import Inputs
from api.demo.story.telling import tell
from api.demo.story.write import written
from api.diff import compared
from api.diff_body import DiffBody
from replay.timeline import Timeline
from replay.token import Token
from tests.api.servers import Client
from tests.demo.memory import played_in_memory

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "diff.md"
FINE, USAGE, DIFFERENT, NOT_CHECKED = 0, 2, 3, 4
GET = "/v1/diff"


@cache
def played() -> Timeline:
    """Three months of the demonstration, in memory."""
    door, _ = played_in_memory(Inputs(written(tell(3))))
    return Timeline(door.log, door.clock)


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The program on that ledger: its exit code and its output."""

    @contextmanager
    def there(*_: object, **__: object) -> Iterator[Any]:
        yield SimpleNamespace(timeline=played())

    monkeypatch.setattr(api.cli.diff, "place_of", there)
    monkeypatch.setattr(api.cli.diff, "opened", there)

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(PROGRAM, ["diff", *words], prog_name="liggare")
        return done.exit_code, done.stdout

    return run


@pytest.fixture(scope="module")
def told(door: Client) -> None:
    """A ledger with a policy in it."""
    assert door.command("publish-policy").status_code == 201


def documented() -> list[list[str]]:
    text = DOCUMENT.read_text(encoding="utf-8")
    return [shlex.split(line)[2:] for line in re.findall(r"^\.venv/bin/liggare diff.*$", text, re.MULTILINE)]


@pytest.mark.parametrize("words", documented(), ids=" ".join)
def test_what_the_document_shows_runs_and_finds_something(program: Any, words: list[str]) -> None:
    code, stdout = program(*words)
    assert code == DIFFERENT
    if "--json" in words:
        document = json.loads(stdout)
        assert document["changed"] == sum(bool(change["learnt"]) for change in document["changes"])
        assert {change["view"] for change in document["changes"]} == {"continuity-streaks"}
        assert all("stockholm" in event["ids"]["region"] for event in document["listed"])
    else:
        assert "Ändringar / Changes" in stdout
        assert "på grund av / because of: p" in stdout


def test_the_exit_code_says_whether_anything_differs(program: Any) -> None:
    assert program("--from", "p2600", "--to", "p2600")[0] == FINE
    assert program("--from", "p2600", "--to", "p2640")[0] == DIFFERENT
    assert program("--from", "p10", "--to", "p200", "--view", "rest-flags", "--limit", "1")[0] == NOT_CHECKED
    assert program("--from", "p2600", "--to", "p2599")[0] == USAGE
    assert program("--from", "p2600", "--to", "p2601", "--wrong", "x")[0] == USAGE


def test_a_moment_before_the_other_is_refused_where_nothing_was_recorded_in_between(
    program: Any,
) -> None:
    before, after = "2024-02-03T23:50:00+01:00", "2024-02-04T00:10:00+01:00"
    assert program("--from", before, "--to", after)[0] == FINE
    assert program("--from", after, "--to", before)[0] == USAGE


def test_a_party_that_no_event_names_is_a_slip_of_the_pen(program: Any) -> None:
    for option, slip, meant in (
        ("--region", "stokholm", "stockholm"),
        ("--supplier", "s-delt", "s-delta"),
    ):
        code, stdout = program("--from", "p2600", option, slip, "--json")
        said = f"{option}: there is no {option.removeprefix('--')} {slip}; menade du / did you mean: {meant}"
        assert (code, json.loads(stdout)["error"].startswith(said)) == (USAGE, True), stdout
        assert program("--from", "p2600", "--to", "p2601", option, meant)[0] != USAGE


def test_a_key_that_no_view_knows_is_not_said_to_be_the_same(program: Any) -> None:
    between = ("--from", "p2600", "--to", "p2640", "--key")
    for asked in (("nobody",), ("a-0013", "--view", "price-list")):
        code, stdout = program(*between, *asked)[:2]
        assert (code, "No view knows the key" in stdout) == (NOT_CHECKED, True), asked
    code, stdout = program("--from", "p2600", "--to", "p2600", "--key", "a-0013")[:2]
    assert (code, "No view knows the key" in stdout) == (FINE, False)


def test_each_side_is_the_answer_that_its_token_explains() -> None:
    body = compared(played(), {"from": "p2600", "to": "p2640", "limit": "4"})
    explained_again = 0
    for change in body.changes:
        for side in (change.before, change.after):
            if side.token:
                given = (Token.parse(side.token), change.view, change.key, change.params)
                document = explained(played(), *given).document
                assert (document["differs"], document["answer"]["digest"]) == ([], side.digest)
                explained_again += 1
    assert explained_again > len(body.changes) > 10


def test_the_summary_fits_a_screen_and_comes_first() -> None:
    body = compared(played(), {"from": "p2000", "to": "p2640", "limit": "3"})
    text = _text(body)
    summary = text[: text.index("Token: ")]
    assert len(summary.splitlines()) <= 42
    assert f"{body.events} events became known" in summary
    assert text.index("Token: ") < text.index("Ändringar / Changes") < text.index("Händelser / Events")


def test_records_that_came_into_a_list_are_on_one_line() -> None:
    body = compared(played(), {"from": "p2000", "to": "p2640"}, ["assignment-time"])
    came = [
        sum(bool(re.fullmatch(r"shifts\[[^]]+\]", f.path)) and f.before == "absent" for f in change.learnt)
        for change in body.changes
        if not change.before.unanswerable
    ]
    text = _text(body)
    assert max(came) > 1
    assert [
        count for count in came if count > 1 and f"    shifts: {count} nya / {count} new: s-" not in text
    ] == []


def test_every_record_is_shown_of_one_key_and_none_as_json() -> None:
    """Records of one key are told by their fields; no line has a quoted name, at any width."""
    body = compared(played(), {"from": "p2000", "to": "p2640"}, ["assignment-time", "continuity-streaks"])
    for width in (60, 80, 160):
        for whole in (True, False):
            text = _text(body, width, whole=whole)
            assert '":' not in text
            assert (
                max(map(len, text[text.index("Ändringar") : text.index("Händelser")].splitlines())) <= width
            )
    known_before = [change for change in body.changes if not change.before.unanswerable]
    came = sum(
        f.before == "absent" and re.fullmatch(r"shifts\[[^]]+\]", f.path) is not None
        for change in known_before
        for f in change.learnt
    )
    assert 0 < came <= _text(body, 160, whole=True).count("ny / new: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12", "12"), ("None", "–"), ("True", "ja / yes"), ("2025-02-03, 2025-02-04",) * 2,
        ('{"a_day":"d","b":0,"c":null,"facts":[1],"no":false}', "a day d, b 0"),
        ('{"a":[{"b":1},{"b":"x, y"}],"c":{"d":2}}', "a (b 1; b x, y), c d 2"),
        ('{"a":1,"b":"it was cut he…', "a 1 …"), ('{"a":[1,2,3…', "a (1; 2) …"), ('{"a":"one, two…', " …"),
        ("{not json, at all", " …"),
    ],
)  # fmt: skip
def test_a_record_is_told_by_its_fields(text: str, said: str) -> None:
    assert short(text) == said


PLAIN = st.recursive(
    st.integers() | st.text() | st.none() | st.booleans(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(PLAIN, st.integers(min_value=1, max_value=200))
def test_any_record_cut_anywhere_is_told_in_one_line_of_bounded_length(value: Any, end: int) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert len(short(text[:end] + "…")) <= 160
    assert len(short(text)) <= 160


def test_one_is_told_in_the_singular() -> None:
    text = _text(compared(played(), {"from": "p2600", "to": "p2601"}))
    assert "1 händelse blev känd" in text
    assert "1 event became known" in text


def test_nothing_that_differs_is_said_to_be_so() -> None:
    text = _text(compared(played(), {"from": "p9", "to": "p9"}))
    assert "0 händelser blev kända" in text
    assert "Ändringar" not in text


def _text(body: DiffBody, width: int = 100, *, whole: bool = False) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, markup=False, highlight=False)
    for part in shown(body, whole=whole):
        console.print(part)
    return stream.getvalue()


# --- over HTTP


def test_over_http_the_same_moments_give_the_same_bytes(door: Client, told: None) -> None:
    first = door.get(f"{GET}?from=p1&to=p2")
    assert first.status_code == 200
    body = first.json()
    assert (body["since"]["position"], body["until"]["position"], body["events"]) == (1, 2, 1)
    assert body["types"][0]["type"] == "policy-published.v1"
    assert body["policy"][0]["rows"]
    assert (body["changed"], body["complete"]) == (0, False)
    assert door.get(f"{GET}?from=p1&to=p2").content == first.content
    assert first.headers["etag"] == f'"{body["digest"]}"'


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("", 400, "from"),
        ("from=yesterday", 400, "from"),
        ("from=p2&to=p1", 400, "from"),
        ("from=p1&to=p999999", 422, "to"),
        ("from=p1&at=soon", 400, "at"),
        ("from=p1&view=no-view", 400, "view"),
        ("from=p1&key=No%20Key", 400, "key"),
        ("from=p1&limit=0", 400, "limit"),
        ("from=p1&limit=101", 400, "limit"),
        ("from=p1&wrong=1", 400, "wrong"),
        ("from=p1&from=p2", 400, "from"),
    ],
)
def test_asked_wrongly_it_names_the_parameter(
    door: Client, told: None, query: str, status: int, field: str
) -> None:
    answer = door.get(f"{GET}?{query}")
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert answer.headers["content-type"] == "application/problem+json"


def test_it_is_described_in_both_languages(door: Client) -> None:
    operation = door.get("/openapi.json").json()["paths"][GET]["get"]
    assert (
        operation["summary"] == "Vad blev känt, och vad ändrade det / What became known, and what it changed"
    )
