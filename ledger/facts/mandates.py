"""What a mandate allows: whom, in which role, where, and from when to when."""

from dataclasses import dataclass, replace

from ledger.events.parties import MandateGranted, MandateRevoked
from ledger.facts.recorded import Recorded
from ledger.fold import FoldKind
from ledger.values import local_date


@dataclass(frozen=True, slots=True)
class Mandate:
    """One mandate: its grant and, if it ended before its date, its revocation."""

    granted: Recorded[MandateGranted] | None = None
    revoked: Recorded[MandateRevoked] | None = None

    def positions(self) -> tuple[int, ...]:
        """The positions of its events."""
        return tuple(fact.position for fact in (self.granted, self.revoked) if fact)

    def in_force(self, at: int) -> bool:
        """Whether it is granted, within its dates and not revoked at an instant (µs)."""
        if self.granted is None:
            return False
        grant = self.granted.event
        dated = grant.from_on <= local_date(at) < grant.until_on
        return dated and (self.revoked is None or at < self.revoked.event.revoked_at)

    def reaches(self, agreement: str, region: str, unit: str) -> bool:
        """Whether it covers a unit of a region; without region or units it covers all of them."""
        if self.granted is None:
            return False
        grant = self.granted.event
        if grant.agreement != agreement or grant.region not in (None, region):
            return False
        return not grant.units or unit in grant.units


mandates: FoldKind[Mandate] = FoldKind("mandates", "mandate", Mandate())


@mandates.on(MandateGranted)
def _granted(state: Mandate, e: MandateGranted, position: int) -> Mandate:
    return replace(state, granted=Recorded(position, e))


@mandates.on(MandateRevoked)
def _revoked(state: Mandate, e: MandateRevoked, position: int) -> Mandate:
    return replace(state, revoked=Recorded(position, e))
