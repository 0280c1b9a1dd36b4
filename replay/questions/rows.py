"""A policy value as a dispute asks about it: who decided it, who permits it, since when, who was told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ledger.events.policy import Force, PlainValue, PolicyRow
from ledger.policy.model import ASSUMPTION, Book, Library
from ledger.values import Instant, LocalDate, local_date

UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Communication:
    """Who was told of a value on which day; ``position`` is that of its event."""

    on: LocalDate
    to: str
    position: int


@dataclass(frozen=True, slots=True)
class ValueTold:
    """One policy value with its grounds; ``scope`` is nation, or for example region:jamtland-harjedalen.

    ``permitted_by`` is None where nobody has published what permits it, ``decided_by`` and
    ``communicated_to`` where it is not known. ``version`` is the first that held it, published at
    ``published_at``, at ``position``; ``communications`` is everything known of who was told, earliest first.
    """

    term: str
    topic: int
    scope: str
    value: PlainValue
    unit: str
    force: Force
    source: str
    assumption: bool
    permitted_by: str | None
    valid_from: LocalDate
    valid_until: LocalDate | None
    decided_on: LocalDate | None
    decided_by: str | None
    communicated_on: LocalDate | None
    communicated_to: str | None
    version: int
    published_at: Instant
    published_to: tuple[str, ...]
    position: int
    communications: tuple[Communication, ...]

    @property
    def told_on(self) -> date | None:
        """When somebody was first told; None where nobody is known to have been."""
        return self.communications[0].on if self.communications else None

    @property
    def told_to(self) -> str:
        """Who was told first; empty where nobody is known to have been."""
        return self.communications[0].to if self.communications else ""

    def positions(self) -> tuple[int, ...]:
        """The version that first held it, and each communication."""
        return (self.position, *(one.position for one in self.communications))

    def told_by(self, on: date) -> bool:
        """Whether somebody is known to have been told by a date."""
        return self.told_on is not None and self.told_on <= on


def value_told(row: PolicyRow, library: Library) -> ValueTold:
    """A row of a library with the version that first held it. Raises LookupError."""
    first: Book = library.first_with(row)
    return ValueTold(
        term=row.term,
        topic=row.topic,
        scope=row.level if row.level == "nation" else f"{row.level}:{row.scope}",
        value=row.value,
        unit=row.unit,
        force=row.force,
        source=row.source,
        assumption=row.source == ASSUMPTION,
        permitted_by=known(row.permitted_by),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        decided_on=row.decided_on,
        decided_by=known(row.decided_by),
        communicated_on=row.communicated_on,
        communicated_to=known(row.communicated_to),
        version=first.version,
        published_at=first.published.communicated_at,
        published_to=first.published.communicated_to,
        position=first.position,
        communications=tuple(sorted(_communications(row, first, library), key=lambda one: one.on)),
    )


def _communications(row: PolicyRow, first: Book, library: Library) -> Iterator[Communication]:
    """What the row says itself, or else the version that first held it, and what was recorded since."""
    version, position = first.published, first.position
    if row.communicated_on is not None:
        yield Communication(row.communicated_on, row.communicated_to, position)
    elif version.communicated_to:
        to = ", ".join(version.communicated_to)
        yield Communication(local_date(version.communicated_at), to, position)
    for at, told in library.communications_of(row):
        yield Communication(told.communicated_on, told.communicated_to, at)


def known(text: str) -> str | None:
    """A text of a row, or None where it says UNKNOWN or nothing."""
    return None if text in ("", UNKNOWN) else text
