"""What attackers do: rows changed by hand, history written anew with all that follows from it, another past.

Whoever writes history anew is thorough: records, leaves, tag rows, command rows and tiles are all made again.
Only a checkpoint he can make with a key alone; what others confirmed and no longer fits he deletes.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import psycopg

from ledger.events.shifts import ShiftReported
from ledger.proof.checkpoint import Checkpoint, sealed_checkpoint, unverified_checkpoint
from ledger.proof.note import SigningKey
from ledger.proof.tree import Edge
from ledger.store.body import groups_of, packed
from ledger.store.codec import header_of, leaf_of, parse_record, record_of
from ledger.store.postgres import PostgresLog
from ledger.store.sealing import Sealer, connected
from ledger.values import MINUTE_US
from tests.attacks.place import KEY, VICTIM, Scene, grow, history, keep_view, stranger
from tests.decisions.test_signing_keys import changing, naming
from tests.decisions.test_signing_keys import event_of as told_of
from tests.histories import START_AT, made, record, sealed_raw

NEXT = SigningKey(KEY.name, bytes(range(64, 96)))
Deed = Callable[[Scene], None]
Connection = psycopg.Connection[Any]
_ROOT = slice(32, 64)  # of the body, in a record's bytes after position and instant


@dataclass(frozen=True)
class Row:
    """One event as an attacker writes it anew; its position is its place in the list."""

    type: str
    recorded_at: int
    content: bytes
    body: bytes


Change = Callable[[list[Row]], list[Row]]


def rows(*statements: str) -> Deed:
    """Rows changed by hand, and nothing that follows from them."""

    def deed(scene: Scene) -> None:
        with scene.behind_its_back() as connection:
            for statement in statements:
                connection.execute(statement)

    return deed


def triggers_off(scene: Scene) -> None:
    """The triggers of a table switched off, and left so."""
    with psycopg.connect(scene.database.admin_url) as connection:
        connection.execute("ALTER TABLE liggare.events DISABLE TRIGGER ALL")


def rewritten(change: Change, key: SigningKey | None = None, *, drop: bool = False) -> Deed:
    """History changed with its records, leaves, derived rows, tiles and views; signed anew if there is a key.

    ``drop`` deletes the checkpoints that it no longer reaches, which takes no key.
    """

    def deed(scene: Scene) -> None:
        with scene.behind_its_back() as connection:
            write(connection, change(read(connection)))
            seal_anew(connection, key or (KEY if drop else None))  # what is the same is signed the same
        keep_view(scene.database)

    return deed


def key_swapped(change: Change) -> Deed:
    """The same by somebody who does not have the key, and signs everything with one of his own."""
    return rewritten(change, stranger())


def restored(upto: int | None = None) -> Deed:
    """A backup restored; if told, the service then goes on with other events as if nothing had been."""

    def deed(scene: Scene) -> None:
        scene.restore()
        if upto:
            grow(scene.database, history()[:400] + others(upto - 400), upto)

    return deed


def forked(scene: Scene) -> None:
    """Two pasts under one key: the verifier is shown the one in which the victim's shift was another."""
    scene.restore()
    events = history()
    events[VICTIM - 1] = replace(events[VICTIM - 1], worked_minutes=480)
    grow(scene.database, events, 610)


def late(scene: Scene) -> None:
    """Events that come late, recorded and sealed while the clock is set back to when they were due."""
    with closing(PostgresLog(scene.database.serve_url, mode="simulated")) as log:
        record(log, others(5), at=START_AT)
    with closing(Sealer(lambda: connected(scene.database.serve_url), KEY)) as sealer:
        sealer.seal()


def clock_back(scene: Scene) -> None:
    """The same, with what the database's own clock then wrote: a test cannot set it, so it writes the row."""
    late(scene)
    rows("UPDATE liggare.checkpoints SET sealed_at = sealed_at - 86400000000 WHERE size = 615")(scene)


def signed_by_old_key(scene: Scene) -> None:
    """A checkpoint after the rotation, signed by the key that was in force before it."""
    rotated(scene)
    grow_by(scene, others(3), NEXT)
    sign_last(scene, KEY)


def rotation_forged(scene: Scene) -> None:
    """Another key announced by somebody who does not have the one in force, and signs with his own."""
    his = stranger()
    grow_by(scene, [told_of(naming(KEY))], KEY)
    grow_by(scene, [told_of(changing(KEY, his, by=his)), *others(3)], KEY)
    sign_last(scene, his)


def rotated_back(scene: Scene) -> None:
    """The old key announced again under the one that followed it, so that it might sign once more."""
    rotated(scene)
    grow_by(scene, [told_of(changing(NEXT, KEY)), *others(2)], NEXT)


def sign_last(scene: Scene, key: SigningKey) -> None:
    """The newest checkpoint signed by another key than it was."""
    with scene.behind_its_back() as connection:
        row = connection.execute("SELECT size, note FROM liggare.checkpoints ORDER BY size DESC").fetchone()
        assert row is not None
        made_anew = sealed_checkpoint(unverified_checkpoint(row[1]), key)
        connection.execute("UPDATE liggare.checkpoints SET note = %s WHERE size = %s", (made_anew, row[0]))


def rotated(scene: Scene) -> None:
    """The key named at p611 and followed by another at p612, as it should be."""
    grow_by(scene, [told_of(naming(KEY)), told_of(changing(KEY, NEXT))], KEY)


def grow_by(scene: Scene, events: list[Any], key: SigningKey) -> None:
    """Events recorded as a service does, and sealed by a key."""
    with closing(PostgresLog(scene.database.serve_url, mode="simulated")) as log:
        record(log, events)
    with closing(Sealer(lambda: connected(scene.database.serve_url), key)) as sealer:
        while sealer.seal():
            pass
    keep_view(scene.database)


