"""The policy book: the files that are there, strict loading, windows and deadlines against naive models."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from ledger.events.policy import ValueKind
from ledger.policy.book import TERMS, BadTermError, flaws, load
from ledger.policy.hours import confirm_by, in_window
from ledger.policy.kinds import fits, told
from ledger.policy.model import ASSUMPTION, Book, Resolved, Scope, book_digest
from ledger.policy.window import Window
from ledger.values import MINUTE_US, instant, local_date, moment, plus_months
from tests.decisions.background import POLICY
from tests.given import at

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ROWS = load()
GOOD = """topic: 10
term: order.months-max
unit: calendar months
kind: {whole: [1, 240]}
values:
  - level: nation
    value: 12
    valid_from: 2024-01-01
    source: S3
    force: term
"""


def write(folder, text, name="order.months-max.yaml"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_book_has_no_flaws_and_a_stable_digest():
    assert flaws(ROWS) == ()
    assert book_digest(ROWS) == book_digest(load()) == book_digest(reversed(ROWS))


def test_every_assumption_says_what_it_assumes_and_every_other_row_cites():
    for row in ROWS:
        assert bool(row.assumed) == (row.source == ASSUMPTION)
        if row.source != ASSUMPTION:
            assert row.source.startswith(("S0", "S1", "S2", "S3", "S4", "Lag (", "domain")), row.term


def test_what_the_sources_publish_is_not_an_assumption():
    known = {"order.months-max": 12, "eighteen-months.months": 18, "order.window-opens": 390}
    found = {row.term: row for row in ROWS if row.term in known}
    assert {term: row.value for term, row in found.items()} == known
    assert all(row.source != ASSUMPTION for row in found.values())


def test_a_source_is_a_published_document_or_assumption():
    """The project's own notes are no source: what only they say is an assumption."""
    assert all(
        re.match(r"S[0-4]\b|Lag \(\d{4}:\d+\)", row.source) for row in ROWS if row.source != ASSUMPTION
    )


def test_overlays_say_who_permits_them():
    """Domain 3.4 names one region with a value of its own; of no other does a document at hand say any."""
    (overlay,) = [row for row in ROWS if row.level != "nation"]
    assert (overlay.term, overlay.scope, overlay.value) == (
        "confirmation.working-days", "jamtland-harjedalen", 2,
    )  # fmt: skip
    assert (overlay.source, overlay.permitted_by) == (ASSUMPTION, "UNKNOWN")


def test_a_regional_overlay_prevails_over_the_nation_from_its_date():
    national = next(row for row in ROWS if row.term == "continuity.counts")
    own = replace(
        national, level="region", scope="gotland", value=False, valid_from=date(2025, 7, 1),
        permitted_by="UNKNOWN",
    )  # fmt: skip
    book = Book(replace(POLICY, rows=(*ROWS, own)), 1)
    here = Scope(region="gotland")
    assert book.resolve("continuity.counts", date(2025, 6, 30), here).truth is True
    assert book.resolve("continuity.counts", date(2025, 7, 1), here).truth is False
    assert book.resolve("continuity.counts", date(2025, 7, 1)).truth is True


def test_every_file_is_a_term():
    assert {row.term for row in ROWS} == {file.stem for file in TERMS.glob("*.yaml")}


