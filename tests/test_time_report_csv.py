"""Files from Swedish Excel: read as meant, or broken line by line; never guessed, never quoted."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api import time_report_csv
from api.time_report_csv import COLUMNS, ReadReport, UnreadableReportError, read_time_report
from ledger.decisions.time_report_rows import BrokenLine, ReportRow

HEADER = "Rad-id;Uppdrag;Datum;Start;Slut;Rast (tim);Artikel;Rättelse"
LINE = "4711;a-1;2025-03-03;21:00;07:00;0,5;SSK-NATT;"
ROW = ReportRow(
    line=2,
    row="4711",
    assignment="a-1",
    on=date(2025, 3, 3),
    start_minute=21 * 60,
    end_minute=7 * 60,
    break_minutes=30,
    article="ssk-natt",
)


def read(*lines: str, encoding: str = "utf-8", end: str = "\r\n") -> ReadReport:
    return read_time_report(end.join(lines).encode(encoding))


def row(line: str, header: str = HEADER) -> ReportRow:
    found = read(header, line)
    assert not found.broken, found.broken
    return found.rows[0]


def broken(line: str, header: str = HEADER) -> tuple[str, str]:
    found = read(header, line)
    assert not found.rows
    return found.broken[0].code, found.broken[0].field


@pytest.mark.parametrize(
    ("encoding", "recorded"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-bom"), ("cp1252", "windows-1252")],
)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_encodings_and_line_ends_are_detected_and_recorded(encoding, recorded, end):
    found = read(HEADER, LINE, "", "", encoding=encoding, end=end)
    assert found.encoding == recorded
    assert found.rows == (ROW,)
    assert (found.lines, found.broken) == (1, ())


def test_columns_come_in_any_order_and_strange_ones_are_passed_over():
    header = "Slut;Kommentar;Datum;UPPDRAGSNUMMER;Start tid;Löpnr"
    assert row("07:00;hej;2025-03-03;A-1;21:00;4711", header) == ReportRow(
        line=2, row="4711", assignment="a-1", on=date(2025, 3, 3), start_minute=1260, end_minute=420
    )


def test_a_separator_line_and_empty_lines_before_the_header_are_skipped():
    found = read("sep=;", "", ";;;;", HEADER, LINE, ";;;;;;;", "   ")
    assert [r.line for r in found.rows] == [5]
    assert found.lines == 1


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_other_separators_are_found_by_the_header(delimiter):
    lines = [line.replace("0,5", '"0,5"').replace(";", delimiter) for line in (HEADER, LINE)]
    assert read(*lines).rows == (ROW,)


@pytest.mark.parametrize(
    "text",
    ["2025-03-01", "2025-03-01 00:00", "2025-03-01 00:00:00", "20250301", "1/3-25", "01/03-2025", "1/3 2025"],
)
def test_dates_as_excel_writes_them(text):
    assert row(f"1;a-1;{text};07:00;16:00;;;").on == date(2025, 3, 1)


@pytest.mark.parametrize(
    "text", ["2025-02-29", "3/13-25", "2025-03-01 07:00", "25-03-01", "i går", "2025-3-1", "1900-01-01"]
)
def test_other_dates_are_broken(text):
    assert broken(f"1;a-1;{text};07:00;16:00;;;") == ("date", "date")


@pytest.mark.parametrize("text", ["07:00", "7.00", "7:00", "0700", "07:00:00", "kl 7.00", "kl. 07:00"])
def test_times_as_people_write_them(text):
    assert row(f"1;a-1;2025-03-01;{text};16:00;;;").start_minute == 420


def test_midnight_is_an_end_and_no_start():
    assert row("1;a-1;2025-03-01;07:00;24:00;;;").end_minute == 1440
    assert broken("1;a-1;2025-03-01;24:00;07:00;;;") == ("time", "start")


@pytest.mark.parametrize("text", ["7", "25:00", "07:60", "0,2916667", "sju", "７:00"])
def test_other_times_are_broken(text):
    assert broken(f"1;a-1;2025-03-01;{text};16:00;;;") == ("time", "start")


@pytest.mark.parametrize(
    ("name", "text", "minutes"),
    [
        ("Rast (tim)", "0,5", 30),
        ("Rast (tim)", "1", 60),
        ("Rast (tim)", "0.33", 20),
        ("Rast (min)", "45", 45),
        ("Rast (min)", "1", 1),
        ("Rast", "0,75", 45),
        ("Rast", "30", 30),
        ("Rast", "0", 0),
        ("Rast", "0:45", 45),
        ("Rast", "", 0),
    ],
)
def test_breaks_in_hours_and_minutes(name, text, minutes):
    header = HEADER.replace("Rast (tim)", name)
    assert row(f"1;a-1;2025-03-01;07:00;16:00;{text};;", header).break_minutes == minutes


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("Rast", "1", "break-unit-unclear"),
        ("Rast (min)", "0,5", "break"),
        ("Rast (tim)", "30", "break"),
        ("Rast", "9999", "break"),
        ("Rast", "-30", "break"),
    ],
)
def test_unclear_breaks_are_broken(name, text, code):
    header = HEADER.replace("Rast (tim)", name)
    assert broken(f"1;a-1;2025-03-01;07:00;16:00;{text};;", header) == (code, "break")


def test_the_correction_mark():
    assert row("1;a-1;2025-03-01;07:00;16:00;;;Ja").correction
    assert not row("1;a-1;2025-03-01;07:00;16:00;;;nej").correction
    assert broken("1;a-1;2025-03-01;07:00;16:00;;;kanske") == ("correction", "correction")


def test_short_lines_lack_only_what_is_optional():
    assert row("1;a-1;2025-03-01;07:00;16:00").break_minutes == 0
    assert broken("1;a-1;2025-03-01;07:00") == ("missing", "end")
    assert broken("1;a-1;2025-03-01;07:00;16:00;;;;;x") == ("too-many-cells", "")
    assert row("1;a-1;2025-03-01;07:00;16:00;;;;;;").row == "1"


def test_quoted_cells_may_hold_separators_quotes_and_line_breaks():
    header = HEADER + ";Kommentar"
    found = read(header, '4711;"a-1";2025-03-03;21:00;07:00;"0,5";SSK-NATT;;"rad 1; ""så""', 'rad 2"', LINE)
    assert [r.line for r in found.rows] == [2, 4]


def test_an_open_quote_breaks_its_own_line_and_swallows_nothing():
    found = read(HEADER, '"' + LINE, LINE, '5" ' + LINE, LINE)
    assert [b.line for b in found.broken] == [2, 4]
    assert [r.line for r in found.rows] == [3, 5]


def test_broken_lines_never_repeat_what_stands_in_them():
    secret = "19121212-1212 Hemlig Person"
    found = read(HEADER, f"1;a-1;{secret};07:00;16:00;;;", f'"{secret}', f"{secret};;;;")
    assert {b.line for b in found.broken} == {2, 3, 4}
    assert "Hemlig" not in repr(found)


def test_the_command_carries_digest_and_encoding():
    found = read(HEADER, LINE, "x")
    command = found.command("r-1", "hyr-2024", "skane", "heroma")
    assert (command.lines, command.rows, command.broken) == (2, (ROW,), found.broken)
    assert len(command.file_digest) == 64


@pytest.mark.parametrize(
    ("data", "code", "column"),
    [
        (b"", "no-header", ""),
        (b"\r\n;;;\r\n", "no-header", ""),
        (HEADER.encode("utf-16"), "encoding", ""),
        (b"\x81\x8d\x8f", "encoding", ""),
        (b"\xef\xbb\xbf" + HEADER.encode("cp1252"), "encoding", ""),
        (b"Rad-id;Datum;Start;Slut", "column-missing", "assignment"),
        (b"Rad-id;Radnr;Uppdrag;Datum;Start;Slut", "column-twice", "row"),
    ],
)
def test_files_that_are_no_time_reports_are_refused_whole(data, code, column):
    with pytest.raises(UnreadableReportError) as raised:
        read_time_report(data)
    assert (raised.value.code, raised.value.column) == (code, column)


def test_limits_on_size_lines_and_length(monkeypatch):
    monkeypatch.setattr(time_report_csv, "BYTES_MAX", 100)
    with pytest.raises(UnreadableReportError, match="too-large"):
        read_time_report(b"x" * 101)
    monkeypatch.setattr(time_report_csv, "LINES_MAX", 2)
    with pytest.raises(UnreadableReportError, match="too-many-lines"):
        read_time_report(b"\n" * 3)
    monkeypatch.undo()
    assert broken("x" * (time_report_csv.LINE_CHARACTERS_MAX + 1)) == ("quotes-or-length", "")


AWKWARD = st.sampled_from(
    [
        *(b";", b'"', b"\r\n", b"\n", b"\r", b"\x00", b"\x1c", b"sep=;"),
        *(b"0,5", b"24:00", b"07:00", b"2025-03-01", b"a-1"),
        *(b"\xe5", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xcc\x88"),
    ]
)


def outcome(data: bytes) -> ReadReport | str:
    try:
        return read_time_report(data)
    except UnreadableReportError as error:
        return error.code


@given(st.binary(max_size=400))
@example(b'"')
@settings(max_examples=300)
def test_any_bytes_end_in_a_report_or_the_one_error(data):
    assert outcome(data)


@given(st.lists(st.one_of(AWKWARD, st.binary(max_size=6)), max_size=60).map(b"".join))
@settings(max_examples=500)
def test_any_bytes_after_a_header_are_read_line_by_line(data):
    found = outcome(HEADER.encode() + b"\r\n" + data)
    if isinstance(found, str):
        assert found == "encoding"
        return
    lines = [one.line for one in (*found.rows, *found.broken)]
    assert len(set(lines)) == len(lines) == found.lines
    assert all(isinstance(b, BrokenLine) and b.code for b in found.broken)


def test_every_column_has_names_of_its_own():
    names = [name for names in COLUMNS.values() for name in names]
    assert len(set(names)) == len(names)
