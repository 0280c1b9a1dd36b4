"""Question 18: which regions depart from national terms, since when, and told whom?"""

from dataclasses import dataclass
from datetime import date

from ledger.events.parties import Entity
from ledger.events.policy import PlainValue, PolicyRow
from ledger.facts.parties import Region, regions
from ledger.facts.policies import policies
from ledger.policy.model import Library, Resolved, Scope
from ledger.policy.rows import in_force
from ledger.values import AgreementId, RegionId
from projections.base import Terms, UnanswerableError, evidence_of
from replay.questions.base import Answer, Asking, Sentence, question
from replay.questions.populations import regions_of
from replay.questions.rows import ValueTold, value_told
from replay.questions.words import number


@dataclass(frozen=True, slots=True, kw_only=True)
class DeparturesParams:
    """Whose terms; of one region, or about one term, if given."""

    agreement: AgreementId
    region: RegionId | None = None
    term: str | None = None


@dataclass(frozen=True, slots=True)
class DeparturesFacts:
    """The policy of the agreement, and its regions with their legal persons."""

    params: DeparturesParams
    library: Library
    regions: dict[str, Region]


@dataclass(frozen=True, slots=True)
class Departure:
    """A region's own value beside the national one; ``differs`` is false where both are the same.

    ``region`` is None where the legal person belongs to no region that has joined the agreement.
    """

    region: RegionId | None
    value: ValueTold
    national: PlainValue | None
    differs: bool
    told: bool
    permitted: bool


@dataclass(frozen=True, slots=True)
class Departures:
    """Every own value in force on the date; counts are of those that differ from the nation's."""

    agreement: AgreementId
    version: int
    regions: tuple[RegionId, ...]
    differing: int
    without_permission: int
    without_communication: int
    departures: tuple[Departure, ...]


def asks(params: DeparturesParams, _on: date) -> Asking[DeparturesFacts]:
    """The policy, and every region of the agreement."""
    library = yield policies(params.agreement)
    names = yield from regions_of(params.agreement)
    found = yield {name: regions(name) for name in names}
    return DeparturesFacts(params, library, dict(found))


@question(
    "regional-departures",
    number=18,
    titles=(
        "Vilka regioner avviker från nationella villkor, sedan när, och vilka har fått veta det?",
        "Which regions depart from national terms, since when, and who was told?",
    ),
    params=DeparturesParams,
    values=Departures,
    asks=asks,
    example={"agreement": "hyr-2024"},
)
def answer(facts: DeparturesFacts, on: date) -> Answer:
    """Every value that a region or legal person has of its own on a date, with grounds and communication."""
    terms = Terms.of(facts.library, facts.params.agreement)
    own = [row for row in terms.published.rows if in_force(row, on) and _asked(row, facts)]
    found = tuple(_departure(row, facts, on, terms) for row in own if _governs(row, on, terms))
    differing = [one for one in found if one.differs]
    values = Departures(
        agreement=facts.params.agreement,
        version=terms.version,
        regions=tuple(sorted({one.region for one in differing if one.region})),
        differing=len(differing),
        without_permission=sum(not one.permitted for one in differing),
        without_communication=sum(not one.told for one in differing),
        departures=found,
    )
    evidence = evidence_of((terms.position,), (at for one in found for at in one.value.positions()))
    return Answer(_sentence(values, on), values, evidence, terms.all())


def _asked(row: PolicyRow, facts: DeparturesFacts) -> bool:
    if row.level not in {"region", "legal-person"} or facts.params.term not in (None, row.term):
        return False
    return facts.params.region in (None, _region(row, facts))


def _region(row: PolicyRow, facts: DeparturesFacts) -> str | None:
    if row.level == "region":
        return row.scope
    return next((name for name, held in facts.regions.items() if row.scope in _numbers(held)), None)


def _numbers(held: Region) -> frozenset[str]:
    entities: tuple[Entity, ...] = held.registered.event.entities if held.registered else ()
    return frozenset(entity.organisation_number for entity in entities)


def _scope(row: PolicyRow) -> Scope:
    return Scope(region=row.scope) if row.level == "region" else Scope(legal_person=row.scope)


def _governs(row: PolicyRow, on: date, terms: Terms) -> bool:
    """Whether a row is the one that applies in its own scope, or stands beside it with weaker force."""
    applied = terms.resolve(row.term, on, _scope(row))
    return row == applied.row or row in applied.beside


def _departure(row: PolicyRow, facts: DeparturesFacts, on: date, terms: Terms) -> Departure:
    value, national = value_told(row, facts.library), _national(row, on, terms)
    return Departure(
        region=_region(row, facts),
        value=value,
        national=national.value if national else None,
        differs=national is None or national.value != row.value,
        told=value.told_by(on),
        permitted=value.permitted_by is not None,
    )


def _national(row: PolicyRow, on: date, terms: Terms) -> Resolved | None:
    try:
        return terms.resolve(row.term, on)
    except UnanswerableError:
        return None


def _sentence(values: Departures, on: date) -> Sentence:
    if not values.differing:
        return Sentence(
            f"Ingen region avviker från de nationella villkoren den {on}.",
            f"No region departs from the national terms on {on}.",
        )
    listed = ", ".join(
        f"{one.region or one.value.scope}: {one.value.term} ({one.value.valid_from})"
        for one in values.departures
        if one.differs
    )
    count, lacking, untold = values.differing, values.without_permission, values.without_communication
    return Sentence(
        f"{number(len(values.regions), 'region', 'regioner')} avviker den {on} i "
        f"{number(count, 'värde', 'värden')}: {listed}; för {lacking} av {count} har ingen "
        f"publicerat vad som tillåter det, och för {untold} är det inte känt att någon har fått veta det.",
        f"{number(len(values.regions), 'region departs', 'regions depart')} on {on} in "
        f"{number(count, 'value', 'values')}: {listed}; for {lacking} of {count} nobody has "
        f"published what permits it, and for {untold} nobody is known to have been told.",
    )
