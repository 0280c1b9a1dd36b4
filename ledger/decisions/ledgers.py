"""Decisions about the ledger itself: opening it, and accepting a clock that jumped."""

from typing import Any, Literal

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.errors import Refusal
from ledger.events.ledger import ClockAccepted, LedgerOpened
from ledger.facts.genesis import THIS, Genesis, genesis
from ledger.values import TZ_VERSION, Code, Instant, Text

RECORD_FORMAT = 2


class LedgerAlreadyOpen(Refusal):
    """A ledger has one genesis; it says for ever which ledger it is and whether its time is real."""

    code = "ledger-already-open"
    clause = "house rule 2"
    title_sv = "Liggaren är redan öppnad"
    title_en = "The ledger is already open"


class LedgerNotOpen(Refusal):
    """Nothing can be recorded in a ledger that has no genesis."""

    code = "ledger-not-open"
    clause = "house rule 2"
    title_sv = "Liggaren är inte öppnad"
    title_en = "The ledger is not open"


@command
class OpenLedger:
    """Open a new ledger: its id, and whether its time is real or simulated."""

    ledger: Code
    mode: Literal["real", "simulated"]


@command
class AcceptClock:
    """Accept a clock that jumped ahead beyond its limit, so that appends go on."""

    jumped_to: Instant
    reason: Text


def _genesis(_: Any, __: Context) -> Asking[Genesis]:
    found: Genesis = yield genesis(THIS)
    return found


@decides(
    OpenLedger, facts=_genesis, raises=(LedgerAlreadyOpen,), example={"ledger": "l-5f3a", "mode": "simulated"}
)
def open_ledger(command: OpenLedger, found: Genesis, _: Context) -> Ruling:
    """One genesis, at position 1."""
    if found.opened is not None:
        detail = f"this is ledger {found.opened.ledger}"
        raise LedgerAlreadyOpen(detail, field="ledger", positions=(found.position,))
    opened = LedgerOpened(
        ledger=command.ledger, mode=command.mode, format=RECORD_FORMAT, tz_version=TZ_VERSION
    )
    return Ruling((opened,))


@decides(
    AcceptClock,
    facts=_genesis,
    raises=(LedgerNotOpen,),
    example={"jumped_to": "2026-03-01T06:30:00Z", "reason": "planned maintenance over the summer"},
)
def accept_clock(command: AcceptClock, found: Genesis, _: Context) -> Ruling:
    """An operator's word that the clock is right; the store lets this event, and what follows it, jump."""
    if found.opened is None:
        raise LedgerNotOpen("the ledger has no genesis yet")
    return Ruling((ClockAccepted(jumped_to=command.jumped_to, reason=command.reason),))
