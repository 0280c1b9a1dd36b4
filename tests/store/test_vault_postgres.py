"""What only a database can show: what lies in it, what tampering, silence and races lead to."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import psycopg
import pytest

from ledger.errors import Unavailable
from ledger.store.vault import KeyDestroyed, MasterKeyWrong, Tampered
from ledger.store.vault_keys import MasterKey
from ledger.store.vault_postgres import PostgresVault
from tests.store.vaults import AT, MASTER, NUMBER, SECRET, tamper


def contents(database):
    """Every byte of every table, as text (bytes in hexadecimal) and as stored."""
    tables = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE tableowner = current_user"
    with psycopg.connect(database.owner_url) as connection:
        found = b""
        for (table,) in connection.execute(tables).fetchall():
            for form in ("text", "binary"):
                with connection.cursor().copy(f"COPY {table} TO STDOUT (FORMAT {form})") as rows:
                    found += b"".join(bytes(row) for row in rows)
    return found


def test_no_identity_and_no_key_lies_in_the_database(postgres_vault, vault_database):
    postgres_vault.protect("c-1", SECRET, "name")
    postgres_vault.find_or_link(NUMBER, "personnummer", "c-1")
    stored = contents(vault_database)
    assert b"c-1" in stored
    row = postgres_vault._rows.find("person", "c-1")
    key = postgres_vault._keyring.unwrap(row)
    for hidden in (
        SECRET,
        NUMBER.encode(),
        NUMBER[2:].encode(),
        MASTER._secret,
        key,
        postgres_vault._index_key,
        postgres_vault._mac_key,
    ):
        assert hidden not in stored
        assert hidden.hex().encode() not in stored
    assert row.wrapped in stored


def test_erasure_leaves_the_id_and_the_instant_and_nothing_else(postgres_vault, vault_database):
    postgres_vault.find_or_link(NUMBER, "personnummer", "c-1")
    key = postgres_vault._rows.find("person", "c-1")
    postgres_vault.destroy("c-1", AT)
    with psycopg.connect(vault_database.admin_url) as connection:
        rows = connection.execute("SELECT * FROM vault.wrapped_key WHERE kind = 'person'").fetchall()
        links = connection.execute("SELECT * FROM vault.identity_link").fetchall()
    assert rows == [("person", "c-1", None, None, None, AT)]
    assert links == []
    assert key.key_id.encode() not in contents(vault_database)


@pytest.mark.parametrize(
    "damage",
    [
        "wrapped = set_byte(wrapped, 0, get_byte(wrapped, 0) # 1)",
        "wrapped = set_byte(wrapped, 59, get_byte(wrapped, 59) # 1)",
        "key_id = reverse(key_id)",
        "wrapped = (SELECT wrapped FROM vault.wrapped_key WHERE holder = 'c-2')",
        "holder = 'c-3'",
    ],
)
def test_a_damaged_or_exchanged_key_is_refused(postgres_vault, vault_database, damage):
    protected = postgres_vault.protect("c-1", SECRET, "name")
    postgres_vault.protect("c-2", SECRET, "name")
    tamper(vault_database, f"UPDATE vault.wrapped_key SET {damage} WHERE holder = 'c-1'")
    subject = "c-3" if "holder = 'c-3'" in damage else "c-1"
    with pytest.raises(Tampered):
        postgres_vault.reveal(subject, protected, "name")
    with pytest.raises(Tampered):
        postgres_vault.protect(subject, SECRET, "name")


def test_a_key_of_another_master_is_told_from_a_damaged_one(postgres_vault, vault_database):
    protected = postgres_vault.protect("c-1", SECRET, "name")
    tamper(
        vault_database,
        "UPDATE vault.wrapped_key SET master_id = %s WHERE holder = 'c-1'",
        MasterKey.generate().id,
    )
    with pytest.raises(MasterKeyWrong):
        postgres_vault.reveal("c-1", protected, "name")


def test_a_damaged_key_stops_a_rotation_that_can_be_repeated(postgres_vault, vault_database):
    new = MasterKey.generate()
    postgres_vault.protect("c-1", SECRET, "name")
    flipped = "set_byte(wrapped, 30, get_byte(wrapped, 30) # 1)"
    flip = f"UPDATE vault.wrapped_key SET wrapped = {flipped} WHERE holder = 'c-1'"
    tamper(vault_database, flip)
    with pytest.raises(Tampered):
        postgres_vault.rewrap(MASTER, new)
    tamper(vault_database, flip)
    assert postgres_vault.rewrap(MASTER, new) == 4


def test_a_session_never_trades_durability_for_speed(vault_database):
    with psycopg.connect(vault_database.admin_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {vault_database.name} SET synchronous_commit = off")
        connection.execute(
            f"ALTER DATABASE {vault_database.name} SET default_transaction_isolation = 'serializable'"
        )
    with (
        PostgresVault(vault_database.serve_url, MASTER) as vault,
        vault._rows._pool.connection() as connection,
    ):
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        assert connection.execute("SHOW transaction_isolation").fetchone() == ("read committed",)


def test_connections_are_few_and_broken_ones_are_replaced(postgres_vault, vault_database):
    protected = postgres_vault.protect("c-1", SECRET, "name")
    barrier = Barrier(32)

    def reveal(_):
        barrier.wait()
        return postgres_vault.reveal("c-1", protected, "name")

    with ThreadPoolExecutor(32) as threads:
        assert set(threads.map(reveal, range(32))) == {SECRET}
    theirs = "FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'liggare-vault'"
    with psycopg.connect(vault_database.admin_url, autocommit=True) as connection:
        assert 1 <= connection.execute(f"SELECT count(*) {theirs}").fetchone()[0] <= 4
        connection.execute(f"SELECT pg_terminate_backend(pid) {theirs}")
    assert postgres_vault.reveal("c-1", protected, "name") == SECRET


def test_a_silent_database_is_answered_with_unavailable(vault_database, monkeypatch):
    monkeypatch.setattr("ledger.store.vault_postgres.SESSION", "SET statement_timeout = '200ms'")
    with PostgresVault(vault_database.serve_url, MASTER) as vault:
        with psycopg.connect(vault_database.admin_url) as holder:
            holder.execute("LOCK TABLE vault.wrapped_key")
            with pytest.raises(Unavailable, match="may be repeated"):
                vault.protect("c-1", SECRET, "name")
        assert vault.protect("c-1", SECRET, "name")


def test_a_vault_that_is_not_there_is_unavailable(vault_database, monkeypatch):
    monkeypatch.setattr("ledger.store.vault_postgres.WAIT_SECONDS_MAX", 0.2)
    with pytest.raises(Unavailable) as caught:
        PostgresVault("postgresql://who:hemligt@/none?host=/nowhere", MASTER)
    assert "hemligt" not in str(caught.value)


def test_erasure_and_registration_at_once_leave_no_index_entry(postgres_vault, vault_database):
    """Whichever comes first: an erased subject is never left in the index."""
    with PostgresVault(vault_database.serve_url, MASTER) as other, ThreadPoolExecutor(2) as threads:
        for serial in range(30):
            subject, barrier = f"c-{serial}", Barrier(2)

            def register(subject=subject, barrier=barrier):
                barrier.wait()
                try:
                    postgres_vault.find_or_link(NUMBER, "personnummer", subject)
                except KeyDestroyed:
                    return False
                return True

            def erase(subject=subject, barrier=barrier):
                barrier.wait()
                other.destroy(subject, AT)

            for done in (threads.submit(register), threads.submit(erase)):
                done.result()
        assert postgres_vault.find_or_link(NUMBER, "personnummer", "c-last") == ()


def test_a_registration_waits_for_an_erasure_under_way_and_is_refused(postgres_vault, vault_database):
    postgres_vault.protect("c-1", SECRET, "name")
    ours = "FROM pg_stat_activity WHERE datname = current_database()"
    waiting = f"SELECT count(*) {ours} AND wait_event_type = 'Lock'"
    with ThreadPoolExecutor(1) as threads:
        with psycopg.connect(vault_database.admin_url) as eraser:
            eraser.execute("SELECT vault.destroy_person('c-1', %s)", (AT,))
            registered = threads.submit(postgres_vault.find_or_link, NUMBER, "personnummer", "c-1")
            with psycopg.connect(vault_database.admin_url, autocommit=True) as watcher:
                while not registered.done() and watcher.execute(waiting).fetchone() == (0,):
                    sleep(0.01)
        with pytest.raises(KeyDestroyed):
            registered.result()
