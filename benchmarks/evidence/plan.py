"""How much of what is measured: the national ledger, and beside it a small one that is appended to."""

from dataclasses import dataclass, field, replace

from benchmarks.national.plan import LEDGER_BYTES
from benchmarks.national.plan import Plan as NationalPlan
from benchmarks.plan import FULL
from benchmarks.plan import Plan as AppendPlan
from ledger.store.sealing import STRETCH

APPENDS = replace(FULL, callers=(1, 16, 64), rounds=16, seconds=1.0, warm_seconds=0.3)
"""Many short rounds: a ratio of sides that stand beside each other is what other work disturbs least."""


@dataclass(frozen=True, slots=True)
class Plan(NationalPlan):
    """One run over a national ledger, of which evidence needs neither histories nor views.

    ``appends`` says how much is appended to a ledger of its own, sealed and not, by each number of callers;
    ``proofs`` are made of each kind and at each length, and of ``counted`` of them the reads are counted;
    ``records`` are packed, at least so many.
    """

    appends: AppendPlan = field(default_factory=lambda: APPENDS)
    stretch: int = STRETCH
    proofs: int = 2_000
    counted: int = 200
    records: int = 1_000

    @property
    def bytes_an_event(self) -> int:
        """Disk that a run takes an event."""
        return LEDGER_BYTES
