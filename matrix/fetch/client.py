"""A request to a host -> its whole, sound answer, or a FetchError that says what happened.

    async with Client(policy, clock=clock, backoffs=stored) as client:
        answer = await client.request("GET", Endpoint("https://example.org/feed.atom"), expects=FEED)
        client.counts["example.org"]      # Count(requests=1, received=4711)
        client.backoffs                   # {} or {"example.org": until}; store it for the next start

The only way out to the network. https alone, but for this machine itself; redirects are followed by hand.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import httpx
from h2.exceptions import H2Error

from matrix.errors import FetchError
from matrix.fetch.address import authority, followed, safe_address
from matrix.fetch.backoff import Backoffs, asks_to_wait, exhausted, until
from matrix.fetch.body import Memory, ends_with_connection, receive
from matrix.fetch.faults import fault, unusable_environment, went_away
from matrix.fetch.leaving import leave
from matrix.fetch.request import Request
from matrix.fetch.response import PLAIN_TEXT, Response, check_start, check_status, check_type
from matrix.fetch.retrying import retrying
from matrix.moment import moment_words

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime
    from types import TracebackType

    from matrix.fetch.body import Sink
    from matrix.fetch.policy import Endpoint, Limits, Policy
    from matrix.fetch.response import Expects

MOST_REDIRECTS = 5
# A 303 says "look over there": whatever stands there is no answer to a POST.
_REDIRECTS = {"GET": (301, 302, 303, 307, 308), "POST": (301, 302, 307, 308)}
# At their lower levels these write addresses with their queries, and header blocks with the token in them.
_TALKATIVE = ("httpx", "httpcore", "hpack", "h2")
# httpcore looks through all connections for every request: beyond thirty that is what takes the time.
_CONNECTIONS = httpx.Limits(max_connections=30, max_keepalive_connections=30)


@dataclass(frozen=True, slots=True)
class Count:
    """What one host was asked and gave: redirects and retries count, bytes are those of bodies as sent."""

    requests: int = 0
    received: int = 0


class Client:
    """One connection pool, one set of counts and back-offs; an async context manager.

    clock gives the wall-clock moment as aware UTC. backoffs are those an earlier client ended with. transport and
    sleep stand in for the network and for waiting.

    Raises: FetchError where the proxy or the certificates that the environment names cannot be used.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        clock: Callable[[], datetime],
        backoffs: Mapping[str, datetime] = MappingProxyType({}),
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.policy = policy
        self._clock, self._sleep = clock, sleep
        self._backoffs = Backoffs(clock, policy, backoffs)
        self._counts: dict[str, Count] = {}
        self._places: dict[str, asyncio.Semaphore] = {}
        # Hosts with a connection that we closed ourselves, in the midst of an answer.
        self._severed: set[str] = set()
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
        # Hosts that end an HTTP/2 connection in the midst of our questions, and so are asked by HTTP/1.1.
        self._leaving: set[str] = set()
        self._opened = partial(_opened, policy, transport)
        self._http1: httpx.AsyncClient | None = None
        try:
            self._http = self._opened(http2=True)
        except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
            raise unusable_environment(error) from None

    async def __aenter__(self) -> Client:  # noqa: PYI034 - typing has no Self on Python 3.10
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http1 is not None:
            await self._http1.aclose()
        await self._http.__aexit__(kind, error, trace)

    @property
    def counts(self) -> Mapping[str, Count]:
        """What each host was asked and gave so far."""
        return MappingProxyType(dict(self._counts))

    @property
    def backoffs(self) -> Mapping[str, datetime]:
        """The hosts that want to be left alone, each with the moment until which (aware UTC)."""
        return MappingProxyType(self._backoffs.current())

    async def request(
        self,
        method: str,
        endpoint: Endpoint,
        *,
        expects: Expects = PLAIN_TEXT,
        limits: Limits | None = None,
        content: bytes = b"",
        headers: Mapping[str, str] = MappingProxyType({}),
        etag: str = "",
        sink: Callable[[], Sink] | None = None,
    ) -> Response:
        """Ask (GET, or a POST that only reads) and wait for the whole answer.

        What fails in passing is asked again, so `sink` makes a new place for the body each time; without one the body
        is in the answer. With an etag, the answer may be a 304. limits are the policy's for a file unless given.

        Raises: FetchError, and what the sink raises.
        """
        request = Request(
            method=method,
            endpoint=endpoint,
            expects=expects,
            limits=limits or self.policy.file,
            content=content,
            headers=headers,
            etag=etag,
            sink=sink,
        )
        host = endpoint.host
        asking = retrying(self.policy, self._sleep)
        total = request.limits.total.total_seconds()
        async with self._places.setdefault(host, asyncio.Semaphore(self.policy.per_host)):
            try:
                # httpx's own timeout begins anew with every byte that drips in.
                return await asyncio.wait_for(asking(partial(self._attempt, request)), total)
            except asyncio.TimeoutError:
                raise FetchError(host, f"took longer than {total:g} seconds in all", passing=True) from None

    async def _attempt(self, request: Request) -> Response:
        host = request.endpoint.host
        allowed = {host, *request.endpoint.hosts}
        address = request.endpoint.url
        for hop in range(MOST_REDIRECTS + 1):
            url = safe_address(address, host)
            host = authority(url)
            self._backoffs.check(host)
            by_http1 = host in self._leaving
            try:
                try:
                    answer, location = await self._exchange(request, url, first=hop == 0)
                except httpx.NetworkError:
                    if host not in self._severed:
                        raise
                    # httpcore learns only by trying that a connection was closed.
                    self._severed.discard(host)
                    answer, location = await self._exchange(request, url, first=hop == 0)
                except httpx.ProtocolError as error:
                    if by_http1 or not went_away(error):
                        raise
                    # httpcore drops the answers that are under way on such a connection, too: all of them are asked for
                    # again, and by a protocol in which a connection has one answer at a time.
                    self._leaving.add(host)
                    answer, location = await self._exchange(request, url, first=hop == 0)
            except (httpx.HTTPError, httpx.StreamError, H2Error, OSError, UnicodeError) as error:
                raise fault(host, error) from None
            if answer is not None:
                return answer
            address = followed(url, location, allowed)
        raise FetchError(host, f"redirected more than {MOST_REDIRECTS} times")

    async def _exchange(self, request: Request, url: httpx.URL, *, first: bool) -> tuple[Response | None, str]:
        """The answer, or None and the address it redirects to."""
        host = authority(url)
        token_sent = first and host == self.policy.token_host and bool(self.policy.token)
        self._count(host, requests=1)
        http = self._of(host)
        # Nothing that a host set is told to it again.
        http.cookies.clear()
        async with http.stream(
            request.method,
            url,
            headers=request.all_headers(self.policy, token_sent=token_sent),
            content=request.content or None,
        ) as response:
            try:
                if response.status_code in _REDIRECTS[request.method] and "location" in response.headers:
                    return None, response.headers["location"]
                return await self._taken(request, url, response, token_sent=token_sent), ""
            finally:
                if await leave(response):
                    self._severed.add(host)

    def _of(self, host: str) -> httpx.AsyncClient:
        """What a host is asked through."""
        if host not in self._leaving:
            return self._http
        if self._http1 is None:
            self._http1 = self._opened(http2=False)
        return self._http1

    async def _taken(self, request: Request, url: httpx.URL, response: httpx.Response, *, token_sent: bool) -> Response:
        """The answer, once it is found to be one."""
        host, status, headers = authority(url), response.status_code, dict(response.headers)
        self._obey(host, status, headers)
        check_status(host, status, url.path, conditional=bool(request.etag), token_sent=token_sent)
        if status == 304:
            return Response(status=status, headers=headers, body=b"", host=host)
        check_type(host, request.expects, headers)
        if request.expects is PLAIN_TEXT and ends_with_connection(response.http_version, headers):
            raise FetchError(host, "the answer does not say where it ends, and text has no end of its own")
        sink = request.sink() if request.sink else Memory()
        await receive(host, headers, response.aiter_raw(), request.limits, sink, partial(self._count, host))
        body = sink.body if isinstance(sink, Memory) else b""
        check_start(host, request.expects, body)
        return Response(status=status, headers=headers, body=body, host=host)

    def _obey(self, host: str, status: int, headers: Mapping[str, str]) -> None:
        """Keep the back-off that the answer asks for.

        Raises: FetchError where the answer is nothing but that.
        """
        now = self._clock()
        if asks_to_wait(status, headers):
            moment = until(headers, now, self.policy)
            self._backoffs.hold(host, moment)
            raise FetchError(
                host,
                f"answered {status}: it wants to be left alone until {moment_words(moment)}",
                retry_after=(moment - now).total_seconds(),
                passing=True,
            )
        # The last answer of a quota: the next request would only be refused. Other quotas are not the host's.
        if exhausted(headers) and headers.get("x-ratelimit-resource", "core") == "core":
            self._backoffs.hold(host, until(headers, now, self.policy))

    def _count(self, host: str, received: int = 0, requests: int = 0) -> None:
        count = self._counts.get(host, Count())
        self._counts[host] = Count(count.requests + requests, count.received + received)


def _opened(policy: Policy, transport: httpx.AsyncBaseTransport | None, *, http2: bool) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        http2=http2,
        follow_redirects=False,
        # A proxy and the certificates of the environment are how some networks work at all; httpx no longer reads
        # ~/.netrc by itself. This machine is never asked for through a proxy.
        trust_env=True,
        mounts=dict.fromkeys(("all://127.0.0.1", "all://localhost", "all://[::1]")),
        limits=_CONNECTIONS,
        timeout=httpx.Timeout(policy.read.total_seconds(), connect=policy.connect.total_seconds(), pool=None),
        transport=transport,
    )
