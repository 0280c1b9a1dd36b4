"""Contractual measures against a supplier, decided by somebody with everything domain 7 asks for.

They are not exercises of public authority, so nothing here points to an appeal.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    latest_book,
    mandate_of,
    require_mandate,
    resolve_terms,
)
from ledger.decisions.measure_commands import DecideMeasure, Matter, kind_of
from ledger.decisions.measure_contents import (
    AMOUNTS,
    BARS,
    ENDS,
    EXCLUDES,
    NOTICE_MONTHS,
    PENALTY_MAX,
    QUARANTINE_MONTHS,
    amount_max,
    charges_of,
    effects_of,
    require_amount,
    require_notice_period,
    require_period,
)
from ledger.decisions.measure_grounds import (
    CLAUSES,
    REGIONS_MIN,
    REPLY_DAYS,
    require_clause,
    require_disregarded,
    require_heard,
    require_place,
    require_relied_on,
)
from ledger.decisions.measure_refusals import (
    DECISION_REFUSALS,
    MeasureDecidedAlready,
    MeasureKindUnclear,
)
from ledger.decisions.refusals import InstantAhead, PolicyMissing, PolicyTermMissing
from ledger.events.measures import KINDS_OF, Charge, Decider, MeasureDecided
from ledger.facts.ladder import Ladder, ladder
from ledger.facts.ladder_reading import LadderReading, ladder_at
from ledger.facts.ladder_terms import TERMS, LadderTerms
from ledger.facts.mandates import Mandate
from ledger.facts.measures import measures
from ledger.facts.policies import policies
from ledger.facts.standing import MeasureHeld
from ledger.policy.model import Book, Library, Resolved, Scope
from ledger.values import local_date

CENTRAL = frozenset({"central-contract-management"})
REGIONAL = frozenset({"contract-owner", "central-contract-management"})
OWN_TERMS = (
    QUARANTINE_MONTHS, NOTICE_MONTHS, BARS, EXCLUDES, ENDS, *AMOUNTS.values(), PENALTY_MAX, CLAUSES,
    REGIONS_MIN, REPLY_DAYS,
)  # fmt: skip


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
        "proportionality": "Milder steps have not helped; other suppliers can meet the need meanwhile",
        "ends_on": "2026-08-31",
        "running_assignments": "Are worked to their end",
        "open_offers": "Are excluded from awards while it lasts",
        "employer": "jamtland-harjedalen-region",
        "delegation": "RS/7/2026",
        "conflict_of_interest": "None declared",
    },
    raises=(*MANDATE_REFUSALS, *DECISION_REFUSALS, InstantAhead, PolicyMissing, PolicyTermMissing),
)
def decide_measure(command: DecideMeasure, facts: DecideFacts, context: Context) -> Ruling:
    """Somebody with the mandate decides after hearing the supplier, on facts that count, for a set time."""
    roles = REGIONAL if command.region else CENTRAL
    place = (command.agreement, command.region or "", "")
    require_mandate(facts.mandate, context, roles, place, context.received_at)
    if facts.earlier is not None:
        raise MeasureDecidedAlready(f"{command.measure} is decided", "measure", facts.earlier.positions())
    require_place(command)
    matter = _matter(command, facts, context)
    require_heard(command, context, matter.terms[REPLY_DAYS])
    require_relied_on(matter)
    require_disregarded(matter)
    require_clause(matter)
    require_period(matter)
    require_notice_period(matter)
    charges = charges_of(matter)
    authority = command.employer if command.region else None
    return Ruling((_decided(matter, charges),), authority, tuple(matter.terms.values()))


def _matter(command: DecideMeasure, facts: DecideFacts, context: Context) -> Matter:
    """The measure with its kind, and the supplier's ladder by the policy of the day."""
    kind = kind_of(command)
    if kind is None:
        fitting = " or ".join(KINDS_OF[command.rung])
        raise MeasureKindUnclear(f"the rung {command.rung} is {fitting}", "kind")
    terms = _terms(latest_book(facts.library, command.agreement), command, context)
    reading = _reading(command, facts.ladder, terms, context)
    return Matter(command, kind, facts.ladder, reading, terms, context)


def _terms(book: Book, command: DecideMeasure, context: Context) -> Mapping[str, Resolved]:
    scope = Scope(region=command.region, lot=command.lot)
    return resolve_terms(book, (*TERMS, *OWN_TERMS), context.decided_at, scope)


def _reading(
    command: DecideMeasure, climbed: Ladder, terms: Mapping[str, Resolved], context: Context
) -> LadderReading:
    """The ladder on the date of the decision."""
    try:
        rules = LadderTerms.made_of(terms)
    except LookupError as error:
        raise PolicyTermMissing(str(error), "", (terms["ladder.rungs"].position,)) from error
    return ladder_at(climbed, local_date(context.decided_at), command.agreement, command.lot, rules)


def _decided(matter: Matter, charges: tuple[Charge, ...]) -> MeasureDecided:
    command, context = matter.command, matter.context
    most = amount_max(matter, charges)
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
        decider=_decider(command, context),
        board_reported_on=command.board_reported_on,
        noticeboard_on=command.noticeboard_on,
        rung_indicated=matter.indicated(),
        terms=tuple(term.used() for _, term in sorted(matter.terms.items())),
        kind=matter.kind,
        proportionality=command.proportionality,
        effects=effects_of(matter),
        amount_ore=require_amount(matter, most),
        amount_max_ore=most,
        charges=charges,
        agreement_ends_on=command.agreement_ends_on,
    )


def _decider(command: DecideMeasure, context: Context) -> Decider:
    return Decider(
        actor=context.actor,
        employer=command.employer,
        delegation=command.delegation,
        conflict_of_interest=command.conflict_of_interest,
    )
