"""Which queued commands may share a flush: those that neither repeat nor contradict an earlier one in it.

The database judges every command of a flush against what was recorded before the flush, so whoever depends
on a neighbour waits for the next one and is judged with it recorded. Only the database answers: a command
that lost to its neighbour may itself be a repeat, and a repeat has its first outcome.
"""

from ledger.store.log import Append, Condition


class Admission:
    """The commands taken into one flush so far."""

    def __init__(self) -> None:
        self._ids: set[tuple[str, str]] = set()
        self._written: dict[str, set[str]] = {}

    def admit(self, append: Append) -> bool:
        """Take the command into the flush, or say that it has to wait for the next."""
        identity = (append.client, append.command_id)
        if identity in self._ids or self._contradicts(append.condition):
            return False
        self._ids.add(identity)
        for event in append.events:
            for tag in event.tags:
                self._written.setdefault(tag, set()).add(event.type)
        return True

    def _contradicts(self, condition: Condition) -> bool:
        for selector in condition.selectors:
            written = self._written.get(selector.tag)
            if written is not None and not written.isdisjoint(selector.types):
                return True
        return False
