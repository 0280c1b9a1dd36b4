"""Freezing the working-day calendar of a year, so that no library update rewrites a deadline."""

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.errors import Refusal
from ledger.events.ledger import CalendarFrozen, is_weekday
from ledger.facts.policies import Calendars, calendars
from ledger.values import AgreementId, LocalDate, Text


class CalendarFrozenAlready(Refusal):
    """The year's calendar was frozen before."""

    code = "calendar-frozen"
    clause = "domain 6: the calendar of each year is frozen"
    title_sv = "Årets kalender är redan fryst"
    title_en = "Calendar frozen already"


class CalendarDayWrong(Refusal):
    """A non-working weekday lies in another year, or on a Saturday or Sunday, which are free anyway."""

    code = "calendar-day-wrong"
    clause = "domain 6: working days are Monday to Friday"
    title_sv = "En dag hör inte hemma i kalendern"
    title_en = "A day does not belong in the calendar"


@command
class FreezeCalendar:
    """Freeze the non-working weekdays of one year."""

    agreement: AgreementId
    year: int
    non_working: tuple[LocalDate, ...]
    source: Text


def _facts(command: FreezeCalendar, _context: Context) -> Asking[Calendars]:
    frozen: Calendars = yield calendars(command.agreement)
    return frozen


@decides(
    FreezeCalendar,
    facts=_facts,
    example={
        "agreement": "hyr-2024",
        "year": 2024,
        "non_working": ["2024-01-01", "2024-03-29", "2024-04-01", "2024-05-01", "2024-05-09", "2024-06-06"],
        "source": "Lag (1989:253) om allmänna helgdagar; the eves by domain 6",
    },
    raises=(CalendarFrozenAlready, CalendarDayWrong),
)
def freeze_calendar(command: FreezeCalendar, frozen: Calendars, _context: Context) -> Ruling:
    """A year is frozen once, with weekdays of that year only."""
    if command.year in frozen.years:
        detail = f"the calendar of {command.year} is frozen"
        raise CalendarFrozenAlready(detail, "year", frozen.positions(command.year))
    for day in command.non_working:
        if day.year != command.year or not is_weekday(day):
            raise CalendarDayWrong(f"{day} is not a weekday of {command.year}", "non_working")
    event = CalendarFrozen(
        agreement=command.agreement,
        year=command.year,
        non_working=tuple(sorted(set(command.non_working))),
        source=command.source,
    )
    return Ruling((event,))
