"""What the environment says, read once: addresses, keys, places. `docs/cli.md` lists the variables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from api.others import OTHERS_VARIABLES, Others
from ledger.values import parsed_instant

VARIABLES: Mapping[str, str] = {
    "LIGGARE_DATABASE_URL": "a PostgreSQL server, as a role that may make databases; else one of our own",
    "LIGGARE_SERVE_URL": "the ledger's database as the serving role; then nothing is made or migrated",
    "LIGGARE_VAULT_URL": "the vault's database as its serving role; goes with LIGGARE_SERVE_URL",
    "LIGGARE_MASTER_KEY": "base64 of 32 random bytes; wraps every person's key",
    "LIGGARE_SIGNING_KEY": "the file of the key that signs checkpoints; only its owner may read it",
    "LIGGARE_STATE_DIR": "what the program keeps beside databases; var/ unless told",
    "LIGGARE_PORT": "the port on the loopback address; 8321 unless told",
    "LIGGARE_DATABASE_NAME": "the ledger's database where the program makes it; liggare unless told",
    "LIGGARE_SIMULATED_START": "where a new simulated clock starts; 2024-01-01T00:00:00Z unless told",
    "LIGGARE_PG_BIN": "the directory of PostgreSQL's programs, for a server of our own and for backups",
    **OTHERS_VARIABLES,
}


class SettingsError(ValueError):
    """A variable holds something that cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process. Addresses may hold passwords, so they are never shown.

    ``patience_seconds`` is how long a caller waits for a database that is away, about twice that at most.
    ``durability=False`` serves from a server that may lose commits in a crash; no variable sets it: only for
    tests.
    """

    database_url: str | None = field(default=None, repr=False)
    serve_url: str | None = field(default=None, repr=False)
    vault_url: str | None = field(default=None, repr=False)
    master_key: str | None = field(default=None, repr=False)
    signing_key: Path | None = None
    state_dir: Path = Path("var")
    port: int = 8321
    database_name: str = "liggare"
    simulated_start: int = 1_704_067_200_000_000
    threads: int = 64
    durability: bool = True
    patience_seconds: float = 10.0
    others: Others = field(default_factory=Others)

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """The settings that the environment holds. Raises SettingsError."""
        given = {name: value for name, value in env.items() if name.startswith("LIGGARE_") and value}
        return cls(
            database_url=_address("LIGGARE_DATABASE_URL", given),
            serve_url=_address("LIGGARE_SERVE_URL", given),
            vault_url=_address("LIGGARE_VAULT_URL", given),
            master_key=given.get("LIGGARE_MASTER_KEY"),
            signing_key=Path(given["LIGGARE_SIGNING_KEY"]) if "LIGGARE_SIGNING_KEY" in given else None,
            state_dir=Path(given.get("LIGGARE_STATE_DIR", "var")),
            port=_port(given.get("LIGGARE_PORT", "8321")),
            database_name=_name(given.get("LIGGARE_DATABASE_NAME", "liggare")),
            simulated_start=_instant(given.get("LIGGARE_SIMULATED_START", "2024-01-01T00:00:00Z")),
            others=_others(given),
        )


def _address(name: str, given: Mapping[str, str]) -> str | None:
    text = given.get(name)
    try:
        conninfo_to_dict(text or "")
    except psycopg.Error:  # its message repeats the address, password and all
        raise SettingsError(f"{name} is an address like postgresql://role:password@host/postgres") from None
    return text


def _others(given: Mapping[str, str]) -> Others:
    try:
        return Others.from_environment(given)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise SettingsError("LIGGARE_PORT is a port number")
    return int(text)


def _name(text: str) -> str:
    if not (text.isascii() and text.replace("_", "").isalnum() and len(text) <= 40):
        raise SettingsError("LIGGARE_DATABASE_NAME has letters, digits and underscores, 40 at most")
    return text


def _instant(text: str) -> int:
    try:
        at = parsed_instant(text)
    except ValueError as error:
        raise SettingsError(f"LIGGARE_SIMULATED_START: {error}") from error
    return int(str(at))
