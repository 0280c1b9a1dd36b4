"""Invoice matching, the share of hired staff, and loyalty to the agreement."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.events.invoices import (
    AssignmentInvoiced,
    InvoiceAccepted,
    InvoiceDisputed,
    InvoiceLine,
    InvoiceLineCredited,
    InvoiceLineMismatched,
)
from ledger.events.parties import CareUnitRegistered, RegionAcceded
from ledger.events.purchases import PurchaseReported
from ledger.events.staff_cost import StaffCostImported
from projections.base import UnknownKeyError
from tests.histories import AGREEMENT, START_ON, Story
from tests.projections.asking import asked

DAY = timedelta(days=1)
MONDAY = date(2025, 1, 6)
APRIL = date(2025, 4, 30)
SKANE = {"agreement": AGREEMENT, "supplier": "s-1", "region": "skane", "lot": "nurses"}


def line(number: int = 1, on: date = MONDAY, quantity: int = 450, ore: int = 390000, **more: Any) -> Any:
    """A line of time in zone 3 for the history's shift of 450 minutes."""
    told = {
        "line": number,
        "kind": "time",
        "order": "o-a-1",
        "assignment": "a-1",
        "article": "ssk-1",
        "on": on,
        "quantity": quantity,
        "unit_ore": 52000,
        "amount_ore": ore,
    }
    return InvoiceLine(**{**told, **more})


def worked() -> Story:
    """A contract in zone 3 and two approved shifts on Monday and Tuesday."""
    story = Story().opened()
    story.tell(CareUnitRegistered, unit="u-1", municipality="2380", zone=1)
    story.contract("k-1", "a-1", article="ssk-1")
    for n in range(2):
        at = story.shift("k-1", "a-1", f"t-{n}", MONDAY + n * DAY, article="ssk-1")
        story.approved("k-1", "a-1", f"t-{n}", at)
    return story


def invoiced(story: Story, name: str, *lines: Any, assignment: str = "a-1") -> int:
    return story.tell(AssignmentInvoiced, invoice=name, assignment=assignment, lines=lines, **SKANE)


def accepted(story: Story, name: str, *numbers: int) -> int:
    return story.tell(InvoiceAccepted, invoice=name, region="skane", assignments=("a-1",), lines=numbers)


def credited(story: Story, name: str, number: int, quantity: int, ore: int, **more: Any) -> int:
    told = {"invoice": name, "line": number, "assignment": "a-1", "kind": "time", "article": "ssk-1"}
    amount = {"quantity": quantity, "amount_ore": ore, "on": MONDAY}
    return story.tell(InvoiceLineCredited, **{**SKANE, **told, **amount, **more})


def test_what_was_approved_and_not_invoiced_is_due() -> None:
    reading = asked(worked(), "invoice-matching", "a-1", APRIL).reading
    assert [(d.kind, d.on, d.quantity, d.ore) for d in reading.not_invoiced] == [
        ("time", MONDAY, 450, 390000),
        ("travel", MONDAY, 1, 160000),
        ("time", MONDAY + DAY, 450, 390000),
    ]
    assert (reading.due_ore, reading.standing_ore) == (940000, 0)
    early = asked(worked(), "invoice-matching", "a-1", MONDAY).reading
    assert early.due_ore == 550000


