"""Employments at legal persons, recorded with their source: the former-employee bar rests on them (S3)."""

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.offer_intake import trust
from ledger.decisions.records import (
    RECORD_REFUSALS,
    EvidenceNotOwn,
    PeriodEmpty,
    RecordFacts,
    by_supplier,
    record_facts,
    require_happened,
    require_recorder,
)
from ledger.errors import Refusal
from ledger.events.employment import EmploymentForm, EmploymentRecorded
from ledger.values import AuthorityId, ConsultantId, LocalDate, OrganisationNumber, Text

CLAUSE = "S3: twelve months' bar for former employees of the region that calls off"


class EmploymentUnknown(Refusal):
    """What is to be corrected is no employment of the consultant that stands."""

    code = "employment-unknown"
    clause = "house rule 7: a mistake is corrected by another event"
    title_sv = "Anställningen finns inte"
    title_en = "Employment not found"


class LastHourMisplaced(Refusal):
    """Only hourly staff have a last hour, on a date within the employment."""

    code = "last-hour-misplaced"
    clause = "domain 6: hourly staff until the last hour worked"
    title_sv = "Sista arbetade timmen stämmer inte med anställningen"
    title_en = "Last hour does not fit the employment"


@command
class RecordEmployment:
    """Record that a consultant is or was employed by a legal person; ``corrects`` names what it replaces."""

    consultant: ConsultantId
    employer: OrganisationNumber
    authority: AuthorityId | None = None
    form: EmploymentForm
    from_on: LocalDate
    until_on: LocalDate | None = None
    last_worked_on: LocalDate | None = None
    source: Text
    corrects: int | None = None


def _facts(command: RecordEmployment, context: Context) -> Asking[RecordFacts]:
    return (yield from record_facts(command.consultant, context))


@decides(
    RecordEmployment,
    facts=_facts,
    example={
        "consultant": "c-7f3a91",
        "employer": "232100-0214",
        "authority": "jamtland-harjedalen-region",
        "form": "monthly",
        "from_on": "2019-08-01",
        "until_on": "2024-07-01",
        "source": "Certificate of employment, RS/88/2025",
    },
    raises=(*RECORD_REFUSALS, PeriodEmpty, LastHourMisplaced, EmploymentUnknown, EvidenceNotOwn),
)
def record_employment(command: RecordEmployment, facts: RecordFacts, context: Context) -> Ruling:
    """An employment that has begun; its end may be agreed for later, the last hour has been worked."""
    require_recorder(facts, command.consultant, context)
    require_happened(command.from_on, context, "from_on")
    if command.until_on is not None and command.until_on <= command.from_on:
        raise PeriodEmpty(f"{command.from_on} until {command.until_on}", "until_on")
    _require_last_hour(command, context)
    _require_corrects(command, facts)
    recorded = EmploymentRecorded(
        consultant=command.consultant,
        employer=command.employer,
        authority=command.authority,
        form=command.form,
        from_on=command.from_on,
        until_on=command.until_on,
        last_worked_on=command.last_worked_on,
        source=command.source,
        trust=trust(context),
        stated_by="supplier" if by_supplier(facts) else "owner",
        corrects=command.corrects,
    )
    return Ruling((recorded,))


def _require_last_hour(command: RecordEmployment, context: Context) -> None:
    last = command.last_worked_on
    if last is None:
        return
    if command.form != "hourly":
        raise LastHourMisplaced(f"the employment is {command.form}", "last_worked_on")
    require_happened(last, context, "last_worked_on")
    if last < command.from_on or (command.until_on is not None and last >= command.until_on):
        raise LastHourMisplaced(f"{last} lies outside the employment", "last_worked_on")


def _require_corrects(command: RecordEmployment, facts: RecordFacts) -> None:
    if command.corrects is None:
        return
    held = {fact.position: fact.event for fact in facts.profile.employments}
    if command.corrects not in held:
        detail = f"no employment of {command.consultant} stands at position {command.corrects}"
        raise EmploymentUnknown(detail, "corrects", tuple(held))
    if by_supplier(facts) and held[command.corrects].stated_by != "supplier":
        detail = f"position {command.corrects} is for an owner of the agreement to correct"
        raise EvidenceNotOwn(detail, "corrects", (command.corrects,))
