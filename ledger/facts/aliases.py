"""Which random ids are one human: two suppliers register the same person, a link says so (house rule 8)."""

from collections.abc import Generator, Iterable, Mapping

from ledger.events.consultants import ConsultantsLinked
from ledger.fold import Fold, FoldKind

aliases: FoldKind[frozenset[str]] = FoldKind("aliases", "consultant", frozenset())


@aliases.on(ConsultantsLinked)
def _linked(state: frozenset[str], e: ConsultantsLinked, _position: int) -> frozenset[str]:
    return state | {e.consultant, e.same_as}


def same_humans(
    consultants: Iterable[str],
    kind: FoldKind[frozenset[str]] = aliases,
) -> Generator[Mapping[str, Fold[frozenset[str]]], Mapping[str, frozenset[str]], dict[str, tuple[str, ...]]]:
    """Every id of each consultant's human, sorted, its own included; links are followed through.

    Facts of a decision: ``ids = yield from same_humans(…)``; ``kind`` may be blind to later links.
    """
    known: dict[str, frozenset[str]] = {}
    new = set(consultants)
    wanted = sorted(new)
    while new:
        found = yield {consultant: kind(consultant) for consultant in sorted(new)}
        known.update(found)
        new = {alias for ids in found.values() for alias in ids} - known.keys()
    return {consultant: _closure(consultant, known) for consultant in wanted}


def _closure(consultant: str, known: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    if not known[consultant] - {consultant}:
        return (consultant,)
    ids, new = {consultant}, {consultant}
    while new:
        new = {alias for one in new for alias in known[one]} - ids
        ids |= new
    return tuple(sorted(ids))
