"""A fault's name -> an answer that goes wrong in that one way.

    forge.faults.add(half(framing="chunked"), "/rust-lang/rust*")              # the next request under that path
    forge.faults.add(status(503), "*/git-upload-pack", command="fetch", times=2)
    forge.faults.add(endless(), times=None)                                    # every request

A fault takes an Exchange and answers it. Those that change a true answer first let the forge make it, so that what
arrives is right up to the fault: the harder case; a condition that holds (304) has no body to break, though. All work
over HTTP/1.1 and HTTP/2; where HTTP/2 has no such thing (framing) its nearest is done. A refused connection and a wrong
certificate are of the forge's hosts, not faults: see server.
"""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from tests.forge.http2 import Wire2
from tests.forge.message import Response, plain

if TYPE_CHECKING:
    from tests.forge.message import Request, Wire
    from tests.forge.server import Forge

UNRESOLVABLE = "https://forge.invalid"  # .invalid never resolves (RFC 2606)
PAGE = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form>Please sign in.</form></body></html>\n"


@dataclass(frozen=True)
class Exchange:
    """A request, the way back, and what the forge would say."""

    forge: Forge
    request: Request
    wire: Wire

    async def truth(self) -> Response:
        """The true answer, its body in one piece."""
        response, _ = await (await self.forge.answer(self.request)).whole()
        return response


Fault = Callable[[Exchange], Awaitable[None]]


@dataclass
class _Rule:
    fault: Fault
    path: str
    command: str | None
    method: str | None
    host: str | None
    skip: int
    times: int | None
    done: int = 0

    def matches(self, request: Request) -> bool:
        return (
            (fnmatchcase(request.path, self.path) or fnmatchcase(request.target, self.path))
            and self.command in (None, request.command)
            and self.method in (None, request.method)
            and self.host in (None, request.host)
        )


@dataclass
class Faults:
    """The rules, asked in the order they were added; the first that matches and is not used up takes the request."""

    rules: list[_Rule] = field(default_factory=list)

    def add(
        self,
        fault: Fault,
        path: str = "*",
        *,
        times: int | None = 1,
        skip: int = 0,
        command: str | None = None,
        method: str | None = None,
        host: str | None = None,
    ) -> None:
        """Let the next requests fail.

        path: a glob over the path, or over path and query (`*` crosses slashes). times: None is for ever. skip: so many
        matching requests pass first. command: "ls-refs" or "fetch". host: the name of one of the forge's hosts.
        """
        self.rules.append(_Rule(fault, path, command, method, host, skip, times))

    def take(self, request: Request) -> Fault | None:
        """The fault for this request, which counts as done."""
        for rule in self.rules:
            if rule.matches(request):
                if rule.skip:
                    rule.skip -= 1
                elif rule.times is None or rule.done < rule.times:
                    rule.done += 1
                    return rule.fault
        return None

    @property
    def pending(self) -> int:
        """How many faults were asked for and did not happen; a test that leaves some tested less than it says."""
        return sum(rule.times - rule.done for rule in self.rules if rule.times is not None)

    def clear(self) -> None:
        self.rules.clear()


# --- transport --------------------------------------------------------------------------------------------------------


def reset() -> Fault:
    """The connection is reset before any answer."""

    async def fault(exchange: Exchange) -> None:
        await exchange.wire.reset()

    return fault


def reset_in_head() -> Fault:
    """The connection is reset half through the headers."""

    async def fault(exchange: Exchange) -> None:
        await exchange.wire.half_head(await exchange.truth())
        await asyncio.sleep(0.05)  # what was sent must arrive before the reset discards it
        await exchange.wire.reset()

    return fault


def reset_in_body() -> Fault:
    """The connection is reset half through the body."""

    async def fault(exchange: Exchange) -> None:
        response = await exchange.truth()
        await exchange.wire.head(response)
        await exchange.wire.data(_half(response))
        await asyncio.sleep(0.05)
        await exchange.wire.reset()

    return fault


def hang() -> Fault:
    """No answer, ever, until the client goes away."""

    async def fault(exchange: Exchange) -> None:
        await exchange.wire.gone()

    return fault


def slow_head(pause: float = 0.05) -> Fault:
    """The headers come byte by byte with `pause` seconds between, then the body at once."""

    async def fault(exchange: Exchange) -> None:
        response = await exchange.truth()
        await exchange.wire.drip_head(response, pause)
        await exchange.wire.data(_body(response))
        await exchange.wire.end()

    return fault


