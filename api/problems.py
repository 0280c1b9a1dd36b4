"""Every no that the door can say, as RFC 9457 problems: one table from what was raised to what is answered.

A problem never repeats what was sent, since that may be about a person; it names fields, codes, clauses and
positions. Titles are in Swedish first, then in English.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import psycopg
from starlette.responses import Response

from api.answers import FieldError, ProblemDetails, Receipt
from ledger.errors import ClockStopped, CommandReused, Conflict, LedgerError, Refusal, Unavailable, Unsafe
from ledger.store.canonical import NotCanonicalError
from ledger.store.vault import InvalidIdentity, KeyDestroyed
from projections.base import UnanswerableError
from replay.known import KnownAtError

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem: a stable code, its status, titles in both languages, and what is known this time.

    ``kind`` is the code under which /docs explains it, if that is another one: a kind has several codes.
    ``known`` are the parameters that there are, where the one of ``field`` is not known.
    """

    code: str
    status: int
    title_sv: str
    title_en: str
    detail: str = ""
    clause: str = ""
    field: str = ""
    fields: tuple[FieldError, ...] = ()
    positions: tuple[int, ...] = ()
    assumed_terms: tuple[str, ...] = ()
    retryable: bool = False
    receipt: Receipt | None = None
    kind: str = ""
    known: tuple[str, ...] = ()

    def about(self, detail: str, **more: Any) -> "Problem":
        """The same problem with what was found this time."""
        return replace(self, detail=detail, **more)