def test_lines_stand_beside_what_they_are_for() -> None:
    story = worked()
    first = invoiced(story, "i-1", line(), line(2, quantity=1, kind="travel", ore=160000, unit_ore=160000))
    second = invoiced(story, "i-2", line(), line(2, MONDAY + DAY, 400, 346667))
    story.tell(InvoiceLineMismatched, invoice="i-2", line=1, assignment="a-1", code="duplicate")
    decided = story.tell(InvoiceDisputed, invoice="i-2", assignments=("a-1",), lines=(1,), region="skane")
    reading = asked(story, "invoice-matching", "a-1", APRIL).reading
    found = [(one.invoice, one.line, one.status, [m.code for m in one.mismatches]) for one in reading.lines]
    assert found == [
        ("i-1", 1, "recorded", []),
        ("i-1", 2, "recorded", []),
        ("i-2", 1, "disputed", ["duplicate"]),
        ("i-2", 2, "recorded", []),
    ]
    assert reading.lines[2].mismatched_then == ("duplicate",)
    assert reading.lines[2].mismatches[0].title_sv == "Redan fakturerat"
    assert [(d.kind, d.quantity, d.ore) for d in reading.not_invoiced] == [("time", 50, 43333)]
    assert {first, second, decided} <= set(reading.evidence)
    assert "price.date" in {t.row.term for t in reading.terms}


def test_a_credit_frees_the_hours() -> None:
    story = worked()
    invoiced(story, "i-1", line())
    credited(story, "i-1", 1, 450, 390000)
    invoiced(story, "i-2", line())
    reading = asked(story, "invoice-matching", "a-1", APRIL).reading
    assert [(one.standing_ore, one.mismatches) for one in reading.lines] == [(0, ()), (390000, ())]


def test_an_assignment_without_a_contract_is_unknown() -> None:
    with pytest.raises(UnknownKeyError):
        asked(worked(), "invoice-matching", "a-9", APRIL)


def test_a_suppliers_invoices_by_assignment() -> None:
    story = worked()
    invoiced(story, "i-1", line(), line(2, MONDAY + DAY))
    story.tell(InvoiceLineMismatched, invoice="i-1", line=2, supplier="s-1", code="price-wrong")
    story.tell(InvoiceAccepted, invoice="i-1", supplier="s-1", lines=(1,))
    credited(story, "i-1", 2, 50, 40000)
    reading = asked(story, "supplier-invoices", "s-1", APRIL).reading
    (totals,) = reading.assignments
    assert (totals.assignment, totals.lines, totals.accepted_ore, totals.recorded_ore) == (
        "a-1",
        2,
        390000,
        350000,
    )
    assert (totals.credited_ore, totals.mismatches) == (40000, (("price-wrong", 1),))
    other = asked(story, "supplier-invoices", "s-1", APRIL, order="o-9").reading
    assert (other.assignments, other.standing_ore) == ((), 0)


# --- the 2 % indicator


def staff(story: Story, month_on: date, ore: int) -> int:
    return story.tell(StaffCostImported, region="skane", month_on=month_on, staff_cost_ore=ore, source="R")


def share(story: Story, at: date = APRIL, **params: Any) -> Any:
    return asked(story, "hired-staff-share", "skane", at, agreement=AGREEMENT, **params).reading


def test_a_share_is_of_accepted_cost_in_months_with_a_staff_cost() -> None:
    story = worked()
    invoiced(story, "i-1", line(), line(2, MONDAY + DAY))
    done, cost = accepted(story, "i-1", 1), staff(story, date(2025, 1, 1), 19_500_000)
    reading = share(story, date(2025, 1, 31))
    assert (reading.hired_ore, reading.waiting_ore, reading.share_ppm) == (390000, 390000, 20000)
    assert (reading.within_target, reading.target_ppm, reading.missing) == (True, 20000, ())
    assert [(r.lot, r.article, r.minutes, r.ore) for r in reading.rows] == [("nurses", "ssk-1", 450, 390000)]
    assert {done, cost} <= set(reading.evidence)
    staff(story, date(2025, 1, 1), 19_499_999)
    mended = share(story, date(2025, 1, 31))
    assert (mended.share_ppm, mended.within_target) == (20000, False)


