"""Which draft of the record format a ledger is written in, and the refusal of any but this code's own.

Until an ADR freezes the format, a draft is neither read nor converted: its records say too little for the
next one, and what they say is fixed by their leaves.
"""

from typing import Any

import psycopg

from ledger.errors import Unsafe
from ledger.store.codec import VERSION

_ENDS = """SELECT DISTINCT get_byte(substr(record, 1, 1), 0) FROM (
    (SELECT record FROM liggare.events ORDER BY position LIMIT 100)
    UNION ALL (SELECT record FROM liggare.events ORDER BY position DESC LIMIT 100)
) AS ends WHERE octet_length(record) > 0"""


def ensure_draft(connection: psycopg.Connection[Any]) -> None:
    """Raise Unsafe where a ledger is written in another draft than this code's; an empty one has none.

    Odd records at an end, near others of this draft, are not another draft but damage, which verifying finds.
    """
    if connection.execute("SELECT to_regclass('liggare.events')").fetchone() == (None,):
        return
    found = {draft for (draft,) in connection.execute(_ENDS).fetchall()}
    if found and VERSION not in found:
        raise Unsafe(
            f"this ledger is written in draft {min(found)} of the record format; this version reads and"
            f" writes draft {VERSION} only (docs/format.md, Drafts). Use the version that wrote it, or begin"
            " a new ledger in an empty database"
        )
