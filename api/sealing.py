"""The signing key of a ledger's checkpoints, and the thread that seals while a process serves.

The key is a file that only its owner may read: the one of LIGGARE_SIGNING_KEY, or, for a ledger on a server
that this program runs or makes its databases on, one made beside the state. It is never in a database.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import psycopg

from api.place import Place, write_secret
from api.settings import Settings, SettingsError
from ledger.errors import Corrupt, LedgerError, Unsafe
from ledger.facts.signing_keys import Chain
from ledger.proof.checkpoint import opened_checkpoint
from ledger.proof.note import NoteError, SigningKey, parsed_signer
from ledger.store.announced import announced_keys
from ledger.store.log import Log
from ledger.store.sealing import Sealer, connected, keep_sealing
from ledger.store.sealing_tree import newest

LOG = logging.getLogger("liggare.sealing")
OTHERS = 0o077
NO_KEY = (
    "there is no signing key here: set LIGGARE_SIGNING_KEY to its file; for a ledger that was never sealed,"
    " liggare keys new makes one"
)
RETRY_SECONDS = 1.0
ORIGIN_OF_NOBODY = "liggare.invalid"
"""Begins the origin of a ledger for which nobody chose one: a name that no address can have."""


def signing_key_of(place: Place, settings: Settings, ledger: str, *, make: bool = True) -> SigningKey | None:
    """The key of the settings, or this ledger's own, made before its first checkpoint.

    None where there is none.

    Raises SettingsError when the file cannot be used.
    """
    if settings.signing_key is not None:
        return read_key(settings.signing_key)
    if place.admin_url is None:
        return None
    file = settings.state_dir / f"{ledger}-signing.key"
    if not file.exists():
        if not make or _sealed_before(place.serve_url):
            return None
        write_secret(file, SigningKey.generate(f"{ORIGIN_OF_NOBODY}/{ledger}").text + "\n")
    return read_key(file)


def _sealed_before(serve_url: str) -> bool:
    """Whether there are checkpoints.

    Then another key would be a stranger's to everybody who knows the first.
    """
    with psycopg.connect(serve_url, connect_timeout=5) as connection:
        return newest(connection) is not None


def read_key(file: Path) -> SigningKey:
    """The key of a file. Raises SettingsError when others may read it, or when it holds none."""
    try:
        if file.stat().st_mode & OTHERS:
            raise SettingsError(
                f"the signing key {file} can be read by others: chmod 600, then make a new one"
            )
        return parsed_signer(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the signing key {file} cannot be read: {type(error).__name__}") from error
    except NoteError as error:
        raise SettingsError(f"the signing key {file} cannot be used: {error}") from error


def keys_at(serve_url: str) -> Chain:
    """The keys that the log at an address names. Raises psycopg.Error."""
    with psycopg.connect(serve_url, connect_timeout=5) as connection:
        return announced_keys(connection)


def sealed_by(serve_url: str, key: SigningKey) -> str | None:
    """Why the last checkpoint is not by this key; None where it is, or where there is none."""
    with psycopg.connect(serve_url, connect_timeout=5) as connection:
        last = newest(connection)
    if last is None:
        return None
    try:
        opened_checkpoint(last.note, [key.verifier], key.name)
    except NoteError as error:
        return str(error)
    return None


@contextmanager
def sealing(log: Log, serve_url: str, key: SigningKey | None) -> Iterator[None]:
    """Seal on a thread of its own until the context ends.

    Without a key nothing is sealed, and that is said.
    """
    if key is None:
        LOG.warning("nothing is sealed: %s", NO_KEY)
        yield
        return
    stopping = threading.Event()
    with closing(Sealer(partial(connected, serve_url), key)) as sealer:
        thread = threading.Thread(target=_seal, args=(log, sealer, stopping), name="sealer", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join(timeout=10)


def _seal(log: Log, sealer: Sealer, stopping: threading.Event) -> None:
    """Whatever the database does meanwhile.

    But where the record contradicts a checkpoint, nothing is signed.
    """
    while not stopping.is_set():
        try:
            keep_sealing(log, sealer, stopping)
        except (Corrupt, Unsafe) as error:
            LOG.error("sealing has stopped: %s", error)  # noqa: TRY400  what it says is all there is to know
            return
        except (LedgerError, psycopg.Error) as error:
            LOG.warning("sealing waits for the database: %s", type(error).__name__)
            stopping.wait(RETRY_SECONDS)
