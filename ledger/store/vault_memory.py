"""The vault's twin in memory: the same behaviour for tests without a database, nothing kept afterwards."""

from collections.abc import Callable, Sequence
from datetime import date
from threading import Lock

from ledger.store.vault_core import KeyedVault, Rows, Tombstone, today_in_stockholm
from ledger.store.vault_keys import Keyring, KeyRow, Kind, MasterKey


class MemoryRows(Rows):
    """Wrapped keys and index entries in dictionaries, shared by vaults as a database is by processes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._keys: dict[tuple[Kind, str], KeyRow | Tombstone] = {}
        self._links: dict[bytes, list[str]] = {}

    def find(self, kind: Kind, holder: str) -> KeyRow | Tombstone | None:
        """The row of a holder as it is now."""
        with self._lock:
            return self._keys.get((kind, holder))

    def add(self, row: KeyRow) -> KeyRow | Tombstone:
        """Store a first key unless the holder has a row; give what is stored."""
        with self._lock:
            return self._keys.setdefault((row.kind, row.holder), row)

    def link(self, index: bytes, subject: str) -> tuple[str, ...] | None:
        """Enter a living subject under an index and give the others there; None if it is dead."""
        with self._lock:
            if not isinstance(self._keys.get(("person", subject)), KeyRow):
                return None
            linked = self._links.setdefault(index, [])
            if subject not in linked:
                linked.append(subject)
            return tuple(other for other in linked if other != subject)

    def destroy(self, subject: str, at: int) -> None:
        """Replace a person's key by a tombstone unless there is one, and remove the index entries."""
        with self._lock:
            if not isinstance(self._keys.get(("person", subject)), Tombstone):
                self._keys["person", subject] = Tombstone(at)
            for linked in self._links.values():
                if subject in linked:
                    linked.remove(subject)

    def wrapped_by(self, master_id: str, limit: int) -> Sequence[KeyRow]:
        """Some of the keys that this master key wraps."""
        with self._lock:
            rows = [
                row for row in self._keys.values() if isinstance(row, KeyRow) and row.master_id == master_id
            ]
        return rows[:limit]

    def rewrap(self, exchanges: Sequence[tuple[KeyRow, KeyRow]]) -> None:
        """Put the second of each pair in place of the first, where the first still stands."""
        with self._lock:
            for before, after in exchanges:
                if self._keys.get((before.kind, before.holder)) == before:
                    self._keys[before.kind, before.holder] = after

    def close(self) -> None:
        """Nothing to release; the rows live as long as somebody holds them."""


class MemoryVault(KeyedVault):
    """A `Vault` in memory. Give it the ``rows`` of an earlier one to go on from there, as after a restart."""

    def __init__(
        self,
        master: MasterKey,
        older: tuple[MasterKey, ...] = (),
        *,
        rows: MemoryRows | None = None,
        today: Callable[[], date] = today_in_stockholm,
    ) -> None:
        self.rows = rows or MemoryRows()
        super().__init__(self.rows, Keyring(master, older), today)
