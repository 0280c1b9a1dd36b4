"""What views of one consultant share: the worked time of every id of that human, and its scopes."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from ledger.decisions.base import Asking
from ledger.facts.policies import policies
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
from ledger.policy.model import Library, Scope
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
        """Every assignment of the human. Raises UnknownKeyError when there is none."""
        found = tuple(one for state in self.states for one in state.assignments.values())
        if not found:
            raise UnknownKeyError(f"no worked time of consultant {self.consultant} is known")
        return found

    def terms(self) -> Terms:
        """The policy in force. Raises UnanswerableError before any."""
        return Terms.of(self.library, self.params.agreement)


def asks_human(consultant: str, _at: date, params: P) -> Asking[HumanFacts[P]]:
    """The worked time of every id of one human, and the policy of the agreement.

    What a human with one id comes to is asked for at once: what was read is not read again.
    """
    first = yield {
        "library": policies(params.agreement), "links": aliases(consultant), "own": worked_time(consultant)
    }  # fmt: skip
    ids = (yield from same_humans([consultant]))[consultant]
    states = yield {one: worked_time(one) for one in ids}
    return HumanFacts(consultant, ids, tuple(states[one] for one in ids), first["library"], params)


def scope_of(held: AssignmentTime, params: HumanParams, at: date, terms: Terms) -> ContinuityScope:
    """The scope in which an assignment counts, as asked or as the policy has it. Raises UnanswerableError."""
    local = Scope.of(held)
    level = params.level or terms.resolve("continuity.scope", at, local).text
    follows = terms.resolve("continuity.follows-consultant", at, local).truth
    supplier = params.supplier if follows else held.supplier
    match level:
        case "unit":
            return ContinuityScope("unit", held.unit, supplier)
        case "operating-unit":
            return ContinuityScope("operating-unit", held.operating_unit, supplier)
        case "region":
            return ContinuityScope("region", held.region, supplier)
    raise UnanswerableError(f"continuity.scope {level} is no level")


def rule_of(at: date, local: Scope, terms: Terms) -> ContinuityRule:
    """How far apart two dates of one streak may lie, as the policy has it."""
    return ContinuityRule(
        terms.resolve("continuity.break-days-max", at, local).number,
        frozenset(terms.resolve("continuity.excused", at, local).words),
    )
