"""When an order may go out: the window, office hours, and the exception that somebody answers for (S4).

The window is no ban. Inside office hours nothing is said; inside the window but outside office hours (an
evening, a weekend, a holiday) the order carries a soft flag; outside the window it needs a reason and a role
that may deviate.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.decisions.guards import assumed
from ledger.errors import Refusal
from ledger.events.orders import OrderRecipientNotified
from ledger.facts.policies import Calendars
from ledger.policy.model import Resolved
from ledger.policy.window import Window
from ledger.values import instant_text, local_date

CLAUSE = "S4: orders preferably in office hours, exceptions with a reason"


class HoursReasonMissing(Refusal):
    """Publishing or notifying outside the ordering window is an exception, and exceptions have reasons."""

    code = "outside-hours-reason-missing"
    clause = CLAUSE
    title_sv = "Skäl för avrop utanför tidsfönstret saknas"
    title_en = "Reason for ordering outside hours missing"


class HoursExceptionNotAllowed(Refusal):
    """The role of the mandate may not depart from the ordering window."""

    code = "outside-hours-not-allowed"
    clause = CLAUSE
    title_sv = "Rollen får inte avropa utanför tidsfönstret"
    title_en = "Role may not order outside hours"


class AnswerTimeTooShort(Refusal):
    """The recipients get less time inside the ordering window than the minimum."""

    code = "answer-time-too-short"
    clause = "domain 6: the minimum answer time runs inside the window"
    title_sv = "Svarstiden är för kort"
    title_en = "Answer time too short"


@dataclass(frozen=True, slots=True)
class Hours:
    """Where the publication and every notification of an order lie; ``facts`` are frozen calendars."""

    outside: bool
    outside_office: bool
    facts: tuple[int, ...]


def hours_of(
    said: tuple[str, str],
    notified: tuple[OrderRecipientNotified, ...],
    at: int,
    terms: Mapping[str, Resolved],
    frozen: Calendars,
) -> Hours:
    """Where an order's instants lie; ``said`` is the reason given and the role it is given in.

    A year whose calendar is not frozen has its weekends, and no holiday is known in it.
    """
    instants = tuple(dict.fromkeys((at, *(note.notified_at for note in notified))))
    window, office = Window.of(terms, frozen.non_working()), Window.office(terms, frozen.non_working())
    outside = [instant for instant in instants if not window.holds(instant)]
    if outside:
        _require_exception(said, outside[0], terms)
    facts = frozen.positions(*(local_date(instant).year for instant in instants))
    return Hours(bool(outside), not all(office.holds(instant) for instant in instants), facts)


def _require_exception(said: tuple[str, str], at: int, terms: Mapping[str, Resolved]) -> None:
    reason, role = said
    opens, closes, roles = (
        terms[name] for name in ("order.window-opens", "order.window-closes", "order.window-exception-roles")
    )
    where = f"{instant_text(at)} lies outside minutes {opens.number} to {closes.number} of the day"
    if not reason.strip():
        raise HoursReasonMissing(where, "outside_hours_reason", (opens.position,), assumed(opens, closes))
    if role not in roles.words:
        detail = f"{where}; {role} may not deviate, only {', '.join(roles.words) or 'nobody'}"
        raise HoursExceptionNotAllowed(detail, "outside_hours_reason", (roles.position,), assumed(roles))


def require_answer_time(
    answer_by: int,
    notified: tuple[OrderRecipientNotified, ...],
    terms: Mapping[str, Resolved],
    frozen: Calendars,
) -> None:
    """Refuse less than the minimum answer time, counted inside the window from the last notification."""
    least = terms["order.answer-minutes-min"]
    last = max(note.notified_at for note in notified)
    minutes = Window.of(terms, frozen.non_working()).minutes(last, answer_by)
    if minutes < least.number or answer_by <= last:
        detail = f"{minutes} minutes inside the window after the last notification; at least {least.number}"
        raise AnswerTimeTooShort(detail, "answer_by", (least.position,), assumed(least))
