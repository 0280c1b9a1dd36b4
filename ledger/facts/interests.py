"""What somebody who acts for a region has declared: interests in suppliers, while they lasted."""

from datetime import date

from msgspec import Struct

from ledger.events.traces import InterestDeclared
from ledger.facts.recorded import Recorded
from ledger.fold import FoldKind


class Interests(Struct, frozen=True):
    """Every interest one actor has declared, oldest first."""

    declared: tuple[Recorded[InterestDeclared], ...] = ()

    def held(self, supplier: str, on: date) -> tuple[int, ...]:
        """The positions of declarations about a supplier that hold on a local date."""
        if not self.declared:
            return ()
        return tuple(
            one.position
            for one in self.declared
            if one.event.supplier == supplier
            and one.event.from_on <= on
            and (one.event.until_on is None or on < one.event.until_on)
        )


interests: FoldKind[Interests] = FoldKind("interests", "actor", Interests())


@interests.on(InterestDeclared)
def _declared(state: Interests, e: InterestDeclared, position: int) -> Interests:
    return Interests((*state.declared, Recorded(position, e)))
