"""What a measure says: until when, how much, and what it does to orders, offers and assignments."""

from ledger.decisions.guards import assumed, behind
from ledger.decisions.measure_commands import Matter
from ledger.decisions.measure_refusals import (
    AmountAbovePolicy,
    AmountWithoutGround,
    ChargedAlready,
    EndOrReviewMissing,
    MeasurePeriodWrong,
    NoticePeriodWrong,
)
from ledger.events.measures import Charge, Effects
from ledger.facts.ladder_counting import clustered
from ledger.facts.standing import MeasureHeld
from ledger.values import local_date, plus_months

QUARANTINE_MONTHS, NOTICE_MONTHS = "quarantine.months-max", "termination.notice-months"
BARS, EXCLUDES, ENDS = "measure.bars-orders", "measure.excludes-offers", "measure.ends-assignments"
AMOUNTS = {"admin-fee": "admin-fee.amounts", "contract-penalty": "contract-penalty.amounts"}
PENALTY_MAX = "contract-penalty.max-ore"


def effects_of(matter: Matter) -> Effects:
    """What the policy lets this kind of measure do while it is in effect."""
    bars, excludes, ends = (matter.kind in matter.terms[term].words for term in (BARS, EXCLUDES, ENDS))
    return Effects(bars_orders=bars, excludes_offers=excludes, ends_assignments=ends)


def require_period(matter: Matter) -> None:
    """Refuse an end before the decision, and a quarantine without an end or a review in the policy's time."""
    command, months_max = matter.command, matter.terms[QUARANTINE_MONTHS]
    decided_on = local_date(matter.context.decided_at)
    dates = [day for day in (command.ends_on, command.review_on) if day is not None]
    field = "ends_on" if command.ends_on is not None else "review_on"
    if any(day < decided_on for day in dates):
        raise MeasurePeriodWrong("it ends or is reviewed before its decision", field)
    if matter.kind != "quarantine":
        return
    if not dates:
        raise EndOrReviewMissing(f"{command.rung} has neither", "ends_on")
    latest_on = plus_months(decided_on, months_max.number)
    if min(dates) > latest_on:
        detail = f"the policy allows until {latest_on}"
        raise MeasurePeriodWrong(detail, field, (months_max.position,), assumed(months_max))


def require_notice_period(matter: Matter) -> None:
    """Refuse a termination by notice before the policy's period has run, and an end for another kind."""
    ends_on, months = matter.command.agreement_ends_on, matter.terms[NOTICE_MONTHS]
    if matter.kind != "termination-by-notice":
        if ends_on is not None:
            raise NoticePeriodWrong(f"{matter.kind} has no period of notice", "agreement_ends_on")
        return
    earliest_on = plus_months(local_date(matter.context.decided_at), months.number)
    if ends_on is None or ends_on < earliest_on:
        detail = f"the agreement ends on {earliest_on} at the earliest"
        raise NoticePeriodWrong(detail, "agreement_ends_on", (months.position,), assumed(months))


def charges_of(matter: Matter) -> tuple[Charge, ...]:
    """What each cause relied on is charged with by the policy's table; one cause once, and never again."""
    if matter.kind not in AMOUNTS:
        return ()
    amounts = matter.terms[AMOUNTS[matter.kind]]
    _require_uncharged(matter)
    found = tuple(
        Charge(cause=one.cause, kind=one.kind, amount_ore=amounts.table[one.kind])
        for one in clustered(matter.relied())
        if one.kind in amounts.table
    )
    if not found:
        detail = f"the policy charges none of the kinds relied on with {matter.kind}"
        positions = (*matter.command.relied_on, amounts.position)
        raise AmountWithoutGround(detail, "relied_on", positions, assumed(amounts))
    return found


def amount_max(matter: Matter, charges: tuple[Charge, ...]) -> int | None:
    """The most that may be charged, in öre; a penalty is capped. None for a measure without an amount."""
    if matter.kind not in AMOUNTS:
        return None
    total = sum(charge.amount_ore for charge in charges)
    return min(total, matter.terms[PENALTY_MAX].number) if matter.kind == "contract-penalty" else total


def require_amount(matter: Matter, most: int | None) -> int | None:
    """What is charged, in öre: the policy's amount, or less if the decision says so. Refuses more."""
    wanted = matter.command.amount_ore
    if wanted is None:
        return most
    if most is None or wanted > most:
        allowed = "no amount" if most is None else f"at most {most} öre"
        positions = (*matter.command.relied_on, *behind(*matter.terms.values()))
        raise AmountAbovePolicy(f"the policy allows {allowed}", "amount_ore", positions, matter.assumed())
    return wanted


def _require_uncharged(matter: Matter) -> None:
    """Refuse to charge a cause that an unreleased measure of the same kind has charged."""
    wanted = {one.cause for one in matter.relied()}
    for held in matter.ladder.measures.values():
        if wanted & _charged(held, matter):
            detail = f"{held.decided.event.measure} has charged {min(wanted & _charged(held, matter))}"
            raise ChargedAlready(detail, "relied_on", held.positions())


def _charged(held: MeasureHeld, matter: Matter) -> set[str]:
    earlier = held.decided.event
    same = (earlier.kind, earlier.agreement, earlier.lot) == (
        matter.kind, matter.command.agreement, matter.command.lot,
    )  # fmt: skip
    return {charge.cause for charge in earlier.charges} if same and held.released is None else set()
