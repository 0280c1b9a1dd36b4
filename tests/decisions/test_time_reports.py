"""Time reports: every line becomes a shift, a correction, or is left out with its reason."""

from dataclasses import replace
from datetime import date, timedelta
from time import process_time

from ledger.decisions.base import DECISIONS, Context, gather
from ledger.decisions.shift_times import shift_id
from ledger.decisions.time_approvals import ApproveTimeReport
from ledger.decisions.time_report_rows import BrokenLine, ReportRow
from ledger.decisions.time_reports import SubmitTimeReport, submit_time_report
from ledger.events.base import tags_of
from ledger.events.consultants import ConsultantsLinked
from ledger.events.shifts import LineLeftOut, ShiftApproved, ShiftReported, TimeReportReceived
from tests.decisions.background import AGREEMENT, MANDATE, POLICY, REGION_ID, policy
from tests.facts.shifts import CONTRACT, approved, cancelled, contract, corrected, reported, voided
from tests.given import Then, at, given

APRIL = "2025-04-02T08:00:00+02:00"
MARCH_3 = date(2025, 3, 3)
DIGEST = "ab" * 32
CONTRACT_ROW = ReportRow(
    line=2,
    row="4711",
    assignment="a-1",
    on=MARCH_3,
    start_minute=7 * 60,
    end_minute=16 * 60,
    break_minutes=60,
)


def row(**changes: object) -> ReportRow:
    return replace(CONTRACT_ROW, **changes)


def report(*rows: ReportRow, broken: tuple[BrokenLine, ...] = ()) -> SubmitTimeReport:
    return SubmitTimeReport(
        report="r-2",
        agreement=AGREEMENT,
        region=REGION_ID,
        system="heroma",
        encoding="windows-1252",
        file_digest=DIGEST,
        lines=len(rows) + len(broken),
        rows=rows,
        broken=broken,
    )


def left_out(done: Then) -> list[tuple[int, str, str, tuple[int, ...]]]:
    return [(out.line, out.code, out.field, out.facts) for out in done.ruling.events[0].left_out]


def only_left_out(done: Then) -> tuple[str, str, tuple[int, ...]]:
    done.then_events("time-report-received")
    ((_, *rest),) = left_out(done)
    return tuple(rest)


KNOWN = (POLICY, CONTRACT)


def test_a_row_becomes_a_shift_and_the_file_an_account_of_its_lines():
    broken = BrokenLine(line=3, code="time", field="end")
    done = given(*KNOWN).when(report(row(), broken=(broken,)), now=APRIL)
    received = TimeReportReceived(
        report="r-2",
        agreement=AGREEMENT,
        region=REGION_ID,
        file_digest=DIGEST,
        system="heroma",
        encoding="windows-1252",
        lines=2,
        reported=1,
        corrected=0,
        assignments=("a-1",),
        left_out=(LineLeftOut(line=3, code="time", field="end", facts=()),),
        received_at=at(APRIL),
    )
    shift = reported("4711", MARCH_3, report="r-2", system="heroma", received_at=at(APRIL))
    done.then(received, shift)
    assert done.ruling.authority == "jh-rs"
    used = [term.row.term for term in done.ruling.terms]
    assert used == ["shift.length-max-minutes", "time-report.channels"]


def test_night_shifts_end_the_next_day_and_follow_the_clock_changes():
    spring, autumn = date(2025, 3, 29), date(2025, 10, 25)
    rows = [
        row(row=str(n), on=on, start_minute=22 * 60, end_minute=6 * 60, break_minutes=0)
        for n, on in enumerate((spring, autumn))
    ]
    long = contract(until_on=date(2025, 12, 1))
    _, first, second = (
        given(POLICY, long)
        .when(report(*rows), now="2025-11-03T08:00:00+01:00")
        .then_events("time-report-received", "shift-reported", "shift-reported")
    )
    assert (first.on, first.worked_minutes) == (spring, 7 * 60)
    assert (second.on, second.worked_minutes) == (autumn, 9 * 60)


def test_a_marked_correction_in_a_later_file_finds_its_shift():
    shift = reported("4711", MARCH_3)
    later = row(end_minute=17 * 60, correction=True, article="ssk-2")
    received, event = (
        given(*KNOWN, shift, approved(shift, 3))
        .when(report(later), now="2025-08-02T08:00:00+02:00")
        .then_events("time-report-received", "shift-corrected")
    )
    assert (received.reported, received.corrected) == (0, 1)
    assert (event.shift, event.replaces, event.worked_minutes) == (shift.shift, 3, 9 * 60)
    assert (event.article, event.report, event.line) == ("ssk-2", "r-2", 2)


