"""Asks others over HTTP: time-stamping authorities, witnesses. Bounded in time and size whatever they answer.

Redirects are not followed and no proxy of the environment is used: what is asked is who was configured.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from ledger.errors import LedgerError


class NoAnswer(LedgerError):
    """Somebody else did not answer, not in time, or too much; the message says who and what."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: HTTP status, media type without parameters, body."""

    status: int
    media_type: str
    body: bytes


def posted(url: str, body: bytes, media_type: str, *, bytes_max: int, seconds_max: float) -> Answer:
    """Post a body and return the whole answer. Raises NoAnswer."""
    who = urlsplit(url).netloc.rpartition("@")[2]
    try:
        return asyncio.run(_posted(url, body, {"Content-Type": media_type}, bytes_max, seconds_max))
    except TimeoutError:
        raise NoAnswer(f"{who} did not answer within {seconds_max:g} s") from None
    except ValueError:
        raise NoAnswer(f"{who} answered more than {bytes_max} bytes") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise NoAnswer(f"{who} did not answer ({type(error).__name__})") from error


async def _posted(
    url: str, body: bytes, headers: Mapping[str, str], bytes_max: int, seconds_max: float
) -> Answer:
    """The time is that of all of it, so that an answer of a byte now and then ends too."""
    async with (
        asyncio.timeout(seconds_max),
        httpx.AsyncClient(trust_env=False, timeout=seconds_max) as client,
        client.stream("POST", url, content=body, headers=headers) as response,
    ):
        found = b""
        async for part in response.aiter_raw():
            found += part
            if len(found) > bytes_max:
                raise ValueError
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Answer(response.status_code, kind, found)