def others(count: int) -> list[Any]:
    """Events that never were."""
    start, told = START_AT + 90 * 24 * 60 * MINUTE_US, []
    for number in range(count):
        at = start + timedelta(days=number) // timedelta(microseconds=1)
        named = {"consultant": "k-3", "assignment": "a-3", "shift": f"never-{number}"}
        told.append(made(ShiftReported, start_at=at, end_at=at + 480 * MINUTE_US, **named))
    return told


def edited(place: int = VICTIM) -> Change:
    """Another number of minutes in what was reported."""

    def change(events: list[Row]) -> list[Row]:
        old = events[place - 1]
        contents = [(one.name, one.content or b"") for one in groups_of(old.body)]
        told = [
            (name, text.replace(b'"worked_minutes":450', b'"worked_minutes":480')) for name, text in contents
        ]
        assert told != contents
        body, root = packed(told, old.body[:32])
        content = old.content[: _ROOT.start] + root + old.content[_ROOT.stop :]
        return [*events[: place - 1], replace(old, content=content, body=body), *events[place:]]

    return change


def swapped(events: list[Row]) -> list[Row]:
    """Two shifts, reported and approved, in each other's place; the instants stay, and still rise."""
    pairs = events[VICTIM - 1 : VICTIM + 3]
    others = zip(pairs[2:] + pairs[:2], pairs, strict=True)
    moved = [replace(row, recorded_at=place.recorded_at) for row, place in others]
    return [*events[: VICTIM - 1], *moved, *events[VICTIM + 3 :]]


def inserted(events: list[Row]) -> list[Row]:
    """An event that never was, after the shift that was reported and approved."""
    at = events[VICTIM].recorded_at + 1
    told = others(1)[0]
    sealed = sealed_raw(told, (1, 1), "never", at)
    return [*events[: VICTIM + 1], Row(sealed.type, at, sealed.content, sealed.body), *events[VICTIM + 1 :]]


def deleted(events: list[Row]) -> list[Row]:
    """A shift taken out with its approval, and those after it moved up."""
    return [*events[: VICTIM - 1], *events[VICTIM + 1 :]]


def cut(events: list[Row], at: int = 480) -> list[Row]:
    """The end cut off."""
    return events[:at]


def cut_unsealed(events: list[Row]) -> list[Row]:
    """The end cut off that no checkpoint reaches."""
    return events[:605]


def backdated(events: list[Row]) -> list[Row]:
    """An event recorded earlier than it was, but after the one before it."""
    old, before = events[VICTIM - 1], events[VICTIM - 2]
    return [*events[: VICTIM - 1], replace(old, recorded_at=before.recorded_at + 1), *events[VICTIM:]]


def set_back(events: list[Row]) -> list[Row]:
    """An event recorded earlier than the one before it."""
    old, before = events[VICTIM - 1], events[VICTIM - 2]
    return [*events[: VICTIM - 1], replace(old, recorded_at=before.recorded_at - 1), *events[VICTIM:]]


def read(connection: Connection) -> list[Row]:
    """The whole history."""
    found = connection.execute(
        "SELECT type, recorded_at, substr(record, 18), body FROM liggare.events ORDER BY position"
    )
    return [Row(*row) for row in found]


def write(connection: Connection, events: list[Row]) -> None:
    """A history in the place of the one that was, with every row that is derived from it."""
    written, tags, commands = [], [], []
    for position, row in enumerate(events, 1):
        whole = record_of(position, row.recorded_at, row.content)
        header = header_of(parse_record(whole).header)
        written.append((position, row.type, row.recorded_at, whole, leaf_of(whole), row.body))
        tags += [(tag, row.type, position) for tag in header.tags]
        if header.n[0] == 1:
            mac, last = bytes.fromhex(header.command_mac), position + header.n[1] - 1
            commands.append((header.client, header.command_id, mac, position, last))
    cursor = connection.cursor()
    for table, those in (("events", written), ("tags", tags), ("commands", commands)):
        cursor.execute(f"DELETE FROM liggare.{table}")
        marks = ", ".join(["%s"] * len(those[0]))
        cursor.executemany(f"INSERT INTO liggare.{table} VALUES ({marks})", those)


def seal_anew(connection: Connection, key: SigningKey | None) -> None:
    """Tiles made again; and, with a key, the checkpoints that history still reaches, the others deleted."""
    leaves = [row[0] for row in connection.execute("SELECT leaf FROM liggare.events ORDER BY position")]
    notes = dict(connection.execute("SELECT size, note FROM liggare.checkpoints ORDER BY size").fetchall())
    edge, tiles, cursor = Edge(), [], connection.cursor()
    for size, note in notes.items():
        if size > len(leaves):
            reached = False
        else:
            reached = True
            tiles += edge.extend(b"".join(leaves[edge.size : size]))
        made_anew = (
            sealed_checkpoint(Checkpoint(KEY.name, size, edge.root()), key) if key and reached else note
        )
        if key and not reached:
            cursor.execute("DELETE FROM liggare.checkpoints WHERE size = %s", (size,))
        elif made_anew != note:
            cursor.execute("UPDATE liggare.checkpoints SET note = %s WHERE size = %s", (made_anew, size))
        if key and (not reached or made_anew != note):
            cursor.execute("DELETE FROM liggare.cosignatures WHERE size = %s", (size,))
            cursor.execute("DELETE FROM liggare.stamps WHERE size = %s", (size,))
    cursor.execute("DELETE FROM liggare.tiles")
    cursor.executemany(
        "INSERT INTO liggare.tiles VALUES (%s, %s, %s, %s)",
        [(tile.level, tile.index, tile.hashes, tile.root) for tile in tiles],
    )
