"""The simulated clock at the door: a header moves it, on a simulated ledger only."""

from starlette.requests import Request

from api.origin import instant_of
from api.parts import Parts
from api.problems import NOT_SIMULATED, ProblemError
from ledger.clock import SimulatedClock

SIMULATED_NOW = "Liggare-Simulated-Now"


def received_at(parts: Parts, request: Request) -> int:
    """The door's instant of a command (µs).

    On a simulated ledger it is what the header says, so that a story told by many callers at once gets the
    same times however they interleave; the clock follows, and never goes back. Raises ProblemError.
    """
    said = request.headers.get(SIMULATED_NOW)
    if said is None:
        return parts.clock.now()
    if not isinstance(parts.clock, SimulatedClock):
        raise ProblemError(NOT_SIMULATED.about(NOT_SIMULATED.detail, field=SIMULATED_NOW))
    at = instant_of(said, SIMULATED_NOW)
    parts.clock.advance_to(at)
    return at
