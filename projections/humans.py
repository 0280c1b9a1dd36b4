"""What views of one consultant share: the worked time of every id of that human, and its scopes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct, field

from ledger.decisions.base import Asking
from ledger.facts.policies import policies
from ledger.facts.worked_places import PLACES
from ledger.facts.worked_time import (
    AssignmentTime,
    ContinuityRule,
    ContinuityScope,
    Level,
    WorkedTime,
    aliases,
    same_humans,
    worked_time,
)
from ledger.policy.model import Library, Resolved, Scope
from projections.base import Beside, Terms, UnanswerableError, UnknownKeyError
from projections.shapes import plain


class HumanParams(Protocol):
    """What every question about one human takes: the agreement, and where continuity is kept."""

    @property
    def agreement(self) -> str:
        """The agreement whose policy applies."""
        ...

    @property
    def level(self) -> Level | None:
        """Where streaks are kept; None is as the policy has it."""
        ...

    @property
    def supplier(self) -> str | None:
        """The one supplier that counts; None is as the policy has it."""
        ...


P = TypeVar("P", bound=HumanParams)
T = TypeVar("T")
LINKS: Beside = (aliases, plain(frozenset[str]))
"""The links between ids of one human, which every question about a consultant asks for first."""


@dataclass(frozen=True, slots=True)
class HumanFacts(Generic[P]):
    """The states of all ids of one human, the published policies, and the question's parameters."""

    consultant: str
    ids: tuple[str, ...]
    states: tuple[WorkedTime, ...]
    library: Library
    params: P

    def held(self) -> tuple[AssignmentTime, ...]:
        """Every assignment of the human, by its id, so that no answer rests on the order of learning.

        Raises UnknownKeyError when there is none.
        """
        found = tuple(state.assignments[name] for state in self.states for name in sorted(state.assignments))
        if not found:
            raise UnknownKeyError(f"no worked time of consultant {self.consultant} is known")
        return found

    def terms(self) -> Terms:
        """The policy in force. Raises UnanswerableError before any."""
        return Terms.of(self.library, self.params.agreement)


def asks_human(consultant: str, _at: date, params: P) -> Asking[HumanFacts[P]]:
    """The worked time of every id of one human, and the policy of the agreement.

    What a human with one id comes to is asked for at once: nobody who has no links has another.
    """
    first = yield {
        "library": policies(params.agreement), "links": aliases(consultant), "own": worked_time(consultant)
    }  # fmt: skip
    if not first["links"]:
        return HumanFacts(consultant, (consultant,), (first["own"],), first["library"], params)
    ids = (yield from same_humans([consultant]))[consultant]
    states = yield {one: worked_time(one) for one in ids}
    return HumanFacts(consultant, ids, tuple(states[one] for one in ids), first["library"], params)


SCOPE_TERMS = ("continuity.scope", "continuity.follows-consultant")
RULE_TERMS = ("continuity.break-days-max", "continuity.excused")


class AtPlaces(Struct, Generic[T]):
    """What several policy values come to at the places of one human on a date, made once in each scope."""

    terms: Terms
    names: tuple[str, ...]
    at: date
    made: Callable[[tuple[Mapping[str, Resolved]]], T]
    known: dict[tuple[str, str, str | None], T] = field(default_factory=dict)

    def of(self, held: AssignmentTime) -> T:
        """What they come to where an assignment lies. Raises UnanswerableError, and what making raises."""
        asked = held.region, held.lot, held.legal_person
        found = self.known.get(asked)
        if found is None:
            found = self.known[asked] = self.made((self.terms.values(self.names, self.at, Scope.of(held)),))
        return found


def itself(given: tuple[Mapping[str, Resolved]]) -> Mapping[str, Resolved]:
    """The values as they are."""
    return given[0]


def scope_by(held: AssignmentTime, params: HumanParams, known: Mapping[str, Resolved]) -> ContinuityScope:
    """The scope in which an assignment counts, as asked or as policy values have it.

    Raises UnanswerableError.
    """
    level, key, supplier = scoped_by(held, params, known)
    return ContinuityScope(level=level, key=key, supplier=supplier)


def scoped_by(
    held: AssignmentTime, params: HumanParams, known: Mapping[str, Resolved]
) -> tuple[Level, str, str | None]:
    """Its level, its key and the one supplier: what tells it from other scopes. Raises UnanswerableError."""
    level: Any = params.level or known["continuity.scope"].text
    supplier = params.supplier if known["continuity.follows-consultant"].truth else held.supplier
    place = PLACES.get(level)
    if place is None:
        raise UnanswerableError(f"continuity.scope {level} is no level")
    return level, place(held), supplier


def scope_terms(params: HumanParams) -> tuple[str, ...]:
    """The policy terms that say in which scope an assignment counts."""
    return SCOPE_TERMS[1:] if params.level else SCOPE_TERMS


def rule_by(known: Mapping[str, Resolved]) -> ContinuityRule:
    """How far apart two dates of one streak may lie, as policy values have it."""
    return ContinuityRule(
        known["continuity.break-days-max"].number, frozenset(known["continuity.excused"].words)
    )
