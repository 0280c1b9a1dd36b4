"""Admission rounds: opened for lots, decided at the latest on a day that the frozen calendar gives."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from ledger.decisions.acceptance import CalendarNotFrozen
from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    CENTRAL,
    MANDATE_REFUSALS,
    assumed,
    latest_book,
    mandate_of,
    require_mandate,
    resolve_terms,
)
from ledger.decisions.refusals import PolicyMissing, PolicyTermMissing
from ledger.errors import Refusal
from ledger.events.admissions import AdmissionRoundOpened, SupplierCountClaimed
from ledger.facts.admissions import Rounds, rounds
from ledger.facts.mandates import Mandate
from ledger.facts.policies import Calendars, calendars, policies
from ledger.policy.model import Library, Resolved, used_terms
from ledger.policy.rounds import decide_by, round_month
from ledger.values import AgreementId, LocalDate, LotId, RegistryNumber, Text, local_instant

RoundName = Annotated[str, StringConstraints(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")]
MONTHS, WEEKDAY = "admission.months", "admission.weekday"
CLAUSE = "S3: admission twice a year; domain 1: by the last non-holiday Friday of March and September"


class RoundOpenedAlready(Refusal):
    """The round was opened before."""

    code = "round-opened"
    clause = CLAUSE
    title_sv = "Antagningsomgången är redan öppnad"
    title_en = "Admission round opened already"


class RoundMonthWrong(Refusal):
    """The policy has no admission round in that month."""

    code = "round-month-wrong"
    clause = CLAUSE
    title_sv = "Ingen antagningsomgång den månaden"
    title_en = "No admission round in that month"


class RoundDatesWrong(Refusal):
    """A round opens, then takes applications, and is decided by its last date, in that order."""

    code = "round-dates-wrong"
    clause = CLAUSE
    title_sv = "Antagningsomgångens datum stämmer inte"
    title_en = "Dates of the admission round do not fit"


@command
class OpenAdmissionRound:
    """Open an admission round, named by year and month; its last date follows from policy and calendar."""

    agreement: AgreementId
    round: RoundName
    lots: tuple[LotId, ...]
    opened_on: LocalDate
    apply_by: LocalDate
    registry_number: RegistryNumber


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """What opening a round rests on."""

    mandate: Mandate
    rounds: Rounds
    calendars: Calendars
    library: Library


def _round_facts(command: OpenAdmissionRound, context: Context) -> Asking[RoundFacts]:
    mandate = yield from mandate_of(context)
    opened = yield rounds(command.agreement)
    frozen = yield calendars(command.agreement)
    library = yield policies(command.agreement)
    return RoundFacts(mandate, opened, frozen, library)


@decides(
    OpenAdmissionRound,
    facts=_round_facts,
    example={
        "agreement": "hyr-2024",
        "round": "2024-09",
        "lots": ["doctors", "nurses"],
        "opened_on": "2024-06-03",
        "apply_by": "2024-08-16",
        "registry_number": "RS/20/2024",
    },
    raises=(
        *MANDATE_REFUSALS,
        RoundOpenedAlready,
        PolicyMissing,
        PolicyTermMissing,
        RoundMonthWrong,
        CalendarNotFrozen,
        RoundDatesWrong,
    ),
)
def open_admission_round(command: OpenAdmissionRound, facts: RoundFacts, context: Context) -> Ruling:
    """Central management opens a round of one of the policy's months once; its last date is computed."""
    require_mandate(facts.mandate, context, CENTRAL, (command.agreement, "", ""), context.received_at)
    known = facts.rounds.opened.get(command.round)
    if known is not None:
        raise RoundOpenedAlready(f"{command.round} is open", "round", (known.position,))
    book = latest_book(facts.library, command.agreement)
    year, month = round_month(command.round)
    terms = resolve_terms(book, (MONTHS, WEEKDAY), local_instant(date(year, month, 1), 0))
    if month not in terms[MONTHS].numbers:
        detail = f"rounds are held in months {', '.join(map(str, terms[MONTHS].numbers))}"
        raise RoundMonthWrong(detail, "round", (book.position,), assumed(terms[MONTHS]))
    last = _last_date(year, month, facts.calendars, terms[WEEKDAY])
    if not command.opened_on < command.apply_by <= last:
        detail = f"opened {command.opened_on}, applications by {command.apply_by}, decided by {last}"
        raise RoundDatesWrong(detail, "apply_by", (book.position,), assumed(*terms.values()))
    event = AdmissionRoundOpened(
        agreement=command.agreement,
        round=command.round,
        lots=command.lots,
        opened_on=command.opened_on,
        apply_by=command.apply_by,
        decide_by=last,
        registry_number=command.registry_number,
        facts=(*facts.calendars.positions(year), book.position),
        terms=used_terms(terms.values()),
    )
    return Ruling((event,), None, tuple(terms.values()))


def _last_date(year: int, month: int, frozen: Calendars, weekday: Resolved) -> LocalDate:
    if year not in frozen.years:
        raise CalendarNotFrozen(f"the calendar of {year} is not frozen", "round")
    last = decide_by(year, month, weekday.number, frozen.non_working())
    if last is None:
        detail = f"every such day of {year}-{month} is frozen as non-working"
        raise RoundMonthWrong(detail, "round", (*frozen.positions(year), weekday.position), assumed(weekday))
    return last


@command
class RecordSupplierCount:
    """Record how many suppliers a source says were admitted, of how many tenders."""

    agreement: AgreementId
    lot: LotId | None = None
    on: LocalDate
    suppliers: int
    tenders: int | None = None
    source: Text


class CountImpossible(Refusal):
    """More suppliers than tenders, or fewer than none."""

    code = "count-impossible"
    clause = "domain 1: counts are dated facts with their source"
    title_sv = "Antalet är omöjligt"
    title_en = "Count impossible"


def _count_facts(_command: RecordSupplierCount, context: Context) -> Asking[Mandate]:
    held: Mandate = yield from mandate_of(context)
    return held


@decides(
    RecordSupplierCount,
    facts=_count_facts,
    example={
        "agreement": "hyr-2024",
        "lot": "nurses",
        "on": "2023-12-06",
        "suppliers": 54,
        "source": "S3, 003 (lägesrapport 2023-12-06, edited 2024-03-21)",
    },
    raises=(*MANDATE_REFUSALS, CountImpossible),
)
def record_supplier_count(command: RecordSupplierCount, mandate: Mandate, context: Context) -> Ruling:
    """A count is a source's claim; it admits nobody, and differing claims stand side by side."""
    require_mandate(mandate, context, CENTRAL, (command.agreement, "", ""), context.received_at)
    tenders = command.suppliers if command.tenders is None else command.tenders
    if not 0 <= command.suppliers <= tenders:
        raise CountImpossible(f"{command.suppliers} suppliers of {tenders} tenders", "suppliers")
    event = SupplierCountClaimed(
        agreement=command.agreement,
        lot=command.lot,
        on=command.on,
        suppliers=command.suppliers,
        tenders=command.tenders,
        source=command.source,
    )
    return Ruling((event,))
