"""What a measure must rest on: its place, the hearing of the supplier, facts that count, and its clause."""

from datetime import timedelta

from ledger.decisions.base import Context
from ledger.decisions.guards import assumed, behind, require_past
from ledger.decisions.measure_commands import DecideMeasure, Matter
from ledger.decisions.measure_refusals import (
    BreachNotRepeated,
    CommunicationOutOfOrder,
    DisregardedWrong,
    MeasureClauseWrong,
    RegionsTooFew,
    ReliedOnAndDisregarded,
    ReliedOnNothing,
    ReliedOnWrong,
    ReplyNotAwaited,
    ReplyTimeShort,
    RungOutOfPlace,
)
from ledger.facts.ladder_counting import repeated
from ledger.policy.model import Resolved
from ledger.values import instant_text, local_date, local_instant

NATIONAL = frozenset({"national-quarantine", "termination"})
GROUNDLESS = frozenset({"step-down", "termination-by-notice"})
CLAUSES, REGIONS_MIN, REPLY_DAYS = "measure.clauses", "termination.regions-min", "measure.reply-days-min"
DAY = timedelta(days=1)


def require_place(command: DecideMeasure) -> None:
    """Refuse a national rung for one region, and a region's quarantine for none."""
    if command.rung in NATIONAL and command.region is not None:
        raise RungOutOfPlace(f"{command.rung} is national, not for {command.region}", "region")
    if command.rung == "quarantine" and command.region is None:
        raise RungOutOfPlace("quarantine is for one region", "region")


def require_heard(command: DecideMeasure, context: Context, days_min: Resolved) -> None:
    """Refuse before the supplier was told, had the policy's time to reply, and has replied or let it pass."""
    require_past(command.communicated_at, context, "communicated_at")
    told_on = local_date(command.communicated_at)
    earliest = local_instant(told_on + (days_min.number + 1) * DAY, 0)
    if command.reply_by < earliest:
        detail = f"the supplier must have until {instant_text(earliest)}"
        raise ReplyTimeShort(detail, "reply_by", (days_min.position,), assumed(days_min))
    if command.replied_at is None:
        if context.decided_at < command.reply_by:
            detail = f"the supplier may reply until {instant_text(command.reply_by)}"
            raise ReplyNotAwaited(detail, "reply_by")
        return
    require_past(command.replied_at, context, "replied_at")
    if command.replied_at < command.communicated_at:
        raise CommunicationOutOfOrder("the reply came before the communication", "replied_at")


def require_relied_on(matter: Matter) -> None:
    """Refuse a step up on anything but deviations that count there when it is decided."""
    command = matter.command
    if not command.relied_on and matter.kind not in GROUNDLESS:
        raise ReliedOnNothing("no fact is relied on", "relied_on")
    if both := set(command.relied_on) & set(command.disregarded):
        raise ReliedOnAndDisregarded(f"position {min(both)}", "disregarded", tuple(sorted(both)))
    others = {p: one.why for one in matter.reading.not_counting for p in one.positions}
    counting = {p for one in matter.there() for p in one.positions}
    if wrong := tuple(sorted(set(command.relied_on) - counting)):
        if matter.kind == "step-down" and others.keys() >= set(wrong):
            return
        why = others.get(wrong[0], "of no deviation of the supplier there")
        detail = f"position {wrong[0]} does not count: {why}"
        positions = tuple(dict.fromkeys((*wrong, *behind(*matter.terms.values()))))
        raise ReliedOnWrong(detail, "relied_on", positions, matter.assumed())


def require_disregarded(matter: Matter) -> None:
    """Refuse to disregard what is no deviation of the supplier under the agreement and lot."""
    judged = [one.positions for one in matter.reading.counting]
    judged += [one.positions for one in matter.reading.not_counting]
    known = {position for positions in judged for position in positions}
    if wrong := tuple(sorted(set(matter.command.disregarded) - known)):
        detail = f"position {wrong[0]} is of no deviation of the supplier"
        raise DisregardedWrong(detail, "disregarded", wrong)


def require_clause(matter: Matter) -> None:
    """Refuse a clause that the policy does not connect with this kind, where it connects it with any."""
    kind, clause, term = matter.kind, matter.command.clause, matter.terms[CLAUSES]
    own = {word.partition("/")[2] for word in term.words if word.partition("/")[0] == kind}
    if own and clause not in own:
        detail = f"{kind} rests on clause {' or '.join(sorted(own))}, not on {clause}"
        raise MeasureClauseWrong(detail, "clause", (term.position,), assumed(term))
    if kind == "termination-for-breach":
        _require_repeated(matter)


def _require_repeated(matter: Matter) -> None:
    """Refuse the clauses on repeated breach without a breach after notice of a former, in enough regions."""
    term = matter.terms[REGIONS_MIN]
    regions_min = term.table.get(matter.command.clause)
    if regions_min is None:
        return
    relied = matter.relied()
    facts = (*sorted({p for one in relied for p in one.positions}), term.position)
    regions = {one.region for one in relied}
    if len(regions) < regions_min:
        detail = f"clause {matter.command.clause} needs {regions_min} regions; relied on are {len(regions)}"
        raise RegionsTooFew(detail, "relied_on", facts, assumed(term))
    parts = [[one for one in relied if one.region == region] for region in sorted(regions)]
    if not any(map(repeated, parts if regions_min == 1 else [relied])):
        detail = "no breach relied on came after the notice of a former one"
        raise BreachNotRepeated(detail, "relied_on", facts, assumed(term))
