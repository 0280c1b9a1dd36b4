"""Time stamps by RFC 3161: what an authority is asked, and what its answer proves to whom.

The answer is kept byte for byte, since its signature is the evidence: `openssl ts -verify` reads the same
bytes. What is checked here is that it answers this request, that it is over these bytes, and that a
certificate made for time stamping signed it, which leads to a root of the reader's choice and was valid then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.x509 import (
    Certificate,
    ObjectIdentifier,
    load_der_x509_certificate,
    load_pem_x509_certificates,
)
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerifierBuilder,
    decode_timestamp_response,
)

from ledger.proof.der import with_ordered_certificates

QUERY_TYPE = "application/timestamp-query"
REPLY_TYPE = "application/timestamp-reply"
STAMP_BYTES_MAX = 64 * 1024
_SHA256 = ObjectIdentifier("2.16.840.1.101.3.4.2.1")
_GRANTED = 0


class StampError(ValueError):
    """An answer is no time stamp, or not the one that was asked for; the message says why."""


@dataclass(frozen=True, slots=True)
class StampRequest:
    """What an authority is asked: the content's SHA-256, a nonce, and to send its certificate along."""

    content: bytes
    nonce: int
    der: bytes


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """What a verified time stamp says, and the bytes that say it.

    ``stamped_at`` is the authority's own time, in UTC, ``policy`` the one it stamps under, ``serial`` its
    number for this stamp, ``authority`` the subject of the certificate that signed.
    """

    der: bytes
    stamped_at: datetime
    policy: str
    serial: int
    authority: str


def stamp_request(content: bytes) -> StampRequest:
    """A request for a stamp over these bytes, with a nonce of its own. They may not be empty."""
    if not content:
        raise StampError("there is nothing to stamp")
    asked = TimestampRequestBuilder(content, HashAlgorithm.SHA256, nonce=True, cert_req=True).build()
    if asked.nonce is None:
        raise StampError("the request has no nonce")
    return StampRequest(content, asked.nonce, asked.as_bytes())


def answered_stamp(
    request: StampRequest, der: bytes, roots: Sequence[Certificate], policy: str | None = None
) -> TimeStamp:
    """The stamp that answers a request. Raises StampError."""
    return _verified(request.content, der, roots, policy, request.nonce)


def kept_stamp(
    content: bytes, der: bytes, roots: Sequence[Certificate], policy: str | None = None
) -> TimeStamp:
    """The stamp over these bytes that was kept; who reads it knows no nonce. Raises StampError."""
    return _verified(content, der, roots, policy, None)


def unverified_time(der: bytes) -> datetime:
    """When an answer says it was stamped, whoever signed it. Raises StampError."""
    return _granted(der).tst_info.gen_time


def check_stamped_bytes(content: bytes, der: bytes) -> None:
    """Raise StampError unless an answer states that it is over these bytes, whoever signed it."""
    _check_imprint(_granted(der), content)


def parsed_roots(pem: bytes) -> list[Certificate]:
    """The certificates of a PEM file in whom a reader trusts. Raises StampError when there is none."""
    try:
        return load_pem_x509_certificates(pem)
    except ValueError:
        raise StampError("the roots of trust are certificates in PEM, one at least") from None


def _verified(
    content: bytes, der: bytes, roots: Sequence[Certificate], policy: str | None, nonce: int | None
) -> TimeStamp:
    answer = _granted(der)
    token = answer.tst_info
    _check_imprint(answer, content)
    if nonce is not None and token.nonce != nonce:
        raise StampError("the answer's nonce is not the request's: it answers another request")
    if policy is not None and token.policy != ObjectIdentifier(policy):
        raise StampError(f"stamped under policy {token.policy.dotted_string}, not {policy}")
    if not roots:
        raise StampError("there is no root of trust to verify the stamp by")
    try:
        VerifierBuilder(roots=list(roots)).build().verify_message(answer, content)
    except Exception as error:  # whatever a stranger's bytes raise in the parsers: they are no stamp
        raise StampError(f"the stamp does not verify: {error}") from error
    return TimeStamp(der, token.gen_time, token.policy.dotted_string, token.serial_number, _signer_of(answer))


def _granted(der: bytes) -> TimeStampResponse:
    if len(der) > STAMP_BYTES_MAX:
        raise StampError(f"an answer has {STAMP_BYTES_MAX} bytes at most")
    try:
        answer = decode_timestamp_response(with_ordered_certificates(der))
        status, told = answer.status, "; ".join(answer.status_string)
        if status == _GRANTED:
            _ = answer.tst_info.gen_time
    except Exception as error:
        raise StampError(f"this is no answer by RFC 3161: {error}") from error
    if status != _GRANTED:
        raise StampError(f"the authority did not stamp (status {status}{': ' if told else ''}{told})")
    return answer


def _check_imprint(answer: TimeStampResponse, content: bytes) -> None:
    imprint = answer.tst_info.message_imprint
    if imprint.hash_algorithm != _SHA256 or imprint.message != sha256(content).digest():
        raise StampError("the stamp is over other bytes")


def _signer_of(answer: TimeStampResponse) -> str:
    """The subject of the certificate that signed, by issuer and serial number; it was verified before."""
    signed = answer.signed_data
    signer = next(iter(signed.signer_infos))
    for one in map(load_der_x509_certificate, signed.certificates):
        if (one.issuer, one.serial_number) == (signer.issuer, signer.serial_number):
            return one.subject.rfc4514_string()
    raise StampError("the certificate that signed did not come with the stamp")