def drip(pause: float = 0.05, size: int = 1) -> Fault:
    """The body comes `size` bytes at a time with `pause` seconds between: no single read ever times out."""

    async def fault(exchange: Exchange) -> None:
        response = await exchange.truth()
        await exchange.wire.head(response)
        body = _body(response)
        for start in range(0, len(body), size):
            await exchange.wire.data(body[start : start + size])
            await asyncio.sleep(pause)
        await exchange.wire.end()

    return fault


def leaving() -> Fault:
    """The true answer, after which the connection takes no other: over HTTP/2 that is said (GOAWAY) before it."""

    async def fault(exchange: Exchange) -> None:
        if isinstance(exchange.wire, Wire2):
            await exchange.wire.leave()
        await exchange.wire.send(await exchange.truth())

    return fault


# --- truncation -------------------------------------------------------------------------------------------------------


def half(framing: str = "length") -> Fault:
    """The body stops halfway and the connection is closed in order.

    framing: "length" the whole was announced, "chunked" the last chunk is missing, "close" nothing tells: the body is
    whole as far as HTTP/1.1 can say. Over HTTP/2 all three end the connection with the stream open.
    """

    async def fault(exchange: Exchange) -> None:
        response = replace(await exchange.truth(), framing=framing)
        await exchange.wire.head(response)
        await exchange.wire.data(_half(response))
        await exchange.wire.cut()

    return fault


def wrong_length(difference: int = 100) -> Fault:
    """Content-Length says `difference` bytes more (the connection then closes), or fewer where it is negative."""

    async def fault(exchange: Exchange) -> None:
        response = await exchange.truth()
        body = _body(response)
        await exchange.wire.head(response.with_headers(content_length=str(max(len(body) + difference, 0))))
        await exchange.wire.data(body)
        await exchange.wire.end()
        if exchange.wire.protocol == "HTTP/1.1":
            await exchange.wire.cut()

    return fault


