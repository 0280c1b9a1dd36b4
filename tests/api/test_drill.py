"""The restore drill is rehearsed too."""

from api.drill import rehearsed
from api.settings import Settings
from tests.postgres import PostgresServer, temporary_home


def test_a_restored_ledger_is_the_same_and_goes_on(postgres_server: PostgresServer):
    with temporary_home() as home:
        steps = list(rehearsed(Settings(state_dir=home / "none"), home, small=True))
    assert all(step.fine for step in steps), [step for step in steps if not step.fine]
    assert [step.name for step in steps][-2:] == ["continue", "verify again"]
