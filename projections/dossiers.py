"""What views of one human's suitability share: profiles and worked time under every id, and the policy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from ledger.decisions.base import Asking
from ledger.facts.hires import Person
from ledger.facts.parties import Region, regions
from ledger.facts.policies import policies
from ledger.facts.profiles import Profile, profiles
from ledger.facts.worked_shifts import AssignmentTime
from ledger.facts.worked_time import same_humans, worked_time
from ledger.policy.model import Library, Resolved, Scope
from projections.base import Terms, UnanswerableError, UnknownKeyError


class DossierParams(Protocol):
    """What every question about a human's suitability takes: the agreement, and the region that asks."""

    @property
    def agreement(self) -> str:
        """The agreement whose policy applies."""
        ...

    @property
    def region(self) -> str | None:
        """The region whose policy applies; None asks nationally."""
        ...


P = TypeVar("P", bound=DossierParams)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Dossier(Generic[P]):
    """Everything recorded about one human under every id, the region that asks, and the policies."""

    consultant: str
    ids: tuple[str, ...]
    person: Person
    region: Region
    library: Library
    params: P

    def known(self) -> Person:
        """The human. Raises UnknownKeyError when nothing at all is recorded about her."""
        if self.person.profiles == (Profile(),) and not self.held():
            raise UnknownKeyError(f"nothing about consultant {self.consultant} is known")
        return self.person

    def held(self) -> tuple[tuple[str, AssignmentTime], ...]:
        """Every assignment of the human with its id, by id."""
        found = {a: held for time in self.person.worked for a, held in time.assignments.items()}
        return tuple(sorted(found.items()))

    def terms(self) -> Terms:
        """The policy in force. Raises UnanswerableError before any."""
        return Terms.of(self.library, self.params.agreement)


def asks_dossier(consultant: str, _at: date, params: P) -> Asking[Dossier[P]]:
    """The profiles and the worked time of every id of one human, the region, the policy of the agreement."""
    ids = (yield from same_humans([consultant]))[consultant]
    worked = yield {one: worked_time(one) for one in ids}
    recorded = yield {one: profiles(one) for one in ids}
    library = yield policies(params.agreement)
    region: Region = (yield regions(params.region)) if params.region else Region()
    person = Person(tuple(recorded[one] for one in ids), tuple(worked[one] for one in ids))
    return Dossier(consultant, ids, person, region, library, params)


def resolved(terms: Terms, names: Iterable[str], at: date, region: str | None) -> Mapping[str, Resolved]:
    """The values of terms for a region on a date. Raises UnanswerableError."""
    return {name: terms.resolve(name, at, Scope(region=region)) for name in names}


def understood(rules: type[V], found: Mapping[str, Resolved]) -> V:
    """The rules that resolved values make. Raises UnanswerableError for a value no rule understands."""
    try:
        made: V = rules.of(found)  # type: ignore[attr-defined]
    except LookupError as error:
        raise UnanswerableError(str(error)) from error
    return made
