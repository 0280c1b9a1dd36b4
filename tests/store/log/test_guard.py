"""What a superuser can do to the schema behind the ledger's back, and the guard that then refuses."""

from contextlib import closing

import psycopg
import pytest

from ledger.errors import Unsafe
from ledger.fold import Selector
from ledger.store.guard import ensure_safe, findings
from ledger.store.postgres import PostgresLog
from ledger.store.verify import verify
from tests.store.log.appends import MAC, TYPE, append

CALL = "EXECUTE FUNCTION liggare.refuse_change()"
AGAIN = "ALTER TABLE liggare.tags ENABLE ALWAYS TRIGGER append_only"
REPLACED = "CREATE OR REPLACE TRIGGER append_only"
ALL = "UPDATE OR DELETE OR TRUNCATE ON liggare.tags"
CHANGED = {
    "a trigger is gone": ("tags", "DROP TRIGGER append_only ON liggare.tags"),
    "a trigger is switched off": ("events", "ALTER TABLE liggare.events DISABLE TRIGGER append_only"),
    "a trigger fires for some": ("tags", "ALTER TABLE liggare.tags ENABLE TRIGGER append_only"),
    "a trigger fires for less": ("tags", f"{REPLACED} BEFORE TRUNCATE ON liggare.tags {CALL}; {AGAIN}"),
    "a trigger fires too late": ("tags", f"{REPLACED} AFTER {ALL} {CALL}; {AGAIN}"),
    "the triggers' function does nothing": ("refuse_change", """
        CREATE OR REPLACE FUNCTION liggare.refuse_change() RETURNS trigger
        LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"""),
    "a function does something else": ("position_at", """
        CREATE OR REPLACE FUNCTION liggare.position_at(known_at bigint) RETURNS bigint
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp BEGIN ATOMIC SELECT 1; END"""),
    "a function trusts its caller": ("head", "ALTER FUNCTION liggare.head RESET search_path"),
    "a function is gone": ("lock_appends", "DROP FUNCTION liggare.lock_appends"),
    "a function was added": ("mine", "CREATE FUNCTION liggare.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
    "a trigger was added": (
        "commands", f"CREATE TRIGGER mine BEFORE INSERT ON liggare.commands FOR EACH ROW {CALL}",
    ),
    "a rule was added": ("events", "CREATE RULE mine AS ON INSERT TO liggare.events DO ALSO NOTIFY mine"),
    "rows may be hidden": ("events", "ALTER TABLE liggare.events ENABLE ROW LEVEL SECURITY"),
    "rows may come from elsewhere": ("events", "CREATE TABLE public.mine () INHERITS (liggare.events)"),
    "a crash empties a table": ("tags", "ALTER TABLE liggare.tags SET UNLOGGED"),
    "rows may stand twice": ("commands", "ALTER TABLE liggare.commands DROP CONSTRAINT commands_pkey"),
    "a mark may be nowhere": ("ledger", "ALTER TABLE liggare.ledger ALTER known_mark DROP NOT NULL"),
    "nulls may come": ("commands", "ALTER TABLE liggare.commands ALTER first DROP NOT NULL"),
}  # fmt: skip
RIGHTS = {
    "a column": ("write", "GRANT UPDATE (record) ON liggare.events TO {role}"),
    "rows": ("write", "GRANT INSERT ON liggare.tags TO PUBLIC"),
    "the schema": ("write", "GRANT CREATE ON SCHEMA liggare TO {role}"),
    "another role's": ("write", "GRANT UPDATE ON liggare.ledger TO {other}; GRANT {other} TO {role}"),
    "every table": ("write", "GRANT pg_write_all_data TO {role}"),
    "files": ("create", "GRANT pg_write_server_files TO {role}"),
    "roles": ("create", "ALTER ROLE {role} CREATEROLE"),
    "a superuser's": ("superuser", "ALTER ROLE {other} SUPERUSER; GRANT {other} TO {role}"),
}


def unsafe(url):
    return {finding.name: finding.detail for finding in findings(url) if not finding.safe}


@pytest.mark.parametrize("what", CHANGED)
def test_a_schema_that_was_changed_is_not_served(database, what):
    name, statement = CHANGED[what]
    with psycopg.connect(database.admin_url) as connection:
        connection.execute(statement)
    assert name in " ".join(unsafe(database.serve_url).values())
    with pytest.raises(Unsafe, match=name):
        ensure_safe(database.serve_url, durability=False)


@pytest.fixture
def other_role(database):
    """A second role, and the serving one without what a test gave it."""
    other = f"{database.serve_role}_other"
    with psycopg.connect(database.admin_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {other}; ALTER ROLE {database.serve_role} NOINHERIT")
        yield other
        connection.execute(f"DROP OWNED BY {other}; DROP ROLE {other}")
        connection.execute(f"REVOKE pg_write_all_data, pg_write_server_files FROM {database.serve_role}")
        connection.execute(f"ALTER ROLE {database.serve_role} INHERIT NOCREATEROLE")


@pytest.mark.parametrize("what", RIGHTS)
def test_a_role_with_more_rights_does_not_serve(database, other_role, what):
    name, statement = RIGHTS[what]
    assert set(unsafe(database.serve_url)) <= {"fsync"}
    with psycopg.connect(database.admin_url) as connection:
        connection.execute(statement.format(role=database.serve_role, other=other_role))
    assert name in unsafe(database.serve_url)


def test_a_superuser_who_only_plays_the_serving_role_does_not_serve(database):
    joint = "&" if "?" in database.admin_url else "?"
    url = f"{database.admin_url}{joint}options=-c%20role%3D{database.serve_role}"
    assert {"superuser", "owner"} <= set(unsafe(url))


SETTINGS = (
    "client_encoding = 'LATIN1'", "standard_conforming_strings = off", "search_path = pg_temp",
    "timezone = 'America/New_York'", "datestyle = 'German'", "bytea_output = 'escape'",
    "row_security = off", "intervalstyle = 'iso_8601'", "extra_float_digits = -15",
)  # fmt: skip


def test_what_a_role_or_an_environment_sets_changes_nothing(database, monkeypatch):
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    monkeypatch.setenv("PGTZ", "Asia/Kathmandu")
    monkeypatch.setenv("PGDATESTYLE", "SQL, DMY")
    with psycopg.connect(database.admin_url, autocommit=True) as connection:
        try:
            for setting in SETTINGS:
                connection.execute(f"ALTER ROLE {database.serve_role} SET {setting}")
            with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
                first = log.append(append(("thing:åäö",), command_id="öäå"))
                assert log.outcome("c-1", "öäå", MAC).leaves == first.leaves
                assert log.position_at(first.recorded_at) == 1
            assert verify(database.serve_url).intact
            assert set(unsafe(database.serve_url)) <= {"fsync"}
        finally:
            connection.execute(f"ALTER ROLE {database.serve_role} RESET ALL")
    monkeypatch.delenv("PGCLIENTENCODING")
    with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
        assert log.outcome("c-1", "öäå", MAC).leaves == first.leaves
        assert log.boundary((Selector((TYPE,), "thing:åäö"),))[1]


@pytest.mark.parametrize("counts", ["{2}", "{0}", "{-1}"])
def test_the_database_makes_no_gap_whoever_calls(database, counts):
    """A serving role may call the append by itself, with other events than it announces."""
    call = (
        "SELECT liggare.append_batch('simulated', '{c}', '{k}', '{m}', '{1}', %s, '{1}', '{0}', '{t}',"
        " ARRAY[decode(repeat('00', 34), 'hex')], '{b}', '{1}', '{0}', '{t}', '{x:1}',"
        " '{}', '{}', '{}', '{}')"
    )
    with (
        psycopg.connect(database.serve_url) as connection,
        pytest.raises(psycopg.Error, match="not as many") as refused,
    ):
        connection.execute(call, (counts,))
    assert refused.value.sqlstate == "LG004"
