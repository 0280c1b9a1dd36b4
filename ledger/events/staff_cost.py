"""The denominator of the share of hired staff: a region's staff cost, imported with its source."""

from ledger.events.base import event
from ledger.values import ActorId, Instant, LocalDate, Ore, RegionId, Text


@event("staff-cost-imported", tags=("region",))
class StaffCostImported:
    """A region's whole staff cost of one month, by its first day; a later import replaces an earlier one."""

    region: RegionId
    month_on: LocalDate
    staff_cost_ore: Ore
    source: Text
    published_on: LocalDate
    imported_at: Instant
    imported_by: ActorId
    replaces: int | None
