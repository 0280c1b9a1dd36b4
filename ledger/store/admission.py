"""Which queued commands may share a flush: those that neither repeat nor contradict an earlier one in it.

The database judges every command of a flush against what was recorded before the flush, so whoever depends
on a neighbour waits for the next one and is judged with it recorded. Only the database answers: a command
that lost to its neighbour may itself be a repeat, and a repeat has its first outcome.
"""

from itertools import repeat

from ledger.store.log import Append, Condition


class Admission:
    """The commands taken into one flush so far."""

    def __init__(self) -> None:
        self._ids: set[tuple[str, str]] = set()
        self._tags: set[str] = set()
        self._written: set[tuple[str, str]] = set()

    def admit(self, append: Append) -> bool:
        """Take the command into the flush, or say that it has to wait for the next."""
        identity = (append.client, append.command_id)
        if identity in self._ids or self._contradicts(append.condition):
            return False
        self._ids.add(identity)
        for event in append.events:
            self._tags.update(event.tags)
            self._written.update(zip(event.tags, repeat(event.type)))
        return True

    def _contradicts(self, condition: Condition) -> bool:
        return any(
            (selector.tag, type_) in self._written
            for selector in condition.selectors
            if selector.tag in self._tags
            for type_ in selector.types
        )
