"""Reference checks of a consultant: which count at a date, and which speak against (topic 13)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from msgspec import Struct

from ledger.events.credentials import ReferenceChecked
from ledger.facts.profiles import Profile
from ledger.facts.recorded import Recorded
from ledger.policy.model import Resolved
from ledger.values import plus_months

TERMS = ("document.references-min", "reference.months-max", "reference.referee-roles")
SAID = frozenset({"recommends", "with-reservations"})


@dataclass(frozen=True, slots=True)
class ReferenceTerms:
    """How many references are needed, how many months old they may be, and from which roles."""

    least: int
    months_max: int
    roles: frozenset[str]

    @classmethod
    def of(cls, terms: Mapping[str, Resolved]) -> "ReferenceTerms":
        """From resolved values."""
        return cls(
            terms["document.references-min"].number,
            terms["reference.months-max"].number,
            frozenset(terms["reference.referee-roles"].words),
        )


class References(Struct, frozen=True):
    """The checks that count at a date, those among them that do not recommend, and every check known."""

    counting: tuple[Recorded[ReferenceChecked], ...]
    against: tuple[Recorded[ReferenceChecked], ...]
    known: tuple[Recorded[ReferenceChecked], ...]


def references_at(profiles: Iterable[Profile], on: date, rule: ReferenceTerms) -> References:
    """The reference checks at a date.

    A check counts when somebody of an accepted role was reached and recommends, perhaps with reservations,
    and its date plus the months allowed (clamped) does not lie before ``on``.
    """
    known = tuple([fact for p in profiles for fact in p.references if fact.event.taken_on <= on])
    fresh = [
        fact
        for fact in known
        if fact.event.referee_role in rule.roles and plus_months(fact.event.taken_on, rule.months_max) >= on
    ]
    counting = tuple([fact for fact in fresh if fact.event.result in SAID])
    against = tuple([fact for fact in fresh if fact.event.result == "does-not-recommend"])
    return References(counting, against, known)