def test_a_correction_of_a_line_that_was_never_taken_is_its_first_report():
    given(*KNOWN).when(report(row(correction=True)), now=APRIL).then_events(
        "time-report-received", "shift-reported"
    )


def test_a_file_that_was_sent_twice_changes_nothing():
    shift = reported("4711", MARCH_3)
    assert only_left_out(given(*KNOWN, shift).when(report(row()), now=APRIL)) == ("duplicate", "row", (3,))


def test_other_values_need_the_mark_of_a_correction():
    shift = reported("4711", MARCH_3)
    done = given(*KNOWN, shift).when(report(row(end_minute=1000)), now=APRIL)
    assert only_left_out(done) == ("changed-without-correction", "row", (3,))


def test_a_correction_that_changes_nothing_needs_no_new_approval():
    shift = reported("4711", MARCH_3)
    done = given(*KNOWN, shift).when(report(row(correction=True)), now=APRIL)
    assert only_left_out(done) == ("correction-changes-nothing", "row", (3,))


def test_a_voided_shift_does_not_come_back():
    shift = reported("4711", MARCH_3)
    history = (*KNOWN, shift, voided(shift, 3))
    done = given(*history).when(report(row(correction=True, end_minute=1000)), now=APRIL)
    assert only_left_out(done) == ("shift-voided", "row", (4,))


def test_rows_of_one_file_are_held_against_each_other():
    same, other = row(line=3), row(line=4, end_minute=1000)
    mended = row(line=5, end_minute=1000, correction=True)
    done = given(*KNOWN).when(report(row(), same, other, mended), now=APRIL)
    received, event = done.then_events("time-report-received", "shift-reported")
    assert left_out(done) == [
        (2, "replaced-in-file", "row", ()),
        (3, "duplicate", "row", ()),
        (4, "changed-without-correction", "row", ()),
    ]
    assert (event.line, event.worked_minutes, received.reported) == (5, 1000 - 7 * 60 - 60, 1)


def test_an_unknown_assignment_and_one_of_another_region_are_left_out():
    unknown = row(line=3, assignment="a-9")
    assert left_out(given(*KNOWN).when(report(row(), unknown), now=APRIL)) == [
        (3, "assignment-unknown", "assignment", ())
    ]
    done = given(POLICY, contract(region="skane")).when(report(row()), now=APRIL)
    assert only_left_out(done) == ("assignment-elsewhere", "assignment", (2,))


def test_dates_outside_the_period_or_after_a_cancellation_are_left_out():
    before, last = row(on=date(2025, 2, 28)), row(on=date(2025, 6, 30))
    assert only_left_out(given(*KNOWN).when(report(before), now=APRIL)) == ("not-in-period", "date", (2,))
    given(*KNOWN).when(report(last), now="2025-07-02T08:00:00+02:00").then_events(
        "time-report-received", "shift-reported"
    )
    after = (*KNOWN, cancelled("region", MARCH_3))
    assert only_left_out(given(*after).when(report(row()), now=APRIL)) == ("not-in-period", "date", (2, 3))


def test_overlaps_are_left_out_and_shifts_that_meet_are_not():
    shift = reported("1", MARCH_3, 16 * 60, 22 * 60)
    given(*KNOWN, shift).when(report(row()), now=APRIL).then_events("time-report-received", "shift-reported")
    done = given(*KNOWN, shift).when(report(row(end_minute=16 * 60 + 1)), now=APRIL)
    assert only_left_out(done) == ("overlapping", "start", (3,))
    voids = (*KNOWN, shift, voided(shift, 3))
    given(*voids).when(report(row(end_minute=16 * 60 + 1)), now=APRIL).then_events(
        "time-report-received", "shift-reported"
    )


def test_a_night_shift_overlaps_the_next_morning():
    night = reported("1", date(2025, 3, 2), 21 * 60, 7 * 60 + 30)
    done = given(*KNOWN, night).when(report(row()), now=APRIL)
    assert only_left_out(done) == ("overlapping", "start", (3,))


