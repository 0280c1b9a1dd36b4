"""What a package says of itself beside its records: the range, its place in the tree, what is not shown."""

from datetime import date

import msgspec

from ledger.errors import Corrupt
from ledger.store.body import contents
from replay.archive.stream import Opened

FORMAT = "liggare-archive-1"
ABOUT = "data/proof/range.json"


class Counts(msgspec.Struct, kw_only=True):
    """How many records there are by secrecy and by retention class, and of how many not all is shown.

    ``sealed`` records are offers before an award, ``disposed`` ones have no body any more or one that says
    nothing, ``masked`` is the number of groups that are commitments alone in the others.
    """

    secrecy: dict[str, int] = {}
    retention: dict[str, int] = {}
    sealed: int = 0
    disposed: int = 0
    masked: int = 0

    def add(self, one: Opened, body: bytes | None) -> None:
        """Count one more record."""
        said = one.said
        self.secrecy[said.strictest] = self.secrecy.get(said.strictest, 0) + 1
        self.retention[said.retention] = self.retention.get(said.retention, 0) + 1
        groups = list(contents(body).values()) if body is not None else []
        hidden = groups.count(None)
        if one.links is None:
            self.sealed += 1
        elif hidden == len(groups):
            self.disposed += 1
        else:
            self.masked += hidden


class Neighbour(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The record beside a range: its entry, which has its instant, and its path to the checkpoint, in hex."""

    entry: str
    path: tuple[str, ...]


class About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The range: which ledger, which local dates and positions, and where it stands under the checkpoint.

    ``before`` and ``after`` are the hashes in hex of the full subtrees of the tree of ``size`` leaves to the
    left and to the right of the range; ``neighbours`` are the records next to it, by which it leaves out
    nothing of its first and last days. ``cited`` are the positions before the range that it needs: the
    genesis, and the policy that its rules were given.
    """

    format: str
    ledger: str
    mode: str
    from_on: date
    to_on: date
    zone: str
    first: int
    last: int
    size: int
    complete: bool
    before: tuple[str, ...]
    after: tuple[str, ...]
    neighbours: tuple[Neighbour, ...]
    cited: tuple[int, ...]
    counts: Counts

    def encoded(self) -> bytes:
        """As it stands in its file."""
        return msgspec.json.format(msgspec.json.encode(self, order="sorted"), indent=1) + b"\n"


def about_of(content: bytes) -> About:
    """What a file says. Raises Corrupt."""
    try:
        found = msgspec.json.decode(content, type=About)
    except msgspec.MsgspecError as error:
        raise Corrupt(f"{ABOUT}: {error}") from error
    if found.format != FORMAT:
        raise Corrupt(f"{ABOUT}: of the format {found.format}, this program reads {FORMAT}")
    if found.encoded() != content:
        raise Corrupt(f"{ABOUT}: not written as it is read")
    return found
