"""The policy as rows for people and programs: what the files say, or what a ledger has published."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.answers import DateText
from ledger.errors import Unsafe
from ledger.events.policy import PlainValue, PolicyPublished, PolicyRow
from ledger.facts.policies import policies
from ledger.handle.reading import read_folds
from ledger.policy.book import books
from ledger.policy.model import ASSUMPTION, Book, Library, book_digest
from ledger.policy.rows import edited, in_force, named
from ledger.policy.topics import topics
from ledger.store.log import Log

FILES, LEDGER = "files", "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTopic:
    """One of the thirty topics, by its number, in Swedish and English."""

    number: int
    sv: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyValue:
    """One value of the policy: where it applies, since when, and who says so.

    ``scope`` is nation, or for example region:jamtland-harjedalen. ``assumption`` says that nobody has
    published it; then ``assumed`` says what is assumed and why. ``permitted_by`` names the clause that
    permits an own value, UNKNOWN where nobody has published one, and is empty nationally.
    """

    topic: int
    topic_sv: str
    topic_en: str
    term: str
    scope: str
    value: Any
    unit: str
    source: str
    assumption: bool
    assumed: str
    force: str
    valid_from: DateText
    valid_until: str | None
    permitted_by: str
    decided_on: str | None
    decided_by: str
    communicated_on: str | None
    communicated_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyList:
    """The policy of an agreement: every value of one version; ``origin`` is ledger or files (version 0)."""

    agreement: str
    origin: str
    version: int
    digest: str
    position: int
    topics: list[PolicyTopic]
    topics_without_a_value: list[int]
    assumptions: int
    rows: list[PolicyValue]


@dataclass(frozen=True, slots=True)
class Told:
    """One agreement's book and where it was read; version and position are 0 for files."""

    agreement: str
    origin: str
    book: Book


def of_files(agreement: str | None = None) -> Told:
    """The book of an agreement as its files say it; of the first one unless named. Raises LookupError."""
    found = books()
    agreement = agreement or next(iter(found))
    if agreement not in found:
        raise LookupError(f"no files hold the policy of {agreement}; there are those of: {', '.join(found)}")
    rows = found[agreement]
    never = date.min
    draft = PolicyPublished(
        agreement=agreement, version=0, book_digest=book_digest(rows), rows=rows, decided_on=never,
        decided_by=FILES, communicated_at=0, communicated_to=(),
    )  # fmt: skip
    return Told(agreement, FILES, Book(draft, 0))


def of_ledger(log: Log, agreement: str | None = None, position: int | None = None) -> Told:
    """The version in force at a position, or now. Raises LookupError before any publication."""
    agreement = agreement or next(iter(books()))
    book = _library(log, agreement, position).latest()
    if book is None:
        raise LookupError(f"no policy of {agreement} was published in this ledger")
    return Told(agreement, LEDGER, book)


def document(told: Told, on: date | None = None) -> PolicyList:
    """The whole book as JSON, or with a date only what holds then."""
    book = told.book
    rows = [row for row in book.published.rows if on is None or in_force(row, on)]
    named_topics = [PolicyTopic(number=n, sv=one.sv, en=one.en) for n, one in topics().items()]
    held = {row.topic for row in rows}
    return PolicyList(
        agreement=told.agreement,
        origin=told.origin,
        version=book.version,
        digest=book.digest,
        position=book.position,
        topics=named_topics,
        topics_without_a_value=[topic.number for topic in named_topics if topic.number not in held],
        assumptions=sum(row.source == ASSUMPTION for row in rows),
        rows=[shown(row) for row in rows],
    )


def shown(row: PolicyRow) -> PolicyValue:
    """One row as JSON, its scope in one word and its topic with a name."""
    topic = topics().get(row.topic)
    return PolicyValue(
        topic=row.topic,
        topic_sv=topic.sv if topic else "",
        topic_en=topic.en if topic else "",
        term=row.term,
        scope=scope_of(row),
        value=value_of(row.value),
        unit=row.unit,
        source=row.source,
        assumption=row.source == ASSUMPTION,
        assumed=row.assumed,
        force=row.force,
        valid_from=row.valid_from.isoformat(),
        valid_until=_day(row.valid_until),
        permitted_by=row.permitted_by,
        decided_on=_day(row.decided_on),
        decided_by=row.decided_by,
        communicated_on=_day(row.communicated_on),
        communicated_to=row.communicated_to,
    )


def scope_of(row: PolicyRow) -> str:
    """Where a row applies, in one word: nation, or for example region:jamtland-harjedalen."""
    return row.level if row.level == "nation" else f"{row.level}:{row.scope}"


def value_of(value: PlainValue) -> Any:
    """A value as JSON: lists as arrays, tables as objects."""
    if not isinstance(value, tuple):
        return value
    pairs = [one for one in value if isinstance(one, tuple)]
    return dict(pairs) if pairs else list(value)


def require_unedited(log: Log) -> None:
    """Refuse to start when a file says otherwise than what this ledger published. Raises Unsafe."""
    for told in edited_files(log, books()):
        raise Unsafe(f"{told}: a published value is never edited; give a new one a later valid_from")


def edited_files(log: Log, found: Mapping[str, Iterable[PolicyRow]]) -> Iterator[str]:
    """Each row of the files that a ledger published otherwise: its file, its field and the version."""
    for agreement, rows in found.items():
        library = _library(log, agreement, None)
        latest = library.latest()
        for row, field in edited(latest.published.rows if latest else (), rows):
            version = library.first_with(row).version
            published = f"what version {version} published for {agreement}"
            yield f"{row.term}.yaml: {field} of {named(row)} differs from {published}"


def _library(log: Log, agreement: str, position: int | None) -> Library:
    fold = policies(agreement)
    found: Library = read_folds(log, {fold.name: fold}, upto=position)[1][fold.name]
    return found


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
