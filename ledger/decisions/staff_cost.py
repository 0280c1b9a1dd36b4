"""Importing a region's staff cost, the denominator of the share of hired staff, with its source (S1)."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import MANDATE_REFUSALS, mandate_of, require_mandate
from ledger.errors import Refusal
from ledger.events.staff_cost import StaffCostImported
from ledger.facts.hired_cost import StaffCosts, month_of, staff_costs
from ledger.facts.mandates import Mandate
from ledger.values import AgreementId, LocalDate, Ore, RegionId, Text, local_date, plus_months

OWNERS = frozenset({"contract-owner", "central-contract-management"})


class MonthUnclear(Refusal):
    """A month is named by its first day and is over when its cost is imported."""

    code = "month-unclear"
    clause = "S1: hired staff as a share of staff cost"
    title_sv = "Månaden är oklar"
    title_en = "Month unclear"


class StaffCostMissing(Refusal):
    """A staff cost that is not known is not imported as zero."""

    code = "staff-cost-missing"
    clause = "S1: hired staff as a share of staff cost"
    title_sv = "Personalkostnaden saknas"
    title_en = "Staff cost is missing"


class StaffCostUnchanged(Refusal):
    """The month has this staff cost from this source already."""

    code = "staff-cost-unchanged"
    clause = "S1: hired staff as a share of staff cost"
    title_sv = "Personalkostnaden är redan inläst"
    title_en = "Staff cost imported already"


@command
class ImportStaffCost:
    """Import a region's whole staff cost of one month, with where it was published."""

    agreement: AgreementId
    region: RegionId
    month_on: LocalDate
    staff_cost_ore: Ore
    source: Text
    published_on: LocalDate


@dataclass(frozen=True, slots=True)
class ImportFacts:
    """The mandate and the region's staff costs by month."""

    mandate: Mandate
    costs: StaffCosts


def _facts(command: ImportStaffCost, context: Context) -> Asking[ImportFacts]:
    mandate = yield from mandate_of(context)
    costs = yield staff_costs(command.region)
    return ImportFacts(mandate, costs)


@decides(
    ImportStaffCost,
    facts=_facts,
    example={
        "agreement": "hyr-2024",
        "region": "jamtland-harjedalen",
        "month_on": "2025-04-01",
        "staff_cost_ore": 32000000000,
        "source": "Månadsrapport april 2025, RS/300/2025",
        "published_on": "2025-05-20",
    },
    raises=(*MANDATE_REFUSALS, MonthUnclear, StaffCostMissing, StaffCostUnchanged),
)
def import_staff_cost(command: ImportStaffCost, facts: ImportFacts, context: Context) -> Ruling:
    """A month that is over, with an amount and a source; a later import replaces an earlier one."""
    place = (command.agreement, command.region, "")
    require_mandate(facts.mandate, context, OWNERS, place, context.received_at)
    today = local_date(context.received_at)
    if command.month_on != month_of(command.month_on):
        raise MonthUnclear(f"{command.month_on} is not the first of a month", "month_on")
    if today < plus_months(command.month_on, 1) or today < command.published_on:
        raise MonthUnclear(f"{command.month_on} was not over and published on {today}", "month_on")
    if command.staff_cost_ore == 0:
        raise StaffCostMissing("it is zero", "staff_cost_ore")
    former = facts.costs.get(command.month_on.isoformat())
    same = former and (former.event.staff_cost_ore, former.event.source)
    if former and same == (command.staff_cost_ore, command.source):
        raise StaffCostUnchanged("the month has this cost", "staff_cost_ore", (former.position,))
    event = StaffCostImported(
        region=command.region,
        month_on=command.month_on,
        staff_cost_ore=command.staff_cost_ore,
        source=command.source,
        published_on=command.published_on,
        imported_at=context.received_at,
        imported_by=context.actor,
        replaces=former.position if former else None,
    )
    return Ruling((event,))
