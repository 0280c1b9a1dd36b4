"""Freezing the working-day calendar of a year, so that no library update rewrites a deadline.

Correcting it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import assumed, resolve_terms
from ledger.errors import Refusal
from ledger.events.ledger import CalendarCorrected, CalendarFrozen, is_weekday
from ledger.facts.policies import Calendars, calendars, policies
from ledger.policy.holidays import weekdays_of
from ledger.policy.model import Library, Resolved, Scope
from ledger.values import AgreementId, LocalDate, Text

TERMS = ("calendar.public-holidays", "calendar.eves")


class CalendarFrozenAlready(Refusal):
    """The year's calendar was frozen before."""

    code = "calendar-frozen"
    clause = "domain 6: the calendar of each year is frozen"
    title_sv = "Årets kalender är redan fryst"
    title_en = "Calendar frozen already"


class CalendarNeverFrozen(Refusal):
    """The year has no frozen calendar that could be corrected."""

    code = "calendar-never-frozen"
    clause = "domain 6: the calendar of each year is frozen"
    title_sv = "Årets kalender är inte fryst och kan inte rättas"
    title_en = "No frozen calendar to correct"


class CalendarDayWrong(Refusal):
    """A non-working weekday lies in another year, or on a Saturday or Sunday, which are free anyway."""

    code = "calendar-day-wrong"
    clause = "domain 6: working days are Monday to Friday"
    title_sv = "En dag hör inte hemma i kalendern"
    title_en = "A day does not belong in the calendar"


class CalendarDayMissing(Refusal):
    """A public holiday, or an eve, that falls on a weekday is missing."""

    code = "calendar-day-missing"
    clause = "Lag (1989:253) om allmänna helgdagar; domain 6: not the eves"
    title_sv = "En helgdag saknas i kalendern"
    title_en = "A holiday is missing from the calendar"


@command
class FreezeCalendar:
    """Freeze the non-working weekdays of one year."""

    agreement: AgreementId
    year: int
    non_working: tuple[LocalDate, ...]
    source: Text


@command
class CorrectCalendar:
    """Correct the frozen calendar of a year, for deadlines that are counted from now on."""

    agreement: AgreementId
    year: int
    non_working: tuple[LocalDate, ...]
    source: Text
    reason: Text


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """The calendars that are frozen, and the policy that names the days of one."""

    frozen: Calendars
    library: Library


EXAMPLE = {
    "agreement": "hyr-2024",
    "year": 2024,
    "non_working": [
        "2024-01-01",
        "2024-03-29",
        "2024-04-01",
        "2024-05-01",
        "2024-05-09",
        "2024-06-06",
        "2024-06-21",
        "2024-12-24",
        "2024-12-25",
        "2024-12-26",
        "2024-12-31",
    ],
    "source": "Lag (1989:253) om allmänna helgdagar; the eves by domain 6",
}


def _facts(command: FreezeCalendar | CorrectCalendar, _context: Context) -> Asking[CalendarFacts]:
    frozen: Calendars = yield calendars(command.agreement)
    library = yield policies(command.agreement)
    return CalendarFacts(frozen, library)


@decides(
    FreezeCalendar,
    facts=_facts,
    example=EXAMPLE,
    raises=(CalendarFrozenAlready, CalendarDayWrong, CalendarDayMissing),
)
def freeze_calendar(command: FreezeCalendar, facts: CalendarFacts, context: Context) -> Ruling:
    """A year is frozen once, with weekdays of that year only, and with every holiday that policy names."""
    if command.year in facts.frozen.years:
        detail = f"the calendar of {command.year} is frozen"
        raise CalendarFrozenAlready(detail, "year", facts.frozen.positions(command.year))
    terms = _terms(facts.library, context)
    event = CalendarFrozen(
        agreement=command.agreement,
        year=command.year,
        non_working=tuple(sorted(set(command.non_working))),
        source=command.source,
        holidays=_require_days(command, terms),
    )
    return Ruling((event,), None, tuple(terms.values()))


@decides(
    CorrectCalendar,
    facts=_facts,
    example={**EXAMPLE, "reason": "Midsummer's Eve was missing"},
    raises=(CalendarNeverFrozen, CalendarDayWrong, CalendarDayMissing),
)
def correct_calendar(command: CorrectCalendar, facts: CalendarFacts, context: Context) -> Ruling:
    """A frozen year gets other days, by the same rules and with a reason; what was fixed before stands."""
    if command.year not in facts.frozen.years:
        raise CalendarNeverFrozen(f"the calendar of {command.year} is not frozen", "year")
    terms = _terms(facts.library, context)
    event = CalendarCorrected(
        agreement=command.agreement,
        year=command.year,
        non_working=tuple(sorted(set(command.non_working))),
        source=command.source,
        reason=command.reason,
        corrects=facts.frozen.years[command.year][0],
        holidays=_require_days(command, terms),
    )
    return Ruling((event,), None, tuple(terms.values()))


def _terms(library: Library, context: Context) -> Mapping[str, Resolved]:
    """The days that the policy in force names; none before a policy."""
    book = library.latest()
    return {} if book is None else resolve_terms(book, TERMS, context.decided_at, Scope())


def _require_days(
    command: FreezeCalendar | CorrectCalendar, terms: Mapping[str, Resolved]
) -> tuple[LocalDate, ...]:
    """The named holidays of the year. Refuses days that do not belong, and holidays that are missing."""
    for day in command.non_working:
        if day.year != command.year or not is_weekday(day):
            raise CalendarDayWrong(f"{day} is not a weekday of {command.year}", "non_working")
    holidays = weekdays_of((name for term in terms.values() for name in term.words), command.year)
    missing = [day for day in holidays if day not in command.non_working]
    if missing:
        facts = tuple(sorted({term.position for term in terms.values()}))
        detail = f"{', '.join(map(str, missing))} missing from {command.year}"
        raise CalendarDayMissing(detail, "non_working", facts, assumed(*terms.values()))
    return holidays
