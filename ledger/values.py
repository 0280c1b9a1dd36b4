"""Values of the ledger: ids that know their tag, instants, local dates, amounts.

Units are whole numbers: instants in microseconds since 1970-01-01T00:00Z, lengths in minutes, money in öre,
shares in parts per million. The type of an id is an ``Annotated[str, Tag(...)]``: at run time a plain string,
so that decoding stays fast, while the events module reads the tag from the annotation and the door reads the
pattern.
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Annotated
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)


def _stockholm() -> ZoneInfo:
    """The zone from the pinned package, never from the machine.

    Two machines must agree on every local date.
    """
    with files("tzdata.zoneinfo.Europe").joinpath("Stockholm").open("rb") as data:
        return ZoneInfo.from_file(data, key="Europe/Stockholm")


STOCKHOLM = _stockholm()
TZ_VERSION = tzdata.IANA_VERSION
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
INSTANT_MAX = 2**53 - 1
INSTANT_TEXT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
DATE_TEXT = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_PERSONAL = re.compile(r"(?<!\d)(?:\d\d)?(\d\d)(\d\d)(\d\d)[-+ \u2010-\u2015\u2212]?(\d{4})(?!\d)")
COORDINATION_DAYS = 60
ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,62}$"


@dataclass(frozen=True, slots=True)
class Tag:
    """The consistency-key prefix of an id: an order ``o-1`` carries the tag ``order:o-1``."""

    prefix: str

    def of(self, key: str) -> str:
        """The tag of one key."""
        return f"{self.prefix}:{key}"


_ID = StringConstraints(pattern=ID_PATTERN)

AgreementId = Annotated[str, Tag("agreement"), _ID]
RegionId = Annotated[str, Tag("region"), _ID]
AuthorityId = Annotated[str, Tag("authority"), _ID]
UnitId = Annotated[str, Tag("unit"), _ID]
OperatingUnitId = Annotated[str, Tag("operating-unit"), _ID]
SupplierId = Annotated[str, Tag("supplier"), _ID]
ConsultantId = Annotated[str, Tag("consultant"), _ID]
ActorId = Annotated[str, Tag("actor"), _ID]
MandateId = Annotated[str, Tag("mandate"), _ID]
OrderId = Annotated[str, Tag("order"), _ID]
OfferId = Annotated[str, Tag("offer"), _ID]
AssignmentId = Annotated[str, Tag("assignment"), _ID]
ReportId = Annotated[str, Tag("report"), _ID]
ShiftId = Annotated[str, Tag("shift"), _ID]
DeviationId = Annotated[str, Tag("deviation"), _ID]
MeasureId = Annotated[str, Tag("measure"), _ID]
LotId = Annotated[str, Tag("lot"), _ID]
InvoiceId = Annotated[str, Tag("invoice"), _ID]
PurchaseId = Annotated[str, Tag("purchase"), _ID]
SpotCheckId = Annotated[str, Tag("spot-check"), _ID]
SupplierReportId = Annotated[str, Tag("supplier-report"), _ID]
CaseId = Annotated[str, Tag("case"), _ID]
BookingId = Annotated[str, Tag("booking"), _ID]
EvidenceCaseId = Annotated[str, Tag("evidence-case"), _ID]


def checked_text(text: object) -> object:
    """Free text in NFC (house rule 10).

    Refuses control characters other than line feed and tab, those that turn the direction of what follows,
    and text in which nothing can be seen: a reason of blanks is none.
    """
    if not isinstance(text, str):
        return text
    if _UNPRINTED.search(text):
        msg = "text must not hold control characters, overrides of direction or lone surrogates"
        raise ValueError(msg)
    if text and all(unicodedata.category(c)[0] in "CZ" for c in text):
        msg = "text must hold something that can be seen"
        raise ValueError(msg)
    return unicodedata.normalize("NFC", text)


def impersonal(text: str) -> str:
    """Text in which no personal identity or coordination number stands: the log keeps what it says for ever.

    Raises ValueError, which does not repeat it. Organisation numbers pass, since their "months" are above 12.
    """
    for year, month, day, last in _PERSONAL.findall(text):
        weighed = (int(digit) * (2 - at % 2) for at, digit in enumerate(year + month + day + last))
        right = sum(part // 10 + part % 10 for part in weighed) % 10 == 0
        if right and 1 <= int(month) <= 12 and 1 <= int(day) % COORDINATION_DAYS <= 31:
            msg = "text must not hold a personal identity number"
            raise ValueError(msg)
    return text


Text = Annotated[str, BeforeValidator(checked_text), StringConstraints(min_length=1, max_length=4000)]
Impersonal = Annotated[Text, AfterValidator(impersonal)]
"""Free text that may be about anything but one person."""
Remark = Annotated[str, BeforeValidator(checked_text), StringConstraints(max_length=4000)]
"""Free text that may be left empty."""
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,79}$")]
RegistryNumber = Annotated[str, BeforeValidator(checked_text), StringConstraints(min_length=1, max_length=80)]
OrganisationNumber = Annotated[str, StringConstraints(pattern=r"^\d{6}-\d{4}$")]


def instant(moment: datetime) -> int:
    """Microseconds since the epoch of an aware datetime. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        msg = "an instant needs a UTC offset"
        raise ValueError(msg)
    return (moment - EPOCH) // MICROSECOND


