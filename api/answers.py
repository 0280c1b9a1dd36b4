"""The bodies of answers, as they are written in JSON and described in OpenAPI.

Instants are RFC 3339 text in UTC.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import WithJsonSchema

InstantText = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
DateText = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
Uri = Annotated[str, WithJsonSchema({"type": "string", "format": "uri-reference"})]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Where a command's events stand in the ledger.

    The leaves (SHA-256, hex) are what a proof of inclusion is about. Where the place would tell a bidder how
    many offers came in, ``withheld`` is true: no position, no leaf, the time in whole seconds; instead
    ``commitments`` (64 bytes of each event, hex) fix what was recorded, and ``commitment`` is them signed
    (COSE, base64; empty where the server has no key).
    """

    ledger: str
    simulated: bool
    command: str
    command_id: str
    rule: str
    recorded_at: InstantText
    positions: list[int]
    event_ids: list[str]
    leaves: list[str]
    repeated: bool = False
    withheld: bool = False
    commitments: list[str] = field(default_factory=list)
    commitment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One field that does not fit: where it is (dotted), what it should have been, and a stable code."""

    field: str
    message: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemDetails:
    """A problem (RFC 9457).

    ``instance`` is a random name of this occurrence; nothing here repeats what was sent.
    """

    type: Uri
    title: str
    status: int
    detail: str
    instance: Uri
    code: str
    clause: str
    field: str
    fields: list[FieldError]
    positions: list[int]
    assumed_terms: list[str]
    retryable: bool
    simulated: bool
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What an answer depends on beside the question: the same token, the same answer."""

    text: str
    position: int
    on: DateText
    policy: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewAnswer:
    """A view's answer for one key, the policy terms it assumed, and the token that makes it again."""

    view: str
    key: str
    params: dict[str, Any]
    token: Token
    digest: str
    simulated: bool
    assumed_terms: list[str]
    reading: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUnanswered:
    """A key of a page that has no answer with these parameters: why, as a code and in words."""

    key: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPage:
    """One page of a view's answers, sorted by key, all at the position and date of its token.

    With the token the next page is of the same list, and the same page has the same digest again. ``differs``
    names the parts in which this token differs from the one asked with. A key that has no answer stands in
    ``unanswered``.
    """

    view: str
    token: Token
    position: int
    on: DateText
    limit: int
    offset: int
    more: bool
    simulated: bool
    keys: list[str]
    answers: list[ViewAnswer]
    unanswered: list[KeyUnanswered]
    differs: list[str]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """One sentence in both languages."""

    sv: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermBeside:
    """A recommendation, guidance or interpretation that a policy value prevails over, being weaker."""

    force: str
    scope: str
    value: Any
    source: str
    valid_from: DateText


@dataclass(frozen=True, slots=True, kw_only=True)
class TermShown:
    """A policy value an answer used: where it applies, its unit, its source, and what stands beside it.

    ``assumed`` says what is assumed where nobody published it; ``position`` is that of the book it stands in.
    """

    term: str
    topic: int
    scope: str
    value: Any
    unit: str
    source: str
    assumed: str
    force: str
    permitted_by: str
    valid_from: DateText
    position: int
    beside: list[TermBeside] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """Something an answer takes for granted: the value of a term that nobody published, or what it says."""

    term: str
    sv: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswer:
    """The answer to a question: a sentence, its values, the positions and policy values behind it.

    The same question with the same token has the same bytes. ``differs`` names the parts in which the token
    of this answer differs from the one asked with: another code version or policy says so.
    """

    question: str
    number: int
    params: dict[str, Any]
    sentence: Sentences
    values: Any
    evidence: list[int]
    terms: list[TermShown]
    assumptions: list[Assumption]
    token: Token
    differs: list[str]
    digest: str
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionParam:
    """A parameter of a question."""

    name: str
    required: bool
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionListed:
    """A question in the list, with parameters that answer on the demonstration's ledger."""

    name: str
    number: int
    title: Sentences
    summary: str
    params: list[QuestionParam]
    example: dict[str, str]
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionList:
    """Every question that can be asked, in the order of the list."""

    questions: list[QuestionListed]
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventGroup:
    """A disclosure group of an event: masked unless it is open.

    The commitment (SHA-256, hex) proves what is masked.
    """

    name: str
    secrecy: str
    masked: bool
    commitment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBody:
    """A recorded event: its header and links in the clear, its open facts, and what is masked.

    ``facts`` is None when disposed of or sealed. What concerns a sealed offer hides its type and header too,
    since who has offered, and how many, is as secret as what: then ``sealed`` is true.
    """

    position: int
    recorded_at: InstantText
    type: str
    leaf: str
    body_root: str
    simulated: bool
    header: dict[str, Any]
    links: dict[str, Any]
    links_salt: str
    groups: list[EventGroup]
    facts: dict[str, Any] | None
    sealed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiInfo:
    """What this API is (Digg's REST API profile), and what it does not do yet."""

    api_name: str
    api_version: str
    api_released: DateText
    api_documentation: Uri
    api_status: str
    ledger: str
    mode: str
    simulated: bool
    code_version: str
    access: str
