"""Makes a package: streams the records of a range, holds them to the checkpoint, describes every file."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from ledger.errors import Corrupt
from ledger.proof.checkpoint import unverified_checkpoint
from ledger.proof.growth import Growth
from ledger.proof.paths import Run
from ledger.store.codec import entry_of
from ledger.store.log import Log
from ledger.values import instant_text
from projections.code import code_version
from replay.archive.about import ABOUT, FORMAT, About, Counts, Neighbour
from replay.archive.days import Book, Days
from replay.archive.described import Described, Sender, dublin_core, read_me
from replay.archive.files import Folder, Kept
from replay.archive.mets import REPRESENTATION, Parts, package_mets, representation_mets
from replay.archive.premis import package_premis, representation_premis
from replay.archive.shown import Shown, shown
from replay.archive.span import ZONE, Span
from replay.archive.stream import Opened, opened
from replay.evidence.package import Ground
from replay.questions.unsealed import UnsealedLog

GENESIS = 1
TELL_EVERY = 1024
CHECKPOINT, COSIGNATURES, KEYS = (f"data/proof/{name}.txt" for name in ("checkpoint", "cosignatures", "keys"))
STAMPS = "data/proof/stamps"
PREMIS, METS = "metadata/preservation/premis.xml", "METS.xml"
SCHEMAS = Path(__file__).with_name("schemas")
DOCUMENTS = Path(__file__).parents[2] / "docs"
DOCUMENTED = ("archive.md", "format.md", "proof.md")
Told = Callable[[int, int], None]
Subtrees = Callable[[Run], Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class Source:
    """What a package is made from; ``subtrees`` gives the full subtrees over a run of sealed leaves."""

    ground: Ground
    subtrees: Subtrees

    @property
    def log(self) -> Log:
        """The log."""
        return self.ground.log


def write_package(source: Source, span: Span, sender: Sender, top: Path, name: str, told: Told) -> About:
    """Write the package of a range into an empty directory ``top``; ``name`` is what it will be called.

    What is written verifies: the records are held against their leaves and those against the checkpoint.
    Raises Corrupt where they do not fit, and OSError.
    """
    folder = Folder(top / REPRESENTATION)
    about = _records(source, span, folder, told)
    _proved(source, about, folder)
    sealed = source.ground.confirmed.sealed
    described = Described(
        name, f"liggare-{about.ledger}-{about.from_on}--{about.to_on}-{about.size}",
        instant_text(sealed.sealed_at), code_version(), sender, about,
    )  # fmt: skip
    premis = _beside(folder, PREMIS, representation_premis(described, folder.kept))
    representation_mets_file = representation_mets(described, premis, folder.kept)
    folder.put(METS, representation_mets_file, "text/xml")
    _described(source, described, Folder(top), folder.kept[-1])
    _dated(top, sealed.sealed_at)
    return about


def _records(source: Source, span: Span, folder: Folder, told: Told) -> About:
    """Write the records of the range and what they cite; how they stand under the checkpoint."""
    before = source.subtrees((0, span.first - 1))
    growth, counts, cited = Growth(span.first - 1, before), Counts(), {GENESIS}
    unsealed = UnsealedLog(source.log, span.size)
    records = _checked(shown(unsealed, source.log.records(after=span.first - 1, upto=span.last)))
    one: Opened | None = None
    with closing(Days(folder)) as days:
        for one, record in records:
            growth.add(one.leaf)
            days.add(one, record.record, record.body)
            counts.add(one, record.body)
            cited.update(one.said.cited)
            if one.position % TELL_EVERY == 0:
                told(one.position - span.first + 1, span.last - span.first + 1)
    after = source.subtrees((span.last, span.size))
    if one is None or growth.size != span.last:
        raise Corrupt("the log ends within the range", growth.size + 1)
    growth.finish(span.size, after)
    if growth.root() != unverified_checkpoint(source.ground.confirmed.sealed.note).root:
        raise Corrupt("the records do not lead to the checkpoint's root; see: liggare verify")
    needed = tuple(sorted(at for at in cited if at < span.first))
    _cited(source, unsealed, needed, folder)
    return About(
        format=FORMAT, ledger=one.said.ledger, mode=one.said.mode, from_on=span.from_on, to_on=span.to_on,
        zone=ZONE, first=span.first, last=span.last, size=span.size, complete=span.complete,
        before=tuple(part.hex() for part in before), after=tuple(part.hex() for part in after),
        neighbours=tuple(_neighbours(source, span)), cited=needed, counts=counts,
    )  # fmt: skip


def _neighbours(source: Source, span: Span) -> Iterator[Neighbour]:
    """The record before the range and the one after it, where there are any: their entries, proved."""
    wanted = [at for at in (span.first - 1, span.last + 1) if 1 <= at <= span.size]
    for record in source.log.records_at(wanted):
        path = source.ground.prove(record.position)
        yield Neighbour(entry=entry_of(record.record).hex(), path=tuple(part.hex() for part in path))


def _checked(records: Iterator[Shown]) -> Iterator[tuple[Opened, Shown]]:
    for record in records:
        yield opened(record.record, record.body), record


def _cited(source: Source, unsealed: UnsealedLog, positions: Sequence[int], folder: Folder) -> None:
    """What the range rests on from before it, each record with its proof."""
    for one, record in _checked(shown(unsealed, source.log.records_at(positions))):
        secrecy = one.said.strictest
        with closing(Book(folder, f"data/cited/{secrecy}/{one.position}", secrecy)) as book:
            book.add(one, record.record, record.body)
        path = "".join(f"{part.hex()}\n" for part in source.ground.prove(one.position))
        folder.put(f"data/cited/{secrecy}/{one.position}.proof", path.encode(), "text/plain")


def _proved(source: Source, about: About, folder: Folder) -> None:
    """The range's place in the tree, the checkpoint, and what others confirmed of it."""
    ground = source.ground
    keys = [*(key.text for key in ground.keys), *(key.text for key in ground.witnesses)]
    folder.put(ABOUT, about.encoded(), "application/json")
    folder.put(CHECKPOINT, ground.confirmed.sealed.note, "text/plain", "C2SP checkpoint (signed note)")
    folder.put(KEYS, "".join(f"{key}\n" for key in keys).encode(), "text/plain")
    if ground.confirmed.cosignatures:
        folder.put(COSIGNATURES, "".join(ground.confirmed.cosignatures).encode(), "text/plain")
    for number, der in enumerate(ground.confirmed.stamps, 1):
        folder.put(f"{STAMPS}/{number}.tsr", der, "application/timestamp-reply", "RFC 3161")


