"""News as bytes, an address and a secret -> a signed POST that was taken, or a FetchError.

    POST /hook
    Content-Type: application/json
    X-Archmatrix-Delivery: 12-15
    X-Archmatrix-Signature: t=1795176000,v1=HEX

HEX is the HMAC-SHA256, with the secret as its key, of `T.BODY`: the number after t=, a dot, and the body's bytes. A
receiver computes it anew, compares in constant time, and refuses a t that lies minutes back: nobody can send an old
one again. Each attempt is signed anew. A redirect is not followed: the signature was meant for one address.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx

from matrix.errors import FetchError
from matrix.fetch.address import authority, safe_address
from matrix.fetch.backoff import until
from matrix.fetch.faults import fault
from matrix.fetch.leaving import leave
from matrix.fetch.policy import Endpoint, Policy
from matrix.fetch.retrying import retrying
from matrix.project import HOME

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

_PASSING = frozenset({408, 425, 429})
_SECONDS = 20.0
# This machine is never asked for through a proxy.
_DIRECT = dict.fromkeys(("all://127.0.0.1", "all://localhost", "all://[::1]"))


async def post_signed(
    url: str,
    body: bytes,
    *,
    secret: str,
    delivery: str,
    retries: int,
    clock: Callable[[], datetime],
    transport: httpx.AsyncBaseTransport | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Deliver the body. What fails in passing is sent again at once, `retries` times, with growing pauses.

    delivery names what is delivered, the same however often it is. Raises: FetchError.
    """
    policy = Policy(home=HOME, retries=retries)
    target = safe_address(url, Endpoint(url).host)

    async def attempt() -> None:
        moment = clock()
        headers = {
            "user-agent": policy.agent,
            "content-type": "application/json",
            "x-archmatrix-delivery": delivery,
            "x-archmatrix-signature": signature(body, secret, int(moment.timestamp())),
        }
        try:
            async with (
                httpx.AsyncClient(
                    follow_redirects=False, mounts=_DIRECT, timeout=_SECONDS, transport=transport
                ) as client,
                client.stream("POST", target, content=body, headers=headers) as response,
            ):
                _check(target, response, moment, policy)
                with suppress(Exception):
                    await leave(response)
        except (httpx.HTTPError, httpx.StreamError, OSError, UnicodeError) as error:
            raise fault(authority(target), error) from None

    async def bounded() -> None:
        try:
            await asyncio.wait_for(attempt(), _SECONDS)
        except asyncio.TimeoutError:
            raise FetchError(authority(target), f"took longer than {_SECONDS:g} seconds", passing=True) from None

    await retrying(policy, sleep)(bounded)


def signature(body: bytes, secret: str, seconds: int) -> str:
    """The header's value; seconds are those since 1970."""
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def _check(target: httpx.URL, response: httpx.Response, moment: datetime, policy: Policy) -> None:
    status, host = response.status_code, authority(target)
    if response.is_success:
        return
    if response.is_redirect:
        raise FetchError(host, f"answered {status}: it redirects, and a signed message is sent to its address alone")
    passing = status in _PASSING or status >= 500
    wait = None
    if passing and "retry-after" in response.headers:
        wait = (until(dict(response.headers), moment, policy) - moment).total_seconds()
    raise FetchError(host, f"answered {status}", passing=passing, retry_after=wait)
