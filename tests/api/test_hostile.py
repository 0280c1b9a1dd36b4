"""What a hostile or broken caller sends: always a problem, never its own words back, never a 500."""

import socket

import httpx
import pytest

from tests.api.servers import Client, example, headers

PATH = "/v1/commands/register-supplier"
GOOD = example("register-supplier")
BODIES = {
    "nothing": (b"", 400),
    "not JSON": (b"{name: 1}", 400),
    "cut short": (b'{"supplier": "s-1"', 400),
    "NaN": (b'{"supplier": NaN}', 400),
    "infinity": (b'{"supplier": -Infinity}', 400),
    "huge exponent": (b'{"supplier": 1e999}', 422),
    "long number": (b'{"supplier": ' + b"9" * 10_000 + b"}", 400),
    "beyond 53 bits": (b'{"supplier": 9007199254740993}', 400),
    "duplicate keys": (b'{"supplier": "s-1", "supplier": "s-2"}', 400),
    "deep": (b"[" * 100_000 + b"]" * 100_000, 400),
    "quite deep": (b'{"a":' * 60 + b"1" + b"}" * 60, 400),
    "invalid UTF-8": (b'{"supplier": "\xff\xfe"}', 400),
    "UTF-16": ('{"supplier": "s-1"}'.encode("utf-16"), 400),
    "lone surrogate": (b'{"supplier": "\\ud800"}', 400),
    "lone surrogate key": (b'{"\\udfff": 1}', 400),
    "NUL": (b'{"supplier": "s-1", "name": "a\\u0000b", "organisation_number": "559999-0001"}', 422),
    "a list": (b"[]", 422),
    "a string": (b'"secret-9802"', 422),
    "null": (b"null", 422),
    "BOM": (b"\xef\xbb\xbf{}", 400),
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies(door: Client, name: str):
    body, status = BODIES[name]
    answer = door.post(PATH, content=body, headers={**headers(), "Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert "9802" not in answer.text
    assert answer.json()["retryable"] is False


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"supplier": "s-1", "name": "a", "name": "b"}', "name"),
        (b'{"rows": [{"row": 1}, {"row": 9007199254740993}]}', "rows.1.row"),
        (b'{"name": "\\ud800"}', "name"),
        (b'{"name": "b", "191212121212": "\\ud800"}', "(unknown field)"),
        (b'{"191212121212": 1, "191212121212": 2}', "(unknown field)"),
        (b'{"a": ' + b"[" * 32 + b"]" * 32 + b', "\\udfff": 1}', "(unknown field)"),
        (b"9007199254740993", ""),
    ],
)
def test_what_cannot_be_read_is_named_unless_its_name_may_say_who_somebody_is(
    door: Client, body: bytes, field: str
):
    answer = door.post(PATH, content=body, headers={**headers(), "Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        400, "body-malformed", field,
    )  # fmt: skip
    assert "1212" not in answer.text


@pytest.mark.parametrize(("name", "field"), [("agreement", "agreement"), ("191212121212", "(unknown field)")])
def test_a_parameter_that_is_given_twice_is_named(door: Client, name: str, field: str):
    answer = door.get(f"/v1/views/eighteen-months/k-1?{name}=1&at=2026-03-01&{name}=2")
    assert (answer.json()["code"], answer.json()["field"]) == ("parameter-invalid", field)
    assert answer.json()["detail"] == f"{field} is given more than once."


@pytest.mark.parametrize(
    "media",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
        "application/json; charset=latin-1",
    ],
)
def test_media_types(door: Client, media: str):
    answer = door.post(PATH, json=GOOD, headers={**headers(), "Content-Type": media})
    assert (answer.status_code, answer.json()["code"]) == (415, "media-type-unsupported")


