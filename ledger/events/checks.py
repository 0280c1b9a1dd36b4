"""What an award records of each requirement on an offered consultant: the test, its dates, its facts."""

from typing import Literal

from ledger.events.shape import shaped
from ledger.values import Code, LocalDate, OfferId, Text

TestDate = Literal["publication", "offer", "start", "retest"]
Outcome = Literal["met", "not-met", "not-shown", "flagged"]


@shaped
class Tested:
    """One date of a test: whether it governs, what was found (None: nothing is known), what is required."""

    name: TestDate
    on: LocalDate
    governs: bool
    met: bool
    amount: int | None
    required: int


@shaped
class Check:
    """One requirement on one consultant, tested on facts.

    ``excludes`` says that the offer takes no part for it; ``unit`` is that of every amount; ``terms`` are the
    policy values it used and ``facts`` the positions of the events.
    """

    name: Code
    outcome: Outcome
    excludes: bool
    code: str
    clause: Text
    detail: str
    unit: Text
    tested: tuple[Tested, ...]
    terms: tuple[Code, ...]
    facts: tuple[int, ...]


@shaped
class OfferChecks:
    """The checks of one offer's consultant."""

    offer: OfferId
    checks: tuple[Check, ...]
