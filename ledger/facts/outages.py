"""What outages took of an order's answer time: inside the window, for the recipient hit most (domain 3.2)."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.facts.orders import OrderHeld
from ledger.facts.recorded import positions_of
from ledger.policy.window import Window
from ledger.values import MINUTE_US

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """The whole minutes an order could be answered in, and what outages took of them for one recipient."""

    supplier: str
    minutes: int
    lost_minutes: int
    facts: tuple[int, ...]

    @property
    def left(self) -> int:
        """The minutes in which that recipient could answer."""
        return self.minutes - self.lost_minutes


def answer_times(order: OrderHeld, window: Window) -> tuple[AnswerTime, ...]:
    """Every recipient's answer time, counted inside the window from the last notification.

    Overlapping outages count once; a begun minute is lost.
    """
    last, ends = order.last_notified_at, order.answer_by
    minutes = window.minutes(last, ends)
    found = []
    for supplier in sorted(order.recipients):
        hit = [o for o in order.outages if not o.event.suppliers or supplier in o.event.suppliers]
        spans = [(max(last, o.event.from_at), min(ends, o.event.until_at)) for o in hit]
        lost = sum(window.us(*span) for span in merged(spans))
        found.append(AnswerTime(supplier, minutes, -(-lost // MINUTE_US), positions_of(*hit)))
    return tuple(found)


def shortest(order: OrderHeld, window: Window) -> AnswerTime | None:
    """The answer time of the recipient that outages left least; None for an order without recipients."""
    return min(answer_times(order, window), key=lambda one: (one.left, one.supplier), default=None)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Half-open spans (µs) without overlap, in order; empty ones fall away."""
    found: list[Span] = []
    for begin, end in sorted(span for span in spans if span[0] < span[1]):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return tuple(found)
