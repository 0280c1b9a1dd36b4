"""`liggare verify`: every record anew from its bytes, and everything derived against it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from api.cli.kept import NOT_KEPT, Keys, checkpoint_in, keys_of, own_key
from api.cli.program import CODES, DIFFERENT, FINE, PROGRAM, Json, Out, Result, carry_out, example
from api.cli.progress import telling
from api.cli.receipt import held_in
from api.cli.verify_shown import different, intact
from api.cli.verify_views import found_in, held_views, views_document, views_shown
from api.others import Others
from api.place import place_of
from api.sealing import keys_at
from api.settings import Settings
from api.stamping import roots_of
from api.witness.asking import read_witnesses
from ledger.proof.note import VerifierKey
from ledger.store.verify import Report
from ledger.store.verify import verify as verified
from ledger.store.verify_confirmed import ConfirmedReport, verify_confirmed
from ledger.store.verify_examination import FINDINGS_MAX, Found
from ledger.store.verify_kept import Kept as Progress
from ledger.store.verify_kept import ledger_of
from ledger.store.verify_keys import trusted_by
from ledger.store.verify_receipts import verify_receipts
from ledger.store.verify_tree import TreeReport, verify_tree
from projections.code import code_version
from replay.held_views import Compared

Headers = Annotated[
    bool, typer.Option("--headers", help="Do not open bodies: all but their roots, in about half the time.")
]
Processes = Annotated[
    int | None,
    typer.Option(min=1, max=64, help="How many processes; one for each core unless the ledger is short."),
]
Since = Annotated[
    list[Path] | None,
    typer.Option(
        "--since", metavar="FILE", help="A checkpoint that you kept; the ledger must go on from it."
    ),
]
Views = Annotated[
    bool,
    typer.Option("--views", help="Fold every view anew too, and compare it with what is kept for readers."),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on where a run with the same --headers was interrupted.")
]
Receipts = Annotated[
    list[Path] | None,
    typer.Option(
        "--receipt", metavar="FILE", help="A receipt that you were given; what it is for must be there."
    ),
]


@PROGRAM.command(
    "verify",
    epilog=example(
        "liggare verify",
        "liggare verify --since checkpoint.txt --key KEY",
        "liggare verify --receipt receipt.json --key KEY",
        "liggare verify --headers --processes 2",
        "liggare verify --views",
        "liggare verify --resume",
    )
    + "\n\n"
    + CODES,
)
def verify(  # noqa: PLR0913, PLR0917  each is an option
    headers: Headers = False,
    processes: Processes = None,
    since: Since = None,
    receipt: Receipts = None,
    key: Keys = None,
    views: Views = False,
    resume: Resume = False,
    as_json: Json = False,
) -> None:
    """Recompute every body root, leaf, tile and checkpoint, and compare everything derived with the records.

    Derived are columns, tag rows and command rows. 3 is the exit code when anything differs; the positions
    are named, the same ones by however many processes. Events cut off at the end, or a ledger written anew as
    a whole and sealed again, show only against what was kept elsewhere: a checkpoint (--since), a receipt
    (--receipt), or a number of events and a last leaf. Every checkpoint must be signed by the key that the
    log says was in force at its size, and the first key that it names must be the one you were given (--key);
    where it names none, signatures are checked with --key, or with the key that this installation signs with.
    What is masked, disposed of, or sealed until an award is checked by its commitments and counted; once an
    award has told the key of its order, what was sealed is opened too. With --views every view is folded
    from the log anew, and what readers are answered from now must have the same digest; what is kept of
    earlier moments is not compared (rebuild makes it anew). With --resume a run that
    was stopped goes on with the events that it had not come to; what was changed since in those that it had
    verified, a whole run alone finds.
    """
    files, wanted = (tuple(since or ()), tuple(receipt or ())), Wanted(processes, not headers, views, resume)
    carry_out(as_json, lambda out: _verify(out, Held(*files, keys_of(key)), wanted))


@dataclass(frozen=True, slots=True)
class Held:
    """What is held beside the database: files of checkpoints and of receipts, and public keys."""

    since: tuple[Path, ...]
    receipts: tuple[Path, ...]
    keys: tuple[VerifierKey, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many processes, and what is verified beside headers and tree."""

    processes: int | None
    bodies: bool
    views: bool
    resume: bool


