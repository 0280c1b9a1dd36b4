"""What `liggare archive` says of a package: Swedish first, then English."""

from pathlib import Path
from typing import Any

from api.cli.program import DIFFERENT, Result
from replay.archive.about import About
from replay.archive.check import Checked
from replay.archive.fault import Fault


def made(out: Path, about: About) -> Result:
    """A package that was made."""
    count, places = about.last - about.first + 1, f"p{about.first}–p{about.last}"
    short = [] if about.complete else _short(about)
    document = {"package": str(out), "records": count, **_document(about)}
    sv = f"{out}: {count} poster ({places}) under kontrollpunkten {about.size}; {_hidden(about)[0]}"
    en = f"{out}: {count} records ({places}) under the checkpoint of {about.size}; {_hidden(about)[1]}"
    return Result(document, (sv, *short[:1], en, *short[1:], f"liggare archive --check {out} --key KEY"))


def faulty(fault: Fault) -> Result:
    """A package in which something does not hold."""
    shown = (f"FEL i {fault.where}: {fault.sv}", f"FAULT in {fault.where}: {fault.en}")
    return Result({"intact": False, "where": fault.where, "fault": fault.en}, shown, DIFFERENT)


def intact(found: Checked) -> Result:
    """A package that holds."""
    about, signed = found.about, found.checkpoint
    count, who = about.last - about.first + 1, ", ".join(found.signed_by)
    places = f"p{about.first}–p{about.last}"
    document = {
        "intact": True, "records": count, **_document(about), "origin": signed.origin,
        "root": signed.root.hex(), "signed_by": found.signed_by, "cosigned_by": found.cosigned_by,
        "stamps": found.stamps, "key_from_elsewhere": found.trusted,
    }  # fmt: skip
    short = ["", ""] if about.complete else _short(about)
    sv = [
        f"HELT: {count} poster {places}, registrerade från {about.from_on} till (inte med) {about.to_on}.",
        f"{signed.origin} {about.size}, {who}", _hidden(about)[0], short[0],
        "" if found.trusted else "PAKETETS EGEN NYCKEL: ge den du har från annat håll med --key.",
    ]  # fmt: skip
    en = [
        f"INTACT: {count} records {places}, written from {about.from_on} until {about.to_on}.",
        _hidden(about)[1], short[1],
        "" if found.trusted else "THE PACKAGE'S OWN KEY: give the one you have from elsewhere with --key.",
    ]  # fmt: skip
    return Result(document, ("\n".join(filter(None, sv)) + "\n", "\n".join(filter(None, en))))


def _document(about: About) -> dict[str, Any]:
    counts = about.counts
    return {
        "first": about.first, "last": about.last, "size": about.size, "complete": about.complete,
        "ledger": about.ledger, "mode": about.mode, "secrecy": counts.secrecy, "sealed": counts.sealed,
        "disposed": counts.disposed, "masked": counts.masked,
    }  # fmt: skip


def _hidden(about: About) -> tuple[str, str]:
    one = about.counts
    sv = f"{one.sealed} förseglade avropssvar, {one.disposed} gallrade, {one.masked} maskade grupper"
    return (
        f"bara åtaganden: {sv}",
        f"commitments only: {one.sealed} sealed offers, {one.disposed} disposed, {one.masked} masked groups",
    )


def _short(about: About) -> list[str]:
    return [
        f"Kontrollpunkten {about.size} når inte förbi {about.to_on}: fler poster kan finnas eller komma.",
        f"The checkpoint of {about.size} does not reach beyond {about.to_on}: there may be, or come, more.",
    ]
