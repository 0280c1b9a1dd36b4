"""The statutory clocks of a whistleblowing case, to the day and against a naive second model."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.events.whistleblowing import (
    WhistleblowingAcknowledged,
    WhistleblowingAcknowledgementOmitted,
    WhistleblowingClosed,
    WhistleblowingDataDisposed,
    WhistleblowingFeedbackGiven,
    WhistleblowingReceived,
)
from ledger.facts.whistleblowing import Clocks, Limits, cases, clocks_at
from ledger.values import local_instant
from tests.decisions.background import AGREEMENT
from tests.facts.test_eighteen_months import months_later

LIMITS = Limits(7, 3, 2)
DAY = timedelta(days=1)
MARCH_3 = date(2025, 3, 3)


def received(on: date = MARCH_3) -> WhistleblowingReceived:
    return WhistleblowingReceived(
        case="vb-1", agreement=AGREEMENT, region="vgr", channel="vgr", reference="VB 7",
        received_at=local_instant(on, 1439),
    )  # fmt: skip


def acknowledged(on: date) -> WhistleblowingAcknowledged:
    return WhistleblowingAcknowledged(case="vb-1", acknowledged_at=local_instant(on, 1439))


def read(at: date, *events: object) -> Clocks:
    return clocks_at(cases("vb-1").over(enumerate(events, 1)), at, LIMITS)


def test_seven_days_to_acknowledge_count_from_the_day_after():
    assert read(MARCH_3 - DAY, received()).acknowledge.state == "not-started"
    assert read(MARCH_3, received()).acknowledge.due_on == date(2025, 3, 10)
    assert read(date(2025, 3, 10), received()).acknowledge.state == "running"
    assert read(date(2025, 3, 11), received()).acknowledge.state == "missed"
    in_time = (received(), acknowledged(date(2025, 3, 10)))
    assert read(date(2025, 3, 11), *in_time).acknowledge.state == "kept"
    assert read(date(2025, 3, 11), received(), acknowledged(date(2025, 3, 11))).acknowledge.state == "late"


def test_an_omitted_acknowledgement_is_no_miss_and_feedback_counts_from_its_last_day():
    omitted = WhistleblowingAcknowledgementOmitted(
        case="vb-1", why="waived", decided_at=local_instant(MARCH_3, 1439)
    )
    found = read(date(2025, 4, 1), received(), omitted)
    assert (found.acknowledge.state, found.feedback.due_on, found.kept) == (
        "omitted",
        date(2025, 6, 10),
        True,
    )


def test_three_months_to_feedback_clamp_to_the_months_end():
    history = (received(date(2024, 11, 28)), acknowledged(date(2024, 11, 30)))
    assert read(date(2025, 2, 28), *history).feedback.state == "running"
    assert read(date(2025, 3, 1), *history).feedback.state == "missed"
    told = WhistleblowingFeedbackGiven(case="vb-1", given_at=local_instant(date(2025, 2, 28), 0))
    assert read(date(2025, 3, 1), *history, told).feedback.state == "kept"
    assert read(date(2025, 2, 27), *history, told).feedback.state == "running"


def test_personal_data_for_two_years_after_the_closing():
    closed = WhistleblowingClosed(case="vb-1", closed_at=local_instant(date(2024, 2, 29), 0), outcome="x")
    assert read(date(2024, 2, 28), received(date(2024, 1, 1)), closed).retention.state == "not-started"
    assert read(date(2026, 2, 28), received(date(2024, 1, 1)), closed).retention.state == "running"
    assert read(date(2026, 3, 1), received(date(2024, 1, 1)), closed).retention.state == "missed"
    gone = WhistleblowingDataDisposed(
        case="vb-1", disposed_at=local_instant(date(2026, 3, 1), 0), registry_number="VB 7"
    )
    late = read(date(2026, 3, 1), received(date(2024, 1, 1)), closed, gone)
    assert (late.retention.state, late.kept) == ("late", False)


DATES = st.dates(date(2023, 12, 25), date(2024, 3, 5))


@given(
    on=DATES,
    after=st.none() | st.integers(0, 12),
    told=st.none() | st.integers(0, 110),
    later=st.integers(0, 150),
)
def test_the_clocks_agree_with_counting_days_one_at_a_time(on, after, told, later):
    at = on + later * DAY
    events: list[object] = [received(on)]
    events += [] if after is None else [acknowledged(on + after * DAY)]
    gave_on = None if told is None else on + ((after or 0) + told) * DAY
    events += (
        [WhistleblowingFeedbackGiven(case="vb-1", given_at=local_instant(gave_on, 0))] if gave_on else []
    )
    found = read(at, *events)
    done_on = None if after is None or after > later else on + after * DAY
    assert found.acknowledge.state == naive(on + 7 * DAY, done_on, at)
    last = months_later(done_on or on + 7 * DAY, 3)
    assert found.feedback.state == naive(last, gave_on if gave_on and gave_on <= at else None, at)


def naive(last: date, done_on: date | None, at: date) -> str:
    if done_on:
        return "late" if done_on > last else "kept"
    return "missed" if at > last else "running"
