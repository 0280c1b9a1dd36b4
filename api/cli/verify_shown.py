"""What `liggare verify` says to people: each sentence in Swedish, then in English."""

from collections.abc import Iterable, Iterator, Sequence

from rich.table import Table

from api.cli.layout import both, counted, paragraph
from api.cli.program import table
from ledger.store.verify import Report
from ledger.store.verify_confirmed import ConfirmedReport
from ledger.store.verify_examination import Found
from ledger.store.verify_tree import TreeReport
from ledger.store.verify_withheld import Withheld

SHOWN_MAX = 20
Said = tuple[str, str]  # in Swedish, in English
Shown = Iterator[str | Table]


def intact(report: Report, tree: TreeReport | None, kept: int, others: ConfirmedReport | None) -> Shown:
    """A ledger in which nothing differs."""
    sv, en = ("", "") if report.bodies else (", innehållen inte öppnade", ", their bodies not opened")
    yield from _both((f"HEL: {_events(report)[0]}{sv}", f"INTACT: {_events(report)[1]}{en}"))
    said = *_resumed(report), *_withheld(report.withheld), *_sealed(tree, kept), *_by_others(others)
    for one in said:
        yield from _both(one)
    if report.last_leaf:
        yield paragraph("sista löv / last leaf")
        yield paragraph(report.last_leaf.hex())
        yield from _both((
            "anteckna det på annat håll: att slutet har kapats syns bara mot det",
            "note it elsewhere: a cut end shows only against it",
        ))  # fmt: skip


def different(report: Report, found: Sequence[Found], tree: TreeReport | None) -> Shown:
    """A ledger in which something differs: where, and between which checkpoints it begins to."""
    yield from _both((f"INTE HEL: {_events(report)[0]}", f"NOT INTACT: {_events(report)[1]}"))
    listed = table("position", "vad som skiljer / what differs")
    for position, what in found[:SHOWN_MAX]:
        listed.add_row(str(position), what)
    yield listed
    if (left := len(found) - SHOWN_MAX) > 0:
        yield from _both((f"… och {left} till (alla med --json)", f"… and {left} more (all with --json)"))
    if tree and tree.between:
        after, upto = tree.between
        yield from _both((
            f"historien skiljer sig först mellan p{after + 1} och p{upto}, från en kontrollpunkt till nästa",
            f"history first differs between p{after + 1} and p{upto}, from a checkpoint to the next one held",
        ))  # fmt: skip


def _both(said: Said) -> Iterable[Table]:
    return both(*said)


def _events(report: Report) -> Said:
    number = report.events
    return counted(number, "händelse", "händelser"), counted(number, "event", "events")


def _resumed(report: Report) -> Iterator[Said]:
    """What a run that went on did not look at again."""
    if report.earlier:
        yield (
            f"återupptagen: {report.earlier} händelser granskades tidigare, och inte igen",
            f"resumed: {report.earlier} events were verified earlier, and not again",
        )


def _withheld(found: Withheld) -> Iterator[Said]:
    """How many bodies withhold something."""
    told = (
        (found.masked,
         "med något maskat eller gallrat, vars åtaganden stämmer",
         "with something masked or disposed of, whose commitments are right"),
        (found.sealed,
         "förseglade till en tilldelning: bara åtagandena prövades",
         "sealed until an award, whose commitments alone were checked"),
        (found.opened,
         "som var förseglade, öppnade med tilldelningens nyckel",
         "that were sealed, opened by the key that the award told"),
    )  # fmt: skip
    for number, sv, en in told:
        if number:
            count = counted(number, "händelse", "händelser"), counted(number, "event", "events")
            yield f"{count[0]} {sv}", f"{count[1]} {en}"


def _sealed(tree: TreeReport | None, kept: int) -> Iterator[Said]:
    """What the tree and its checkpoints came to."""
    if tree is None:
        return
    if tree.sealed:
        sv, en = _checkpoints(tree.checkpoints)
        yield (
            f"förseglad till p{tree.sealed} av {sv} för {tree.origin}",
            f"sealed up to p{tree.sealed} by {en} of {tree.origin}",
        )
        yield _signed(tree)
    else:
        yield (
            "inte förseglad: det finns inga kontrollpunkter",
            "not sealed: there are no checkpoints",
        )
    if kept:
        sv, en = _checkpoints(kept)
        yield f"fortsätter från {sv} som sparats på annat håll", f"goes on from {en} kept elsewhere"
    else:
        yield "ingen sparad kontrollpunkt angavs (--since)", "no kept checkpoint was given (--since)"


def _checkpoints(number: int) -> Said:
    return (
        counted(number, "kontrollpunkt", "kontrollpunkter"),
        counted(number, "checkpoint", "checkpoints"),
    )


def _signed(tree: TreeReport) -> Said:
    if not tree.signatures:
        return (
            "ingen signatur kontrollerades: ingen nyckel är känd (--key)",
            "no signature was checked: no key is known (--key)",
        )
    sv, en = counted(tree.keys, "nyckel", "nycklar"), counted(tree.keys, "key", "keys")
    return (
        counted(tree.signatures, "signatur kontrollerad", "signaturer kontrollerade")
        + (f", mot {sv} som loggen anger" if tree.keys else ""),
        counted(tree.signatures, "signature", "signatures")
        + (f" checked, by {en} that the log names" if tree.keys else " checked"),
    )


def _by_others(others: ConfirmedReport | None) -> Iterator[Said]:
    """What witnesses and the authority confirmed, and how much of it their keys verified."""
    if others is not None and (others.cosignatures or others.stamps):
        yield (
            f"{others.cosignatures} medsignaturer, {others.cosignatures_verified} av ett vittne som är känt",
            f"{others.cosignatures} cosignatures, {others.cosignatures_verified} by a witness that is known",
        )
        yield (
            f"{others.stamps} tidsstämplar, {others.stamps_verified} med en rot som är känd",
            f"{others.stamps} time stamps, {others.stamps_verified} by a root that is known",
        )
