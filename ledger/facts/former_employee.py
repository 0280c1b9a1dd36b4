"""The former-employee bar (karens, domain 6): employed by that legal person on any day in (D − 12 months, D].

Hourly staff count until the last hour worked. The bar is per legal person or, where the policy says so, per
region: any of its legal persons. Who was employed by a legal person that this one has succeeded by the date
was, as the policy has it, employed by this one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from msgspec import Struct

from ledger.events.employment import EmploymentRecorded
from ledger.facts.parties import Region
from ledger.facts.profiles import Profile
from ledger.facts.recorded import Recorded
from ledger.policy.model import Resolved
from ledger.values import plus_months

DAY = timedelta(days=1)
TERMS = (
    "former-employee.months",
    "former-employee.level",
    "former-employee.predecessors",
    "former-employee.hourly-until",
    "former-employee.tested-on",
)


@dataclass(frozen=True, slots=True)
class BarTerms:
    """The bar as the policy has it: its length, whose employees, how hourly staff count, on which dates."""

    months: int
    level: str
    predecessors: bool
    hourly_until: str
    tested_on: tuple[str, ...]

    @classmethod
    def of(cls, terms: Mapping[str, Resolved]) -> "BarTerms":
        """From resolved values."""
        return cls(
            months=terms["former-employee.months"].number,
            level=terms["former-employee.level"].text,
            predecessors=terms["former-employee.predecessors"].truth,
            hourly_until=terms["former-employee.hourly-until"].text,
            tested_on=terms["former-employee.tested-on"].words,
        )


class Barred(Struct, frozen=True):
    """The latest employment seen from a date, days since its last date, and the days of the bar there.

    ``days_since`` is None without any employment; the bar holds while it is less than ``days_required``.
    """

    employment: Recorded[EmploymentRecorded] | None
    last_on: date | None
    days_since: int | None
    days_required: int

    @property
    def holds(self) -> bool:
        """Whether the consultant is barred on the date."""
        return self.days_since is not None and self.days_since < self.days_required


def employers_of(region: Region, authority: str, on: date, rule: BarTerms) -> frozenset[str]:
    """The organisation numbers whose employees are barred from an authority's orders on a date."""
    entities = region.registered.event.entities if region.registered else ()
    if rule.level == "region":
        return frozenset(entity.organisation_number for entity in entities)
    same = region.same_legal_person(authority, on) if rule.predecessors else {authority}
    return frozenset(entity.organisation_number for entity in entities if entity.authority in same)


def bar_at(profiles: Iterable[Profile], employers: frozenset[str], on: date, rule: BarTerms) -> Barred:
    """The bar on a date, by the employment that reaches closest to it."""
    required = (on - plus_months(on, -rule.months)).days
    employments = [fact for profile in profiles for fact in profile.employments]
    if not employments:
        return Barred(None, None, None, required)
    found = [
        (last_on, fact.position, fact)
        for fact in employments
        if fact.event.employer in employers and fact.event.from_on <= on
        for last_on in [min(on, last_employed(fact.event, rule) or on)]
        if fact.event.from_on <= last_on
    ]
    if not found:
        return Barred(None, None, None, required)
    last_on, _, fact = max(found, key=lambda one: one[:2])
    return Barred(fact, last_on, (on - last_on).days, required)


def last_employed(employment: EmploymentRecorded, rule: BarTerms) -> date | None:
    """The last date on which somebody was employed; None while it runs."""
    if employment.form == "hourly" and rule.hourly_until == "last-hour":
        return employment.last_worked_on or _last_on(employment)
    return _last_on(employment)


def _last_on(employment: EmploymentRecorded) -> date | None:
    return employment.until_on - DAY if employment.until_on else None
