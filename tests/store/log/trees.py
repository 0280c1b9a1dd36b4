"""The second look at a sealed ledger: all in memory, by the definitions, sharing nothing with sealing."""

from hashlib import sha256

import psycopg

from ledger.proof.checkpoint import opened_checkpoint
from ledger.proof.note import SigningKey
from ledger.store.sealing import Sealer, connected
from tests.proof.naive import Kept, mth

KEY = SigningKey("ledger.example/l-1", bytes(range(32)))


def sealer_of(url, key=KEY, **options):
    return Sealer(lambda: connected(url), key, **options)


def rows_of(url, table, order):
    with psycopg.connect(url) as connection:
        return connection.execute(f"SELECT * FROM liggare.{table} ORDER BY {order}").fetchall()


def fill(database, count):
    """Events without meaning, with leaves all the same: what the tree sees of a ledger, quickly."""
    with psycopg.connect(database.owner_url) as connection:
        connection.execute(
            "INSERT INTO liggare.events"
            " SELECT h.head + n, 'thing-happened.v1', h.head + n, int8send(h.head + n),"
            " sha256('\\x00'::bytea || int8send(h.head + n)), NULL"
            " FROM liggare.head() h, generate_series(1, %s) AS n",
            (count,),
        )


def require_whole(url, key=KEY):
    """Every checkpoint is signed over the leaves as they are, and the tiles are those of the definition."""
    leaves = [row[4] for row in rows_of(url, "events", "position")]
    with psycopg.connect(url) as connection:
        for position, record in connection.execute("SELECT position, record FROM liggare.events"):
            assert leaves[position - 1] == sha256(b"\x00" + record[:81]).digest()
    sizes = []
    for size, note, _ in rows_of(url, "checkpoints", "size"):
        checkpoint = opened_checkpoint(note, [key.verifier], key.name)
        assert (checkpoint.size, checkpoint.root) == (size, mth(leaves[:size]))
        sizes.append(size)
    reached = sizes[-1] if sizes else 0
    found = rows_of(url, "tiles", "level, index")
    defined = Kept(leaves)
    expected = [(level, n) for level in range(3) for n in range(reached // 256 ** (level + 1))]
    assert [(level, index) for level, index, _, _ in found] == expected
    for level, index, hashes, root in found:
        assert hashes == defined([(level, index)])[level, index]
        assert root == mth([hashes[at : at + 32] for at in range(0, len(hashes), 32)])
    return sizes
