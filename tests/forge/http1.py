"""A TCP stream -> HTTP/1.1 requests one after the other, and answers to them, wrong ones too.

Written by hand because no library lets a server lie about a length, stop in a head or forget the last chunk.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import aclosing
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from tests.forge.message import Entry, Request, Response, count

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.forge.message import Traffic

PIECE = 65536


@dataclass
class Wire1:
    """The answer to one HTTP/1.1 request."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    method: str
    traffic: Callable[[], Traffic]
    entry: Entry = field(default_factory=Entry.none)
    protocol: str = "HTTP/1.1"
    framing: str = "length"
    closing: bool = False

    async def send(self, response: Response) -> None:
        await self.head(response)
        if self.method != "HEAD" and response.status not in (204, 304):
            if isinstance(response.body, bytes):
                for start in range(0, len(response.body), PIECE):
                    await self.data(response.body[start : start + PIECE])
            else:
                async with aclosing(response.body) as pieces:
                    async for piece in pieces:
                        await self.data(piece)
        await self.end()

    async def head(self, response: Response) -> None:
        self.entry.status = response.status
        await self._write(self._head(response))

    async def data(self, piece: bytes) -> None:
        if piece:
            await self._write(b"%x\r\n%b\r\n" % (len(piece), piece) if self.framing == "chunked" else piece)

    async def end(self) -> None:
        if self.framing == "chunked" and self.method != "HEAD":
            await self._write(b"0\r\n\r\n")
        if self.framing == "close":
            await self.cut()

    async def half_head(self, response: Response) -> None:
        head = self._head(response)
        await self._write(head[: len(head) // 2])

    async def drip_head(self, response: Response, pause: float) -> None:
        self.entry.status = response.status
        for byte in self._head(response):
            await self._write(bytes([byte]))
            await asyncio.sleep(pause)

    async def cut(self) -> None:
        self.closing = True
        self.writer.close()

    async def reset(self) -> None:
        self.closing = True
        reset(self.writer)

    async def gone(self) -> None:
        self.closing = True
        while await self.reader.read(PIECE):
            pass

    def _head(self, response: Response) -> bytes:
        self.framing = response.framing if isinstance(response.body, bytes) else "chunked"
        lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in response.headers]
        if response.status in (204, 304):
            self.framing = "length"
        elif self.framing == "chunked":
            lines.append("transfer-encoding: chunked")
        elif self.framing == "close":
            lines.append("connection: close")
        elif response.header("content-length") is None:
            lines.append(f"content-length: {len(response.body)}")  # type: ignore[arg-type]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    async def _write(self, data: bytes) -> None:
        count(self.entry, self.traffic(), len(data))
        self.writer.write(data)
        await self.writer.drain()


def reset(writer: asyncio.StreamWriter) -> None:
    """Close at once; the kernel says RST for a socket that lingers for no time."""
    own = writer.get_extra_info("socket")
    if own is not None:  # TLS forgets it once the client has gone
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def serve(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    *,
    host: str,
    connection: int,
    traffic: Callable[[], Traffic],
    answer: Callable[[Request, Wire1], Awaitable[None]],
) -> None:
    """Answer requests until the client has enough of it or an answer ended the connection."""
    wire = None
    while wire is None or not wire.closing:
        try:
            request = await _read(reader, writer, host, connection)
        except (asyncio.IncompleteReadError, ConnectionError, ValueError, asyncio.LimitOverrunError):
            return
        traffic().bytes_in += request.size
        wire = Wire1(reader, writer, request.method, traffic)
        wire.closing = request.headers.get("connection", "").lower() == "close"
        await answer(request, wire)


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, connection: int) -> Request:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")[:-2]
    method, target, _ = first.split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    size = len(head)
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = b""
        while True:
            line = await reader.readuntil(b"\r\n")
            piece = (await reader.readexactly(int(line, 16) + 2))[:-2]
            size += len(line) + len(piece) + 2
            if not piece:
                break
            body += piece
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        size += len(body)
    return Request(method, target, headers, body, "HTTP/1.1", host, connection, size)
