"""One recorded decision made again on a changed past: what came of it, or nothing if it reads no change."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from ledger.decisions.base import EVERY_VERSION, Context, Decision, gather
from ledger.errors import Corrupt, Refusal
from ledger.fold import Fold
from ledger.policy.model import Resolved
from replay.again import command_of, context_of
from replay.past import UnreadableError
from replay.recorded import Recorded
from replay.whatif.changed_past import ChangedPast


class Came(Struct, frozen=True):
    """What a decision comes to: its events, or the refusal; ``broke`` says what the rule fell over."""

    events: tuple[Any, ...] = ()
    refusal: Refusal | None = None
    broke: str = ""


def decided_again(recorded: Recorded, past: ChangedPast) -> Came | None:
    """What a recorded decision would have come to; None if nothing it read is otherwise.

    Raises UnreadableError where something it needs was masked or disposed of, or its rule is not kept.
    """
    header = recorded.header
    decision = EVERY_VERSION.get(header.rule or "")
    if decision is None:
        raise UnreadableError(f"the rule {header.rule} is not kept in this code", recorded.first)
    command = command_of(decision, recorded)
    return decide(decision, command, context_of(header), past, recorded.first - 1)


def decide(
    decision: Decision, command: Any, context: Context, past: ChangedPast, upto: int, *, anyhow: bool = False
) -> Came | None:
    """What a command comes to on the past up to a position; None if nothing it read is otherwise.

    ``anyhow`` decides it whatever it read: a command that never was given.
    """
    watch = past.watch
    watch.clear()
    came = _ruled(decision, command, context, past, upto, anyhow=anyhow)
    return came if anyhow or watch.otherwise else None


def _ruled(
    decision: Decision, command: Any, context: Context, past: ChangedPast, upto: int, *, anyhow: bool
) -> Came | None:
    def answer(folds: Mapping[str, Fold[Any]]) -> Mapping[str, Any]:
        return past.states(folds, upto)

    try:
        gathered = gather(decision.facts(command, context), answer)
        if not (anyhow or past.watch.library or past.watch.folds):
            return None
        ruling = decision.rule(command, gathered.facts, context)
    except (UnreadableError, Corrupt):
        raise
    except Refusal as refusal:
        return Came(refusal=refusal)
    except Exception as error:  # noqa: BLE001  a rule may fall over a past that never was; that is said
        return Came(broke=f"{type(error).__name__}: {error}")
    _note_named(ruling.terms, past)
    return Came(ruling.events)


def _note_named(terms: Iterable[Resolved], past: ChangedPast) -> None:
    """Note what a ruling names of the changed terms, whoever had resolved it before."""
    if not past.shelf.rows:
        return
    for term in terms:
        if term.row.term in past.shelf.terms and term.row.term not in past.watch.read:
            past.watch.note(term.row.term, None, term)