def test_a_huge_body_is_refused_by_its_length_and_by_its_bytes(door: Client):
    announced = door.post(
        PATH, content=b" " * 2_000_000, headers={**headers(), "Content-Type": "application/json"}
    )
    assert (announced.status_code, announced.json()["code"]) == (413, "body-too-large")

    def stream():
        for _ in range(40):
            yield b" " * 65_536

    try:
        answer = door.post(PATH, content=stream(), headers={**headers(), "Content-Type": "application/json"})
    except httpx.WriteError:  # the server may hang up before all is sent
        return
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/commands/register-supplier", 405),
        ("POST", "/v1/events/1", 405),
        ("PUT", "/api-info", 405),
        ("GET", "/v1/commands/../../etc/passwd", 404),
        ("GET", "/..%2f..%2fetc/passwd", 404),
        ("GET", "/v1", 404),
        ("POST", "/v1/commands/no-such-command", 404),
        ("GET", "/v1/views/no-such-view/k", 404),
        ("GET", "/v1/events/1e3", 404),
        ("GET", "/v1/events/-1", 404),
        ("GET", "/%00", 404),
        ("GET", "/docs/", 404),
        ("GET", "/v1/events/99999999999999999999", 404),
        ("GET", "/v1/commands/outcomes/%00", 404),
        ("GET", "/v1/views/order-board/%00", 404),
        ("GET", "/v1/views/order-board/A%20B", 404),
        ("GET", "/v1/commands/outcomes/" + "x" * 4000, 404),
        ("GET", "/v1/views/order-board/\u00e5", 404),
    ],
)
def test_paths_and_methods(door: Client, method: str, path: str, status: int):
    answer = door.request(method, path, headers=headers())
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    if status == 405:
        assert answer.headers["allow"]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Idempotency-Key", "x" * 101),
        ("Idempotency-Key", "nyckel-å".encode()),
        ("Idempotency-Key", ""),
        ("Liggare-Actor", "19000101-9802 Anna"),
        ("Liggare-Actor", "Ä".encode("latin-1")),
        ("Liggare-Actor", "a\tb"),
        ("Liggare-Client", "../x"),
        ("Liggare-Mandate", "M 1"),
        ("Liggare-Simulated-Now", "yesterday"),
        ("Liggare-Simulated-Now", "9999-12-31T23:59:59Z"),
        ("Liggare-Simulated-Now", "2024-02-30T00:00:00Z"),
        ("Liggare-Origin-Time", "2024-02-03T00:00:00Z"),
    ],
)
def test_headers(door: Client, header: str, value: str | bytes):
    answer = door.post(PATH, json=GOOD, headers={**headers(), header: value})
    assert answer.status_code == 400
    assert answer.json()["code"] == "header-invalid"
    assert "9802" not in answer.text


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "localhost@evil.example", "[::1", "10.0.0.1"]
)
def test_a_name_that_is_not_this_machines_is_refused(door: Client, host: str):
    answer = door.get("/api-info", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (421, "host-unknown")


def test_pages_of_other_origins_are_refused_and_none_is_invited(door: Client):
    other = door.get("/api-info", headers={"Origin": "https://evil.example"})
    assert (other.status_code, other.json()["code"]) == (403, "origin-refused")
    same = door.get("/api-info", headers={"Origin": str(door.base_url).rstrip("/")})
    assert same.status_code == 200
    assert not [name for name in same.headers if name.startswith("access-control")]


def test_bytes_that_are_no_http_end_the_connection_and_nothing_else(door: Client):
    with socket.create_connection((door.base_url.host, door.base_url.port or 0), timeout=10) as raw:
        raw.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 50 + b"\r\n\r\n")
        raw.recv(1000)
    assert door.get("/health/live").json()["status"] == "live"


@pytest.mark.parametrize("name", ["Idempotency-Key", "Liggare-Client", "Liggare-Actor", "Liggare-Mandate"])
def test_a_header_that_is_there_twice_is_named_and_neither_counts(door: Client, name: str):
    sent = [*({**headers(), "Liggare-Mandate": "m-1"}).items(), (name, "s-other")]
    answer = door.post(PATH, json=GOOD, headers=sent)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        400,
        "header-invalid",
        name,
    )
    assert "2 times" in answer.json()["detail"]


