"""Offers: complete or lacking, first come, corrected, withdrawn, turned away."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.decisions.base import Origin
from ledger.decisions.offer_changes import CorrectOffer, WithdrawOffer
from ledger.decisions.offers import SubmitOffer
from ledger.events.offers import OfferWithdrawn
from ledger.events.orders import OrderWithdrawn
from tests import given as given_when_then
from tests.decisions.background import (
    DOCUMENTS,
    ORDER,
    POLICY,
    awarded,
    consultant,
    document,
    left_out,
    notified,
    offered,
    policy,
    row,
    seller,
)
from tests.given import Given, at

SUBMIT = SubmitOffer(
    offer="f-1",
    order="o-1",
    supplier="s-1",
    consultant="k-f-1",
    position=1,
    from_on=date(2025, 4, 7),
    until_on=date(2025, 6, 30),
    documents=DOCUMENTS,
    channel="ledger",
)
CORRECT = CorrectOffer(
    offer="f-1",
    order="o-1",
    supplier="s-1",
    consultant="k-f-1",
    position=1,
    from_on=date(2025, 4, 7),
    until_on=date(2025, 6, 30),
    documents=DOCUMENTS,
    channel="ledger",
)
SELLER = seller("s-1")


def given(*events: object, by: object = SELLER) -> Given:
    """A history that ends with the supplier's mandate."""
    return given_when_then.given(*events, by)


T1, T2 = "2025-03-03T10:00:00+01:00", "2025-03-03T12:00:00+01:00"
K = consultant("k-f-1", "s-1")
OPEN = (POLICY, ORDER, notified("s-1"), notified("s-2"))
NO_HOSP = tuple(d for d in DOCUMENTS if d.kind != "hosp-extract")
INCOMPLETE = offered("f-1", "s-1", T1, documents=NO_HOSP, missing=("hosp-extract",), counts_from_at=None)


def submitted(command=SUBMIT, *extra, now=T1, **how):
    (event,) = given(*OPEN, K, *extra).when(command, now=now, **how).then_events("offer-received")
    return event


def corrected(former, command=CORRECT, *, now=T2, extra=()):
    (event,) = given(*OPEN, K, *extra, former).when(command, now=now).then_events("offer-corrected")
    return event


def test_a_complete_offer_counts_from_its_receipt():
    given(*OPEN, K).when(SUBMIT, now=T1).then(offered("f-1", "s-1", T1))


def test_the_receipt_is_the_door_s_instant_and_a_retry_keeps_it():
    event = submitted(now=T2, received=T1)
    assert event.received_at == event.counts_from_at == at(T1)


def test_an_imported_offer_has_its_source_s_time_as_claimed():
    event = submitted(now=T2, origin=Origin("bemlo", "imported", time=at(T1)))
    assert (event.received_at, event.trust) == (at(T1), "imported")


def test_an_origin_with_direct_trust_keeps_the_door_s_instant():
    event = submitted(now=T2, origin=Origin("portal", "direct", time=at(T1)))
    assert (event.received_at, event.trust) == (at(T2), "direct")


def test_an_offer_before_the_last_notification_counts_from_it():
    late_note = notified("s-2", at(T2))
    (event,) = (
        given(POLICY, ORDER, notified("s-1"), late_note, K).when(SUBMIT, now=T1).then_events("offer-received")
    )
    assert (event.received_at, event.counts_from_at) == (at(T1), at(T2))


@pytest.mark.parametrize(
    ("documents", "missing"),
    [
        (NO_HOSP, ("hosp-extract",)),
        ((), ("ivo-extract", "hosp-extract", "cpr-certificate", "references-too-few")),
        (DOCUMENTS[:-1], ("references-too-few",)),
        ((*NO_HOSP, document("hosp-extract", date(2024, 9, 2))), ("hosp-extract-too-old",)),
        ((*NO_HOSP, document("hosp-extract", date(2025, 3, 4))), ("hosp-extract-dated-ahead",)),
        ((*NO_HOSP, document("hosp-extract", date(2024, 9, 3))), ()),
        ((*DOCUMENTS, document("hosp-extract", date(2020, 1, 1))), ()),
    ],
    ids=["absent", "nothing", "one-reference", "too-old", "ahead", "to-the-day", "newest-counts"],
)
def test_what_an_offer_lacks_is_recorded_with_it(documents, missing):
    event = submitted(replace(SUBMIT, documents=documents))
    assert event.missing == missing
    assert (event.counts_from_at is None) == bool(missing)


