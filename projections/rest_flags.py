"""Where one human had too little daily or weekly rest, over every id and every unit: flags, never blocks."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.decisions.base import Asking
from ledger.facts.aliases import same_humans
from ledger.facts.policies import policies
from ledger.facts.rest import TERMS, RestFlag, RestRule, rest_flags
from ledger.facts.worked_time import WorkedTime, worked_time
from ledger.policy.model import Library, Resolved
from ledger.values import AgreementId, Instant, LocalDate, local_date
from projections.base import Terms, UnknownKeyError, evidence_of, view
from projections.explanations import RESTED, Explanation
from projections.humans import LINKS
from projections.worked_kept import WORKED_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class RestParams:
    """The agreement whose policy applies; with ``from_on`` only periods that begin on or after that date."""

    agreement: AgreementId
    from_on: LocalDate | None = None


@dataclass(frozen=True, slots=True)
class RestFacts:
    """What the reading rests on."""

    consultant: str
    states: dict[str, WorkedTime]
    library: Library
    params: RestParams


@dataclass(frozen=True, slots=True)
class RestShown:
    """A period with too little rest; lengths are minutes."""

    kind: Literal["daily", "weekly"]
    from_at: Instant
    until_at: Instant
    longest_minutes: int
    needed_minutes: int
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RestFlags:
    """The flags of one human, and what may explain them."""

    consultant: str
    same_human: tuple[str, ...]
    on: date
    daily: int
    weekly: int
    flags: tuple[RestShown, ...]
    innocent: tuple[Explanation, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


def asks(consultant: str, _at: date, params: RestParams) -> Asking[RestFacts]:
    """The worked time of every id of one human, and the policy of the agreement."""
    ids = (yield from same_humans([consultant]))[consultant]
    states = yield {one: worked_time(one) for one in ids}
    library = yield policies(params.agreement)
    return RestFacts(consultant, dict(states), library, params)


@view(
    "rest-flags",
    titles=("Dygns- och veckovila", "Daily and weekly rest"),
    kind=worked_time,
    shape=WORKED_TIME,
    params=RestParams,
    asks=asks,
    beside=(LINKS,),
)
def read(facts: RestFacts, at: date) -> RestFlags:
    """Where a consultant had less daily or weekly rest than the working hours act asks."""
    if not any(state.assignments for state in facts.states.values()):
        raise UnknownKeyError(f"no worked time of consultant {facts.consultant} is known")
    terms = Terms.of(facts.library, facts.params.agreement)
    rule = RestRule.of({name: terms.resolve(name, at) for name in TERMS})
    flags = [_shown(flag) for flag in rest_flags(facts.states.values(), at, rule)]
    shown = tuple(flag for flag in flags if _asked(flag, facts.params))
    return RestFlags(
        consultant=facts.consultant,
        same_human=tuple(sorted(facts.states)),
        on=at,
        daily=sum(flag.kind == "daily" for flag in shown),
        weekly=sum(flag.kind == "weekly" for flag in shown),
        flags=shown,
        innocent=RESTED if shown else (),
        evidence=evidence_of(*(flag.facts for flag in shown)),
        terms=terms.all(),
    )


def _asked(flag: RestShown, params: RestParams) -> bool:
    return params.from_on is None or local_date(flag.from_at) >= params.from_on


def _shown(flag: RestFlag) -> RestShown:
    return RestShown(
        kind=flag.kind,
        from_at=flag.from_at,
        until_at=flag.until_at,
        longest_minutes=flag.longest_minutes,
        needed_minutes=flag.needed_minutes,
        facts=flag.facts,
    )