def test_a_length_that_is_told_in_two_ways_ends_the_connection(door: Client):
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )
    smuggled = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection((door.base_url.host, door.base_url.port or 0), timeout=10) as raw:
        raw.sendall((head + smuggled).encode())
        said = b"".join(iter(lambda: raw.recv(10_000), b""))
    assert said.startswith(b"HTTP/1.1 400")
    assert b'"field":"Transfer-Encoding"' in said
    assert said.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "day", ["0", "1700000000", "2024-03-22T00:00:00", "20240322", "2024-W12-5", "2024-02-30", "0001-01-01",
            "9999-12-31", " 2024-03-22", "2024-03-22\n", "２０２４-03-22", 0, 19804, None],
)  # fmt: skip
def test_a_date_has_one_form(door: Client, day: object):
    answer = door.command("admit-supplier", example("admit-supplier", decided_on=day))
    assert (answer.status_code, answer.json()["field"]) == (422, "decided_on")


@pytest.mark.parametrize("minute", [1440, -1, 1e3])
def test_a_shift_starts_at_a_minute_of_the_day(door: Client, minute: float):
    answer = door.command("correct-shift", example("correct-shift", start_minute=minute))
    assert (answer.status_code, answer.json()["field"]) == (422, "start_minute")


@pytest.mark.parametrize(
    "query",
    [
        "at=0001-01-01", "at=9999-12-31", "at=1969-12-31", "at=2200-01-01", "at=20260301", "at=1700000000",
        "known_at=9999-12-31T23:59:59-01:00", "known_at=0001-01-01T00:00:00%2B01:00", "known_at=p0",
        "from_on=2026-01-01", "from_on=2026-02-01&until_on=2026-01-01", "follows=o-1",
        "from_on=1700000000&until_on=1800000000",
    ],
)  # fmt: skip
def test_dates_that_no_calendar_reaches_and_halves_of_a_question(door: Client, query: str):
    answer = door.get(f"/v1/views/eighteen-months/k-1?agreement=hyr-2024&{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "parameter-invalid")


def test_every_example_of_the_description_has_the_form_of_its_command(door: Client):
    paths = door.get("/openapi.json").json()["paths"]
    for path in (one for one in paths if one.startswith("/v1/commands/") and "post" in paths[one]):
        examples = paths[path]["post"]["requestBody"]["content"]["application/json"]["examples"]
        for shown in examples.values():
            answer = door.post(path, json=shown["value"], headers=headers())
            assert answer.status_code != 422, (path, answer.json()["fields"])


@pytest.mark.parametrize(
    "name", [" ", "\u200b", "\u00a0\n", "a\u009b31mb", "a\u007fb", "a\u202eb", "a\u2066b", "x" * 4001]
)
def test_text_that_nobody_can_see_or_that_turns_what_follows(door: Client, name: str):
    answer = door.command("register-supplier", GOOD | {"name": name})
    assert (answer.status_code, answer.json()["field"]) == (422, "name")
    award = door.command("award-order", example("award-order", reason=name))
    assert (award.status_code, award.json()["field"]) == (422, "reason")


def test_text_is_one_however_its_letters_are_composed(door: Client):
    award = door.command("award-order", example("award-order", reason="A\u030a"))
    assert award.json()["code"] == "order-unknown"
    first = door.command(
        "register-supplier", GOOD | {"supplier": "s-composed", "name": "\u00c5"}, key="composed"
    )
    again = door.command(
        "register-supplier", GOOD | {"supplier": "s-composed", "name": "A\u030a"}, key="composed"
    )
    assert (first.status_code, again.status_code, again.json()["repeated"]) == (201, 200, True)