def _described(source: Source, described: Described, folder: Folder, representation: Kept) -> None:
    """Documents, schemas and metadata of the package, and its METS.xml, the last of all files."""
    documents = [folder.put("documentation/read-me.txt", read_me(described.about), "text/plain")]
    documents += [
        folder.put(f"documentation/{name}", _document(name), "text/markdown") for name in DOCUMENTED
    ]
    schemas = [
        folder.put(f"schemas/{path.name}", path.read_bytes(), "text/xml")
        for path in sorted(SCHEMAS.glob("*.xsd"))
    ]
    descriptive = folder.put("metadata/descriptive/dc.xml", dublin_core(described), "text/xml")
    keys = ", ".join(key.text for key in source.ground.keys)
    premis = folder.put(PREMIS, package_premis(described, keys), "text/xml")
    there = Kept(
        f"{REPRESENTATION}/{METS}", representation.size, representation.digest, "text/xml", "METS", "open"
    )
    parts = Parts(descriptive, premis, documents, schemas, there)
    folder.put(METS, package_mets(described, parts), "text/xml")


def _beside(folder: Folder, name: str, content: bytes) -> Kept:
    """Write a file that METS names as metadata, not among the data."""
    kept = folder.put(name, content, "text/xml")
    folder.kept.remove(kept)
    return kept


def _document(name: str) -> bytes:
    try:
        return (DOCUMENTS / name).read_bytes()
    except OSError as error:
        raise Corrupt(f"the program's own docs/{name} is missing, and belongs into the package") from error


def _dated(top: Path, at: int) -> None:
    """Give every file and folder the instant that the package stands for (µs)."""
    for path in chain(top.rglob("*"), (top,)):
        os.utime(path, ns=(at * 1000, at * 1000))
