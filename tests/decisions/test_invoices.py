"""Invoices: every line matched to order, article and approved hours; accepted, disputed, credited."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from ledger.decisions.invoice_credits import CreditInvoiceLine
from ledger.decisions.invoice_outcomes import AcceptInvoice, DisputeInvoice
from ledger.events.invoices import AssignmentInvoiced, InvoiceRecorded
from ledger.facts.mismatches import REASONS
from tests.decisions.background import AGREEMENT, REGION_ID, calendar, policy, row
from tests.decisions.money import ATTESTER, GROUND, WORKED, approved, invoice, line, shift
from tests.given import at, given

NOW = {"actor": "attester-1", "now": "2025-05-06T09:00:00+02:00"}
RIGHT = (
    line(),
    line("evening", 150, 5105, 2),
    line("night", 180, 11231, 3),
    line("travel", 1, 160000, 4),
)


def codes(history, *lines, **more):
    """The mismatches that recording an invoice of these lines finds, as (line, code)."""
    done = given(*history).when(invoice(*lines, **more), loose=True, **NOW)
    assert done.ruling is not None, done.refusal
    found = [e for e in done.ruling.events if hasattr(e, "code")]
    assert {t.used() for t in done.ruling.terms} == {t for e in found for t in e.terms}
    assert all(e.clause == REASONS[e.code].clause for e in found)
    return [(e.line, e.code) for e in found]


def test_an_invoice_that_matches_is_recorded_line_by_line():
    done = given(*WORKED).when(invoice(*RIGHT), **NOW)
    recorded, lines = done.then_events("invoice-recorded", "assignment-invoiced")
    assert (recorded.total_ore, recorded.assignments) == (398190 + 12763 + 33693 + 160000, ("a-1",))
    assert lines.lines == RIGHT
    assert done.ruling.authority == "jh-rs"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"assignment": "a-9"}, "assignment-unknown"),
        ({"order": "o-9"}, "order-wrong"),
        ({"article": "ssk-grund"}, "article-wrong"),
        ({"on": date(2025, 4, 9)}, "shift-missing"),
        ({"quantity": 451, "amount_ore": 399075}, "hours-exceed"),
        ({"unit_ore": 52000, "amount_ore": 390000}, "price-of-other-date"),
        ({"unit_ore": 49519, "amount_ore": 371393}, "price-of-other-zone"),
        ({"unit_ore": 60239, "amount_ore": 451793}, "price-of-other-level"),
        ({"unit_ore": 53093, "amount_ore": 398198}, "price-wrong"),
        ({"amount_ore": 398189}, "amount-wrong"),
    ],
)
def test_each_mismatch_of_a_line_of_time(changed, code):
    assert codes(WORKED, replace(line(), **changed)) == [(1, code)]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"supplier": "s-2"}, "supplier-wrong"),
        ({"region": "skane"}, "buyer-wrong"),
        ({"lot": "doctors"}, "lot-wrong"),
    ],
)
def test_an_invoice_for_another_party_or_lot(changed, code):
    everywhere = tuple(replace(e, region=None) if e == ATTESTER else e for e in WORKED)
    assert codes(everywhere, line(), **changed) == [(1, code)]


def test_a_mismatch_says_what_was_expected_on_which_facts():
    done = given(*WORKED).when(invoice(line(quantity=480)), **NOW)
    (found,) = done.then_events("invoice-recorded", "assignment-invoiced", "invoice-line-mismatched")[2:]
    assert (found.code, found.expected, found.invoiced) == ("hours-exceed", "450 min", "480 min")
    assert (found.facts, found.terms) == ((5, 6, 7), ())
    done = given(*WORKED).when(invoice(line(unit_ore=52000)), **NOW)
    found = done.ruling.events[2]
    assert (found.expected, found.invoiced, found.facts) == ("53092 öre/h", "52000 öre/h", (3, 4))
    assert {"price.date", "price.zones", "price.hour-ore", "price.index-ppm"} <= {t.term for t in found.terms}


def test_hours_wait_for_their_approval():
    assert codes((*GROUND, shift()), line()) == [(1, "hours-not-approved")]
    assert codes((*GROUND, shift(), approved(5)), line()) == [(1, "hours-not-approved")]
    assert codes((*GROUND, shift(), approved(6)), line()) == []


@pytest.mark.parametrize(
    ("kind", "quantity", "unit_ore", "code"),
    [
        ("evening", 150, 5105, None),
        ("evening", 151, 5105, "supplement-exceeds"),
        ("night", 180, 11231, None),
        ("night", 181, 11231, "supplement-exceeds"),
        ("night", 180, 11000, "price-of-other-date"),
        ("weekend", 60, 8679, "supplement-not-due"),
        ("holiday", 60, 16847, "supplement-not-due"),
    ],
)
def test_supplements_are_due_for_their_hours(kind, quantity, unit_ore, code):
    found = codes(WORKED, line(kind, quantity, unit_ore))
    assert found == ([(1, code)] if code else [])


def test_a_frozen_holiday_has_its_supplement():
    history = (*GROUND, shift(date(2025, 4, 18), 7 * 60, 15 * 60), approved(6))
    friday = line("holiday", 450, 16847, on=date(2025, 4, 18))
    assert codes(history, friday) == [(1, "supplement-not-due")]
    assert codes((*history, calendar(2025, date(2025, 4, 18))), friday) == []


def recorded(name, *lines):
    """An invoice as recorded: two events."""
    asked = invoice(*lines, invoice=name)
    head = InvoiceRecorded(
        **{n: getattr(asked, n) for n in InvoiceRecorded.__dataclass_fields__ if hasattr(asked, n)},
        received_at=at("2025-05-05T09:00:00+02:00"),
        assignments=("a-1",),
    )
    held = AssignmentInvoiced(
        invoice=name, agreement=AGREEMENT, supplier="s-1", region=REGION_ID, lot="nurses",
        issued_on=asked.issued_on, assignment="a-1", lines=lines,
    )  # fmt: skip
    return head, held


def test_what_was_invoiced_before_is_not_there_again():
    before = (*WORKED, *recorded("i-0", line(quantity=300)))
    assert codes(before, line(quantity=150)) == []
    assert codes(before, line(quantity=151)) == [(1, "hours-exceed")]
    whole = (*WORKED, *recorded("i-0", line()))
    done = given(*whole).when(invoice(line(quantity=1)), loose=True, **NOW)
    assert (done.ruling.events[2].code, done.ruling.events[2].facts) == ("duplicate", (5, 6, 7, 9))
    assert codes(WORKED, line(), line(number=2)) == [(2, "duplicate")]


def test_travel_is_due_once_a_week_with_an_approved_shift():
    travel = line("travel", 1, 160000)
    assert codes((*GROUND, shift()), travel) == [(1, "travel-not-due")]
    assert codes(WORKED, replace(travel, on=date(2025, 4, 13))) == []
    assert codes(WORKED, replace(travel, on=date(2025, 4, 14))) == [(1, "travel-not-due")]
    assert codes(WORKED, travel, replace(travel, line=2)) == [(2, "travel-twice")]
    assert codes((*WORKED, *recorded("i-0", travel)), travel) == [(1, "travel-twice")]
    assert codes(WORKED, line("travel", 2, 160000)) == [(1, "travel-twice")]
    assert codes(WORKED, line("travel", 1, 75000)) == [(1, "price-of-other-zone")]


def test_travel_may_be_per_assignment_or_per_shift():
    travel = line("travel", 1, 160000)
    later = replace(travel, line=2, on=date(2025, 4, 15))
    second = (shift(date(2025, 4, 15), name="t-2"), approved(8, "t-2"))
    assert codes((*WORKED, *second), travel, later) == []
    once = (policy(row("travel.per", "assignment")), *WORKED[1:], *second)
    assert codes(once, travel, later) == [(2, "travel-twice")]
    each = (policy(row("travel.per", "shift")), *WORKED[1:])
    assert codes(each, replace(travel, on=date(2025, 4, 9))) == [(1, "travel-not-due")]


def test_the_policy_says_which_date_selects_the_price():
    ordered = (policy(row("price.date", "order")), *WORKED[1:])
    assert codes(ordered, line()) == [(1, "price-of-other-date")]
    assert codes(ordered, line(unit_ore=52000)) == []
    began = (policy(row("price.date", "contract-start")), *WORKED[1:])
    assert codes(began, line()) == []


def test_an_article_of_no_level_has_no_price():
    odd = (*GROUND, shift(article="ssk-old"), approved(6))
    assert codes(odd, line(article="ssk-old")) == [(1, "article-not-in-force")]


def test_what_is_not_recorded():
    given(*WORKED).when(invoice(), loose=True, **NOW).then_refused("invoice-lines-unclear", field="lines")
    given(*WORKED).when(invoice(line(), line()), **NOW).then_refused("invoice-lines-unclear")
    given(*WORKED).when(invoice(line(quantity=0)), **NOW).then_refused("invoice-lines-unclear")
    given(*WORKED).when(invoice(line(), total_ore=1), **NOW).then_refused("invoice-total-wrong")
    twice = (*WORKED, *recorded("i-1", line()))
    given(*twice).when(invoice(line()), **NOW).then_refused("invoice-recorded", positions=(8,))
    given(*WORKED).when(invoice(line()), actor="else-1", now=NOW["now"]).then_refused("mandate-not-held")
    elsewhere = tuple(replace(e, region="skane") if e == ATTESTER else e for e in WORKED)
    given(*elsewhere).when(invoice(line()), **NOW).then_refused("mandate-out-of-scope")
    given(*WORKED[1:]).when(invoice(line()), **NOW).then_refused("policy-missing")
    lacking = (policy(without=("price.date",)), *WORKED[1:])
    given(*lacking).when(invoice(line()), **NOW).then_refused("policy-term-missing")


ACCEPT = AcceptInvoice(invoice="i-1", lines=(1,))
DISPUTE = DisputeInvoice(invoice="i-1", lines=(1,), reason="Nobody came")
RECORDED = (*WORKED, *recorded("i-1", *RIGHT))


def test_lines_that_match_are_accepted():
    done = given(*RECORDED).when(replace(ACCEPT, lines=(1, 2, 3, 4)), **NOW)
    (event,) = done.then_events("invoice-accepted")
    assert (event.amount_ore, event.lines, event.mismatches) == (604646, (1, 2, 3, 4), ())


def test_a_line_that_does_not_match_is_accepted_only_with_a_reason():
    wrong = (*WORKED, *recorded("i-1", line(quantity=480)))
    refused = given(*wrong).when(ACCEPT, **NOW).then_refused("mismatch-unexplained", field="reason")
    assert (refused.positions, "450 min" in refused.detail) == ((5, 6, 7), True)
    told = given(*wrong).when(replace(ACCEPT, reason="The handover was agreed"), **NOW)
    (event,) = told.then_events("invoice-accepted")
    assert (event.mismatches, event.reason) == (("hours-exceed",), "The handover was agreed")


def test_an_approval_that_came_later_mends_a_mismatch():
    early = (*GROUND, shift(), *recorded("i-1", line()))
    given(*early).when(ACCEPT, **NOW).then_refused("mismatch-unexplained", positions=(5, 6))
    given(*early, approved(6)).when(ACCEPT, **NOW).then_events("invoice-accepted")


def test_a_line_is_accepted_once_and_disputed_before():
    (accepted,) = given(*RECORDED).when(ACCEPT, **NOW).then_events("invoice-accepted")
    (disputed,) = given(*RECORDED).when(DISPUTE, **NOW).then_events("invoice-disputed")
    assert (disputed.reason, disputed.amount_ore) == ("Nobody came", 398190)
    given(*RECORDED, accepted).when(ACCEPT, **NOW).then_refused(
        "invoice-line-accepted", positions=(8 + 1, 10)
    )
    given(*RECORDED, accepted).when(DISPUTE, **NOW).then_refused("invoice-line-accepted")
    given(*RECORDED, disputed).when(DISPUTE, **NOW).then_refused("invoice-line-disputed")
    given(*RECORDED, disputed).when(ACCEPT, **NOW).then_events("invoice-accepted")
    given(*RECORDED).when(replace(ACCEPT, lines=(9,)), **NOW).then_refused("invoice-line-unknown")
    given(*RECORDED).when(replace(ACCEPT, lines=()), **NOW).then_refused("invoice-line-unknown")
    given(ATTESTER).when(ACCEPT, **NOW).then_refused("invoice-unknown")
    given(ATTESTER).when(DISPUTE, **NOW).then_refused("invoice-unknown")
    orderer = tuple(replace(e, role="authorised-orderer") if e == ATTESTER else e for e in RECORDED)
    given(*orderer).when(ACCEPT, **NOW).then_refused("mandate-role-wrong")


CREDIT = CreditInvoiceLine(
    invoice="i-1",
    line=1,
    credit_note="K-1",
    quantity=450,
    amount_ore=398190,
    credited_at=at("2025-05-05T12:00:00+02:00"),
)
PLAIN = (ATTESTER, *recorded("i-1", *RIGHT))


def test_what_is_credited_may_be_invoiced_anew():
    (credited,) = given(*PLAIN).when(CREDIT, **NOW).then_events("invoice-line-credited")
    assert (credited.assignment, credited.quantity) == ("a-1", 450)
    again = (*RECORDED, credited)
    assert codes(again, line(), invoice="i-2") == []
    assert codes(RECORDED, line(), invoice="i-2") == [(1, "duplicate")]


def test_no_more_is_credited_than_stands():
    (credited,) = given(*PLAIN).when(replace(CREDIT, quantity=150, amount_ore=132730), **NOW).ruling.events
    given(*PLAIN, credited).when(CREDIT, **NOW).then_refused("credit-too-large", positions=(3, 4))
    rest = replace(CREDIT, quantity=300, amount_ore=265460)
    given(*PLAIN, credited).when(rest, **NOW).then_events("invoice-line-credited")
    given(*PLAIN).when(replace(CREDIT, quantity=451), **NOW).then_refused("credit-too-large")
    given(*PLAIN).when(replace(CREDIT, quantity=0, amount_ore=0), **NOW).then_refused("credits-nothing")
    given(*PLAIN).when(replace(CREDIT, line=7), **NOW).then_refused("invoice-line-unknown", field="line")
    ahead = replace(CREDIT, credited_at=at("2025-05-06T09:00:01+02:00"))
    given(*PLAIN).when(ahead, **NOW).then_refused("instant-ahead")
    given(ATTESTER).when(CREDIT, **NOW).then_refused("invoice-unknown")


def test_hours_are_not_taken_back_without_their_money():
    for quantity, amount_ore in ((450, 398189), (450, 0), (150, 132728), (449, 1)):
        uneven = replace(CREDIT, quantity=quantity, amount_ore=amount_ore)
        given(*PLAIN).when(uneven, **NOW).then_refused("credit-uneven", field="amount_ore")
    for quantity, amount_ore in ((450, 398190), (150, 132729), (0, 398190), (449, 398190)):
        even = replace(CREDIT, quantity=quantity, amount_ore=amount_ore)
        given(*PLAIN).when(even, **NOW).then_events("invoice-line-credited")


def test_a_credit_mends_too_many_hours_and_a_wrong_price():
    long = (*WORKED, *recorded("i-1", line(quantity=480)))
    given(*long).when(ACCEPT, **NOW).then_refused("mismatch-unexplained")
    less = replace(CREDIT, quantity=30, amount_ore=26546)
    (credited,) = given(ATTESTER, *long[-2:]).when(less, **NOW).then_events("invoice-line-credited")
    given(*long, credited).when(ACCEPT, **NOW).then_events("invoice-accepted")
    dear = (*WORKED, *recorded("i-1", line(unit_ore=54000)))
    given(*dear).when(ACCEPT, **NOW).then_refused("mismatch-unexplained")
    (credited,) = (
        given(ATTESTER, *dear[-2:]).when(replace(CREDIT, quantity=0, amount_ore=6810), **NOW).ruling.events
    )
    given(*dear, credited).when(ACCEPT, **NOW).then_events("invoice-accepted")
    (credited,) = (
        given(ATTESTER, *dear[-2:]).when(replace(CREDIT, quantity=0, amount_ore=6809), **NOW).ruling.events
    )
    given(*dear, credited).when(ACCEPT, **NOW).then_refused("mismatch-unexplained")


@settings(deadline=None, max_examples=60)
@given_any(st.lists(st.tuples(st.integers(1, 300), st.booleans()), min_size=1, max_size=6))
def test_no_minute_is_invoiced_twice(parts):
    """Parts of one shift of 450 minutes on invoices of their own; some are credited. A naive count agrees."""
    history, taken = list(WORKED), 0
    for n, (quantity, is_credited) in enumerate(parts):
        part = line(quantity=quantity)
        left = 450 - taken
        expected = [] if quantity <= left else [(1, "duplicate" if left <= 0 else "hours-exceed")]
        assert codes(tuple(history), part, invoice=f"i-{n}") == expected
        history += recorded(f"i-{n}", part)
        if is_credited:
            credit = replace(CREDIT, invoice=f"i-{n}", quantity=quantity, amount_ore=part.amount_ore)
            history += given(ATTESTER, *history[-2:]).when(credit, **NOW).ruling.events
        else:
            taken += quantity