def moment(at: int) -> datetime:
    """The UTC datetime of an instant in microseconds."""
    return EPOCH + timedelta(microseconds=at)


def parsed_instant(text: object) -> object:
    """An instant from RFC 3339 text with an offset; whole numbers pass as microseconds. Raises ValueError."""
    if not isinstance(text, str):
        return text
    if not INSTANT_TEXT.fullmatch(text):
        msg = "an instant is written like 2026-03-01T06:30:00Z, with an offset"
        raise ValueError(msg)
    return instant(datetime.fromisoformat(text))


def instant_text(at: int) -> str:
    """RFC 3339 text in UTC, always with six decimals so that equal instants have equal text."""
    return moment(at).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


Instant = Annotated[
    int,
    BeforeValidator(parsed_instant),
    Field(ge=0, le=INSTANT_MAX),
    PlainSerializer(instant_text, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-03-01T06:30:00Z"]}),
]
Minutes = Annotated[int, Field(ge=0, le=60 * 24 * 400)]
Ore = Annotated[int, Field(ge=0, le=INSTANT_MAX)]


def parsed_date(text: object) -> object:
    """A date from text such as 2026-03-01 and no other ("0" is none); dates pass. Raises ValueError."""
    if not isinstance(text, str):
        return text
    if not DATE_TEXT.fullmatch(text):
        msg = "a date is written like 2026-03-01"
        raise ValueError(msg)
    return date.fromisoformat(text)


LocalDate = Annotated[date, BeforeValidator(parsed_date), Field(ge=date(1970, 1, 1), le=date(2199, 12, 31))]


def local_date(at: int) -> date:
    """The business date of an instant: the local date in Europe/Stockholm."""
    return _date_of_hour(at // HOUR_US)


@lru_cache(maxsize=65_536)
def _date_of_hour(hour: int) -> date:
    """The date of a whole hour: since 1916 the offset there is whole hours, so no date changes within one."""
    return moment(hour * HOUR_US).astimezone(STOCKHOLM).date()


def local_minute(at: int) -> int:
    """Minutes after local midnight in Europe/Stockholm."""
    return _hour_of_hour(at // HOUR_US) * 60 + at // MINUTE_US % 60


@lru_cache(maxsize=65_536)
def _hour_of_hour(hour: int) -> int:
    """The local hour that a whole hour since the epoch is; minutes are the same everywhere."""
    return moment(hour * HOUR_US).astimezone(STOCKHOLM).hour


@lru_cache(maxsize=65_536)
def local_instant(day: date, minute: int) -> int:
    """The instant of a local wall-clock time (minutes after midnight) in Europe/Stockholm.

    A time that the spring change skips is read with the offset before the change, an ambiguous one as the
    first.
    """
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=STOCKHOLM)
    return instant(wall.astimezone(UTC))


@lru_cache(maxsize=65_536)
@lru_cache(maxsize=10_000)
def plus_months(day: date, months: int) -> date:
    """The date ``months`` calendar months later (earlier if negative), clamped to the month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class LocalPeriod:
    """A half-open interval of local dates: ``from_on`` belongs to it, ``until_on`` does not."""

    from_on: LocalDate
    until_on: LocalDate

    def holds(self, day: date) -> bool:
        """Whether the date lies in the period."""
        return self.from_on <= day < self.until_on