class ProblemError(LedgerError):
    """The door itself says no."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def _kind(code: str, status: int, sv: str, en: str, detail: str, *, retryable: bool = False) -> Problem:
    return Problem(
        code=code, status=status, title_sv=sv, title_en=en, detail=detail, retryable=retryable, kind=code
    )


INVALID = _kind(
    "command-invalid", 422, "Kommandot har fel form", "The command does not have the right form",
    "One or more fields do not have the form that the API description gives.",
)  # fmt: skip
MALFORMED = _kind(
    "body-malformed",
    400,
    "Innehållet kan inte läsas",
    "The body cannot be read",
    "The body is not well-formed JSON.",
)
HEADER = _kind(
    "header-invalid", 400, "Ett sidhuvud saknas eller är fel", "A header is missing or wrong",
    "A header does not have the form that the API description gives.",
)  # fmt: skip
PARAMETER = _kind(
    "parameter-invalid", 400, "En parameter är fel", "A parameter is wrong",
    "A parameter does not have the form that the API description gives.",
)  # fmt: skip
NOT_SIMULATED = _kind(
    "clock-not-simulated", 400, "Liggaren har riktig tid", "The ledger runs on real time",
    "Only a simulated ledger lets its clock be set.",
)  # fmt: skip
MEDIA = _kind(
    "media-type-unsupported", 415, "Formatet stöds inte", "The media type is not supported",
    "Send the media type that the API description gives.",
)  # fmt: skip
TOO_LARGE = _kind(
    "body-too-large",
    413,
    "Innehållet är för stort",
    "The body is too large",
    "The body is longer than the limit.",
)
TOO_SLOW = _kind(
    "body-too-slow",
    408,
    "Innehållet kom inte fram i tid",
    "The body did not arrive in time",
    "The whole body must arrive within the limit. The same Idempotency-Key may be sent again.",
    retryable=True,
)
NOT_FOUND = _kind(
    "not-found", 404, "Finns inte", "Not found", "There is nothing here; the API description lists what is."
)
METHOD = _kind(
    "method-not-allowed", 405, "Metoden används inte här", "The method is not used here",
    "The header Allow names the methods of this resource.",
)  # fmt: skip
MISDIRECTED = _kind(
    "host-unknown", 421, "Fel värdnamn", "Wrong host name",
    "This server answers to loopback names only.",
)  # fmt: skip
CROSS_SITE = _kind(
    "origin-refused", 403, "Andra webbplatser får inte anropa", "Other sites may not call",
    "A page of another origin cannot use this API.",
)  # fmt: skip
REUSED = _kind(
    "command-reused", 409, "Nyckeln är redan använd", "The key was used before",
    "This Idempotency-Key was used before by this client with other content. Nothing was recorded now.",
)  # fmt: skip
UNAVAILABLE = _kind(
    "store-unavailable",
    503,
    "Liggaren svarar inte just nu",
    "The ledger does not answer right now",
    "The outcome is not known. The same Idempotency-Key may be sent again: nothing is recorded twice.",
    retryable=True,
)
CLOCK_STOPPED = _kind(
    "clock-stopped", 503, "Liggarens klocka har stannat", "The ledger's clock has stopped",
    "Nothing is recorded until an operator has looked at the clock (liggare clock accept).",
)  # fmt: skip
UNSAFE = _kind(
    "installation-unsafe", 503, "Installationen är inte säker", "The installation is not safe",
    "Nothing is recorded until an operator has mended the installation (liggare doctor).",
)  # fmt: skip
UNEXPECTED = _kind(
    "unexpected", 500, "Något gick fel", "Something went wrong",
    "The instance identifies this occurrence in the server's log.",
)  # fmt: skip
RECORDED = _kind(
    "refusal-recorded", 409, "Avslaget är antecknat", "The refusal is recorded",
    "The command was refused, and the refusal is an event: a repeat gets the same answer.",
)  # fmt: skip
KNOWN_AT = _kind(
    "known-at", 422, "Tidpunkten har inget svar", "The instant has no answer",
    "Before the ledger began nothing was known; what will be known, nobody can say.",
)  # fmt: skip
UNANSWERABLE = _kind(
    "unanswerable", 404, "Frågan har inget svar", "The question has no answer",
    "Nothing is recorded about this key at the position, or no policy was published yet.",
)  # fmt: skip
FILE = _kind(
    "file-unreadable",
    422,
    "Filen kan inte läsas",
    "The file cannot be read",
    "The file is no time report; the code says why, the field which column.",
)
IDENTITY = _kind(
    "identity-invalid", 422, "Identiteten kan inte stämma", "The identity cannot be right",
    "The identity is not one of its kind.",
)  # fmt: skip
ERASED = _kind(
    "person-erased", 409, "Personens uppgifter är raderade", "The person's data is erased",
    "Nothing new can be recorded about a person who was erased.",
)  # fmt: skip

KINDS: Mapping[str, Problem] = {
    kind.code: kind
    for kind in (
        MALFORMED,
        HEADER,
        PARAMETER,
        NOT_SIMULATED,
        CROSS_SITE,
        NOT_FOUND,
        METHOD,
        TOO_SLOW,
        REUSED,
        RECORDED,
        TOO_LARGE,
        MEDIA,
        MISDIRECTED,
        INVALID,
        KNOWN_AT,
        UNANSWERABLE,
        IDENTITY,
        FILE,
        ERASED,
        UNEXPECTED,
        UNAVAILABLE,
        CLOCK_STOPPED,
        UNSAFE,
    )
}
_BY_ERROR: tuple[tuple[type[Exception], Problem], ...] = (
    (CommandReused, REUSED),
    (Conflict, UNAVAILABLE),
    (Unavailable, UNAVAILABLE),
    (TimeoutError, UNAVAILABLE),
    (psycopg.OperationalError, UNAVAILABLE),
    (psycopg.InterfaceError, UNAVAILABLE),
    (ClockStopped, CLOCK_STOPPED),
    (Unsafe, UNSAFE),
    (NotCanonicalError, INVALID),
    (InvalidIdentity, IDENTITY),
    (KeyDestroyed, ERASED),
    (UnanswerableError, UNANSWERABLE),
    (KnownAtError, KNOWN_AT),
)
FORESEEN: tuple[type[Exception], ...] = (ProblemError, Refusal, *(cls for cls, _ in _BY_ERROR))


def problem_of(error: BaseException) -> Problem:
    """What the door answers to something that was raised; anything unforeseen is a 500 that tells nothing."""
    if isinstance(error, ProblemError):
        return error.problem
    if isinstance(error, Refusal):
        return refusal_problem(error)
    if isinstance(error, KnownAtError):
        return KNOWN_AT.about(str(error), code=error.code, field="known_at")
    if isinstance(error, UnanswerableError):
        return UNANSWERABLE.about(str(error), code=error.code)
    return next((problem for cls, problem in _BY_ERROR if isinstance(error, cls)), UNEXPECTED)


def refusal_problem(refusal: Refusal) -> Problem:
    """A rule's no: 409, since the same command may be accepted once the facts have changed."""
    return Problem(
        code=refusal.code,
        status=409,
        title_sv=refusal.title_sv,
        title_en=refusal.title_en,
        detail=refusal.detail,
        clause=refusal.clause,
        field=refusal.field,
        positions=tuple(refusal.positions),
        assumed_terms=tuple(refusal.assumed),
    )


def body_of(problem: Problem, *, simulated: bool) -> ProblemDetails:
    """The problem as RFC 9457 JSON.

    ``instance`` is a random name of this occurrence, never the path that was asked.
    """
    return ProblemDetails(
        type=f"/docs#problem-{problem.kind or problem.code}",
        title=f"{problem.title_sv} / {problem.title_en}", status=problem.status, detail=problem.detail,
        instance=f"urn:uuid:{uuid.uuid4()}", code=problem.code, clause=problem.clause, field=problem.field,
        fields=list(problem.fields), positions=list(problem.positions),
        assumed_terms=list(problem.assumed_terms), retryable=problem.retryable, simulated=simulated,
        receipt=problem.receipt,
    )  # fmt: skip


def problem_response(body: ProblemDetails, *, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that carries a problem; a retryable one says when to come back."""
    extra = dict(headers or {})
    if body.retryable:
        extra["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return Response(msgspec.json.encode(body), body.status, extra, MEDIA_TYPE)
