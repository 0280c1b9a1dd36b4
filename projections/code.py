"""Which version of the code folds: kept states are good only for the code that made them."""

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

FOLDING = (
    "ledger.events", "ledger.facts", "ledger.fold", "ledger.policy", "ledger.proof.announcement",
    "ledger.proof.note", "ledger.store.body", "ledger.values", "projections",
)  # fmt: skip
EVERYTHING = ("ledger", "projections", "replay", "api")
_SHORT = 12


@cache
def source_digest(packages: tuple[str, ...]) -> str:
    """SHA-256 in hex over every source file (.py, .sql, .yaml) of these packages and modules.

    Name and content, in order.
    """
    digest = hashlib.sha256()
    for package in packages:
        for name, content in sorted(_found(package)):
            digest.update(name.encode() + b"\x00" + hashlib.sha256(content).digest())
    return digest.hexdigest()


def code_version() -> str:
    """The version of everything, in 12 hex digits, as an answer's token names it."""
    return source_digest(EVERYTHING)[:_SHORT]


def folding_version() -> str:
    """The version of what makes states from events, in 12 hex digits.

    The API may change without a rebuild.
    """
    return source_digest(FOLDING)[:_SHORT]


def _found(name: str) -> Iterable[tuple[str, bytes]]:
    """The file of a module, or all of a package."""
    parent, _, last = name.rpartition(".")
    if parent and (file := files(parent) / f"{last}.py").is_file():
        return [(f"{name}.py", file.read_bytes())]
    return _sources(files(name), name)


def _sources(folder: Traversable, name: str) -> Iterable[tuple[str, bytes]]:
    for found in folder.iterdir():
        inside = f"{name}/{found.name}"
        if found.is_dir():
            yield from _sources(found, inside)
        elif found.name.endswith((".py", ".sql", ".yaml")):
            yield inside, found.read_bytes()
