"""Domain events for the replay: orders, contracts, shifts and deviations; the same ones each time."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ledger.events.assignments import ContractConcluded
from ledger.events.deviations import (
    BreachNoticeServed,
    DeviationCommunicated,
    DeviationDecided,
    DeviationReported,
)
from ledger.events.orders import DrawRule, OrderPosition, OrderPublished, OrderRecipientNotified
from ledger.events.shifts import ShiftApproved, ShiftCorrected, ShiftReported
from ledger.values import MINUTE_US, local_instant

SUPPLIERS, CONSULTANTS, UNITS, SHIFTS_EACH, DEVIATION_EVERY, CORRECTION_EVERY = 12, 300, 20, 20, 10, 12
_FIRST = date(2024, 1, 8)


def happened(events: int) -> Iterator[Any]:
    """So many events, one assignment after the other; an event's place among them is its position."""
    position, order = 0, 0
    while True:
        for one in _assignment(order, position):
            position += 1
            yield one
            if position == events:
                return
        order += 1


def _assignment(n: int, before: int) -> Iterator[Any]:
    begin = _FIRST + timedelta(days=n // 2)
    published = list(_order(n, begin))
    yield from published
    yield _contract(n, begin)
    yield from _shifts(n, begin, before + len(published) + 1)
    if n % DEVIATION_EVERY == 0:
        yield from _deviation(n, begin)


def _order(n: int, begin: date) -> Iterator[Any]:
    at = local_instant(begin, 480)
    wanted = OrderPosition(
        number=1, from_on=begin, until_on=begin + timedelta(days=30), planned_shifts=20, article="day"
    )
    yield OrderPublished(
        order=f"o-{n}", agreement="hyr-2024", region="r-1", authority="m-1", registry_number=f"RS/{n}",
        unit=f"u-{n % UNITS}", operating_unit="d-1", lot="nurses", profession="nurse", reason="vacancy",
        positions=(wanted,), zone=2, requirements=("night shifts",), follows=None, published_at=at,
        reference_at=at, answer_by=at + 60 * MINUTE_US, policy_version=1, policy_position=1, ordered_by="b-1",
        mandate="m-1",
        outside_hours=False, outside_hours_reason="", draw=DrawRule(beacon="drand", round=n),
    )  # fmt: skip
    for m in range(3):
        yield OrderRecipientNotified(
            order=f"o-{n}", supplier=f"s-{(n + m) % SUPPLIERS}", notified_at=at, channel="e-mail"
        )


def _contract(n: int, begin: date) -> ContractConcluded:
    return ContractConcluded(
        assignment=f"a-{n}", agreement="hyr-2024", order=f"o-{n}", offer=f"f-{n}",
        supplier=f"s-{n % SUPPLIERS}", consultant=f"k-{n % CONSULTANTS}", region="r-1", authority="m-1",
        unit=f"u-{n % UNITS}", operating_unit="d-1", lot="nurses", ordered_by="b-1", article="day",
        from_on=begin, until_on=begin + timedelta(days=30), planned_shifts=SHIFTS_EACH, follows=None,
        concluded_at=local_instant(begin, 500), how="tender",
        notice_sent_at=None,
    )  # fmt: skip


def _shifts(n: int, begin: date, before: int) -> Iterator[Any]:
    position = before
    for m in range(SHIFTS_EACH):
        on = begin + timedelta(days=m)
        start, end = local_instant(on, 420), local_instant(on, 930)
        yield ShiftReported(
            shift=f"w-{n}-{m}", assignment=f"a-{n}", consultant=f"k-{n % CONSULTANTS}", order=f"o-{n}",
            supplier=f"s-{n % SUPPLIERS}", region="r-1", unit=f"u-{n % UNITS}", operating_unit="d-1",
            lot="nurses", on=on, start_at=start, end_at=end, break_minutes=30, worked_minutes=480,
            article="day", report=f"t-{n}", line=m,
        )  # fmt: skip
        position += 1
        stands = position
        if (n + m) % CORRECTION_EVERY == 0:
            yield ShiftCorrected(
                shift=f"w-{n}-{m}", assignment=f"a-{n}", consultant=f"k-{n % CONSULTANTS}", on=on,
                article="day", start_at=start, end_at=end, break_minutes=0, worked_minutes=510,
                replaces=position, report=None, line=None, reason="break",
            )  # fmt: skip
            stands = position = position + 1
        yield ShiftApproved(
            shift=f"w-{n}-{m}", assignment=f"a-{n}", consultant=f"k-{n % CONSULTANTS}", approves=stands,
            approved_by="b-2", approved_at=end, ordered_it_too=False,
        )  # fmt: skip
        position += 1


def _deviation(n: int, begin: date) -> Iterator[Any]:
    of, at = {"deviation": f"v-{n}", "supplier": f"s-{n % SUPPLIERS}"}, local_instant(begin, 600)
    yield DeviationReported(
        **of, agreement="hyr-2024", region="r-1", authority="m-1", lot="nurses", unit=f"u-{n % UNITS}",
        order=f"o-{n}", assignment=f"a-{n}", kind="no-show", severity=2, occurred_on=begin,
        cause=f"cause-{n}", facts=(), description="the consultant did not come",
    )  # fmt: skip
    yield DeviationCommunicated(**of, communicated_at=at, reply_by=at + MINUTE_US, channel="letter")
    yield DeviationDecided(**of, upheld=True, decided_at=at + 2 * MINUTE_US, reasons="not contested")
    yield BreachNoticeServed(**of, served_at=at + 3 * MINUTE_US, channel="letter", clause="21")
