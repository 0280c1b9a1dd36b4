"""Whom this ledger asks to confirm what it says of itself: what the environment says of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

STAMP_VARIABLES: Mapping[str, str] = {
    "LIGGARE_STAMP_URL": "a time-stamping authority by RFC 3161; no time stamps unless told",
    "LIGGARE_STAMP_ROOTS": "a file of certificates in PEM that verify its stamps; goes with the URL",
    "LIGGARE_STAMP_POLICY": "the policy (an OID) under which it has to stamp; any unless told",
}
OTHERS_VARIABLES: Mapping[str, str] = {
    **STAMP_VARIABLES,
    "LIGGARE_STAMP_EVERY": "seconds between two stamps while a ledger is served; 3600 unless told",
    "LIGGARE_WITNESSES": "a file with a line `address key` for each witness to ask; none unless told",
    "LIGGARE_WITNESS_EVERY": "seconds between two rounds of asking them; 60 unless told",
}
WITNESSES_MAX = 32
_OID = re.compile(r"[0-2](\.(0|[1-9][0-9]{0,38})){1,30}")


@dataclass(frozen=True, slots=True)
class Authority:
    """A time-stamping authority, and by which roots and policy its stamps are believed."""

    url: str
    roots_file: Path
    policy: str | None = None

    @classmethod
    def from_environment(cls, given: Mapping[str, str]) -> "Authority | None":
        """The authority that the environment names, if any. Raises ValueError, which names the variable."""
        url, roots, policy = (given.get(name) for name in STAMP_VARIABLES)
        if url is None and roots is None and policy is None:
            return None
        if url is None or roots is None:
            raise ValueError("LIGGARE_STAMP_URL and LIGGARE_STAMP_ROOTS go together")
        if policy is not None and not _OID.fullmatch(policy):
            raise ValueError("LIGGARE_STAMP_POLICY is an OID like 1.2.3.4")
        return cls(address("LIGGARE_STAMP_URL", url), Path(roots), policy)


@dataclass(frozen=True, slots=True)
class Others:
    """Whom a ledger asks to confirm its checkpoints, and how often while it is served."""

    authority: Authority | None = None
    stamp_every_seconds: int = 3600
    witnesses_file: Path | None = None
    witness_every_seconds: int = 60

    @classmethod
    def from_environment(cls, given: Mapping[str, str]) -> "Others":
        """What the environment says of them. Raises ValueError, which names the variable."""
        return cls(
            Authority.from_environment(given),
            _seconds(given, "LIGGARE_STAMP_EVERY", 3600),
            Path(given["LIGGARE_WITNESSES"]) if "LIGGARE_WITNESSES" in given else None,
            _seconds(given, "LIGGARE_WITNESS_EVERY", 60),
        )


def _seconds(given: Mapping[str, str], name: str, otherwise: int) -> int:
    text = given.get(name, str(otherwise))
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 1_000_000):
        raise ValueError(f"{name} is a number of seconds, 1 at least")
    return int(text)


def address(name: str, text: str) -> str:
    """An address that can be asked. Raises ValueError, which names the setting."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{name} is an address like https://host/path")
    return text
