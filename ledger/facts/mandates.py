"""What a mandate allows: whom, in which role, where, up to which amount, and from when to when."""

from dataclasses import dataclass, replace

from ledger.events.parties import MandateGranted, MandateMembersNamed, MandateRevoked
from ledger.facts.recorded import Recorded
from ledger.fold import FoldKind
from ledger.values import local_date


@dataclass(frozen=True, slots=True)
class Mandate:
    """One mandate: its grant, the members named for it since, and its revocation, if any.

    ``above`` is the mandate it was delegated under; with that one it ends.
    """

    granted: Recorded[MandateGranted] | None = None
    revoked: Recorded[MandateRevoked] | None = None
    named: tuple[Recorded[MandateMembersNamed], ...] = ()
    above: "Mandate | None" = None

    def positions(self) -> tuple[int, ...]:
        """The positions of its events, and of those of the mandates above it."""
        own = tuple(fact.position for fact in (self.granted, *self.named, self.revoked) if fact)
        return tuple(sorted({*own, *(self.above.positions() if self.above else ())}))

    def in_force(self, at: int) -> bool:
        """Whether it and all above it are granted, within their dates and not revoked at an instant (µs)."""
        if self.granted is None or (self.above is not None and not self.above.in_force(at)):
            return False
        grant = self.granted.event
        dated = grant.from_on <= local_date(at) < grant.until_on
        return dated and (self.revoked is None or at < self.revoked.event.revoked_at)

    def held_by(self, actor: str, at: int) -> bool:
        """Whether an actor may use it at an instant (µs): the person it is for, or a function's member."""
        if self.granted is None:
            return False
        grant = self.granted.event
        return actor == grant.holder if grant.held_as == "person" else actor in self.members(at)

    def members(self, at: int) -> tuple[str, ...]:
        """The persons who act for the function at an instant (µs); none for a person's mandate."""
        if self.granted is None:
            return ()
        since = [fact for fact in self.named if fact.event.from_at <= at]
        latest = max(since, key=lambda fact: (fact.event.from_at, fact.position), default=None)
        return latest.event.members if latest else self.granted.event.members

    def reaches(self, agreement: str, region: str, unit: str, lot: str | None = None) -> bool:
        """Whether it covers a unit of a region and a lot; what it does not name, it covers all of."""
        if self.granted is None:
            return False
        grant = self.granted.event
        if grant.agreement != agreement or grant.region not in (None, region):
            return False
        return (not grant.units or unit in grant.units) and (
            lot is None or not grant.lots or lot in grant.lots
        )

    def amount_max_ore(self) -> int | None:
        """The most an order may cost (öre) under it and all above it; None without any limit."""
        own = self.granted.event.amount_max_ore if self.granted else None
        higher = self.above.amount_max_ore() if self.above else None
        return min((limit for limit in (own, higher) if limit is not None), default=None)

    def delegations(self) -> int:
        """How many delegations lie between it and the first mandate."""
        return 0 if self.above is None else self.above.delegations() + 1


mandates: FoldKind[Mandate] = FoldKind("mandates", "mandate", Mandate())


@mandates.on(MandateGranted)
def _granted(state: Mandate, e: MandateGranted, position: int) -> Mandate:
    return replace(state, granted=Recorded(position, e))


@mandates.on(MandateMembersNamed)
def _named(state: Mandate, e: MandateMembersNamed, position: int) -> Mandate:
    return replace(state, named=(*state.named, Recorded(position, e)))


@mandates.on(MandateRevoked)
def _revoked(state: Mandate, e: MandateRevoked, position: int) -> Mandate:
    return replace(state, revoked=Recorded(position, e))
