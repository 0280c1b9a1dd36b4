"""What an order may not be: too long, unexplained outside hours, or too quick for its recipients."""

from collections.abc import Mapping

from ledger.decisions.guards import assumed
from ledger.errors import Refusal
from ledger.events.orders import OrderPosition, OrderRecipientNotified
from ledger.policy.hours import in_window, window_minutes
from ledger.policy.model import Resolved
from ledger.values import instant_text, plus_months


class PositionsUnclear(Refusal):
    """An order has positions with numbers of their own, each with a period and planned shifts."""

    code = "positions-unclear"
    clause = "domain 3.1: positions are profile, period and planned shifts"
    title_sv = "Avropsraderna är otydliga"
    title_en = "Order positions unclear"


class OrderTooLong(Refusal):
    """From the first day of its positions to the last, the order is longer than allowed."""

    code = "order-too-long"
    clause = "S3: a call-off must not exceed 12 months"
    title_sv = "Avropet är längre än tillåtet"
    title_en = "Order too long"


class HoursReasonMissing(Refusal):
    """Publishing or notifying outside the ordering window is an exception, and exceptions have reasons."""

    code = "outside-hours-reason-missing"
    clause = "S4: orders preferably in office hours, exceptions with a reason"
    title_sv = "Skäl för avrop utanför tidsfönstret saknas"
    title_en = "Reason for ordering outside hours missing"


class AnswerTimeTooShort(Refusal):
    """The recipients get less time inside the ordering window than the minimum."""

    code = "answer-time-too-short"
    clause = "domain 6: the minimum answer time runs inside the window"
    title_sv = "Svarstiden är för kort"
    title_en = "Answer time too short"


def require_length(positions: tuple[OrderPosition, ...], months_max: Resolved) -> None:
    """Refuse unclear positions, and an order whose last date lies too many months after its first."""
    unclear = _unclear(positions)
    if unclear:
        raise PositionsUnclear(unclear, "positions")
    first = min(position.from_on for position in positions)
    until = max(position.until_on for position in positions)
    limit = plus_months(first, months_max.number)
    if until > limit:
        detail = f"{first} until {until}; at most {months_max.number} months, until {limit}"
        raise OrderTooLong(detail, "positions", (months_max.position,), assumed(months_max))


def _unclear(positions: tuple[OrderPosition, ...]) -> str:
    """What is unclear about an order's positions, or nothing."""
    if not positions:
        return "the order has no position"
    numbers = [position.number for position in positions]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        return f"more than one position has number {twice[0]}"
    for position in positions:
        if position.number < 1:
            return f"a position has number {position.number}; numbers begin with 1"
        if position.until_on <= position.from_on:
            return f"position {position.number} is from {position.from_on} until {position.until_on}"
        if position.planned_shifts < 1:
            return f"position {position.number} has {position.planned_shifts} planned shifts"
    return ""


def outside_hours(
    reason: str,
    notified: tuple[OrderRecipientNotified, ...],
    at: int,
    terms: Mapping[str, Resolved],
) -> bool:
    """Whether the publication or a notification lies outside the window; then there must be a reason."""
    opens, closes = terms["order.window-opens"], terms["order.window-closes"]
    instants = [at, *(note.notified_at for note in notified)]
    outside = [i for i in instants if not in_window(i, opens.number, closes.number)]
    if outside and not reason.strip():
        detail = (
            f"{instant_text(outside[0])} lies outside minutes {opens.number} to {closes.number} of the day"
        )
        raise HoursReasonMissing(detail, "outside_hours_reason", (opens.position,), assumed(opens, closes))
    return bool(outside)


def require_answer_time(
    answer_by: int, notified: tuple[OrderRecipientNotified, ...], terms: Mapping[str, Resolved]
) -> None:
    """Refuse less than the minimum answer time, counted inside the window from the last notification."""
    least = terms["order.answer-minutes-min"]
    opens, closes = terms["order.window-opens"].number, terms["order.window-closes"].number
    last = max(note.notified_at for note in notified)
    minutes = window_minutes(last, answer_by, opens, closes)
    if minutes < least.number or answer_by <= last:
        detail = f"{minutes} minutes inside the window after the last notification; at least {least.number}"
        raise AnswerTimeTooShort(detail, "answer_by", (least.position,), assumed(least))