def test_a_good_file_loads(tmp_path):
    (row,) = load(write(tmp_path, GOOD))
    assert (row.value, row.scope, row.valid_until, row.decided_by) == (12, "", None, "UNKNOWN")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("topic: 10\n", "", "topic"),
        ("unit: calendar months", "unit: ''", "unit"),
        ("    source: S3\n", "", "values[0].source"),
        ("source: S3", "source: ''", "source"),
        ("source: S3", "source: assumption", "assumed"),
        ("    valid_from: 2024-01-01\n", "", "values[0].valid_from"),
        ("2024-01-01", "soon", "values[0].valid_from"),
        ("value: 12", "value: 12.5", "values[0].value"),
        ("force: term", "force: law", "values[0].force"),
        ("level: nation", "level: region", "scope"),
        ("level: nation", "level: planet", "values[0].level"),
        ("force: term", "force: term\n    note: x", "values[0].note"),
        ("topic: 10", "topic: 10\nextra: 1", "extra"),
        ("topic: 10", "topic: 31", "topic"),
        ("term: order.months-max", "term: other", "term"),
        ("values:", "values: []\nold:", "old"),
        ("    force: term", "    force: term\n    valid_until: 2023-01-01", "valid_until"),
        ("topic: 10", "topic: [", "file"),
        ("kind: {whole: [1, 240]}\n", "", "kind"),
        ("{whole: [1, 240]}", "whole", "kind"),
        ("{whole: [1, 240]}", "{number: 1}", "kind"),
        ("{whole: [1, 240]}", "{whole: [240, 1]}", "kind"),
        ("{whole: [1, 240]}", "{whole: [1]}", "kind"),
        ("{whole: [1, 240]}", "{whole: [1, 240], words: any}", "kind"),
        ("{whole: [1, 240]}", "{whole: [1, 240], many: 1}", "kind"),
        ("{whole: [1, 240]}", "{words: some}", "kind"),
        ("{whole: [1, 240]}", "{truth: false}", "kind"),
        ("{whole: [1, 240]}", "{whole: [1, 11]}", "value"),
        ("{whole: [1, 240]}", "{truth: true}", "value"),
    ],
)
def test_a_bad_file_is_named_with_its_field(tmp_path, old, new, where):
    assert old in GOOD
    with pytest.raises(BadTermError) as caught:
        load(write(tmp_path, GOOD.replace(old, new)))
    assert caught.value.file == "order.months-max.yaml"
    assert where in caught.value.where


def test_two_values_from_one_date_and_an_empty_folder_are_bad(tmp_path):
    with pytest.raises(BadTermError, match="holds no terms"):
        load(tmp_path)
    twice = GOOD + GOOD[GOOD.index("  - level") :]
    with pytest.raises(BadTermError, match="same date"):
        load(write(tmp_path, twice))


def test_a_flaw_is_found_in_rows_that_did_not_come_from_files():
    assert flaws((replace(ROWS[0], unit=""),)) != ()


@pytest.mark.parametrize("found", ROWS, ids=lambda r: f"{r.term}-{r.scope}")
def test_every_value_of_the_book_is_of_its_kind_and_nonsense_is_not(found):
    assert fits(found.kind, found.value)
    assert not fits(found.kind, ("twice", "twice"))
    assert not fits(found.kind, 1.5)
    others = {"whole": True, "words": 1, "truth": 1, "table": (("b", 1), ("a", 1))}
    assert not fits(found.kind, others[found.kind.kind])


def kind(**fields):
    return ValueKind(**fields)


WHOLE = kind(kind="whole", least=1, most=240)
TABLE = kind(kind="table", least=0, most=100)
WORDS = kind(kind="words", allowed=("time", "continuity"), many=True)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (WHOLE, "twelve"),
        (WHOLE, True),
        (WHOLE, 0),
        (WHOLE, 241),
        (WHOLE, (12,)),
        (replace(WHOLE, many=True), ()),
        (replace(WHOLE, many=True), (12, 0)),
        (replace(WHOLE, many=True), 12),
        (kind(kind="truth"), 1),
        (WORDS, ("sickness",)),
        (WORDS, ("time", "time")),
        (WORDS, ()),
        (WORDS, "time"),
        (replace(WORDS, many=False), "points"),
        (kind(kind="words"), ""),
        (TABLE, ()),
        (TABLE, 5),
        (TABLE, (("b", 1), ("a", 1))),
        (TABLE, (("a", 1), ("a", 2))),
        (TABLE, (("a", 101),)),
        (TABLE, (("", 1),)),
        (TABLE, (("a", 1), 2)),
    ],
)
def test_a_value_of_another_kind_is_no_policy(kind, value):
    odd = replace(ROWS[0], kind=kind, value=value)
    assert any(where.endswith("value") and what == f"must be {told(kind)}" for where, what in flaws((odd,)))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (replace(WHOLE, many=True, empty=True), ()),
        (WORDS, ("continuity",)),
        (kind(kind="words"), "anything"),
        (replace(WORDS, empty=True), ()),
        (TABLE, (("a", 0), ("b", 100))),
        (replace(TABLE, empty=True), ()),
    ],
)
def test_a_value_of_its_kind_is_policy(kind, value):
    assert flaws((replace(ROWS[0], kind=kind, value=value),)) == ()


