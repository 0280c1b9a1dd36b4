"""Who is calling: the one function that identity will replace.

Until identity comes, the caller says who acts in the headers Liggare-Actor and Liggare-Mandate, and nobody
checks it. That is why the server binds to loopback addresses only, and why the start, /api-info and the API
description say so.
"""

import re
from dataclasses import dataclass

from starlette.requests import Request

from api.problems import HEADER, ProblemError
from ledger.values import ID_PATTERN

NOTICE = "Identity is not checked yet: Liggare-Actor and Liggare-Mandate are believed. Loopback only."
ACTOR_HEADER = "Liggare-Actor"
MANDATE_HEADER = "Liggare-Mandate"
CLIENT_HEADER = "Liggare-Client"
KEY_HEADER = "Idempotency-Key"
CLIENT_PATTERN = r"^[a-z0-9][a-z0-9.-]{0,79}$"
KEY_PATTERN = r"^[\x21-\x7e]([\x20-\x7e]{0,98}[\x21-\x7e])?$"
FORMS = {
    KEY_HEADER: "printable ASCII, 100 characters at most, no space at either end",
    CLIENT_HEADER: "lower-case letters, digits, dots and hyphens, 80 at most",
    ACTOR_HEADER: "an id of lower-case letters, digits and hyphens, 63 at most",
    MANDATE_HEADER: "an id of lower-case letters, digits and hyphens, 63 at most",
}


@dataclass(frozen=True, slots=True)
class Access:
    """Who acts, under which mandate: pseudonyms, never names."""

    actor: str
    mandate: str | None


@dataclass(frozen=True, slots=True)
class Caller:
    """The program that calls, and its name for this command: together they are unique for ever."""

    client: str
    command_id: str


def access_of(request: Request) -> Access:
    """The actor and the mandate of a request. Identity will be established here, and nowhere else."""
    mandate = None if MANDATE_HEADER not in request.headers else _sent(request, MANDATE_HEADER, ID_PATTERN)
    return Access(_sent(request, ACTOR_HEADER, ID_PATTERN), mandate)


def caller_of(request: Request) -> Caller:
    """The client and the command id of a request. Raises ProblemError."""
    return Caller(client_of(request), _sent(request, KEY_HEADER, KEY_PATTERN))


def client_of(request: Request) -> str:
    """The name of the calling program. Raises ProblemError."""
    return _sent(request, CLIENT_HEADER, CLIENT_PATTERN)


def is_key(text: str) -> bool:
    """Whether a text can be a command's id."""
    return re.fullmatch(KEY_PATTERN.removesuffix("$") + r"\Z", text) is not None


def _sent(request: Request, header: str, pattern: str) -> str:
    """What a header says, once and in its form. Raises ProblemError."""
    sent = request.headers.getlist(header)
    if not sent:
        raise ProblemError(HEADER.about(f"The header {header} is missing: {FORMS[header]}.", field=header))
    if len(sent) > 1:
        detail = f"The header {header} is there {len(sent)} times, and only one of them could count."
        raise ProblemError(HEADER.about(detail, field=header))
    if not re.fullmatch(pattern.removesuffix("$") + r"\Z", sent[0]):
        raise ProblemError(
            HEADER.about(f"The header {header} has another form than {FORMS[header]}.", field=header)
        )
    return sent[0]
