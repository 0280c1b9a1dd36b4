"""`liggare what-if`: history again with one thing changed, beside what was recorded."""

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from psycopg.conninfo import make_conninfo

from api.cli.moments import position_told, scope_told, told_by
from api.cli.parties import require_known
from api.cli.program import CODES, PROGRAM, USAGE, Json, Result, StopError, carry_out, example
from api.cli.progress import Line, erase
from api.cli.reperform import From, Processes, Region, Supplier, Until
from api.cli.what_if_files import additions, policy_rows
from api.cli.what_if_shown import result_of
from api.opening import clock_of, identity_of, log_to_read, mode_of, order_keys_at
from api.place import place_of
from api.settings import Settings
from ledger.clock import Clock
from ledger.store.log import Log
from replay.known import AtPosition, parse_known_at
from replay.reperform import Scope
from replay.shares import processes_for
from replay.whatif.change import Change
from replay.whatif.found import Found
from replay.whatif.history import Asked
from replay.whatif.shares import what_if

READ_ONLY = "-c default_transaction_read_only=on"
Policy = Annotated[
    Path | None, typer.Option("--policy", help="YAML with other values, written like those of the book.")
]
Without = Annotated[
    list[str] | None,
    typer.Option("--without", help="Think the event at this position away; may be given again."),
]
With = Annotated[
    Path | None, typer.Option("--with", help="YAML with events or commands to think in, and where.")
]
Follow = Annotated[
    bool, typer.Option("--follow", help="Follow the consequences through, and mark what cannot be known.")
]


@PROGRAM.command(
    "what-if",
    epilog=example(
        "liggare what-if --policy threshold.yaml --region stockholm",
        "liggare what-if --without p18321 --follow", "liggare what-if --with late-shift.yaml --json",
    ) + "\n\n" + CODES,
)  # fmt: skip
def what_if_changed(  # noqa: PLR0913, PLR0917  an option each
    policy: Policy = None,
    without: Without = None,
    added: With = None,
    start: From = None,
    until: Until = None,
    region: Region = None,
    supplier: Supplier = None,
    follow: Follow = False,
    processes: Processes = None,
    as_json: Json = False,
) -> None:
    """Show what would have come of history under another policy, without some events, or with others.

    Every decision in scope is made again on its recorded past with only that changed: which come out
    otherwise, and why; then what rungs, 18-month periods, streaks and estimated costs would be at the end.
    With --follow, what comes out otherwise takes the place of what was recorded, later decisions see it, and
    what nobody can know is marked. A command that was refused and not recorded is not known. The ledger is
    only read.
    """
    scope = (start, until, region, supplier)
    carry_out(as_json, lambda _: _what_if((policy, without or (), added), scope, processes, follow=follow))


def _what_if(
    changes: tuple[Path | None, Sequence[str], Path | None],
    within: tuple[str | None, str | None, str | None, str | None],
    processes: int | None,
    *,
    follow: bool,
) -> Result:
    settings = Settings.from_environment()
    with place_of(settings, make=False) as place:
        url = make_conninfo(place.serve_url, options=READ_ONLY)
        mode = mode_of(place.serve_url, None)
        log = log_to_read(url, mode, None)
        try:
            clock = clock_of(log, mode, settings)
            change = _change(log, clock, *changes)
            scope = Scope(*scope_told(log, clock, *within[:2]), *within[2:])
            _require_within(change, scope.upto)
            asked = Asked(change, scope, follow=follow)
            open_log = partial(log_to_read, url, mode, order_keys_at(place, identity_of(log)))
            with closing(open_log()) as whole:
                require_known(whole, {"region": scope.region, "supplier": scope.supplier})
        finally:
            log.close()
        began = time.monotonic()
        of = processes_for(asked.scope.upto or 0, processes)
        try:
            found = what_if(open_log, asked, of, Telling(Line(asked.scope.upto or 0)))
        finally:
            erase()
        return result_of(asked, found, time.monotonic() - began)


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells how far the first process is; it is sent there."""

    line: Line

    def __call__(self, found: Found) -> None:
        """Draw it."""
        self.line.draw(found.position)


def _change(
    log: Log, clock: Clock, policy: Path | None, without: Sequence[str], added: Path | None
) -> Change:
    change = Change(policy_rows(log, policy), _positions(log, clock, without), additions(log, added))
    if change == Change():
        raise StopError("say what is otherwise: --policy, --without or --with", USAGE)
    return change


def _require_within(change: Change, upto: int | None) -> None:
    """Refuse a change that comes in after the end: it would change nothing, and no answer would say why."""
    added = (one.after for one in change.added)
    for option, positions in (("--without", change.without), ("--with", added)):
        late = max(positions, default=0)
        if upto is not None and late > upto:
            raise StopError(f"{option}: p{late} comes after --until, at p{upto}", USAGE)


def _positions(log: Log, clock: Clock, texts: Sequence[str]) -> frozenset[int]:
    found = frozenset(position_told(log, clock, "--without", text) for text in texts if _at_position(text))
    if 1 in found:
        raise StopError("--without: without position 1 there is no ledger", USAGE)
    return found


def _at_position(text: str) -> bool:
    with told_by("--without"):
        if not isinstance(parse_known_at(text), AtPosition):
            raise StopError(f"--without: {text} is no position such as p120", USAGE)
    return True


__all__ = ["what_if_changed"]