def test_a_table_is_read_as_pairs_in_order_and_resolved_as_a_mapping(tmp_path):
    text = GOOD.replace("{whole: [1, 240]}", "{table: [0, 99]}").replace("value: 12", "value: {b: 2, a: 1}")
    (found,) = load(write(tmp_path, text))
    assert found.value == (("a", 1), ("b", 2))
    assert dict(Resolved(found, 1).table) == {"a": 1, "b": 2}
    with pytest.raises(TypeError, match="not a table"):
        _ = Resolved(replace(found, value=("a", "b")), 1).table


def test_a_term_has_one_kind_whatever_its_scope():
    national = ROWS[0]
    other = replace(
        national, level="region", scope="skane", permitted_by="UNKNOWN", kind=TABLE, value=(("a", 1),)
    )
    assert any("one kind" in what for _, what in flaws((national, other)))


def naive_confirm_by(reached_at, days, cut_off, ends, non_working):
    """Walk hour-blind from day to day with a calendar in words."""
    local = moment(reached_at).astimezone(STOCKHOLM)
    free = lambda d: d.strftime("%a") in {"Sat", "Sun"} or d in non_working  # noqa: E731
    day = local.date()
    if free(day) or (local.hour, local.minute) >= divmod(cut_off, 60):
        day += timedelta(days=1)
        while free(day):
            day += timedelta(days=1)
    counted = [day + timedelta(days=n) for n in range(1, 60)]
    last = [d for d in counted if not free(d)][days - 1] if days else day
    hour, minute = divmod(ends, 60)
    return instant(datetime(last.year, last.month, last.day, hour, minute, tzinfo=STOCKHOLM))


instants = st.integers(at("2024-01-01T00:00:00Z"), at("2027-12-01T00:00:00Z"))
free_days = st.frozensets(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=60)


@given_any(instants, st.integers(1, 5), st.integers(0, 1439), st.integers(240, 1439), free_days)
def test_the_deadline_agrees_with_a_naive_walk(reached_at, days, cut_off, ends, non_working):
    expected = naive_confirm_by(reached_at, days, cut_off, ends, non_working)
    assert confirm_by(reached_at, days, cut_off, ends, non_working) == expected


@given_any(instants, st.integers(1, 5), free_days)
def test_the_deadline_never_moves_back_when_the_acceptance_comes_later(reached_at, days, non_working):
    later = reached_at + 7 * MINUTE_US
    now, then = (confirm_by(t, days, 900, 1020, non_working) for t in (reached_at, later))
    assert reached_at < now <= then


# From 03:00 on: no window of minutes that a clock change could skip or repeat.
@given_any(instants, st.integers(0, 5 * 24 * 60), st.integers(180, 1439), st.integers(180, 1439))
def test_window_minutes_agree_with_counting_each_minute(from_at, minutes, opens, closes):
    from_at -= from_at % MINUTE_US
    until_at = from_at + minutes * MINUTE_US
    each = sum(in_window(from_at + n * MINUTE_US, opens, closes) for n in range(minutes))
    assert Window(opens, closes, working_days=False).minutes(from_at, until_at) == each


@given_any(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.integers(0, 36))
def test_adding_months_clamps_to_the_last_day_of_the_month(day, months):
    later = plus_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    clamped = later.day < day.day
    assert later.day == day.day or (clamped and (later + timedelta(days=1)).day == 1)


def test_the_local_date_of_a_deadline_is_its_working_day():
    due = confirm_by(at("2025-10-24T10:00:00+02:00"), 1, 900, 1020, frozenset())
    assert local_date(due) == date(2025, 10, 27)
    assert due == at("2025-10-27T17:00:00+01:00")


@given_any(instants, st.integers(0, 5 * 24 * 60), free_days)
def test_a_window_of_working_days_agrees_with_counting_each_minute(from_at, minutes, free):
    from_at -= from_at % MINUTE_US
    each = 0
    for n in range(minutes):
        at_minute = from_at + n * MINUTE_US
        day = local_date(at_minute)
        each += day.weekday() < 5 and day not in free and in_window(at_minute, 390, 1140)
    window = Window(390, 1140, working_days=True, non_working=free)
    assert window.minutes(from_at, from_at + minutes * MINUTE_US) == each
    assert window.holds(from_at) == (window.minutes(from_at, from_at + MINUTE_US) == 1)
