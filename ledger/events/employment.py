"""Events about employments at legal persons: what the former-employee bar (karens) rests on (S3)."""

from typing import Literal

from ledger.events.base import event
from ledger.events.offers import Trust
from ledger.values import AuthorityId, ConsultantId, LocalDate, OrganisationNumber, Text

EmploymentForm = Literal["monthly", "hourly"]


@event("employment-recorded", tags=("consultant",), secrecy="person")
class EmploymentRecorded:
    """A consultant is or was employed by a legal person, in a half-open period; without an end it still runs.

    ``stated_by`` is whose mandate it was recorded under: the supplier's, or that of the agreement's owners.
    For hourly staff ``last_worked_on`` is the date of the last hour worked. ``corrects`` is the position of
    an earlier record that this one replaces.
    """

    consultant: ConsultantId
    employer: OrganisationNumber
    authority: AuthorityId | None
    form: EmploymentForm
    from_on: LocalDate
    until_on: LocalDate | None
    last_worked_on: LocalDate | None
    source: Text
    trust: Trust
    stated_by: Literal["supplier", "owner"] = "owner"
    corrects: int | None = None
