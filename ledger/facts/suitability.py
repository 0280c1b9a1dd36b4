"""What the agreement asks of a consultant, tested at the dates of an offer: each requirement one ``Check``.

Pure: profiles and worked time under every id of the human, the region that calls off, resolved policy. The
award records these checks; views and questions show them for any date.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ledger.events.checks import Check, Outcome, TestDate, Tested
from ledger.facts.competence import TERMS as COMPETENCE_TERMS
from ledger.facts.competence import CompetenceTerms
from ledger.facts.competence_checks import competence_checks
from ledger.facts.former_employee import TERMS as BAR_TERMS
from ledger.facts.former_employee import Barred, BarTerms, bar_at, employers_of
from ledger.facts.hires import RETEST, Hire, Person, at_dates, governs, positions
from ledger.facts.parties import Region
from ledger.facts.placement import NEVER, PlacementReading, PlacementTerms, placed_at, reading_at, settled_by
from ledger.facts.placement import TERMS as PLACEMENT_TERMS
from ledger.facts.profiles import Profile
from ledger.facts.references import TERMS as REFERENCE_TERMS
from ledger.facts.references import ReferenceTerms, references_at
from ledger.policy.model import Resolved
from ledger.policy.remembered import remembered

TERMS = tuple(dict.fromkeys((*COMPETENCE_TERMS, *BAR_TERMS, *PLACEMENT_TERMS, *REFERENCE_TERMS)))
CHECKS_KEPT = 4_096
BAR_CLAUSE = "S3: twelve months' bar for former employees of the region that calls off"
PLACEMENT_CLAUSE = "Lag (2012:854) om uthyrning av arbetstagare 12 a §"
REFERENCE_CLAUSE = "domain 5, topic 13: two references"
OWN_COMPANY = "staff of a company of her own: whether the act applies is argued"


@dataclass(frozen=True, slots=True)
class SuitabilityTerms:
    """How suitability is tested: read once from resolved values, and the same for every offer."""

    competence: CompetenceTerms
    references: ReferenceTerms
    bar: BarTerms
    placement: PlacementTerms

    @classmethod
    def of(cls, terms: Mapping[str, Resolved]) -> "SuitabilityTerms":
        """From resolved values. Raises LookupError for a value no rule understands."""
        return _read(tuple([terms[name] for name in TERMS]))


@remembered
def _read(values: tuple[Resolved, ...]) -> SuitabilityTerms:
    terms = dict(zip(TERMS, values, strict=True))
    return SuitabilityTerms(
        CompetenceTerms.of(terms), ReferenceTerms.of(terms), BarTerms.of(terms), PlacementTerms.of(terms)
    )


def checks(hire: Hire, person: Person, region: Region, rules: SuitabilityTerms) -> tuple[Check, ...]:
    """Every requirement on the consultant, tested."""
    return (
        *competence_checks(hire, person.profiles, rules.competence),
        reference_check(hire, person.profiles, rules.references),
        bar_check(hire, person.profiles, region, rules.bar),
        placement_check(hire, person, rules.placement),
    )


def reference_check(hire: Hire, profiles: Sequence[Profile], rule: ReferenceTerms) -> Check:
    """References as checked by the date of the offer: shown; what an offer lacks is said by its documents."""
    name, on = ("offer", hire.dates["offer"]) if "offer" in hire.dates else (RETEST, max(hire.dates.values()))
    found = references_at(profiles, on, rule)
    count = len(found.counting)
    outcome: Outcome = "met" if count >= rule.least else "not-shown"
    code, detail = ("", "") if outcome == "met" else ("references-not-shown", f"{count} checks count")
    if found.against:
        outcome, code, detail = "flagged", "reference-against", "somebody asked does not recommend"
    test = Tested(
        name="offer" if name == "offer" else "retest",
        on=on,
        governs=True,
        met=count >= rule.least,
        amount=count if found.known else None,
        required=rule.least,
    )
    facts = positions([fact.position for fact in found.known])
    return Check(
        name="references", outcome=outcome, excludes=False, code=code, clause=REFERENCE_CLAUSE,
        detail=detail, unit="references", tested=(test,), terms=REFERENCE_TERMS, facts=facts,
    )  # fmt: skip


def bar_check(hire: Hire, profiles: Sequence[Profile], region: Region, rule: BarTerms) -> Check:
    """The former-employee bar at every date; it excludes where it holds at a date that governs."""
    if not any(profile.employments for profile in profiles):
        return _never_employed(tuple(hire.dates.items()), rule)

    def barred(on: date) -> Barred:
        return bar_at(profiles, employers_of(region, hire.authority, on, rule), on, rule)

    found = at_dates(hire.dates, barred)
    facts = positions(*[_behind(bar, region, hire.authority) for bar in found.values()])
    return _bar_check(hire.dates, found, rule, facts)


@lru_cache(maxsize=CHECKS_KEPT)
def _never_employed(dates: tuple[tuple[TestDate, date], ...], rule: BarTerms) -> Check:
    """The bar on somebody of whom no employment is recorded: the same for everybody on the same dates."""
    found = at_dates(dict(dates), lambda on: bar_at((), frozenset(), on, rule))
    return _bar_check(dict(dates), found, rule, ())


def _bar_check(
    dates: Mapping[TestDate, date], found: Mapping[TestDate, Barred], rule: BarTerms, facts: tuple[int, ...]
) -> Check:
    tested = tuple([
        Tested(
            name=name, on=dates[name], governs=governs(name, rule.tested_on), met=not bar.holds,
            amount=bar.days_since, required=bar.days_required,
        )
        for name, bar in found.items()
    ])  # fmt: skip
    holding = next((test for test in tested if not test.met and test.governs), None)
    return Check(
        name="former-employee",
        outcome="not-met" if holding else "met",
        excludes=holding is not None,
        code="former-employee" if holding else "",
        clause=BAR_CLAUSE,
        detail=_barred(holding, found[holding.name]) if holding else "",
        unit="days since the last date employed",
        tested=tested,
        terms=BAR_TERMS,
        facts=facts,
    )


def _behind(bar: Barred, region: Region, authority: str) -> tuple[int, ...]:
    """The employment, and where it was a predecessor's, the successions in the region."""
    if bar.employment is None:
        return ()
    own = bar.employment.event.employer == region.legal_person(authority)
    return (bar.employment.position, *(() if own else (told.position for told in region.successions)))


