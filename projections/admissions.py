"""Who is admitted to an agreement on a date, by lot and region; its rounds; what sources count."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from ledger.decisions.base import Asking
from ledger.events.parties import SupplierAdmitted
from ledger.facts.admissions import Admissions, Rounds, admissions, rounds
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded
from ledger.facts.supplier_status import StatusFact
from ledger.policy.model import Library, Resolved, Scope
from ledger.values import LotId, RegionId
from projections.base import Terms, UnknownKeyError, evidence_of, view
from projections.shapes import Shape, encoded

BARRING = "status.barring"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionParams:
    """A lot and a region; without them all."""

    lot: LotId | None = None
    region: RegionId | None = None


@dataclass(frozen=True, slots=True)
class AdmissionFacts:
    """What the reading rests on."""

    agreement: str
    state: Admissions
    rounds: Rounds
    library: Library
    params: AdmissionParams


@dataclass(frozen=True, slots=True)
class AdmittedPlace:
    """The suppliers admitted to a lot in a region on the date, and those of them that are sent no orders."""

    lot: str
    region: str
    suppliers: tuple[str, ...]
    closed: tuple[str, ...]
    exceptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoundShown:
    """An admission round: by when it was to be decided, whom it admitted, and how many of them too late."""

    round: str
    lots: tuple[str, ...]
    apply_by: date
    decide_by: date
    admitted: int
    late: int
    overdue: bool
    position: int


@dataclass(frozen=True, slots=True)
class CountShown:
    """A lot (None: all) with the number this ledger has on the day, beside the one a source claims."""

    lot: str | None
    on: date
    claimed: int
    tenders: int | None
    source: str
    here: int
    position: int


@dataclass(frozen=True, slots=True)
class AgreementAdmissions:
    """The admissions of one agreement on a date. ``suppliers`` counts each once, by lot."""

    agreement: str
    on: date
    suppliers: dict[str, int]
    places: tuple[AdmittedPlace, ...]
    rounds: tuple[RoundShown, ...]
    counts: tuple[CountShown, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


def asks(agreement: str, _at: date, params: AdmissionParams) -> Asking[AdmissionFacts]:
    """The agreement's admissions, its rounds and its policy."""
    asked = yield {
        "state": admissions(agreement), "rounds": rounds(agreement), "library": policies(agreement)
    }  # fmt: skip
    return AdmissionFacts(agreement, asked["state"], asked["rounds"], asked["library"], params)


def _encode(state: Admissions) -> bytes:
    places = [[*place, facts] for place, facts in sorted(state.by_place.items())]
    return encoded({"places": places, "statuses": state.statuses})


def _restore(kept: bytes) -> Admissions:
    held: dict[str, Any] = msgspec.json.decode(kept)
    places = {
        (lot, region): msgspec.convert(facts, tuple[Recorded[SupplierAdmitted], ...])
        for lot, region, facts in held["places"]
    }
    return Admissions(places, msgspec.convert(held["statuses"], dict[str, tuple[StatusFact, ...]]))


@view(
    "admissions",
    titles=("Antagna leverantörer", "Admitted suppliers"),
    kind=admissions,
    shape=Shape(_encode, _restore),
    params=AdmissionParams,
    asks=asks,
)
def read(facts: AdmissionFacts, at: date) -> AgreementAdmissions:
    """Which suppliers are admitted where, in which round, and how many; with what sources say beside it."""
    if not facts.state.by_place and not facts.rounds.opened:
        raise UnknownKeyError(f"nobody was admitted to {facts.agreement}, and no round was opened")
    terms = Terms.of(facts.library, facts.agreement)
    places = tuple(_places(facts, at, terms))
    opened = tuple(_rounds(facts, at))
    counts = tuple(_counts(facts, at))
    return AgreementAdmissions(
        agreement=facts.agreement,
        on=at,
        suppliers={lot: len(_named(facts, lot, at)) for lot in sorted({place.lot for place in places})},
        places=places,
        rounds=opened,
        counts=counts,
        evidence=evidence_of(
            (fact.position for fact in _admitted(facts, at)),
            (fact.position for told in facts.state.statuses.values() for fact in told),
            (one.position for one in opened),
            (one.position for one in counts),
        ),
        terms=terms.all(),
    )


def _admitted(facts: AdmissionFacts, at: date) -> Iterator[Recorded[SupplierAdmitted]]:
    for (lot, region), told in sorted(facts.state.by_place.items()):
        if facts.params.lot in (None, lot) and facts.params.region in (None, region):
            yield from (fact for fact in told if fact.event.from_on <= at)


def _named(facts: AdmissionFacts, lot: str | None, at: date) -> frozenset[str]:
    return frozenset(f.event.supplier for f in _admitted(facts, at) if lot in (None, f.event.lot))


def _places(facts: AdmissionFacts, at: date, terms: Terms) -> Iterator[AdmittedPlace]:
    found = list(_admitted(facts, at))
    for lot, region in sorted({(fact.event.lot, fact.event.region) for fact in found}):
        there = [f.event for f in found if (f.event.lot, f.event.region) == (lot, region)]
        barring = terms.resolve(BARRING, at, Scope(region=region, lot=lot)).words
        yield AdmittedPlace(
            lot=lot,
            region=region,
            suppliers=tuple(sorted(e.supplier for e in there)),
            closed=tuple(sorted(facts.state.barred(lot, region, at, barring))),
            exceptions=tuple(sorted(e.supplier for e in there if e.exception != "none")),
        )


def _rounds(facts: AdmissionFacts, at: date) -> Iterator[RoundShown]:
    every = [fact.event for told in facts.state.by_place.values() for fact in told]
    for name, fact in sorted(facts.rounds.opened.items()):
        mine = [e for e in every if e.round == name and e.decided_on <= at]
        yield RoundShown(
            round=name,
            lots=fact.event.lots,
            apply_by=fact.event.apply_by,
            decide_by=fact.event.decide_by,
            admitted=len({e.supplier for e in mine}),
            late=len({e.supplier for e in mine if e.exception == "late"}),
            overdue=at > fact.event.decide_by and not any(e.exception == "none" for e in mine),
            position=fact.position,
        )


def _counts(facts: AdmissionFacts, at: date) -> Iterator[CountShown]:
    for fact in facts.rounds.counts:
        e = fact.event
        here = len(_named(facts, e.lot, e.on))
        if e.on <= at:
            yield CountShown(e.lot, e.on, e.suppliers, e.tenders, e.source, here, fact.position)
