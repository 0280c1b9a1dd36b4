"""Packages for tests: of logs in memory under a checkpoint that a test key signs, and ways to change them."""

import hashlib
import re
from dataclasses import replace
from datetime import date

from ledger.proof.paths import subtree_hashes
from replay.archive.check import checked
from replay.archive.described import Sender
from replay.archive.package import Source, write_package
from replay.archive.span import span_of
from tests.proof import naive
from tests.replay.evidence import KEY, ground
from tests.replay.histories import CASES, played

SENDER = Sender("Exempelregionen", "Exempelnämnden & co", "avtal <1>")
BEGIN, END = date(2020, 1, 1), date(2030, 1, 1)
REP = "representations/rep1"
SEALED_AT = 1_760_000_000_000_000


def source_of(log, stamps=()):
    leaves = [record.leaf for record in log.records()]
    found = ground(log)
    sealed = replace(found.confirmed.sealed, sealed_at=SEALED_AT)
    found = replace(found, confirmed=replace(found.confirmed, sealed=sealed, stamps=stamps))
    return Source(found, lambda run: subtree_hashes(run, naive.Kept(leaves)))


def packed(log, top, from_on=BEGIN, to_on=END, stamps=()):
    """The package of a range in a new directory; what it says of itself."""
    source = source_of(log, stamps=stamps)
    top.mkdir(parents=True)
    span = span_of(log, from_on, to_on, log.head().position)
    return write_package(source, span, SENDER, top, top.name, lambda *_: None)


def holds(top, keys=(KEY.verifier,)):
    return checked(top, keys, lambda *_: None)


def files_of(top):
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*") if path.is_file()}


def described_again(top):
    """Make digests and sizes in both METS files anew, as whoever changes a package would."""
    _digested(top / REP)
    _digested(top)


def _digested(folder):
    mets = folder / "METS.xml"
    lines = mets.read_text().split("\n")
    for at, line in enumerate(lines):
        located = re.search(r'xlink:href="([^"]+)"', lines[at + 1] if line.startswith("<file ") else line)
        if line.startswith(("<file ", "<mdRef ")) and located and (folder / located[1]).exists():
            content = (folder / located[1]).read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            sized = re.sub(r'SIZE="\d+"', f'SIZE="{len(content)}"', line)
            lines[at] = re.sub(r'CHECKSUM="\w+"', f'CHECKSUM="{digest}"', sized)
    mets.write_text("\n".join(lines))


def unlisted(top, name):
    """Take a file of the representation out of its METS."""
    mets = top / REP / "METS.xml"
    text, count = re.subn(
        rf'<file [^>]*>\n<FLocat [^>]*href="{re.escape(name)}"/>\n</file>\n', "", mets.read_text()
    )
    assert count == 1
    mets.write_text(text)


def offered_world():
    """An order with offers that nobody has awarded: they are sealed."""
    for cases in CASES.values():
        for case in cases:
            world = played(case)
            types = {record.type for record in world.log.records()}
            if "offer-received.v1" in types and "order-awarded.v1" not in types:
                return world
    raise AssertionError("no such case")