def test_freshness_counts_calendar_months_clamped():
    end_of_august = document("hosp-extract", date(2024, 8, 31))
    order = replace(ORDER, answer_by=at("2025-03-10T09:00:00+01:00"))
    history = given(POLICY, order, notified("s-1", at("2025-02-28T09:00:00+01:00")), K)
    submit = replace(SUBMIT, documents=(*NO_HOSP, end_of_august))
    (event,) = history.when(submit, now="2025-02-28T10:00:00+01:00").then_events("offer-received")
    assert event.missing == ()
    (event,) = history.when(submit, now="2025-03-01T10:00:00+01:00").then_events("offer-received")
    assert event.missing == ("hosp-extract-too-old",)


def test_the_policy_says_which_documents_and_how_many_references():
    lenient = policy(row("offer.documents", ("cpr-certificate",)), row("document.references-min", 0))
    cpr = (document("cpr-certificate", date(2024, 9, 2)),)
    history = given(lenient, *OPEN[1:], K)
    (event,) = history.when(replace(SUBMIT, documents=cpr), now=T1).then_events("offer-received")
    assert event.missing == ()


def test_a_late_offer_is_turned_away_as_evidence():
    (event,) = (
        given(*OPEN)
        .when(SUBMIT, now="2025-03-05T09:00:00+01:00", loose=True)
        .then_events("offer-turned-away")
    )
    assert (event.code, event.facts, event.received_at) == ("offer-late", (2,), ORDER.answer_by)


def test_the_last_microsecond_is_in_time():
    event = submitted(now="2025-03-05T08:59:59.999999+01:00")
    assert event.counts_from_at == ORDER.answer_by - 1


def test_an_offer_from_a_non_recipient_is_turned_away():
    stranger = replace(SUBMIT, supplier="s-9")
    (event,) = given(*OPEN, by=seller("s-9")).when(stranger, now=T1).then_events("offer-turned-away")
    assert (event.code, event.supplier) == ("not-a-recipient", "s-9")


def test_an_offer_from_an_excluded_supplier_is_turned_away_with_the_measure_s_clause():
    history = given(POLICY, ORDER, notified("s-2"), left_out("s-1"))
    (event,) = history.when(SUBMIT, now=T1).then_events("offer-turned-away")
    assert (event.code, event.clause, event.facts) == ("supplier-excluded", "20.7", (2, 4))


def test_an_unknown_order_is_refused():
    given().when(SUBMIT).then_refused("order-unknown", field="order")


def test_an_offer_id_is_used_once_over_all_orders():
    given(*OPEN, K, offered("f-1", "s-1", T1)).when(SUBMIT).then_refused("offer-id-taken", field="offer")
    elsewhere = offered("f-1", "s-1", T1, order="o-9")
    given(*OPEN, K, elsewhere).when(SUBMIT).then_refused("offer-id-taken")


def test_after_an_award_no_offer_is_taken():
    given(*OPEN, K, awarded("f-2", "s-2")).when(SUBMIT).then_refused("order-awarded", positions=(6,))


def test_after_a_withdrawal_no_offer_is_taken():
    gone = OrderWithdrawn(order="o-1", withdrawn_at=at(T1), reason="Filled")
    given(*OPEN, K, gone).when(SUBMIT).then_refused("order-withdrawn", positions=(6,))


def test_a_position_that_does_not_exist_is_refused():
    given(*OPEN, K).when(replace(SUBMIT, position=7)).then_refused("position-unknown", field="position")


@pytest.mark.parametrize(
    ("from_on", "until_on"),
    [
        (date(2025, 4, 6), date(2025, 6, 30)),
        (date(2025, 4, 7), date(2025, 7, 1)),
        (date(2025, 5, 1), date(2025, 5, 1)),
    ],
)
def test_a_period_outside_the_position_is_refused(from_on, until_on):
    odd = replace(SUBMIT, from_on=from_on, until_on=until_on)
    given(*OPEN, K).when(odd).then_refused("offer-period-outside", field="from_on", positions=(2,))


def test_a_consultant_whom_the_supplier_did_not_register_is_refused():
    given(*OPEN).when(SUBMIT).then_refused("consultant-not-of-supplier", field="consultant")
    of_another = consultant("k-f-1", "s-2")
    given(*OPEN, of_another).when(SUBMIT).then_refused("consultant-not-of-supplier", positions=(5,))


