"""Given/when/then for decisions: no store, no clock.

``given`` fails if an event lies outside the decision's boundary.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ledger.decisions  # noqa: F401  registers every decision
from ledger.decisions.base import EVERY_VERSION, Context, Decision, Origin, Ruling, gather
from ledger.errors import Refusal
from ledger.events.base import event_type, tags_of
from ledger.fold import Fold
from ledger.values import instant, parsed_instant


def at(text: str) -> int:
    """An instant in µs from text such as 2026-03-02T08:00:00+01:00."""
    parsed = parsed_instant(text)
    assert isinstance(parsed, int)
    return parsed


@dataclass(frozen=True)
class Given:
    """A history: events at positions 1, 2, 3 …, of which every one must matter; decided under a mandate."""

    events: tuple[Any, ...]
    under: str | None = "m-1"

    def when(
        self,
        command: Any,
        *,
        now: str = "2025-03-03T09:00:00+01:00",
        received: str | None = None,
        actor: str = "orderer-1",
        mandate: str | None = "",
        command_id: str = "c-1",
        decision: Decision | None = None,
        origin: Origin | None = None,
        loose: bool = False,
    ) -> "Then":
        """Decide a command at a moment.

        ``loose`` allows history outside the boundary (for shared backgrounds).
        """
        chosen = decision or _decision_of(command)
        named = self.under if mandate == "" else mandate
        context = Context("client-1", command_id, actor, named, at(now), at(received or now), origin)
        seen: set[int] = set()

        def answer(folds: Mapping[str, Fold[Any]]) -> Mapping[str, Any]:
            return {name: self._state(fold, seen) for name, fold in folds.items()}

        try:
            gathered = gather(chosen.facts(command, context), answer)
            ruling = chosen.rule(command, gathered.facts, context)
        except Refusal as refusal:
            return Then(None, refusal)
        outside = [self.events[i] for i in range(len(self.events)) if i + 1 not in seen]
        assert loose or not outside, f"outside the boundary of {chosen.label}: {outside}"
        return Then(ruling, None)

    def _state(self, fold: Fold[Any], seen: set[int]) -> Any:
        inside = [
            (i + 1, e)
            for i, e in enumerate(self.events)
            if fold.tag in tags_of(e) and type(e) in fold.kind.handlers
        ]
        seen.update(position for position, _ in inside)
        return fold.over(inside)


@dataclass(frozen=True)
class Then:
    """What came of it: a ruling or a refusal."""

    ruling: Ruling | None
    refusal: Refusal | None

    def then(self, *expected: Any) -> None:
        """Exactly these events."""
        assert self.refusal is None, str(self.refusal)
        assert self.ruling is not None
        assert self.ruling.events == expected

    def then_events(self, *names: str) -> tuple[Any, ...]:
        """Events of these names, in order; returns them for a closer look."""
        assert self.refusal is None, str(self.refusal)
        assert self.ruling is not None
        assert tuple(event_type(e).name for e in self.ruling.events) == names
        return self.ruling.events

    def then_refused(
        self, code: str, *, field: str | None = None, positions: tuple[int, ...] | None = None
    ) -> Refusal:
        """A refusal with this code, which names its clause."""
        assert self.refusal is not None, f"not refused: {self.ruling}"
        assert self.refusal.code == code, str(self.refusal)
        assert self.refusal.clause
        assert field is None or self.refusal.field == field
        assert positions is None or self.refusal.positions == positions
        return self.refusal


def given(*events: Any) -> Given:
    """A history for a decision."""
    return Given(events)


def unmandated(*events: Any) -> Given:
    """A history for an administrative decision that names no mandate, and is not judged by one."""
    return Given(events, None)


def _decision_of(command: Any) -> Decision:
    found = [d for d in EVERY_VERSION.values() if d.command is type(command)]
    return max(found, key=lambda d: d.version)


__all__ = ["Given", "Then", "at", "given", "instant", "unmandated"]
