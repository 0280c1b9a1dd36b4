"""The former-employee bar (karens) of one human in one region, and again in every assignment there."""

from dataclasses import dataclass
from datetime import date

from ledger.events.employment import EmploymentForm
from ledger.facts.former_employee import TERMS, Barred, BarTerms, bar_at, employers_of
from ledger.facts.hires import Person
from ledger.facts.profiles import Profile, profiles
from ledger.policy.model import Resolved
from ledger.values import AgreementId, AssignmentId, AuthorityId, ConsultantId, OrganisationNumber, RegionId
from projections.base import evidence_of, view
from projections.dossiers import Dossier, asks_dossier, resolved, understood
from projections.humans import LINKS
from projections.shapes import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class BarParams:
    """The region that calls off, and one of its authorities or each of them."""

    agreement: AgreementId
    region: RegionId
    authority: AuthorityId | None = None


@dataclass(frozen=True, slots=True)
class EmployedAt:
    """An employment as recorded: at whom, how, from when, the last date on which it counts, on whose word."""

    employer: OrganisationNumber
    form: EmploymentForm
    from_on: date
    last_on: date | None
    source: str
    trust: str
    position: int


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar for one authority: days since the last date employed (None: never), and days it lasts."""

    authority: AuthorityId
    barred: bool
    last_on: date | None
    days_since: int | None
    days_required: int
    employment: EmployedAt | None


@dataclass(frozen=True, slots=True)
class Retest:
    """The bar tested again in an assignment: on its first date, and on the date asked about if it runs."""

    assignment: AssignmentId
    from_on: date
    until_on: date
    at_start: bool
    now: bool | None


@dataclass(frozen=True, slots=True)
class FormerEmployeeBar:
    """The bar of one human in a region at a date, every authority's and every assignment's."""

    consultant: ConsultantId
    same_human: tuple[ConsultantId, ...]
    on: date
    bars: tuple[Bar, ...]
    retests: tuple[Retest, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


@view(
    "former-employee-bar",
    titles=("Karens", "Former-employee bar"),
    kind=profiles,
    shape=plain(Profile),
    params=BarParams,
    asks=asks_dossier,
    beside=(LINKS,),
)
def read(facts: Dossier[BarParams], at: date) -> FormerEmployeeBar:
    """Whether a consultant is barred from a region's orders as its former employee, by each legal person."""
    person, terms = facts.known(), facts.terms()
    rule = understood(BarTerms, resolved(terms, TERMS, at, facts.params.region))
    bars = tuple(_bar(facts, name, at, rule) for name in _authorities(facts))
    retests = tuple(_retests(facts, person, at, rule))
    jobs = [f.position for p in person.profiles for f in p.employments]
    contracts = [h.contract.position for _, h in facts.held() if h.contract]
    evidence = evidence_of(jobs, contracts if retests else ())
    return FormerEmployeeBar(facts.consultant, facts.ids, at, bars, retests, evidence, terms.all())


def _authorities(facts: Dossier[BarParams]) -> tuple[str, ...]:
    if facts.params.authority is not None:
        return (facts.params.authority,)
    return tuple(sorted(facts.region.authorities()))


def _bar(facts: Dossier[BarParams], authority: str, at: date, rule: BarTerms) -> Bar:
    employers = employers_of(facts.region, authority, at, rule)
    found = bar_at(facts.person.profiles, employers, at, rule)
    return Bar(authority, found.holds, found.last_on, found.days_since, found.days_required, _employed(found))


def _employed(found: Barred) -> EmployedAt | None:
    if found.employment is None:
        return None
    job = found.employment.event
    return EmployedAt(
        job.employer, job.form, job.from_on, found.last_on, job.source, job.trust, found.employment.position
    )


def _retests(facts: Dossier[BarParams], person: Person, at: date, rule: BarTerms) -> list[Retest]:
    """Every contract in the region, tested for all of the region's authorities that were asked about."""
    found = []
    for assignment, held in facts.held():
        contract = held.contract
        if contract is None or held.region != facts.params.region:
            continue
        start = _holds(facts, person, contract.from_on, rule)
        runs = contract.from_on <= at < contract.ends_on
        now = _holds(facts, person, at, rule) if runs else None
        found.append(Retest(assignment, contract.from_on, contract.ends_on, start, now))
    return found


def _holds(facts: Dossier[BarParams], person: Person, on: date, rule: BarTerms) -> bool:
    names = _authorities(facts)
    return any(
        bar_at(person.profiles, employers_of(facts.region, n, on, rule), on, rule).holds for n in names
    )
