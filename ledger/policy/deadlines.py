"""What the law lets happen to a call-off until when, and how long its records are kept (domain 5 and 7).

Whether a call-off can be reviewed at all is argued, never asserted: these are the last days on which somebody
could try. Dates are local; a last day is the last one that counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.policy.model import Resolved
from ledger.values import plus_months

STANDSTILL = "standstill.days"
TERMS = (
    STANDSTILL,
    "review.validity-months",
    "review.validity-days-after-notice",
    "review.damages-months",
    "retention.bookkeeping-years",
    "retention.agreement-years",
)
YEAR_MONTHS = 12
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Review:
    """The last days of a review of one contract.

    ``standstill_last_on`` is the last day of a voluntary standstill after the award, None without one;
    ``concluded_in_standstill`` says that the contract came before its end. ``validity_last_on`` takes the
    notice into account where one was sent, ``validity_without_notice_on`` does not.
    """

    standstill_last_on: date | None
    concluded_in_standstill: bool
    validity_last_on: date
    validity_without_notice_on: date
    damages_last_on: date


@dataclass(frozen=True, slots=True)
class Retention:
    """The last days on which records must be kept: those of the agreement, those of bookkeeping."""

    agreement_last_on: date
    bookkeeping_last_on: date


def review_of(
    awarded_on: date, concluded_on: date, notice_on: date | None, terms: Mapping[str, Resolved]
) -> Review:
    """The last days of a review, from the award, the conclusion and the notice of it, if one was sent.

    A notice sent before the contract was concluded shortens nothing before there is a contract.
    """
    days = terms[STANDSTILL].number
    standstill = awarded_on + timedelta(days) if days else None
    plain = plus_months(concluded_on, terms["review.validity-months"].number)
    told = timedelta(terms["review.validity-days-after-notice"].number)
    return Review(
        standstill_last_on=standstill,
        concluded_in_standstill=standstill is not None and concluded_on <= standstill,
        validity_last_on=plain if notice_on is None else min(plain, max(notice_on, concluded_on) + told),
        validity_without_notice_on=plain,
        damages_last_on=plus_months(concluded_on, terms["review.damages-months"].number),
    )


def retention_of(last_on: date, terms: Mapping[str, Resolved]) -> Retention:
    """How long the records of an assignment are kept whose last day this was; books close with the year."""
    kept = plus_months(last_on, terms["retention.agreement-years"].number * YEAR_MONTHS)
    year = last_on.year + terms["retention.bookkeeping-years"].number
    return Retention(agreement_last_on=kept, bookkeeping_last_on=date(year + 1, 1, 1) - DAY)
