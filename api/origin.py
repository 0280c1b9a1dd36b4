"""Where a command came from, if not directly: the system, and that system's own time, as claimed."""

import re

from starlette.requests import Request

from api.problems import HEADER, ProblemError
from ledger.decisions.base import Origin
from ledger.values import INSTANT_MAX, parsed_instant

SYSTEM_HEADER = "Liggare-Origin-System"
TIME_HEADER = "Liggare-Origin-Time"
SYSTEM = re.compile(r"[a-z0-9][a-z0-9.-]{0,79}")


def origin_of(request: Request) -> Origin | None:
    """The origin that the headers claim; None for a command given directly. Raises ProblemError."""
    system, time = request.headers.get(SYSTEM_HEADER), request.headers.get(TIME_HEADER)
    if system is None and time is None:
        return None
    if system is None or not SYSTEM.fullmatch(system):
        raise ProblemError(HEADER.about("Name the system that a command comes from.", field=SYSTEM_HEADER))
    return Origin(system, "imported", time=None if time is None else instant_of(time, TIME_HEADER))


def instant_of(text: str, name: str) -> int:
    """The instant (µs) in a header. Raises ProblemError."""
    try:
        at = parsed_instant(text)
    except ValueError:
        at = None
    if not isinstance(at, int) or not 0 <= at <= INSTANT_MAX:
        raise ProblemError(HEADER.about("Write the instant as RFC 3339 text with an offset.", field=name))
    return at
