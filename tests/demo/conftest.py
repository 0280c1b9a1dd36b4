"""A short demonstration, played once over HTTP on the session's PostgreSQL, for all that read of it."""

import io
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from api.cli.program import Out
from api.demo.run import Told, Wish, demonstrated
from api.demo.steps import Inputs
from api.demo.story.telling import tell
from api.demo.story.write import written
from api.running import running_server
from api.settings import Settings
from tests.api.servers import drop
from tests.postgres import PostgresServer, temporary_home

MONTHS = 3


@dataclass(frozen=True)
class Stage:
    """Where a demonstration is played."""

    settings: Settings
    inputs: Inputs

    def play(self, *, keep: bool = False) -> Told:
        wish = Wish(self.inputs, keep=keep, serve=lambda settings: running_server(settings, "simulated"))
        return demonstrated(Out(as_json=True, stdout=io.StringIO()), self.settings, wish)


@pytest.fixture(scope="session")
def short_inputs() -> Inputs:
    return Inputs(written(tell(MONTHS)))


@pytest.fixture(scope="module")
def stage(postgres_server: PostgresServer, short_inputs: Inputs) -> Iterator[Stage]:
    with temporary_home() as home:
        made = staged(postgres_server, home, short_inputs)
        try:
            yield made
        finally:
            drop(postgres_server.admin_url, made.settings.database_name)


@pytest.fixture(scope="module")
def told(stage: Stage) -> Told:
    return stage.play()


def staged(server: PostgresServer, home: Path, inputs: Inputs) -> Stage:
    name = f"liggare_demo_{secrets.token_hex(5)}"
    settings = Settings(database_url=server.admin_url, database_name=name, state_dir=home)
    return Stage(replace(settings, port=0, durability=False), inputs)
