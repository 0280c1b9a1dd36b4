"""Where a policy value applies: the nation, a region, a legal person, a lot."""

from typing import Protocol

from msgspec import Struct

from ledger.events.policy import PolicyRow


class Place(Protocol):
    """Whatever lies in a region and a lot, under a legal person (its organisation number) if known."""

    @property
    def region(self) -> str:
        """The region."""
        ...

    @property
    def lot(self) -> str:
        """The lot."""
        ...

    @property
    def legal_person(self) -> str | None:
        """The organisation number."""
        ...


class Scope(Struct, frozen=True):
    """Where a value is asked for: any of region, legal person and lot; None asks nationally."""

    region: str | None = None
    lot: str | None = None
    legal_person: str | None = None

    @classmethod
    def of(cls, place: "Place") -> "Scope":
        """The scope of an order, a contract or an assignment."""
        return cls(region=place.region, lot=place.lot, legal_person=place.legal_person)

    def holds(self, row: PolicyRow) -> bool:
        """Whether a row applies in this scope."""
        if row.level == "nation":
            return True
        wanted = {"region": self.region, "lot": self.lot, "legal-person": self.legal_person}[row.level]
        return wanted is not None and row.scope == wanted


NATION = Scope()