def half_gzip() -> Fault:
    """Half of a gzip stream, its own length announced right: HTTP has nothing to complain of."""

    async def fault(exchange: Exchange) -> None:
        response, packed = _packed(await exchange.truth())
        await exchange.wire.send(replace(response, body=packed[: len(packed) // 2]))

    return fault


def partial() -> Fault:
    """206 with the first half, though nobody asked for a range."""

    async def fault(exchange: Exchange) -> None:
        response = await exchange.truth()
        body = _half(response)
        ranged = response.with_headers(content_range=f"bytes 0-{len(body) - 1}/{len(_body(response))}")
        await exchange.wire.send(replace(ranged, status=206, body=body))

    return fault


# --- wrong content ----------------------------------------------------------------------------------------------------


def html(body: bytes = PAGE) -> Fault:
    """200 with a page for people."""
    return says(Response(200, (("content-type", "text/html; charset=utf-8"),), body))


def empty() -> Fault:
    """200, the true headers and no body."""
    return changed(lambda _: b"")


def bad_utf8() -> Fault:
    """A byte in the middle that UTF-8 never has."""
    return changed(lambda body: body[: len(body) // 2] + b"\xff\xfe" + body[len(body) // 2 :])


def altered() -> Fault:
    """One bit in the middle is another, as of a bad memory on the way; of a pack only the hashes tell."""
    return changed(lambda body: body[: len(body) // 2] + bytes([body[len(body) // 2] ^ 1]) + body[len(body) // 2 + 1 :])


def changed(change: Callable[[bytes], bytes]) -> Fault:
    """The true answer with its content (decompressed) changed."""

    async def fault(exchange: Exchange) -> None:
        response = await exchange.truth()
        body = change(_content(response))
        packed = response.header("content-encoding") == "gzip"
        await exchange.wire.send(replace(response, body=gzip.compress(body, mtime=0) if packed else body))

    return fault


def git_error(message: str = "upload-pack: not our ref") -> Fault:
    """200 and an error in git's own words, as for an object that the host no longer has."""
    line = f"ERR {message}".encode()
    body = b"%04x%b" % (len(line) + 4, line)
    return says(Response(200, (("content-type", "application/x-git-upload-pack-result"),), body))


def moving(change: Callable[[], object]) -> Fault:
    """`change` is done just before the request is answered, truly: a head that moves between refs and fetch."""

    async def fault(exchange: Exchange) -> None:
        await asyncio.get_running_loop().run_in_executor(None, change)
        await exchange.wire.send(await exchange.forge.answer(exchange.request))

    return fault


# --- status -----------------------------------------------------------------------------------------------------------


def says(response: Response) -> Fault:
    """Just that answer."""

    async def fault(exchange: Exchange) -> None:
        await exchange.wire.send(response)

    return fault


def status(code: int, text: str = "", **headers: str) -> Fault:
    """Just that status and a line of text: 404, 410, 500, 503, ..."""
    return says(plain(code, text).with_headers(**headers))


def too_many(seconds: int = 5, *, date: bool = False) -> Fault:
    """429 with Retry-After in seconds, or as the date that many seconds from the answer on."""

    async def fault(exchange: Exchange) -> None:
        moment = datetime.now(timezone.utc) + timedelta(seconds=seconds)
        after = format_datetime(moment, usegmt=True) if date else str(seconds)
        await exchange.wire.send(plain(429).with_headers(retry_after=after))

    return fault


def exhausted(seconds: int = 1800) -> Fault:
    """403 as of a quota used up, renewed in so many seconds."""

    async def fault(exchange: Exchange) -> None:
        left = {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "0", "x-ratelimit-used": "60"}
        reset = str(int(time.time()) + seconds)
        response = Response(403, (("content-type", "application/json; charset=utf-8"),), b'{"message": "Quota."}')
        await exchange.wire.send(response.with_headers(**left, **{"x-ratelimit-reset": reset}))

    return fault


def redirect(to: str, code: int = 301) -> Fault:
    """To another place; `{target}` in it stands for the path and query asked for."""

    async def fault(exchange: Exchange) -> None:
        await exchange.wire.send(plain(code).with_headers(location=to.format(target=exchange.request.target)))

    return fault


def elsewhere(code: int = 301) -> Fault:
    """To the same path on another host, where it would be answered: `forge.other`."""

    async def fault(exchange: Exchange) -> None:
        await exchange.wire.send(plain(code).with_headers(location=exchange.forge.other.url + exchange.request.target))

    return fault


def downgrade() -> Fault:
    """From https to http, where it would be answered."""

    async def fault(exchange: Exchange) -> None:
        await exchange.wire.send(plain(301).with_headers(location=exchange.forge.http.url + exchange.request.target))

    return fault


def redirect_loop() -> Fault:
    """To the same place again and again; add it with times=None."""
    return redirect("{target}", 302)


def not_changed() -> Fault:
    """304 to whatever was asked, condition or not, changed or not."""

    async def fault(exchange: Exchange) -> None:
        etag = (await exchange.truth()).header("etag")
        await exchange.wire.send(Response(304).with_headers(etag=etag))

    return fault


def weak_etag() -> Fault:
    """The true answer, its ETag made a weak one."""

    async def fault(exchange: Exchange) -> None:
        response = await exchange.truth()
        etag = response.header("etag") or '"none"'
        await exchange.wire.send(response.with_headers(etag="W/" + etag.removeprefix("W/")))

    return fault


# --- size -------------------------------------------------------------------------------------------------------------


def endless(size: int = 2 << 30, *, framing: str = "length") -> Fault:
    """A body of `size` bytes, sent for as long as the client takes it."""

    async def fault(exchange: Exchange) -> None:
        response = replace(Response(200, (("content-type", "text/plain"),)), framing=framing)
        announced = {"content_length": str(size)} if framing == "length" else {}
        await exchange.wire.head(response.with_headers(**announced))
        line = b"and so on and so on and so on and so on and so on and so on..\n" * 1024
        for _ in range(-(-size // len(line))):
            await exchange.wire.data(line)
        await exchange.wire.end()

    return fault


def gzip_bomb(size: int = 500 << 20) -> Fault:
    """A small gzip body that becomes `size` bytes (in MiB steps) of nothing."""
    headers = (("content-type", "text/plain; charset=utf-8"), ("content-encoding", "gzip"))
    return says(Response(200, headers, bomb(size)))


@lru_cache(maxsize=4)
def bomb(size: int) -> bytes:
    """About a thousandth of `size` bytes, valid gzip."""
    zeros = bytes(1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([packer.compress(zeros) for _ in range(size >> 20)] + [packer.flush()])


# --- underneath -------------------------------------------------------------------------------------------------------


def _body(response: Response) -> bytes:
    assert isinstance(response.body, bytes)
    return response.body


def _half(response: Response) -> bytes:
    return _body(response)[: len(_body(response)) // 2]


def _content(response: Response) -> bytes:
    body = _body(response)
    return gzip.decompress(body) if response.header("content-encoding") == "gzip" else body


def _packed(response: Response) -> tuple[Response, bytes]:
    return response.with_headers(content_encoding="gzip"), gzip.compress(_content(response), mtime=0)
