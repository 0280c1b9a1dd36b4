"""Contractual measures against a supplier, decided by somebody with everything domain 7 asks for.

They are not exercises of public authority, so nothing here points to an appeal.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    assumed,
    latest_book,
    mandate_of,
    require_mandate,
    require_past,
    resolve_terms,
)
from ledger.decisions.measure_refusals import (
    CommunicationOutOfOrder,
    EndOrReviewMissing,
    MeasureDecidedAlready,
    MeasurePeriodWrong,
    ReliedOnAndDisregarded,
    ReliedOnNothing,
    ReliedOnWrong,
    ReplyNotAwaited,
    RungOutOfPlace,
)
from ledger.decisions.refusals import InstantAhead, PolicyMissing, PolicyTermMissing
from ledger.events.measures import Decider, MeasureDecided, Rung
from ledger.facts.ladder import Ladder, LadderReading, ladder, ladder_at
from ledger.facts.ladder_terms import TERMS, LadderTerms
from ledger.facts.mandates import Mandate
from ledger.facts.measures import measures
from ledger.facts.policies import policies
from ledger.facts.standing import MeasureHeld
from ledger.policy.model import Book, Library, Resolved, Scope
from ledger.values import (
    AgreementId,
    AuthorityId,
    Instant,
    LocalDate,
    LotId,
    MeasureId,
    RegionId,
    RegistryNumber,
    SupplierId,
    Text,
    instant_text,
    local_date,
    plus_months,
)

QUARANTINES = frozenset({"quarantine", "national-quarantine"})
NATIONAL = frozenset({"national-quarantine", "termination"})
QUARANTINE_MONTHS = "quarantine.months-max"
CENTRAL = frozenset({"central-contract-management"})
REGIONAL = frozenset({"contract-owner", "central-contract-management"})


@command
class DecideMeasure:
    """Decide a step on the ladder for a supplier, up or down; it takes effect when served.

    ``relied_on`` and ``disregarded`` are positions of events of deviations; ``region`` is empty nationally.
    """

    measure: MeasureId
    agreement: AgreementId
    supplier: SupplierId
    lot: LotId
    region: RegionId | None = None
    rung: Rung
    contracting_party: Text
    registry_number: RegistryNumber
    clause: Text
    relied_on: tuple[int, ...]
    disregarded: tuple[int, ...] = ()
    communicated_at: Instant
    reply_by: Instant
    replied_at: Instant | None = None
    reasons: Text
    alternatives: Text
    ends_on: LocalDate | None = None
    review_on: LocalDate | None = None
    running_assignments: Text
    open_offers: Text
    employer: AuthorityId
    delegation: Text
    conflict_of_interest: Text
    board_reported_on: LocalDate | None = None
    noticeboard_on: LocalDate | None = None


@dataclass(frozen=True, slots=True)
class DecideFacts:
    """The mandate, the id's earlier measure, the policy, and the supplier's ladder."""

    mandate: Mandate
    earlier: MeasureHeld | None
    library: Library
    ladder: Ladder


def _decide_facts(command: DecideMeasure, context: Context) -> Asking[DecideFacts]:
    mandate = yield from mandate_of(context)
    earlier = yield measures(command.measure)
    library = yield policies(command.agreement)
    climbed = yield ladder(command.supplier)
    return DecideFacts(mandate, earlier, library, climbed)


@decides(
    DecideMeasure,
    facts=_decide_facts,
    example={
        "measure": "me-1",
        "agreement": "hyr-2024",
        "supplier": "s-exempel-ett",
        "lot": "nurses",
        "region": "jamtland-harjedalen",
        "rung": "quarantine",
        "contracting_party": "Region Jämtland Härjedalen, 232100-0214",
        "registry_number": "RS/120/2026",
        "clause": "24.2",
        "relied_on": [412, 530, 611],
        "disregarded": [700],
        "communicated_at": "2026-03-02T09:00:00+01:00",
        "reply_by": "2026-03-17T00:00:00+01:00",
        "replied_at": "2026-03-10T13:20:00+01:00",
        "reasons": "Three shifts without anybody, each after notice of the one before",
        "alternatives": "A further warning was weighed; two have been given",
        "ends_on": "2026-08-31",
        "running_assignments": "Are worked to their end",
        "open_offers": "Are excluded from awards while it lasts",
        "employer": "jamtland-harjedalen-region",
        "delegation": "RS/7/2026",
        "conflict_of_interest": "None declared",
    },
    raises=(
        *MANDATE_REFUSALS,
        MeasureDecidedAlready,
        RungOutOfPlace,
        InstantAhead,
        CommunicationOutOfOrder,
        ReplyNotAwaited,
        ReliedOnNothing,
        ReliedOnAndDisregarded,
        ReliedOnWrong,
        EndOrReviewMissing,
        MeasurePeriodWrong,
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def decide_measure(command: DecideMeasure, facts: DecideFacts, context: Context) -> Ruling:
    """Somebody with the mandate decides after hearing the supplier, on facts that count, for a set time."""
    roles = REGIONAL if command.region else CENTRAL
    place = (command.agreement, command.region or "", "")
    require_mandate(facts.mandate, context, roles, place, context.received_at)
    if facts.earlier is not None:
        raise MeasureDecidedAlready(f"{command.measure} is decided", "measure", facts.earlier.positions())
    _require_place(command)
    _require_heard(command, context)
    book = latest_book(facts.library, command.agreement)
    terms = _terms(book, command, context)
    reading = _reading(command, facts.ladder, terms, context)
    _require_relied_on(command, reading, assumed(*terms.values()))
    _require_period(command, terms[QUARANTINE_MONTHS], context)
    indicated = _indicated(command, reading)
    authority = command.employer if command.region else None
    return Ruling((_decided(command, indicated, terms, context),), authority, tuple(terms.values()))


def _require_place(command: DecideMeasure) -> None:
    if command.rung in NATIONAL and command.region is not None:
        raise RungOutOfPlace(f"{command.rung} is national, not for {command.region}", "region")
    if command.rung == "quarantine" and command.region is None:
        raise RungOutOfPlace("quarantine is for one region", "region")


def _require_heard(command: DecideMeasure, context: Context) -> None:
    require_past(command.communicated_at, context, "communicated_at")
    if command.reply_by <= command.communicated_at:
        raise CommunicationOutOfOrder("the communication left no time to reply", "reply_by")
    if command.replied_at is None:
        if context.decided_at < command.reply_by:
            detail = f"the supplier may reply until {instant_text(command.reply_by)}"
            raise ReplyNotAwaited(detail, "reply_by")
        return
    require_past(command.replied_at, context, "replied_at")
    if command.replied_at < command.communicated_at:
        raise CommunicationOutOfOrder("the reply came before the communication", "replied_at")


def _require_relied_on(command: DecideMeasure, reading: LadderReading, terms: tuple[str, ...]) -> None:
    """Refuse a step up on anything but deviations that count there when it is decided."""
    if not command.relied_on and command.rung != "none":
        raise ReliedOnNothing("no fact is relied on", "relied_on")
    if both := set(command.relied_on) & set(command.disregarded):
        raise ReliedOnAndDisregarded(f"position {min(both)}", "disregarded", tuple(sorted(both)))
    there = [one for one in reading.counting if command.region in (None, one.region)]
    others = {p: one.why for one in reading.not_counting for p in one.positions}
    if wrong := tuple(sorted(set(command.relied_on) - {p for one in there for p in one.positions})):
        if command.rung == "none" and others.keys() >= set(wrong):
            return
        why = others.get(wrong[0], "of no deviation of the supplier there")
        raise ReliedOnWrong(f"position {wrong[0]} does not count: {why}", "relied_on", wrong, terms)


def _require_period(command: DecideMeasure, months_max: Resolved, context: Context) -> None:
    decided_on = local_date(context.decided_at)
    dates = [day for day in (command.ends_on, command.review_on) if day is not None]
    field = "ends_on" if command.ends_on is not None else "review_on"
    if any(day < decided_on for day in dates):
        raise MeasurePeriodWrong("it ends or is reviewed before its decision", field)
    if command.rung not in QUARANTINES:
        return
    if not dates:
        raise EndOrReviewMissing(f"{command.rung} has neither", "ends_on")
    latest_on = plus_months(decided_on, months_max.number)
    if min(dates) > latest_on:
        raise MeasurePeriodWrong(
            f"the policy allows until {latest_on}", field, (months_max.position,), assumed(months_max)
        )


def _terms(book: Book, command: DecideMeasure, context: Context) -> Mapping[str, Resolved]:
    scope = Scope(region=command.region, lot=command.lot)
    return resolve_terms(book, (*TERMS, QUARANTINE_MONTHS), context.decided_at, scope)


def _reading(
    command: DecideMeasure, climbed: Ladder, terms: Mapping[str, Resolved], context: Context
) -> LadderReading:
    """The ladder on the date of the decision."""
    try:
        rules = LadderTerms.made_of(terms)
    except LookupError as error:
        raise PolicyTermMissing(str(error), "", (terms["ladder.rungs"].position,)) from error
    return ladder_at(climbed, local_date(context.decided_at), command.agreement, command.lot, rules)


def _indicated(command: DecideMeasure, reading: LadderReading) -> Rung:
    """The rung the ladder indicates where the measure is decided; the decision may differ, with reasons."""
    if command.region is None:
        return reading.national_indicated
    region = reading.region(command.region)
    return region.indicated if region else "none"


def _decided(
    command: DecideMeasure, indicated: Rung, terms: Mapping[str, Resolved], context: Context
) -> MeasureDecided:
    return MeasureDecided(
        measure=command.measure,
        agreement=command.agreement,
        supplier=command.supplier,
        lot=command.lot,
        region=command.region,
        rung=command.rung,
        legal_character="contractual-measure",
        contracting_party=command.contracting_party,
        registry_number=command.registry_number,
        clause=command.clause,
        relied_on=tuple(sorted(set(command.relied_on))),
        disregarded=tuple(sorted(set(command.disregarded))),
        communicated_at=command.communicated_at,
        reply_by=command.reply_by,
        replied_at=command.replied_at,
        reasons=command.reasons,
        alternatives=command.alternatives,
        effective="when-served",
        ends_on=command.ends_on,
        review_on=command.review_on,
        running_assignments=command.running_assignments,
        open_offers=command.open_offers,
        decided_at=context.decided_at,
        decider=Decider(
            actor=context.actor,
            employer=command.employer,
            delegation=command.delegation,
            conflict_of_interest=command.conflict_of_interest,
        ),
        board_reported_on=command.board_reported_on,
        noticeboard_on=command.noticeboard_on,
        rung_indicated=indicated,
        terms=tuple(term.used() for _, term in sorted(terms.items())),
    )
