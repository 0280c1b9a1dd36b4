"""What some humans have worked, under every id each of them has: as known now, or at an earlier position."""

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.facts.aliases import aliases, same_humans
from ledger.facts.worked_shifts import WorkedTime, worked_time
from ledger.fold import Fold, until


@dataclass(frozen=True, slots=True)
class Humans:
    """``ids`` holds every id of a consultant's human, ``worked`` the time worked under each such id."""

    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    worked: Mapping[str, WorkedTime] = field(default_factory=dict)

    def of(self, consultant: str) -> tuple[WorkedTime, ...]:
        """The time worked under every id of a consultant's human."""
        return tuple([self.worked[one] for one in self.ids[consultant]])


def humans(
    consultants: Iterable[str], known_at: int | None = None
) -> Generator[Mapping[str, Fold[Any]], Mapping[str, Any], Humans]:
    """What a decision asks (``yield from``) of consultants; with a position, blind to what came after it."""
    links, time = aliases, worked_time
    if known_at is not None:
        links, time = until(aliases, known_at), until(worked_time, known_at)
    ids = yield from same_humans(consultants, links)
    worked = yield {one: time(one) for human in ids.values() for one in human}
    return Humans(ids, worked)
