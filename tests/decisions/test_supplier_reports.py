"""Suppliers' reports: for themselves, of a known kind; ÖAF acts and concludes, and the supplier sees it."""

from dataclasses import replace
from datetime import date

from ledger.decisions.supplier_reports import ActOnSupplierReport, ConcludeSupplierReport, ReportRegion
from ledger.events.supplier_reports import (
    SupplierReportActedOn,
    SupplierReportConcluded,
    SupplierReportReceived,
)
from ledger.values import local_instant
from tests.decisions.background import AGREEMENT, MANDATE, POLICY, REGION_ID, policy, row, seller
from tests.given import at, given
from tests.histories import Story
from tests.projections.asking import asked

CENTRAL = replace(MANDATE, role="central-contract-management", region=None, units=())
NOW = "2025-03-05T12:00:00+01:00"
REPORT = ReportRegion(
    supplier_report="sr-1", agreement=AGREEMENT, supplier="s-1", region=REGION_ID, lot="nurses", unit="u-1",
    kind="outside-hours", occurred_on=date(2025, 3, 3), description="06:31, and won within a minute",
)  # fmt: skip
RECEIVED = SupplierReportReceived(
    supplier_report="sr-1", agreement=AGREEMENT, supplier="s-1", region=REGION_ID, unit="u-1", lot="nurses",
    order=None, kind="outside-hours", occurred_on=date(2025, 3, 3), received_at=at(NOW),
    answer_on=date(2025, 3, 19), terms=(), description="06:31, and won within a minute",
)  # fmt: skip
ACT = ActOnSupplierReport(supplier_report="sr-1", measure="dialogue-with-region", told="We have spoken")
CONCLUDE = ConcludeSupplierReport(supplier_report="sr-1", outcome="region-changed", reasons="Office hours")
CONCLUDED = SupplierReportConcluded(
    supplier_report="sr-1", supplier="s-1", region=REGION_ID, outcome="region-changed",
    reasons="Office hours", concluded_at=at("2025-03-06T12:00:00+01:00"),
)  # fmt: skip


def test_a_supplier_reports_and_the_time_to_answer_runs():
    (event,) = given(POLICY, seller("s-1")).when(REPORT, now=NOW).then_events("supplier-report-received")
    assert replace(event, terms=()) == RECEIVED
    assert {t.term for t in event.terms} == {"supplier-report.kinds", "supplier-report.answer-days"}


def test_a_supplier_reports_once_for_itself_of_what_happened():
    given(POLICY, seller("s-2")).when(REPORT, now=NOW).then_refused("acts-for-other", field="supplier")
    given(POLICY, MANDATE).when(REPORT, now=NOW).then_refused("mandate-role-wrong")
    known = (POLICY, seller("s-1"))
    given(*known, RECEIVED).when(REPORT, now=NOW).then_refused("supplier-report-received", positions=(3,))
    ahead = replace(REPORT, occurred_on=date(2025, 3, 6))
    given(*known).when(ahead, now=NOW).then_refused("supplier-report-ahead", field="occurred_on")


def test_the_policy_must_know_the_kind():
    kinds = policy(row("supplier-report.kinds", ("other",)))
    refusal = given(kinds, seller("s-1")).when(REPORT, now=NOW).then_refused("supplier-report-kind-unknown")
    assert refusal.assumed == ("supplier-report.kinds",)
    given(seller("s-1")).when(REPORT, now=NOW).then_refused("policy-missing")


def test_central_management_acts_as_often_as_it_likes_and_concludes_once():
    (event,) = given(CENTRAL, RECEIVED).when(ACT, now=NOW).then_events("supplier-report-acted-on")
    assert (event.supplier, event.region, event.told) == ("s-1", REGION_ID, "We have spoken")
    given(CENTRAL, RECEIVED, event).when(ACT, now=NOW).then_events("supplier-report-acted-on")
    given(CENTRAL, RECEIVED).when(CONCLUDE, now=NOW).then_events("supplier-report-concluded")
    later = "2025-03-07T12:00:00+01:00"
    for late in (ACT, CONCLUDE):
        given(CENTRAL, RECEIVED, CONCLUDED).when(late, now=later).then_refused(
            "supplier-report-concluded", positions=(3,)
        )


def test_nobody_else_acts_and_on_nothing_unknown():
    given(CENTRAL).when(ACT, now=NOW).then_refused("supplier-report-unknown")
    given(seller("s-1"), RECEIVED).when(CONCLUDE, now=NOW).then_refused("mandate-role-wrong")


def test_the_supplier_sees_what_was_done_and_what_is_overdue():
    story = Story().opened()
    held = {"supplier_report": "sr-1", "supplier": "s-1", "region": "skane"}
    received_at = local_instant(date(2025, 3, 5), 720)
    story.tell(
        SupplierReportReceived,
        agreement=AGREEMENT,
        received_at=received_at,
        answer_on=date(2025, 3, 19),
        **held,
    )
    params = {"agreement": AGREEMENT}
    before = asked(story, "supplier-reports", "s-1", date(2025, 3, 19), **params).reading
    assert [one.answer for one in before.reports] == ["awaited"]
    overdue = asked(story, "supplier-reports", "s-1", date(2025, 3, 20), **params).reading
    assert (overdue.reports[0].answer, overdue.overdue) == ("overdue", 1)
    story.tell(
        SupplierReportActedOn, acted_at=local_instant(date(2025, 3, 19), 1439), told="We spoke", **held
    )
    acted = asked(story, "supplier-reports", "s-1", date(2025, 3, 20), **params).reading
    assert (acted.reports[0].answer, acted.reports[0].actions[0].told) == ("in-time", "We spoke")
    earlier = asked(story, "supplier-reports", "s-1", date(2025, 3, 18), **params).reading
    assert earlier.reports[0].actions == ()
    story.tell(SupplierReportConcluded, concluded_at=local_instant(date(2025, 4, 1), 0), outcome="x", **held)
    done = asked(story, "supplier-reports", "s-1", date(2025, 4, 2), region="skane", **params).reading
    assert (done.reports[0].outcome, done.reports[0].positions) == ("x", done.evidence)
    other = asked(story, "supplier-reports", "s-1", date(2025, 4, 2), region="kalmar", **params).reading
    assert other.reports == ()
