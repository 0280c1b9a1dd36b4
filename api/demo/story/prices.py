"""Money beside the invoices: an article, order messages, staff cost, and what is bought outside."""

from datetime import date, timedelta

from api.demo.story.chapter import DAY, MADE_UP, Chapter, Tale, about, under
from api.demo.story.days import SETUP, Month, next_working
from api.demo.story.roster import Assignment
from api.demo.story.script import Moment
from api.demo.story.setup import OAF, orderer, owner
from api.demo.story.world import DOCTORS, JAMTLAND, NURSES, REGIONS, STOCKHOLM, VGR, Region
from ledger.values import instant_text

MESSAGES_EVERY = 4
COST_ORE = {VGR.region: 9_000_000_000, JAMTLAND.region: 6_000_000_000, STOCKHOLM.region: 8_000_000_000}
"""The made-up staff cost of a month of the story's few units, in öre."""
PURCHASES = (
    (JAMTLAND, DOCTORS, "pathology", "Exempelpatologi AB", "Patologi ligger utanför avtalet"),
    (VGR, NURSES, "intensive-care", "Exempelvård AB", "Ingen leverantör svarade i tid"),
    (STOCKHOLM, NURSES, "operation", "Exempeloperation AB", "Enheten kände konsulten sedan tidigare"),
)


def prices(tale: Tale) -> None:
    """At ten past three."""
    told = tale.chapter("prices", 15, 10)
    _article(told)
    for n, held in enumerate(tale.market.assignments):
        if n % MESSAGES_EVERY == 0:
            _message(tale, told, held)
    for month in tale.pace.months:
        _staff_cost(tale, told, month)
    for n, (region, lot, speciality, seller, reason) in enumerate(PURCHASES):
        _purchase(told, n, (region, lot, speciality), f"{seller} ({MADE_UP})", reason)


def _article(told: Chapter) -> None:
    """A new article number, announced half a year before it is in force."""
    body = under(
        lot=NURSES, article="ssk-op", level=2, title=f"Operationssjuksköterska ({MADE_UP})",
        from_on=date(2024, 7, 1), announced_to=["regions", "suppliers"],
    )  # fmt: skip
    told.add(next_working(SETUP, 4), OAF, "change-article", body)


def _message(tale: Tale, told: Chapter, held: Assignment) -> None:
    """The order message, some working days after the award."""
    day = next_working(tale.ask_of(held).day, 5)
    body = about(
        message=f"BEST-{held.order}", assignment=held.assignment, sent_at=instant_text(Moment(day, 9).at),
        channel="peppol", parties=["supplier", "unit"],
    )  # fmt: skip
    told.add(day, orderer(held.region), "send-order-message", body)


def _staff_cost(tale: Tale, told: Chapter, month: Month) -> None:
    """What the regions' whole staff cost, known in the middle of the month after."""
    day = next_working(month.first.replace(day=28) + timedelta(days=4), 11)
    bodies = []
    for region in REGIONS:
        change = tale.dice.between(-40, 40, "staff-cost", region.region, month.name)
        body = under(
            region=region.region, month_on=month.first,
            staff_cost_ore=COST_ORE[region.region] * (1000 + change) // 1000,
            source=f"Personalkostnad för berättelsens enheter ({MADE_UP})", published_on=day - DAY,
        )  # fmt: skip
        bodies.append((owner(region), body, f"staff-cost/{region.short}/{month.name}"))
    told.together(day, bodies, "import-staff-cost")


def _purchase(told: Chapter, n: int, what: tuple[Region, str, str], seller: str, reason: str) -> None:
    region, lot, speciality = what
    day = next_working(SETUP, 20 + n)
    body = under(
        purchase=f"pu-{n + 1}", region=region.region, lot=lot, speciality=speciality, seller=seller,
        booked_on=next_working(SETUP, 14), from_on=day, until_on=day + 26 * DAY, minutes=9_600,
        amount_ore=14_000_000, reason=f"{reason} ({MADE_UP})",
        registry_number=f"{region.short.upper()} 2024-{310 + n}",
    )  # fmt: skip
    told.add(day, owner(region), "report-purchase", body)