def _barred(test: Tested, bar: Barred) -> str:
    return f"employed within the {bar.days_required} days up to {test.on} ({test.name})"


def placement_check(hire: Hire, person: Person, rule: PlacementTerms) -> Check:
    """The statutory counter when the offered period begins: an indicator, never an exclusion."""
    name: TestDate = "start" if "start" in hire.dates else "retest"
    period, unit, own = (hire.from_on, hire.until_on), hire.operating_unit, person.own_company
    placed = placed_at(person.worked, person.profiles, unit, hire.from_on, rule)
    settled = settled_by(person.profiles, unit, hire.from_on)
    if placed is NEVER and settled is None and not own:
        return _never_placed(name, period, rule)
    return _placement_check(name, hire.from_on, reading_at(placed, settled, hire.from_on, rule, period), own)


@lru_cache(maxsize=CHECKS_KEPT)
def _never_placed(name: TestDate, period: tuple[date, date], rule: PlacementTerms) -> Check:
    """The counter of somebody who was never there: the same for everybody on the same dates."""
    return _placement_check(name, period[0], reading_at(NEVER, None, period[0], rule, period), ())


def _placement_check(name: TestDate, on: date, reading: PlacementReading, own: tuple[int, ...]) -> Check:
    outcome, code, detail = _placement_outcome(reading, own)
    test = Tested(
        name=name,
        on=on,
        governs=True,
        met=not reading.exceeded,
        amount=reading.days,
        required=reading.days_max,
    )
    settled = () if reading.settled is None else (reading.settled,)
    return Check(
        name="statutory-placement",
        outcome=outcome,
        excludes=False,
        code=code,
        clause=PLACEMENT_CLAUSE,
        detail=detail,
        unit="days placed, of at most",
        tested=(test,),
        terms=PLACEMENT_TERMS,
        facts=positions(reading.facts, own, settled),
    )


def _placement_outcome(reading: PlacementReading, own_company: tuple[int, ...]) -> tuple[Outcome, str, str]:
    if reading.settled is not None:
        return "met", "", "an offer or a payment was made: the consultant may stay"
    own = OWN_COMPANY if own_company else ""
    if reading.exceeded or reading.exceeds_on is not None:
        when = "already" if reading.exceeded else f"from {reading.exceeds_on} if every day is worked"
        detail = f"more than {reading.days_max} days {when}"
        return "flagged", "statutory-placement", f"{detail}; {own}" if own else detail
    return ("flagged", "own-company", own) if own else ("met", "", "")
