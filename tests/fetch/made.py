"""Made-up answers, and a client that gets them under a clock that stands still."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import httpx
import pytest

from matrix.errors import FetchError
from matrix.fetch import Client, Endpoint, Policy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

NOW = datetime(2026, 11, 20, 22, 31, 26, tzinfo=timezone.utc)
POLICY = Policy(home="https://example.org/archmatrix", retries=0)


class Pieces(httpx.AsyncByteStream):
    """A body that arrives in pieces; a piece that is an exception breaks the connection."""

    def __init__(self, pieces: Iterable[bytes | Exception]) -> None:
        self.pieces = tuple(pieces)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece


def answer(status: int = 200, *pieces: bytes | Exception, **headers: str) -> httpx.Response:
    """An answer; `content_type=...` becomes Content-Type. It is chunked unless a length is given."""
    named = {name.replace("_", "-").lower(): value.encode("latin-1") for name, value in headers.items()}
    if "content-length" not in named:
        named["transfer-encoding"] = b"chunked"
    return httpx.Response(status, headers=named, stream=Pieces(pieces))


@dataclass
class Web:
    """Answers by address, in order, the last one for ever; what was asked and how long was waited."""

    answers: dict[str, list[httpx.Response | Exception]]
    asked: list[httpx.Request] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    now: datetime = NOW

    def client(self, policy: Policy = POLICY, **more: object) -> Client:
        return Client(
            policy, clock=lambda: self.now, transport=httpx.MockTransport(self._handle), sleep=self._sleep, **more
        )

    def get(self, url: str, policy: Policy = POLICY, hosts: Iterable[str] = (), **more: object):
        """One GET by a client of its own."""
        return self.ask("GET", url, policy, hosts, **more)

    def ask(self, method: str, url: str, policy: Policy = POLICY, hosts: Iterable[str] = (), **more: object):
        async def go():
            async with self.client(policy) as client:
                return await client.request(method, Endpoint(url, frozenset(hosts)), **more)

        return asyncio.run(go())

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answers = self.answers[str(request.url)]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(found, Exception):
            raise found
        # An answer can be read once.
        return httpx.Response(
            found.status_code, headers=found.headers, stream=found.stream, extensions=found.extensions
        )

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)


def failure(call: Callable[[], object]) -> FetchError:
    """The error of a call that must fail."""
    with pytest.raises(FetchError) as caught:
        call()
    return caught.value
