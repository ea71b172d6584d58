"""What goes over the wire -> the values that endpoints, faults and tests speak of: Request, Response, Entry."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

_COMMAND = re.compile(rb"[0-9a-f]{4}command=([a-z-]+)")


@dataclass(frozen=True)
class Request:
    """One request, whole. `target` is path and query as sent, `headers` have lower-case names, `body` is as sent."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    protocol: str
    host: str
    connection: int
    size: int

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def content(self) -> bytes:
        """The body, decompressed: git compresses what it posts."""
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body

    @property
    def command(self) -> str:
        """Of a git protocol v2 request "ls-refs" or "fetch", else ""."""
        match = _COMMAND.match(self.content) if self.path.endswith("/git-upload-pack") else None
        return match[1].decode() if match else ""


@dataclass(frozen=True)
class Response:
    """One response. `body` may come in pieces; `framing` says how HTTP/1.1 tells its end: length, chunked or close."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | AsyncGenerator[bytes, None] = b""
    framing: str = "length"

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def with_headers(self, **changes: str | None) -> Response:
        """With these headers set (`content_type=...`), or gone where None."""
        names = {name.replace("_", "-"): value for name, value in changes.items()}
        kept = tuple((key, value) for key, value in self.headers if key.lower() not in names)
        return replace(self, headers=kept + tuple((name, value) for name, value in names.items() if value is not None))

    async def whole(self) -> tuple[Response, bytes]:
        """The same with its body in one piece."""
        if isinstance(self.body, bytes):
            return self, self.body
        body = b"".join([piece async for piece in self.body])
        return replace(self, body=body), body


def plain(status: int, text: str = "", *headers: tuple[str, str]) -> Response:
    """A response with a line of plain text, the status's own phrase by default."""
    body = (text or HTTPStatus(status).phrase) + "\n"
    return Response(status, (("content-type", "text/plain; charset=utf-8"), *headers), body.encode())


@dataclass
class Entry:
    """What the log keeps of a request.

    bytes_in, bytes_out: head and body as they crossed the wire (below TLS; HTTP/2 heads decompressed on the way in).
    connection: a number per TCP connection. began, ended: seconds of time.monotonic, ended 0 while it runs.
    status: 0 while none was sent. broken: the client went away, or a fault broke the connection.
    """

    method: str
    path: str
    host: str
    protocol: str
    connection: int
    headers: dict[str, str]
    command: str
    began: float
    status: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    ended: float = 0.0
    broken: bool = False
    fault: str = ""

    @classmethod
    def none(cls) -> Entry:
        """For a wire that nobody logs."""
        return cls("", "", "", "", 0, {}, "", 0.0)


@dataclass
class Traffic:
    """All bytes of all connections below TLS, and how many connections there were."""

    bytes_in: int = 0
    bytes_out: int = 0
    connections: int = 0


def count(entry: Entry | None, traffic: Traffic, size: int) -> None:
    """Note bytes before they leave: a client that has an answer must find it in the log."""
    traffic.bytes_out += size
    if entry is not None:
        entry.bytes_out += size


class Wire(Protocol):
    """The way back to the client. Normal answers use `send`; faults use the parts, some of which break the protocol."""

    protocol: str
    entry: Entry

    async def send(self, response: Response) -> None:
        """The response as it should be."""

    async def head(self, response: Response) -> None:
        """Status and headers."""

    async def data(self, piece: bytes) -> None:
        """A piece of the body, framed as the head said."""

    async def end(self) -> None:
        """The body's regular end."""

    async def half_head(self, response: Response) -> None:
        """The first half of the head's bytes."""

    async def drip_head(self, response: Response, pause: float) -> None:
        """The head, byte by byte with `pause` seconds between (HTTP/2: all at once after as long)."""

    async def cut(self) -> None:
        """The connection closed in order, wherever the body stands."""

    async def reset(self) -> None:
        """The connection reset (RST)."""

    async def gone(self) -> None:
        """Return when the client has gone away."""
