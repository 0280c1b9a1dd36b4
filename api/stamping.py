"""Has bytes stamped by the authority of the settings, by RFC 3161, and reads stamps that were kept."""

import time
from collections.abc import Callable

from cryptography.x509 import Certificate

from api.others import Authority
from api.outgoing import posted
from ledger.errors import LedgerError
from ledger.proof.stamp import (
    QUERY_TYPE,
    REPLY_TYPE,
    STAMP_BYTES_MAX,
    StampError,
    TimeStamp,
    answered_stamp,
    parsed_roots,
    stamp_request,
)

ANSWER_SECONDS_MAX = 10.0
AHEAD_SECONDS_MAX = 300
"""How far the authority's clock may stand from this machine's when it stamps."""


class NotStamped(LedgerError):
    """There is no time stamp to be had, or none that can be believed; the message says why."""


def stamped(content: bytes, authority: Authority, now: Callable[[], float] = time.time) -> TimeStamp:
    """A new time stamp over these bytes, verified before it is believed. Raises NoAnswer, NotStamped."""
    roots = roots_of(authority)
    request = stamp_request(content)
    answer = posted(
        authority.url, request.der, QUERY_TYPE, bytes_max=STAMP_BYTES_MAX, seconds_max=ANSWER_SECONDS_MAX
    )
    if answer.status != 200 or answer.media_type != REPLY_TYPE:
        raise NotStamped(f"the authority answered {answer.status} {answer.media_type}, not a time stamp")
    try:
        stamp = answered_stamp(request, answer.body, roots, authority.policy)
    except StampError as error:
        raise NotStamped(str(error)) from error
    if abs(stamp.stamped_at.timestamp() - now()) > AHEAD_SECONDS_MAX:
        raise NotStamped(
            f"the authority stamped {stamp.stamped_at.isoformat()}, "
            f"more than {AHEAD_SECONDS_MAX} s from this machine's clock"
        )
    return stamp


def roots_of(authority: Authority) -> list[Certificate]:
    """The certificates by which its stamps are believed. Raises NotStamped when they cannot be read."""
    try:
        return parsed_roots(authority.roots_file.read_bytes())
    except OSError as error:
        raise NotStamped(f"LIGGARE_STAMP_ROOTS: {authority.roots_file}: {error.strerror}") from error
    except StampError as error:
        raise NotStamped(f"LIGGARE_STAMP_ROOTS: {authority.roots_file}: {error}") from error
