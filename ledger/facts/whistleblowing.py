"""One whistleblowing case and its clocks: what is due when, and what was in time (Lag 2021:890).

Deadlines are local dates that are the last in time. The day something happens is not counted; months and
years are calendar months, added with clamping. Nothing here says anything of who reported.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from ledger.events.whistleblowing import (
    WhistleblowingAcknowledged,
    WhistleblowingAcknowledgementOmitted,
    WhistleblowingClassified,
    WhistleblowingClosed,
    WhistleblowingDataDisposed,
    WhistleblowingFeedbackGiven,
    WhistleblowingReceived,
)
from ledger.facts.recorded import Recorded, positions_of
from ledger.fold import FoldKind
from ledger.values import local_date, plus_months

YEAR_MONTHS = 12
LIMITS = (
    "whistleblowing.acknowledge-days",
    "whistleblowing.feedback-months",
    "whistleblowing.retention-years",
)
ClockState = Literal["not-started", "running", "kept", "late", "missed", "omitted"]


@dataclass(frozen=True, slots=True)
class Case:
    """One case and each step it has taken."""

    received: Recorded[WhistleblowingReceived] | None = None
    acknowledged: Recorded[WhistleblowingAcknowledged] | None = None
    omitted: Recorded[WhistleblowingAcknowledgementOmitted] | None = None
    classified: Recorded[WhistleblowingClassified] | None = None
    feedback: Recorded[WhistleblowingFeedbackGiven] | None = None
    closed: Recorded[WhistleblowingClosed] | None = None
    disposed: Recorded[WhistleblowingDataDisposed] | None = None

    def positions(self) -> tuple[int, ...]:
        """The positions of its events."""
        return positions_of(
            self.received, self.acknowledged, self.omitted, self.classified, self.feedback, self.closed,
            self.disposed,
        )  # fmt: skip


cases: FoldKind[Case] = FoldKind("cases", "case", Case())


@cases.on(WhistleblowingReceived)
def _received(state: Case, e: WhistleblowingReceived, position: int) -> Case:
    return replace(state, received=Recorded(position, e))


@cases.on(WhistleblowingAcknowledged)
def _acknowledged(state: Case, e: WhistleblowingAcknowledged, position: int) -> Case:
    return replace(state, acknowledged=Recorded(position, e))


@cases.on(WhistleblowingAcknowledgementOmitted)
def _omitted(state: Case, e: WhistleblowingAcknowledgementOmitted, position: int) -> Case:
    return replace(state, omitted=Recorded(position, e))


@cases.on(WhistleblowingClassified)
def _classified(state: Case, e: WhistleblowingClassified, position: int) -> Case:
    return replace(state, classified=Recorded(position, e))


@cases.on(WhistleblowingFeedbackGiven)
def _feedback(state: Case, e: WhistleblowingFeedbackGiven, position: int) -> Case:
    return replace(state, feedback=Recorded(position, e))


@cases.on(WhistleblowingClosed)
def _closed(state: Case, e: WhistleblowingClosed, position: int) -> Case:
    return replace(state, closed=Recorded(position, e))


@cases.on(WhistleblowingDataDisposed)
def _disposed(state: Case, e: WhistleblowingDataDisposed, position: int) -> Case:
    return replace(state, disposed=Recorded(position, e))


@dataclass(frozen=True, slots=True)
class Limits:
    """The statutory limits as policy has them, in the order of ``LIMITS``."""

    acknowledge_days: int
    feedback_months: int
    retention_years: int


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline: the last local date in time (None before it started), when it was met, how it stands."""

    due_on: date | None
    done_on: date | None
    state: ClockState


@dataclass(frozen=True, slots=True)
class Clocks:
    """The three clocks of a case at a local date."""

    acknowledge: Clock
    feedback: Clock
    retention: Clock

    @property
    def kept(self) -> bool:
        """Whether none of them was missed or kept too late."""
        return not {"late", "missed"} & {self.acknowledge.state, self.feedback.state, self.retention.state}


def clocks_at(case: Case, at: date, limits: Limits) -> Clocks:
    """The clocks of a case at a local date; steps after that date have not happened."""
    received_on = _on(case.received.event.received_at if case.received else None, at)
    acknowledge = _acknowledge(case, received_on, at, limits)
    feedback_from = acknowledge.done_on or acknowledge.due_on
    feedback_by = feedback_from and plus_months(feedback_from, limits.feedback_months)
    closed_on = _on(case.closed.event.closed_at if case.closed else None, at)
    until = closed_on and plus_months(closed_on, limits.retention_years * YEAR_MONTHS)
    return Clocks(
        acknowledge=acknowledge,
        feedback=_clock(feedback_by, _on(case.feedback.event.given_at if case.feedback else None, at), at),
        retention=_clock(until, _on(case.disposed.event.disposed_at if case.disposed else None, at), at),
    )


def _acknowledge(case: Case, received_on: date | None, at: date, limits: Limits) -> Clock:
    """Omitted when that was decided; then feedback counts from the last date to acknowledge."""
    due_on = received_on and received_on + timedelta(days=limits.acknowledge_days)
    clock = _clock(
        due_on, _on(case.acknowledged.event.acknowledged_at if case.acknowledged else None, at), at
    )
    omitted_on = _on(case.omitted.event.decided_at if case.omitted else None, at)
    return clock if omitted_on is None else replace(clock, state="omitted")


def _on(happened_at: int | None, at: date) -> date | None:
    """The local date of an instant, or None if there is none by a date."""
    on = None if happened_at is None else local_date(happened_at)
    return on if on is None or on <= at else None


def _clock(due_on: date | None, done_on: date | None, at: date) -> Clock:
    if due_on is None:
        return Clock(None, done_on, "not-started")
    if done_on is not None:
        return Clock(due_on, done_on, "kept" if done_on <= due_on else "late")
    return Clock(due_on, None, "running" if at <= due_on else "missed")