def test_overlaps_are_seen_across_assignments_and_ids_of_one_human():
    other = contract(assignment="a-2", consultant="k-2", order="o-2")
    link = ConsultantsLinked(consultant="k-1", same_as="k-2", found_by="blind-index", basis="same number")
    shift = reported("1", MARCH_3, of=other)
    done = given(*KNOWN, link, other, shift).when(report(row()), now=APRIL, loose=True)
    assert only_left_out(done) == ("overlapping", "start", (5,))
    both = given(*KNOWN, link, other).when(report(row(), row(line=3, assignment="a-2")), now=APRIL)
    both.then_events("time-report-received", "shift-reported")
    assert left_out(both) == [(3, "overlapping", "start", ())]


def test_a_correction_makes_room_for_a_row_above_it():
    shift = reported("1", MARCH_3)
    moved = row(line=3, row="1", on=MARCH_3 + timedelta(days=1), correction=True)
    given(*KNOWN, shift).when(report(row(), moved), now=APRIL).then_events(
        "time-report-received", "shift-reported", "shift-corrected"
    )


def test_impossible_times_are_left_out():
    skipped = row(on=date(2025, 3, 30), start_minute=2 * 60 + 30, end_minute=3 * 60 + 15, break_minutes=0)
    assert only_left_out(given(*KNOWN).when(report(skipped), now=APRIL)) == ("end-before-start", "end", ())
    pause = row(break_minutes=9 * 60)
    assert only_left_out(given(*KNOWN).when(report(pause), now=APRIL)) == ("break-too-long", "break", ())
    ahead = row(on=date(2025, 4, 2))
    assert only_left_out(given(*KNOWN).when(report(ahead), now=APRIL)) == ("not-yet-worked", "date", ())


def test_the_longest_shift_is_policy():
    whole_day = row(start_minute=0, end_minute=0, break_minutes=0)
    given(*KNOWN).when(report(whole_day), now=APRIL).then_events("time-report-received", "shift-reported")
    changed = replace(next(r for r in POLICY.rows if r.term == "shift.length-max-minutes"), value=1439)
    done = given(policy(changed), CONTRACT).when(report(whole_day), now=APRIL)
    assert only_left_out(done) == ("too-long", "end", ())


def test_a_report_is_received_once_and_has_lines():
    earlier = given(*KNOWN).when(report(row()), now=APRIL).ruling.events[0]
    given(*KNOWN, earlier).when(report(row()), now=APRIL).then_refused("report-received", positions=(3,))
    given(POLICY).when(report(), now=APRIL).then_refused("report-empty")


def test_a_report_without_policy_is_refused():
    given(CONTRACT).when(report(row()), now=APRIL).then_refused("policy-missing")
    without = policy(without=("shift.length-max-minutes",))
    given(without, CONTRACT).when(report(row()), now=APRIL).then_refused("policy-term-missing")


def test_a_month_of_a_region_is_decided_well_under_a_second():
    contracts = [contract(assignment=f"a-{n}", consultant=f"k-{n}", order=f"o-{n}") for n in range(40)]
    earlier = [
        reported(f"e-{day}", date(2025, 3, 1) + timedelta(days=day), 1, 400, of=c)
        for c in contracts
        for day in range(31)
    ]
    rows = [
        row(line=n * 15 + k + 2, row=f"{n}-{k}", assignment=f"a-{n}", on=date(2025, 3, 1) + timedelta(days=k))
        for n in range(40)
        for k in range(15)
    ]
    history = list(enumerate([POLICY, *contracts, *earlier], 1))
    by_tag: dict[str, list[tuple[int, object]]] = {}
    for position, event in history:
        for tag in tags_of(event):
            by_tag.setdefault(tag, []).append((position, event))
    command, context = report(*rows), Context("c", "1", "a", None, at(APRIL), at(APRIL))
    start = process_time()
    gathered = gather(
        DECISIONS["submit-time-report"].facts(command, context),
        lambda folds: {name: fold.over(by_tag.get(fold.tag, ())) for name, fold in folds.items()},
    )
    ruling = submit_time_report(command, gathered.facts, context)
    assert process_time() - start < 1
    assert len(ruling.events) == 601
    assert len(gathered.folds) == 2 + 3 * 40


