"""`liggare policy`, and a start that refuses files which say otherwise than what was published."""

import json
from dataclasses import replace
from datetime import date

import msgspec
import pytest
from typer.testing import CliRunner

import api.policies
from api.cli.commands import PROGRAM
from api.cli.program import WIDTH
from api.policies import edited_files, of_files, require_unedited, value_of
from api.policy_words import value_words, worded
from api.running import running_server
from ledger.errors import Unsafe
from ledger.policy.book import books, load
from ledger.policy.differences import Side, differences
from ledger.policy.model import Book, Scope, book_digest
from ledger.store.memory import MemoryLog
from tests.api.servers import Client, environment, example
from tests.decisions.background import policy, row
from tests.histories import record

FINE, USAGE, DIFFERENT = 0, 2, 3
BOOK = load()


def liggare(*arguments, env=None):
    done = CliRunner().invoke(PROGRAM, ["policy", *arguments], env=env)
    return done.exit_code, done.stdout, done.stderr


def document(*arguments, env=None):
    code, stdout, stderr = liggare(*arguments, "--json", env=env)
    assert (code, stdout.count("\n")) == (FINE, 1), stderr
    return json.loads(stdout)


def test_every_value_is_a_row_with_source_unit_and_start():
    found = document()
    assert len(found["rows"]) == len(BOOK)
    assert found["assumptions"] == sum(one["assumption"] for one in found["rows"])
    for one in found["rows"]:
        assert one["source"], one
        assert one["unit"], one
        assert one["scope"], one
        assert 1 <= one["topic"] <= 30
        assert date.fromisoformat(one["valid_from"])
        assert one["assumption"] == bool(one["assumed"]) == (one["source"] == "assumption")
    assert [one["number"] for one in found["topics"]] == list(range(1, 31))
    assert found["topics_without_a_value"] == []


def test_people_read_it_by_topic():
    code, stdout, _ = liggare()
    assert code == FINE
    assert "1. Kontinuitet på, av eller anpassad / Continuity on, off or adjusted" in stdout
    assert "region:jamtland-harjedalen" in stdout
    assert "ANTAGANDE / ASSUMPTION" in stdout


def test_two_dates_of_one_region_differ_in_words():
    found = document("diff", "2025-03-31@stockholm", "2025-04-01@stockholm")
    (one,) = [each for each in found["differences"] if each["term"] == "price.index-ppm"]
    assert one["sv"].startswith(
        "price.index-ppm: 1021000 (miljondelar av prislistan) i stället för 1000000. Gäller hela "
        "landet sedan 2025-04-01 som villkor; källa: antagande."
    )
    assert one["en"].startswith(
        "price.index-ppm: 1021000 (parts per million of the price list) instead of 1000000. Holds for the "
        "whole country since 2025-04-01"
    )
    assert (one["before"]["value"], one["after"]["value"]) == (1000000, 1021000)
    assert found["a"] == {"on": "2025-03-31", "region": "stockholm", "legal_person": None}


def test_two_regions_differ_and_swedish_stands_first():
    code, stdout, _ = liggare("diff", "2025-08-01@stockholm", "2025-08-01@jamtland-harjedalen")
    assert code == FINE
    assert all(len(line) <= WIDTH for line in stdout.splitlines())
    lines = stdout.splitlines()
    begin = next(at for at, line in enumerate(lines) if line.startswith("  "))
    swedish, english = (" ".join(line.strip() for line in part) for part in (lines[:begin], lines[begin:]))
    assert swedish == (
        "confirmation.working-days: 2 (arbetsdagar) som på den andra sidan, på annan grund. Gäller region "
        "jamtland-harjedalen sedan 2024-01-01 som villkor; källa: antagande; ingen har publicerat vad som "
        "tillåter det; inte känt att någon har fått veta det."
    )
    assert english.startswith(
        "confirmation.working-days: 2 (working days) as on the other side, on other grounds."
    )


def test_nothing_differs_from_itself():
    assert liggare("diff", "2025-07-01", "2025-07-01")[1] == "Inget skiljer. / Nothing differs.\n"
    assert document("diff", "skane", "skane")["differences"] == []


def test_a_region_without_values_of_its_own_is_named():
    stdout = liggare("diff", "stockholm", "stokholm")[1]
    assert stdout.startswith("Inget skiljer.")
    assert stdout.count("has no value of its own in the book") == 2
    assert "stokholm has no value" in stdout
    assert "jamtland-harjedalen has no value" not in liggare("diff", "jamtland-harjedalen", "skane")[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("diff", "2025-13-01", "skane"),
        ("diff", "Skåne!", "skane"),
        ("diff", "skane"),
        ("--agreement", "none"),
    ],
)
def test_a_side_that_is_none_is_a_usage_error(arguments):
    code, stdout, stderr = liggare(*arguments)
    assert (code, stdout) == (USAGE, "")
    assert stderr


def side(*rows, on=date(2025, 1, 1), **scope):
    return Side(Book(replace(policy(), rows=rows), 1), on, Scope(**scope))


NATION = row("order.months-max", 12, source="S3", assumed="")


