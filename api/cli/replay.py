"""`liggare replay`: the views folded anew from the log, and their digests."""

import time
from typing import Annotated

import typer
from rich.table import Table

from api.cli.moments import told_by
from api.cli.nearest import no_such
from api.cli.program import (
    CODES,
    DIFFERENT,
    FINE,
    PROGRAM,
    USAGE,
    Json,
    Out,
    Result,
    StopError,
    carry_out,
    example,
    table,
)
from api.opening import opened
from api.parts import Parts
from api.place import place_of
from api.settings import Settings
from projections.base import VIEWS, View
from replay.digests import ViewDigest, digest_kept, digests_folded, digests_folded_apart
from replay.known import parse_known_at

Views = Annotated[list[str] | None, typer.Option("--view", help="Only this view; may be given again.")]
Until = Annotated[
    str | None, typer.Option(help="An instant (RFC 3339) or a position such as p120; now unless given.")
]
Processes = Annotated[
    int, typer.Option(min=1, max=64, help="Fold by so many processes; the digests stay the same.")
]
Digest = Annotated[bool, typer.Option("--digest", help="Show nothing but the digests, one a line.")]


@PROGRAM.command(
    "replay",
    epilog=example(
        "liggare replay", "liggare replay --view order-board --until 2025-03-01T12:00:00Z --digest",
        "liggare replay --until p120 --json",
    ) + "\n\n" + CODES,
)  # fmt: skip
def replay(
    view: Views = None, until: Until = None, digest: Digest = False, processes: Processes = 1,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Fold the views anew from the log and show their digests.

    --until says up to what was known: an instant or a position. The same position gives the same digest,
    always, by one process or several; views that read one fold in two ways share its states, and so its
    digest. Where what the server keeps reaches that position, it is compared, and 3 is the exit code if it
    differs.
    """
    carry_out(as_json, lambda _: _replay(view, until, digest, processes))


def _replay(names: list[str] | None, until: str | None, digest_only: bool, processes: int) -> Result:
    settings = Settings.from_environment()
    wanted = views_named(names)
    with place_of(settings, make=False) as place, opened(place, settings, follow=False) as parts:
        apart = (place.serve_url, processes) if processes > 1 else None
        return replayed(parts, wanted, until, digest_only=digest_only, apart=apart)


def replayed(
    parts: Parts,
    wanted: tuple[View, ...],
    until: str | None,
    *,
    digest_only: bool = False,
    apart: tuple[str, int] | None = None,
) -> Result:
    """The digests of views at a moment, and whether what is kept agrees.

    ``apart`` is the serving address and a number of processes to fold by. Raises StopError.
    """
    with told_by("--until"):
        position = parts.timeline.known(None if until is None else parse_known_at(until)).position
    began = time.monotonic()
    if apart is None:
        found = digests_folded(parts.log, wanted, upto=position)
    else:
        found = digests_folded_apart(apart[0], wanted, position, processes=apart[1])
    seconds = round(time.monotonic() - began, 3)
    kept = {view.name: _kept(parts, view, position) for view in wanted}
    rows = [_row(digest, kept[digest.view]) for digest in found]
    code = DIFFERENT if any(row["kept"] == "differs" for row in rows) else FINE
    document = {"position": position, "events": position, "seconds": seconds, "views": rows}
    return Result(document, _shown(rows, position, seconds, digest_only=digest_only), code)


def views_named(names: list[str] | None) -> tuple[View, ...]:
    """The views of these names, all without any. Raises StopError."""
    strange = [name for name in names or () if name not in VIEWS]
    if strange:
        raise StopError(no_such("view", strange[0], VIEWS), USAGE)
    return tuple(VIEWS[name] for name in sorted(names or VIEWS))


def _kept(parts: Parts, view: View, position: int) -> ViewDigest | None:
    shelf = parts.timeline.shelf
    return None if shelf is None else digest_kept(shelf, view, upto=position)


def _row(folded: ViewDigest, kept: ViewDigest | None) -> dict[str, str | int]:
    if kept is None or kept.position != folded.position:
        state = "not so far"
    else:
        state = "the same" if kept.digest == folded.digest else "differs"
    return {"view": folded.view, "states": folded.states, "digest": folded.digest, "kept": state}


def _shown(
    rows: list[dict[str, str | int]], position: int, seconds: float, *, digest_only: bool
) -> tuple[str | Table, ...]:
    if digest_only:
        return tuple(str(row["digest"]) for row in rows)
    listed = table("vy\nview", "tillstånd\nstates", "digest", "sparat\nkept")
    for row in rows:
        kept = f"{_KEPT[str(row['kept'])]} / {row['kept']}"
        listed.add_row(str(row["view"]), str(row["states"]), str(row["digest"])[:16], kept)
    return (f"p{position}: vikt på / folded in {seconds} s", listed)


_KEPT = {"the same": "detsamma", "differs": "skiljer sig", "not so far": "inte så långt"}


__all__ = ["Out", "replay", "replayed", "views_named"]
