"""One human as questions and decisions ask for her: profiles and worked time under every id."""

from collections.abc import Generator, Mapping
from typing import Any

from ledger.facts.aliases import same_humans
from ledger.facts.hires import Person
from ledger.facts.profiles import profiles
from ledger.facts.worked_shifts import worked_time
from ledger.fold import Fold


def person(consultant: str) -> Generator[Mapping[str, Fold[Any]], Mapping[str, Any], Person]:
    """Facts (``yield from``): everything recorded about the human behind a consultant id."""
    ids = (yield from same_humans([consultant]))[consultant]
    worked = yield {one: worked_time(one) for one in ids}
    recorded = yield {one: profiles(one) for one in ids}
    return Person(tuple(recorded[one] for one in ids), tuple(worked[one] for one in ids))