def test_a_clerical_correction_keeps_the_clock():
    newer = (*DOCUMENTS, document("hosp-extract", date(2025, 3, 3)))
    event = corrected(offered("f-1", "s-1", T1), replace(CORRECT, documents=newer))
    assert (event.counts_from_at, event.restarted) == (at(T1), False)


def test_a_completing_correction_counts_from_its_own_receipt():
    event = corrected(INCOMPLETE)
    assert (event.counts_from_at, event.restarted, event.missing) == (at(T2), False, ())


@pytest.mark.parametrize(
    "change",
    [
        {"position": 2},
        {"from_on": date(2025, 4, 8)},
        {"until_on": date(2025, 6, 29)},
    ],
)
def test_another_period_or_position_restarts_the_clock(change):
    event = corrected(offered("f-1", "s-1", T1), replace(CORRECT, **change))
    assert (event.counts_from_at, event.restarted) == (at(T2), True)


def test_another_consultant_restarts_the_clock():
    other = consultant("k-2", "s-1")
    former = offered("f-1", "s-1", T1)
    history = given(*OPEN, other, former)
    (event,) = history.when(replace(CORRECT, consultant="k-2"), now=T2).then_events("offer-corrected")
    assert (event.counts_from_at, event.restarted) == (at(T2), True)


def test_a_correction_that_leaves_something_out_stops_the_clock():
    event = corrected(offered("f-1", "s-1", T1), replace(CORRECT, documents=NO_HOSP))
    assert (event.counts_from_at, event.missing) == (None, ("hosp-extract",))


def test_a_document_that_was_fresh_when_the_clock_started_stays_fresh():
    to_the_day = (*NO_HOSP, document("hosp-extract", date(2024, 9, 3)))
    former = offered("f-1", "s-1", T1, documents=to_the_day)
    clerical = replace(CORRECT, documents=to_the_day)
    assert corrected(former, clerical, now="2025-03-04T10:00:00+01:00").counts_from_at == at(T1)
    restarted = replace(clerical, until_on=date(2025, 6, 29))
    assert corrected(former, restarted, now="2025-03-04T10:00:00+01:00").missing == ("hosp-extract-too-old",)


def test_a_late_correction_is_turned_away_and_the_former_version_stands():
    history = given(*OPEN, K, offered("f-1", "s-1", T1))
    (event,) = history.when(CORRECT, now="2025-03-05T09:00:00+01:00").then_events("offer-turned-away")
    assert (event.code, event.offer) == ("offer-late", "f-1")


def test_only_one_s_own_standing_offer_is_corrected():
    given(*OPEN, K).when(CORRECT).then_refused("offer-unknown", field="offer")
    another = offered("f-1", "s-2", T1)
    given(*OPEN, K, another).when(CORRECT).then_refused("offer-unknown")
    gone = OfferWithdrawn(offer="f-1", order="o-1", supplier="s-1", withdrawn_at=at(T2), reason="Ill")
    given(*OPEN, K, offered("f-1", "s-1", T1), gone).when(CORRECT).then_refused(
        "offer-withdrawn", positions=(6, 7)
    )
    given().when(CORRECT).then_refused("order-unknown")


def test_after_an_award_no_offer_is_corrected():
    given(*OPEN, K, offered("f-1", "s-1", T1), awarded()).when(CORRECT).then_refused("order-awarded")


def test_a_corrected_position_and_consultant_are_checked_too():
    former = offered("f-1", "s-1", T1)
    given(*OPEN, K, former).when(replace(CORRECT, position=7)).then_refused("position-unknown")
    given(*OPEN, former).when(replace(CORRECT, consultant="k-2")).then_refused("consultant-not-of-supplier")


def test_an_offer_is_withdrawn_before_the_award():
    withdraw = WithdrawOffer(offer="f-1", order="o-1", supplier="s-1", reason="Ill")
    gone = OfferWithdrawn(offer="f-1", order="o-1", supplier="s-1", withdrawn_at=at(T2), reason="Ill")
    one = offered("f-1", "s-1", T1)
    given(ORDER, one).when(withdraw, now=T2).then(gone)
    given(ORDER, one, gone).when(withdraw).then_refused("offer-withdrawn", positions=(2, 3))
    given(ORDER, one, awarded()).when(withdraw).then_refused("order-awarded", positions=(3,))
    given(ORDER).when(withdraw).then_refused("offer-unknown")
    given(ORDER, one, by=seller("s-2")).when(replace(withdraw, supplier="s-2")).then_refused("offer-unknown")
    given().when(withdraw).then_refused("order-unknown")
