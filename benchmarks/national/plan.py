"""How much of what is measured: everything is said in the document, and so is what was bounded."""

import os
from dataclasses import dataclass, field

PREFIXES = (10, 5, 2, 1)
"""What divides the ledger's events at the points of the growth curve: 1, 2, 5 and 10 million of ten."""

SHORT = 3_000  # events; before, hardly any order is awarded
LEDGER_BYTES, HISTORY_BYTES = 2_000, 1_300
"""What an event takes on disk: its rows with their keys; one building of the four views' histories."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. What is not of the whole ledger is of so many of its first events."""

    events: int = 10_000_000
    seed: int = 1
    processes: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))
    library_events: int = 20_000  # the library commits each: five seconds
    all_events: int = 1_000_000  # through every projection
    fold_events: int = 2_000_000
    reperform_events: int = 1_000_000
    moments: int = 20  # positions in the past, the same for every view
    keys_each: int = 50  # answered one by one at each of them
    population: int = 1_000  # keys answered together
    awards: int = 400  # of fifteen offers

    @property
    def bytes_an_event(self) -> int:
        """Disk that a run takes an event: while a building of histories replaces another, both stand."""
        return LEDGER_BYTES + 2 * HISTORY_BYTES

    def prefixes(self) -> tuple[int, ...]:
        """The lengths at which the same ledger is measured, the whole last; too short ones are left out."""
        return tuple(self.events // part for part in PREFIXES if part == 1 or self.events // part >= SHORT)
