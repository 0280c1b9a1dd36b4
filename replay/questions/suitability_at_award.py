"""What questions 10 and 11 share: an offered human's checks as recorded, as then known and as now known."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.decisions.suitability import hire_of
from ledger.events.checks import Check
from ledger.facts.hires import Person
from ledger.facts.parties import Region, regions
from ledger.facts.persons import person
from ledger.facts.suitability import TERMS, SuitabilityTerms, checks
from ledger.policy.model import Resolved
from projections.base import UnanswerableError
from replay.questions.awarded import AwardCase, AwardParams, award_case
from replay.questions.base import Asking, as_known


@dataclass(frozen=True, slots=True)
class SuitabilityCase:
    """The award, the region that called off, and the offered human as then and as now known."""

    award: AwardCase
    region: Region
    then: Person
    now: Person


@dataclass(frozen=True, slots=True)
class Compared:
    """One requirement three times: as the award recorded it (None before it did), then and now known."""

    recorded: Check | None
    then: Check
    now: Check

    @property
    def changed_by(self) -> tuple[int, ...]:
        """The facts behind the test as now known that were not behind it as then known."""
        return tuple(sorted(set(self.now.facts) - set(self.then.facts)))


def suitability_case(params: AwardParams) -> Asking[SuitabilityCase]:
    """Facts (``yield from``): the award, and everything about the human, known then and known now."""
    case = yield from award_case(params)
    region: Region = yield regions(case.published.region)
    then = yield from as_known(person(case.offer.consultant), case.awarded.position - 1)
    now = yield from person(case.offer.consultant)
    return SuitabilityCase(case, region, then, now)


def compared(
    case: SuitabilityCase, names: Sequence[str]
) -> tuple[tuple[Compared, ...], tuple[Resolved, ...]]:
    """These requirements, and the policy values behind them. Raises UnanswerableError."""
    pinned = case.award.pinned()
    terms = pinned.named(TERMS)
    hire = hire_of(case.award.published, case.award.version)
    try:
        rules = SuitabilityTerms.of(terms)
        then, now = (
            {check.name: check for check in checks(hire, known, case.region, rules)}
            for known in (case.then, case.now)
        )
    except LookupError as error:
        raise UnanswerableError(str(error)) from error
    recorded = {
        check.name: check
        for one in case.award.awarded.event.checks
        if one.offer == case.award.offer.offer
        for check in one.checks
    }
    found = tuple(Compared(recorded.get(n), then[n], now[n]) for n in names if n in then and n in now)
    used = {name for one in found for name in (*one.then.terms, *one.now.terms)}
    return found, tuple(term for term in pinned.terms.all() if term.row.term in used)
