"""The simulated clock at the door: a header moves it, on a simulated ledger only."""

from starlette.requests import Request

from api.parts import Parts
from api.problems import HEADER, NOT_SIMULATED, ProblemError
from ledger.clock import SimulatedClock
from ledger.values import INSTANT_MAX, parsed_instant

SIMULATED_NOW = "Liggare-Simulated-Now"


def received_at(parts: Parts, request: Request) -> int:
    """The door's instant of a command (µs).

    On a simulated ledger it is what the header says, so that a story told by many callers at once gets the same times
    however they interleave; the clock follows, and never goes back. Raises ProblemError.
    """
    said = request.headers.get(SIMULATED_NOW)
    if said is None:
        return parts.clock.now()
    if not isinstance(parts.clock, SimulatedClock):
        raise ProblemError(NOT_SIMULATED.about(NOT_SIMULATED.detail, field=SIMULATED_NOW))
    at = _instant_of(said)
    parts.clock.advance_to(at)
    return at


def _instant_of(said: str) -> int:
    try:
        at = parsed_instant(said)
    except ValueError:
        at = None
    if not isinstance(at, int) or not 0 <= at <= INSTANT_MAX:
        raise ProblemError(HEADER.about("Write the instant as RFC 3339 text with an offset.", field=SIMULATED_NOW))
    return at