ATTESTER = replace(MANDATE, mandate="m-2", holder="attester-1", role="attester")
RECEIVED = TimeReportReceived(
    report="r-1",
    agreement=AGREEMENT,
    region=REGION_ID,
    file_digest=DIGEST,
    system="heroma",
    encoding="utf-8",
    lines=2,
    reported=2,
    corrected=0,
    assignments=("a-1",),
    left_out=(),
)
FIRST, SECOND = reported("1", MARCH_3), reported("2", MARCH_3 + timedelta(days=1))
REPORTED = (ATTESTER, CONTRACT, RECEIVED, FIRST, SECOND)
WHO = {"actor": "attester-1", "mandate": "m-2", "now": APRIL}


def approval(
    shift: ShiftReported, approves: int, by: str = "attester-1", *, ordered: bool = False
) -> ShiftApproved:
    return replace(approved(shift, approves), approved_by=by, approved_at=at(APRIL), ordered_it_too=ordered)


def test_one_command_approves_what_a_file_brought():
    given(*REPORTED).when(ApproveTimeReport(report="r-1"), **WHO).then(
        approval(FIRST, 4), approval(SECOND, 5)
    )


def test_exceptions_and_what_is_approved_or_voided_stay_as_they_are():
    history = (*REPORTED, approved(FIRST, 4))
    given(*history).when(ApproveTimeReport(report="r-1"), **WHO).then(approval(SECOND, 5))
    given(*REPORTED, voided(FIRST, 4)).when(ApproveTimeReport(report="r-1"), **WHO).then(approval(SECOND, 5))
    command = ApproveTimeReport(report="r-1", except_shifts=(SECOND.shift,))
    given(*REPORTED).when(command, **WHO).then(approval(FIRST, 4))


def test_a_shift_that_a_later_file_corrected_is_approved_with_that_file():
    history = (*REPORTED, corrected(FIRST, 4, MARCH_3))
    given(*history).when(ApproveTimeReport(report="r-1"), **WHO).then(approval(SECOND, 5))


def test_it_is_flagged_when_the_approver_placed_the_order():
    mandate = replace(ATTESTER, holder="orderer-1")
    given(mandate, *REPORTED[1:]).when(ApproveTimeReport(report="r-1"), **{**WHO, "actor": "orderer-1"}).then(
        approval(FIRST, 4, "orderer-1", ordered=True), approval(SECOND, 5, "orderer-1", ordered=True)
    )


def test_only_the_shifts_of_the_mandates_units_are_approved():
    other = contract(assignment="a-2", order="o-2", unit="u-2", consultant="k-2")
    received = replace(RECEIVED, assignments=("a-1", "a-2"))
    there = reported("1", MARCH_3, of=other)
    history = (ATTESTER, CONTRACT, other, received, FIRST, there)
    given(*history).when(ApproveTimeReport(report="r-1"), **WHO).then(approval(FIRST, 5))
    elsewhere = replace(ATTESTER, units=("u-3",))
    given(elsewhere, *history[1:]).when(ApproveTimeReport(report="r-1"), **WHO).then_refused(
        "mandate-out-of-scope"
    )


def test_late_approvals_are_fine_while_the_mandate_lasts():
    late = {**WHO, "now": "2026-02-28T08:00:00+01:00"}
    given(*REPORTED).when(ApproveTimeReport(report="r-1"), **late).then_events(
        "shift-approved", "shift-approved"
    )
    ended = {**WHO, "now": "2026-03-01T00:00:00+01:00"}
    given(*REPORTED).when(ApproveTimeReport(report="r-1"), **ended).then_refused("mandate-not-in-force")


def test_an_orderer_does_not_attest():
    given(MANDATE, *REPORTED[1:]).when(ApproveTimeReport(report="r-1"), now=APRIL).then_refused(
        "mandate-role-wrong"
    )


def test_an_unknown_report_or_shift_and_a_finished_report_are_refused():
    given(ATTESTER).when(ApproveTimeReport(report="r-1"), **WHO).then_refused("report-unknown")
    command = ApproveTimeReport(report="r-1", except_shifts=(shift_id("a-1", "99"),))
    given(*REPORTED).when(command, **WHO).then_refused("shift-not-in-report", field="except_shifts")
    done = (*REPORTED, approved(FIRST, 4), approved(SECOND, 5))
    given(*done).when(ApproveTimeReport(report="r-1"), **WHO).then_refused("nothing-to-approve")
