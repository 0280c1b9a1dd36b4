"""`liggare policy`: every value of the policy with its source, and what differs between two readings."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Annotated

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from api import policy_words
from api.cli.layout import both, paragraph
from api.cli.moments import told_by
from api.cli.program import CODES, PROGRAM, USAGE, Json, Result, Sorted, StopError, carry_out, example, table
from api.cli.view import KnownAt
from api.opening import opened
from api.place import place_of
from api.policies import Told, document, of_files, of_ledger, scope_of
from api.settings import Settings
from ledger.clock import RealClock
from ledger.events.policy import PolicyRow
from ledger.policy.book import BadTermError
from ledger.policy.differences import Side, differences
from ledger.policy.model import ASSUMPTION, Scope
from ledger.policy.rows import key_of
from ledger.values import ID_PATTERN, local_date
from replay.known import parse_known_at

DATE = re.compile(r"\d{4}-\d\d-\d\d")
LEGAL_PERSON = re.compile(r"\d{6}-\d{4}")
ASSUMED = "ANTAGANDE / ASSUMPTION"
SIDES = "A side is a date, a region, or date@region; a legal person stands there by organisation number."

Agreement = Annotated[str | None, typer.Option(help="Whose policy; the first that has files unless given.")]
Published = Annotated[
    bool, typer.Option("--published", help="What the ledger has published, instead of what the files say.")
]

POLICY = typer.Typer(
    cls=Sorted, invoke_without_command=True, rich_markup_mode=None,
    epilog=example(
        "liggare policy --json", "liggare policy --published", "liggare policy diff 2025-01-01 2025-07-01",
    ) + "\n\n" + CODES,
)  # fmt: skip
PROGRAM.add_typer(POLICY, name="policy")


@POLICY.callback()
def policy(
    context: typer.Context,
    agreement: Agreement = None,
    published: Published = False,
    known_at: KnownAt = None,
    as_json: Json = False,
) -> None:
    """List every value of the policy: where it applies, its unit, since when, and who says so.

    Reads the files of the book; with --published the version in force in the ledger, at --known-at if given.
    """
    if context.invoked_subcommand is None:
        carry_out(as_json, lambda _: _listed(_told(agreement, published or bool(known_at), known_at)[0]))


@POLICY.command(
    "diff",
    epilog=example(
        "liggare policy diff 2025-01-01 2025-07-01", "liggare policy diff jamtland-harjedalen stockholm",
        "liggare policy diff 2025-12-31@stockholm 2026-01-01@stockholm --published --json",
    ) + "\n\n" + SIDES + "\n\n" + CODES,
)  # fmt: skip
def diff(
    one: Annotated[str, typer.Argument(metavar="A", help="The first side.")],
    other: Annotated[str, typer.Argument(metavar="B", help="The second side.")],
    agreement: Agreement = None,
    published: Published = False,
    known_at: KnownAt = None,
    as_json: Json = False,
) -> None:
    """Tell in words what applies on side B that does not on side A, Swedish first.

    A side without a date is read today, or when the ledger asked about had got to.
    """
    carry_out(
        as_json, lambda _: _differing(one, other, *_told(agreement, published or bool(known_at), known_at))
    )


def _told(agreement: str | None, published: bool, known_at: str | None) -> tuple[Told, date]:
    """The book asked about, and the date that a side without one gets."""
    try:
        if not published:
            return of_files(agreement), local_date(RealClock().now())
        settings = Settings.from_environment()
        with place_of(settings, make=False) as place, opened(place, settings, follow=False) as parts:
            with told_by("--known-at"):
                known = parts.timeline.known(parse_known_at(known_at) if known_at else None)
            return of_ledger(parts.log, agreement, known.position), known.on
    except (LookupError, BadTermError) as error:
        raise StopError(str(error), USAGE) from error


def _listed(told: Told) -> Result:
    rows = told.book.published.rows
    found = document(told)
    head = f"{told.agreement}, version {told.book.version}, {_ORIGINS[told.origin]}"
    counted = both(
        f"{len(rows)} värden, varav {found.assumptions} är antaganden",
        f"{len(rows)} values, of which {found.assumptions} are assumptions",
    )
    return Result(msgspec.to_builtins(found), (head, *counted, *_by_topic(rows)))


_ORIGINS = {"files": "bokens filer / the book's files", "ledger": "som publicerad / as published"}


def _by_topic(rows: tuple[PolicyRow, ...]) -> Iterator[str | Table]:
    """A heading for each topic; under it each term with its unit, and a line for each of its values."""
    for topic, ones in groupby(
        sorted(rows, key=lambda row: (row.topic, *key_of(row))), key=lambda row: row.topic
    ):
        yield ""
        yield paragraph(policy_words.topic_line(topic))
        for (term, unit), values in groupby(ones, key=lambda row: (row.term, row.unit)):
            yield paragraph(f"{term} ({unit})", 2)
            yield _values(values)


def _values(rows: Iterable[PolicyRow]) -> Table:
    made = table()
    for width in (4, 22, None, 10, None):
        made.add_column(min_width=width, overflow="fold")
    for row in rows:
        source = Text(ASSUMED, "red") if row.source == ASSUMPTION else row.source
        made.add_row("", scope_of(row), policy_words.value_shown(row.value), str(row.valid_from), source)
    return made


def _differing(one: str, other: str, told: Told, on: date) -> Result:
    sides = [_side(text, told, on) for text in (one, other)]
    found = list(differences(*sides))
    named = [{"on": side.on.isoformat(), **_where(side.scope)} for side in sides]
    words = map(policy_words.worded, found)
    shown = [line for each in words for line in (paragraph(each.sv), paragraph(each.en, 2))]
    none = "Inget skiljer. / Nothing differs."
    listed = [policy_words.document(each) for each in found]
    return Result(
        {
            "agreement": told.agreement,
            "origin": told.origin,
            "a": named[0],
            "b": named[1],
            "differences": listed,
        },
        (*(shown or (none,)), *_nation_alone(sides, told)),
    )


def _nation_alone(sides: Iterable[Side], told: Told) -> Iterator[Table]:
    """That a region has no value of its own, which is also how one that is written wrongly shows."""
    own = {row.scope for row in told.book.published.rows if row.level == "region"}
    for region in sorted({side.scope.region for side in sides if side.scope.region} - own):
        yield paragraph(f"{region} har inget eget värde i boken: landets värden gäller.")
        yield paragraph(f"{region} has no value of its own in the book: the nation's values hold.", 2)


def _where(scope: Scope) -> dict[str, str | None]:
    return {"region": scope.region, "legal_person": scope.legal_person}


def _side(text: str, told: Told, on: date) -> Side:
    day, _, where = text.partition("@") if DATE.fullmatch(text.partition("@")[0]) else ("", "", text)
    if LEGAL_PERSON.fullmatch(where):
        return Side(told.book, _day(day, on), Scope(legal_person=where))
    if where and not re.fullmatch(ID_PATTERN, where):
        raise StopError(f"{text} is no side. {SIDES}", USAGE)
    return Side(told.book, _day(day, on), Scope(region=where or None))


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError as error:
        raise StopError(f"{text} is no date", USAGE) from error
