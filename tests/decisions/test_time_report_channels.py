"""Several channels tell of the same shift, and somebody else than agreed may have worked it."""

from dataclasses import replace
from datetime import date

from ledger.decisions.shift_times import shift_id
from ledger.decisions.shifts import ApproveShifts
from ledger.decisions.time_report_rows import ReportRow
from ledger.decisions.time_reports import SubmitTimeReport
from ledger.events.consultants import ConsultantsLinked
from ledger.events.shifts import WorkedByAnother
from tests.decisions.background import AGREEMENT, MANDATE, POLICY, REGION_ID, consultant, policy, row
from tests.facts.shifts import CONTRACT, reported, substituted, voided
from tests.given import Then, given

MARCH_3 = date(2025, 3, 3)
APRIL = "2025-04-02T08:00:00+02:00"
KNOWN = (POLICY, CONTRACT)
LINE = ReportRow(
    line=2, row="9", assignment="a-1", on=MARCH_3, start_minute=420, end_minute=970, break_minutes=60
)


def told_by(system: str, *rows: ReportRow) -> SubmitTimeReport:
    return SubmitTimeReport(
        report="r-2",
        agreement=AGREEMENT,
        region=REGION_ID,
        system=system,
        encoding="utf-8",
        file_digest="ab" * 32,
        lines=len(rows),
        rows=rows,
    )


def left_out(done: Then) -> list[tuple[str, tuple[int, ...]]]:
    return [(out.code, out.facts) for out in done.ruling.events[0].left_out]


def test_a_more_trusted_channel_replaces_what_another_told():
    bemlo = reported("1", MARCH_3, system="bemlo")
    done = given(*KNOWN, bemlo).when(told_by("heroma", LINE), now=APRIL)
    _, event = done.then_events("time-report-received", "shift-corrected")
    assert (event.shift, event.replaces, event.system) == (bemlo.shift, 3, "heroma")
    assert event.reason == "heroma is trusted more than bemlo"


def test_a_less_trusted_channel_gives_way():
    direct = reported("1", MARCH_3, system="direct")
    done = given(*KNOWN, direct).when(told_by("heroma", LINE), now=APRIL)
    done.then_events("time-report-received")
    assert left_out(done) == [("channel-gives-way", (3,))]
    unknown = given(*KNOWN, reported("1", MARCH_3, system="bemlo")).when(told_by("fax", LINE), now=APRIL)
    assert left_out(unknown) == [("channel-gives-way", (3,))]


def test_which_channel_prevails_is_policy():
    other = policy(row("time-report.channels", ("bemlo", "heroma")))
    history = (other, CONTRACT, reported("1", MARCH_3, system="heroma"))
    done = given(*history).when(told_by("bemlo", LINE), now=APRIL)
    done.then_events("time-report-received", "shift-corrected")


def test_what_two_channels_tell_alike_is_one_shift():
    alike = replace(LINE, end_minute=960)
    done = given(*KNOWN, reported("1", MARCH_3, system="bemlo")).when(told_by("heroma", alike), now=APRIL)
    done.then_events("time-report-received")
    assert left_out(done) == [("told-by-another-channel", (3,))]


def test_the_same_channel_or_another_shift_of_the_day_overlaps():
    same = given(*KNOWN, reported("1", MARCH_3, system="heroma")).when(told_by("heroma", LINE), now=APRIL)
    assert left_out(same) == [("overlapping", (3,))]
    evening = reported("1", MARCH_3, 16 * 60, 23 * 60, system="bemlo")
    done = given(*KNOWN, evening).when(told_by("direct", LINE), now=APRIL)
    assert left_out(done) == [("overlapping", (3,))]


OTHER = consultant("k-2", "s-1")
BY_OTHER = replace(LINE, consultant="k-2")


def test_a_shift_worked_by_another_is_recorded_and_noted():
    done = given(*KNOWN, OTHER).when(told_by("heroma", BY_OTHER), now=APRIL)
    _, shift, note = done.then_events("time-report-received", "shift-reported", "worked-by-another")
    assert (shift.consultant, note.consultant, note.agreed) == ("k-2", "k-2", "k-1")


def test_a_substitute_and_another_id_of_the_same_human_are_no_others():
    agreed = substituted("k-2", MARCH_3)
    done = given(*KNOWN, *agreed[:2]).when(told_by("heroma", LINE), now=APRIL)
    _, shift = done.then_events("time-report-received", "shift-reported")
    assert shift.consultant == "k-2"
    link = ConsultantsLinked(consultant="k-2", same_as="k-1", found_by="decision", basis="Same licence")
    done = given(*KNOWN, OTHER, link).when(told_by("heroma", BY_OTHER), now=APRIL)
    done.then_events("time-report-received", "shift-reported")


def test_a_consultant_nobody_or_another_supplier_registered_is_left_out():
    unknown = given(*KNOWN).when(told_by("heroma", BY_OTHER), now=APRIL)
    assert left_out(unknown) == [("consultant-not-of-supplier", ())]
    foreign = given(*KNOWN, consultant("k-2", "s-2")).when(told_by("heroma", BY_OTHER), now=APRIL)
    assert left_out(foreign) == [("consultant-not-of-supplier", (3,))]


def test_a_correction_does_not_change_who_worked():
    shift = reported("9", MARCH_3)
    changed = replace(BY_OTHER, correction=True)
    done = given(*KNOWN, shift, OTHER).when(told_by("heroma", changed), now=APRIL)
    assert left_out(done) == [("consultant-changed", (3,))]


def test_a_shift_of_another_is_approved_and_voided_as_hers():
    shift = reported("9", MARCH_3, consultant="k-2")
    note = WorkedByAnother(
        assignment="a-1", shift=shift.shift, consultant="k-2", agreed="k-1", supplier="s-1",
        region=REGION_ID, unit="u-1", lot="nurses", on=MARCH_3, report="r-1",
    )  # fmt: skip
    attester = replace(MANDATE, mandate="m-2", holder="attester-1", role="attester")
    approve = ApproveShifts(assignment="a-1", shifts=(shift_id("a-1", "9"),))
    who = {"actor": "attester-1", "mandate": "m-2", "now": APRIL}
    (event,) = given(attester, CONTRACT, shift, note).when(approve, **who).then_events("shift-approved")
    assert (event.consultant, event.approves) == ("k-2", 3)
    gone = (attester, CONTRACT, shift, note, voided(shift, 3))
    given(*gone).when(approve, **who).then_refused("shift-voided", positions=(5,))
