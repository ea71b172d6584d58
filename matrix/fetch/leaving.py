"""An answer that is not read to its end -> a connection that can be used again, or that is closed.

httpcore tells no HTTP/2 host that an answer is no longer wanted: it would go on sending, and what arrives unread counts
against all other answers on the connection until none of them gets through.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

# An error page, or the few words under a redirect: worth less than a new connection.
_LITTLE = 64 * 1024
_SECONDS = 1.0


async def leave(response: httpx.Response) -> bool:
    """Read what little may be left of the answer; where there is more, or it broke, close its connection: True then."""
    # Through a function: mypy would take the first answer for the last.
    if _ended(response):
        return False
    if not response.is_stream_consumed:
        with suppress(Exception):
            await asyncio.wait_for(_read_little(response), _SECONDS)
    stream = response.extensions.get("network_stream")
    if _ended(response) or stream is None:
        return False
    with suppress(Exception):
        await stream.aclose()
    return True


def _ended(response: httpx.Response) -> bool:
    return response.is_closed


async def _read_little(response: httpx.Response) -> None:
    size = 0
    # httpx closes the response (the connection stays) when its body has come to its end.
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > _LITTLE:
            return