def _verify(out: Out, held: Held, wanted: Wanted) -> Result:
    settings = Settings.from_environment()
    with place_of(settings, make=False) as place:
        own = own_key(place, settings)
        known = trusted_by(keys_at(place.serve_url), held.keys or own)
        receipts, trees = held_in(held.receipts, known)
        kept = [*(checkpoint_in(file, known) for file in held.since), *trees]
        progress = _progress(out, place.serve_url, settings, wanted)
        began = time.monotonic()
        with telling() as told:
            report = verified(
                place.serve_url, told, processes=wanted.processes, bodies=wanted.bodies, kept=progress
            )
        seconds = time.monotonic() - began
        if progress.problem:
            out.progress(NOT_KEPT.format(progress.problem))
        with telling() as told:
            tree = verify_tree(place.serve_url, held.keys, kept, told, own)
        others = _confirmed(place.serve_url, settings.others)
        others.findings += verify_receipts(place.serve_url, receipts)
        views = held_views(place, settings, wanted.processes) if wanted.views else None
    new = report.events - report.earlier
    out.progress(f"{new:,} events in {seconds:.1f} s ({new / seconds:,.0f} a second)")
    return result_of(report, tree, len(kept), others, views)


def _progress(out: Out, serve_url: str, settings: Settings, wanted: Wanted) -> Progress:
    """Where progress is kept; that of an earlier run is forgotten unless it shall go on."""
    kept = Progress(settings.state_dir, ledger_of(serve_url), code_version(), bodies=wanted.bodies)
    if not wanted.resume:
        kept.forget()
    elif kept.load() is None:
        out.progress("ingen avbruten körning / no interrupted run: begins at the first event")
    return kept


def _confirmed(serve_url: str, others: Others) -> ConfirmedReport:
    """What others confirmed, by the keys and roots of the settings."""
    keys = [one.key for one in read_witnesses(others.witnesses_file)]
    return verify_confirmed(serve_url, keys, roots_of(others.authority) if others.authority else ())


def result_of(
    report: Report,
    tree: TreeReport | None = None,
    kept: int = 0,
    others: ConfirmedReport | None = None,
    views: Sequence[Compared] | None = None,
) -> Result:
    """What the reports say: 3 when anything differs."""
    more_found = (one for part in (tree, others) if part for one in part.findings)
    found: list[Found] = sorted((*report.findings, *more_found, *found_in(views or ())))[:FINDINGS_MAX]
    findings = [{"position": position, "what": what} for position, what in found]
    leaf = report.last_leaf.hex()
    document = {
        "intact": not found, "events": report.events, "bodies": report.bodies, "findings": findings,
        "last_leaf": leaf, "withheld": msgspec.to_builtins(report.withheld),
        "earlier": report.earlier,
    }  # fmt: skip
    if tree is not None:
        document["tree"] = {
            "sealed": tree.sealed, "checkpoints": tree.checkpoints, "signatures": tree.signatures,
            "origin": tree.origin, "kept": kept, "keys": tree.keys, "between": tree.between,
        }  # fmt: skip
    if others is not None:
        document["confirmed"] = {
            "cosignatures": others.cosignatures, "cosignatures_verified": others.cosignatures_verified,
            "stamps": others.stamps, "stamps_verified": others.stamps_verified,
        }  # fmt: skip
    if views is not None:
        document["views"] = views_document(views)
    compared = tuple(views_shown(views or (), report.events))
    if found:
        return Result(document, (*different(report, found, tree), *compared), DIFFERENT)
    return Result(document, (*intact(report, tree, kept, others), *compared), FINE)