IN_SKANE = {
    "value": 6, "level": "region", "scope": "skane", "permitted_by": "7.3",
    "communicated_on": date(2025, 1, 2), "communicated_to": "suppliers",
}  # fmt: skip
OF_ONE = {"value": 6, "level": "legal-person", "scope": "232100-0255", "permitted_by": "UNKNOWN"}
SAID = "6 (calendar months) instead of 12. Holds for region skane since 2024-01-01 as term; source: S3"
LATER = {"valid_from": date(2025, 1, 1)}


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (LATER, "as on the other side, on other grounds. Holds for the whole country since 2025-01-01"),
        ({"value": 6, "force": "guidance"} | LATER, None),
        (IN_SKANE, f"{SAID}; permitted by 7.3; communicated to suppliers, 2025-01-02."),
        (OF_ONE, "legal person 232100-0255 since"),
        (OF_ONE, "nobody has published what permits it; nobody is known to have been told."),
    ],
)
def test_a_difference_says_since_when_by_whose_leave_and_who_was_told(after, said):
    where = {"region": "skane", "legal_person": "232100-0255"}
    found = list(differences(side(NATION), side(NATION, replace(NATION, **after), **where)))
    assert (said is None) == (not found)
    assert said is None or said in worded(found[0]).en


def test_a_value_that_comes_or_goes_is_told():
    (new,) = differences(side(), side(NATION))
    (gone,) = differences(side(NATION), side())
    assert worded(new).en.startswith("order.months-max: 12 (calendar months), where nothing applied.")
    assert worded(gone).sv == "order.months-max: inget värde längre i stället för 12."


def test_values_in_words_and_as_json():
    assert value_words((("zone-1", 5), ("zone-2", 6))).en == "zone-1 5, zone-2 6"
    assert value_words(()).sv == "inget"
    assert value_of((("zone-1", 5),)) == {"zone-1": 5}
    assert value_of(("a", "b")) == ["a", "b"]


def ledger_with(*versions):
    """A ledger in memory that published these rows, version by version."""
    log, base = MemoryLog(mode="simulated"), policy()
    numbered = enumerate(versions, 1)
    record(log, [replace(base, version=n, rows=rows, book_digest=book_digest(rows)) for n, rows in numbered])
    return log


def test_a_file_that_says_otherwise_than_what_was_published_is_named():
    later = replace(NATION, value=9, valid_from=date(2025, 7, 1))
    log = ledger_with((NATION,), (NATION, later))
    same = {"hyr-2024": (NATION, later, replace(later, valid_from=date(2026, 1, 1)))}
    assert list(edited_files(log, same)) == []
    other = {"hyr-2024": (replace(NATION, source="S9"), replace(later, value=8))}
    first, second = edited_files(log, other)
    assert first.startswith(
        "order.months-max.yaml: source of order.months-max (nation, 2024-01-01) differs from"
    )
    assert first.endswith("what version 1 published for hyr-2024")
    assert second.startswith("order.months-max.yaml: value of order.months-max (nation, 2025-07-01)")
    assert second.endswith("what version 2 published for hyr-2024")
    assert list(edited_files(log, {"hyr-2028": other["hyr-2024"]})) == []


def test_the_book_of_the_repository_is_that_of_its_agreement():
    assert set(books()) == {"hyr-2024"}
    assert of_files().book.published.rows == BOOK
    require_unedited(ledger_with(BOOK))
    require_unedited(ledger_with())


@pytest.fixture
def home(unmade, monkeypatch):
    """The settings of a ledger that is not there yet, in this process's environment."""
    for name, value in environment(unmade).items():
        monkeypatch.setenv(name, value)
    return replace(unmade, port=0)


def test_what_was_published_is_listed_and_an_edited_file_stops_the_start(home, monkeypatch):
    with running_server(home, "simulated") as url, Client(base_url=url, timeout=40) as client:
        rows = [msgspec.to_builtins(one) for one in BOOK]
        sent = client.command("publish-policy", example("publish-policy", rows=rows))
        assert sent.status_code == 201, sent.text
        listed = client.get("/v1/policy", params={"agreement": "hyr-2024"}).json()
        then = client.get("/v1/policy", params={"at": "2023-12-31"}).json()
        assert client.get("/v1/policy", params={"agreement": "hyr-2028"}).json()["code"] == "unanswerable"
        assert client.get("/v1/policy", params={"known_at": "p1"}).json()["code"] == "unanswerable"
        assert client.get("/v1/policy", params={"region": "skane"}).status_code == 400
    found, of_book = document("--published"), document()
    assert listed == found
    assert (then["rows"], len(then["topics_without_a_value"])) == ([], 30)
    assert (found["origin"], found["version"], found["digest"]) == ("ledger", 1, of_book["digest"])
    assert found["rows"] == of_book["rows"]
    assert liggare("--published", "--known-at", "p1")[0] == USAGE
    assert document("diff", "2025-03-31@stockholm", "2025-04-01@stockholm", "--published")["differences"]

    changed = replace(BOOK[0], valid_until=date(2030, 1, 1))
    monkeypatch.setattr(api.policies, "books", lambda: {"hyr-2024": (changed, *BOOK[1:])})
    done = CliRunner().invoke(PROGRAM, ["serve", "--port", "0", "--json"])
    assert done.exit_code == DIFFERENT
    named = (
        f"{BOOK[0].term}.yaml: valid_until of {BOOK[0].term} (nation, 2024-01-01) differs from what version 1"
    )
    assert named in json.loads(done.stdout)["error"]
    with pytest.raises(Unsafe, match="a published value is never edited"), running_server(home):
        pass