def test_a_month_without_a_staff_cost_cannot_be_said() -> None:
    story = worked()
    invoiced(story, "i-1", line())
    accepted(story, "i-1", 1)
    staff(story, date(2025, 1, 1), 1_000_000)
    reading = share(story, date(2025, 2, 28))
    assert (reading.share_ppm, reading.within_target, reading.staff_cost_ore) == (None, None, None)
    assert reading.missing == (date(2025, 2, 1),)
    assert [month.share_ppm for month in reading.months] == [390000, None]
    assert share(story, date(2025, 2, 28), from_on=date(2025, 2, 1)).missing == (date(2025, 2, 1),)


def test_credits_lessen_what_was_accepted_and_what_waits() -> None:
    story = worked()
    invoiced(story, "i-1", line(), line(2, MONDAY + DAY))
    accepted(story, "i-1", 1)
    credited(story, "i-1", 1, 150, 130000)
    credited(story, "i-1", 2, 450, 390000, on=MONDAY + DAY)
    reading = share(story)
    assert (reading.hired_ore, reading.waiting_ore, reading.rows[0].minutes) == (260000, 0, 300)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 100),
            st.integers(1, 600),
            st.integers(0, 10**6),
            st.booleans(),
            st.integers(0, 10**6),
        ),
        max_size=12,
    ),
    st.integers(1, 10**8),
)
def test_the_share_is_that_of_a_naive_sum(lines: list[tuple[int, int, int, bool, int]], cost: int) -> None:
    story = Story().opened()
    expected = 0
    for n, (day, quantity, ore, is_accepted, credit) in enumerate(lines):
        on = date(2025, 1, 1) + day * DAY
        invoiced(story, f"i-{n}", line(1, on, quantity, ore))
        if is_accepted:
            accepted(story, f"i-{n}", 1)
        credited(story, f"i-{n}", 1, 0, min(credit, ore), on=on)
        expected += ore - min(credit, ore) if is_accepted and on.month <= 3 else 0
    for month in (1, 2, 3):
        staff(story, date(2025, month, 1), cost)
    reading = share(story, date(2025, 3, 31))
    assert reading.hired_ore == expected
    assert reading.share_ppm == (expected * 10**6 * 2 // (3 * cost) + 1) // 2
    assert reading.within_target == (expected * 50 <= 3 * cost)


# --- loyalty


def bought(story: Story, name: str, ore: int, **more: Any) -> int:
    told = {"purchase": name, "region": "skane", "lot": "nurses", "agreement": AGREEMENT, "amount_ore": ore}
    when = {"booked_on": MONDAY, "from_on": MONDAY, "until_on": APRIL, "speciality": "anaesthesia"}
    return story.tell(PurchaseReported, **{**told, **when, **more})


def test_loyalty_leaves_the_lawful_out() -> None:
    story = worked()
    joined = story.tell(RegionAcceded, agreement=AGREEMENT, region="skane", lot="nurses", from_on=START_ON)
    invoiced(story, "i-1", line())
    accepted(story, "i-1", 1)
    bought(story, "pu-1", 130000)
    bought(story, "pu-2", 5_000_000, speciality="mammography")
    last = bought(story, "pu-3", 7_000_000, booked_on=START_ON - DAY, kind="within-scope")
    reading = asked(story, "agreement-loyalty", "skane", APRIL, agreement=AGREEMENT).reading
    assert [(p.kind, p.lawful) for p in reading.purchases] == [
        ("within-scope", False),
        ("outside-scope", True),
        ("before-accession", True),
    ]
    (lot,) = reading.lots
    assert (lot.within_ore, lot.around_ore, lot.lawful_ore) == (390000, 130000, 12_000_000)
    assert reading.share_ppm == lot.share_ppm == 750000
    assert {joined, last} <= set(reading.evidence)
    assert reading.purchases[2].reported_as == "within-scope"
    outside = share(story, date(2025, 1, 31))
    assert outside.hired_ore == 390000 + 12_130_000


def test_nothing_bought_has_no_share() -> None:
    reading = asked(worked(), "agreement-loyalty", "skane", APRIL, agreement=AGREEMENT).reading
    assert (reading.lots, reading.share_ppm) == ((), None)
