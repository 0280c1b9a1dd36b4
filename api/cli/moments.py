"""Moments that an option tells; what is wrong with one is said of that option."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.cli.program import USAGE, StopError
from ledger.clock import Clock
from ledger.store.log import Log
from replay.known import AtPosition, KnownAtError, looked_up, parse_known_at


@contextmanager
def told_by(option: str) -> Iterator[None]:
    """Name this option where a moment has no answer. Raises StopError."""
    try:
        yield
    except KnownAtError as error:
        raise StopError(f"{option}: {error}", USAGE) from error


def position_told(log: Log, clock: Clock, option: str, text: str) -> int:
    """The position that an option tells, or the last one recorded by its instant, found without a trace.

    Raises StopError that names the option.
    """
    with told_by(option):
        return looked_up(log, clock, parse_known_at(text))


def scope_told(log: Log, clock: Clock, start: str | None, until: str | None) -> tuple[int, int]:
    """The position before --from, and that of --until. Raises StopError."""
    after = 0
    if start is not None:
        after = position_told(log, clock, "--from", start) - isinstance(parse_known_at(start), AtPosition)
    if until is None:
        return after, log.head().position
    upto = position_told(log, clock, "--until", until)
    if upto <= after:
        raise StopError(f"--until: {until} has to come after --from {start}", USAGE)
    return after, upto
