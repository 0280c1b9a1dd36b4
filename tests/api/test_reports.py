"""Time reports as files over HTTP."""

import msgspec
import pytest

from ledger.policy.book import load
from tests.api.servers import Client, example, headers

CSV = "RadID;Uppdrag;Datum;Start;Slut;Rast (tim)\r\n4711;a-none;2024-01-03;21:00;07:00;0,5\r\n4712;;x;;;\r\n"
PATH = "/v1/time-reports"


@pytest.fixture(scope="module", autouse=True)
def policy(door: Client) -> None:
    """The rules need the policy: how long a shift is believed to be, which channels are trusted."""
    rows = [msgspec.to_builtins(row) for row in load()]
    assert door.command("publish-policy", example("publish-policy", rows=rows)).status_code == 201


def send(door: Client, body: bytes, report: str, key: str = "", media: str = "text/csv"):
    agreement = "hyr-2024"
    name = {"report": report, "agreement": agreement, "region": "gotland", "system": "heroma"}
    return door.post(PATH, content=body, params=name, headers={**headers(key), "Content-Type": media})


@pytest.mark.parametrize("body", [b"", b"\x00\x01", b"a;b\n1;2\n", "Datum\n".encode("utf-16"), b"\xff" * 100])
def test_a_file_that_is_no_report_is_refused_without_its_content(door: Client, body: bytes):
    answer = send(door, body, "r-bad")
    assert answer.status_code in {409, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_names_are_asked_for(door: Client):
    answer = door.post(PATH, content=CSV, headers={**headers(), "Content-Type": "text/csv"})
    assert (answer.status_code, len(answer.json()["fields"])) == (400, 4)


def test_a_report_is_csv_and_not_too_large(door: Client):
    assert send(door, CSV.encode(), "r-json", media="application/json").status_code == 415
    assert send(door, b"x" * 9_000_000, "r-large").status_code == 413


def test_the_lines_left_out_are_listed(door: Client):
    answer = send(door, CSV.encode("cp1252"), "r-left", "left-1")
    body = answer.json()
    assert answer.status_code == 201, answer.text
    assert [line["line"] for line in body["left_out"]] == [2, 3]
    again = send(door, CSV.encode("cp1252"), "r-left", "left-1")
    assert (again.status_code, again.json()) == (200, body | {"repeated": True})
