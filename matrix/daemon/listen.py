"""A port -> what a site answers, over HTTP/1.1.

h11 knows the protocol; the connections are ours, because what makes a server safe is how it waits: a request's head has
ten seconds and 16 KiB, an idle connection fifteen seconds, each piece of an answer thirty, and there are so many
connections at once and no more.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING

import h11

from matrix import __version__
from matrix.daemon.site import text_reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from matrix.daemon.site import Reply, Served

_CHUNK = 64 * 1024
_BODILESS = (204, 304)
# No script, nothing of other hosts: a page is words, one style sheet and badges.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long is waited, in seconds, and for how many at once."""

    head: float = 10.0
    idle: float = 15.0
    piece: float = 30.0
    connections: int = 512
    size: int = 16 * 1024


class Listener:
    """An open port. Use `open` and `close`; `port` is where it is."""

    def __init__(self, site: Served, clock: Callable[[], datetime], bounds: Bounds = Bounds()) -> None:
        self._site, self._clock, self._bounds = site, clock, bounds
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self, host: str, port: int) -> None:
        """Begin to listen. Raises: OSError."""
        self._server = await asyncio.start_server(self._connected, host, port, backlog=512, limit=_CHUNK)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Listen no more, and let go of whoever is connected."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._tasks) >= self._bounds.connections:
            writer.transport.abort()
            return
        self._tasks.add(task)
        try:
            writer.transport.set_write_buffer_limits(high=_CHUNK)
            await _Connection(self._site, self._clock, self._bounds, reader, writer).serve()
        except (OSError, asyncio.TimeoutError, asyncio.CancelledError, h11.ProtocolError):
            # A client that left, or was too slow, is no event of ours. Cancelled: the daemon ends.
            writer.transport.abort()
        finally:
            self._tasks.discard(task)
            writer.close()
            with suppress(OSError, asyncio.TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(writer.wait_closed(), 1)
            writer.transport.abort()


class _Connection:
    def __init__(
        self,
        site: Served,
        clock: Callable[[], datetime],
        bounds: Bounds,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._site, self._clock, self._bounds, self._reader, self._writer = site, clock, bounds, reader, writer
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=bounds.size)

    async def serve(self) -> None:
        """One request after another, until either side has enough."""
        patience = self._bounds.head
        while True:
            try:
                request = await self._request(patience)
            except h11.RemoteProtocolError as error:
                await self._send(text_reply(error.error_status_hint, "this is no request"), close=True)
                break
            if request is None:
                return
            # A body is read by nobody here, and what follows it cannot be told from it.
            bodied = self._http.their_state is not h11.DONE
            await self._send(self._answer(request), close=bodied, head=request.method == b"HEAD")
            if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
                break
            self._http.start_next_cycle()
            patience = self._bounds.idle
        await self._leave()

    async def _request(self, patience: float) -> h11.Request | None:
        """The next head; None where the client has left. Raises: TimeoutError, h11.RemoteProtocolError."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        begun = False
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.Request):
                # h11 bounds only a head that is not complete yet.
                if sum(len(name) + len(value) for name, value in event.headers) > self._bounds.size:
                    raise h11.RemoteProtocolError("too many headers", error_status_hint=431)
                # The end of a request that has no body.
                self._http.next_event()
                return event
            if event is not h11.NEED_DATA:
                return None
            data = await asyncio.wait_for(self._reader.read(_CHUNK), max(0.0, until - loop.time()))
            if data and not begun:
                # An idle connection may wait; a head that has begun has its own time.
                begun, until = True, min(until, loop.time() + self._bounds.head)
            self._http.receive_data(data)

    def _answer(self, request: h11.Request) -> Reply:
        method, target = request.method.decode("ascii"), request.target.decode("ascii", "replace")
        etags = b",".join(value for name, value in request.headers if name == b"if-none-match").decode("latin-1")
        return self._site.answer(method, target, etags)

    async def _send(self, answer: Reply, *, close: bool, head: bool = False) -> None:
        try:
            size = answer.size if answer.handle >= 0 else len(answer.body)
            headers = [
                ("date", format_datetime(self._clock(), usegmt=True)),
                ("server", f"archmatrix/{__version__}"),
                ("x-content-type-options", "nosniff"),
                ("content-security-policy", _POLICY),
                *answer.headers,
            ]
            if answer.status not in _BODILESS:
                headers.append(("content-length", str(size)))
            if close:
                headers.append(("connection", "close"))
            await self._write(h11.Response(status_code=answer.status, headers=headers))
            if not head and answer.status not in _BODILESS:
                await self._body(answer, size)
            await self._write(h11.EndOfMessage())
        finally:
            if answer.handle >= 0:
                os.close(answer.handle)

    async def _body(self, answer: Reply, size: int) -> None:
        if answer.handle < 0:
            await self._write(h11.Data(data=answer.body))
            return
        left = size
        while left:
            chunk = os.read(answer.handle, min(_CHUNK, left))
            if not chunk:
                # Shorter than it was: the length is said already, so that only breaking off tells.
                raise ConnectionAbortedError
            left -= len(chunk)
            await self._write(h11.Data(data=chunk))

    async def _write(self, event: h11.Event) -> None:
        if data := self._http.send(event):
            self._writer.write(data)
            await asyncio.wait_for(self._writer.drain(), self._bounds.piece)

    async def _leave(self) -> None:
        """Say that nothing more comes, and read a little of what does: closed at once, the answer might be lost."""
        with suppress(OSError):
            self._writer.write_eof()
        read = 0
        with suppress(OSError, asyncio.TimeoutError):
            while read < _CHUNK and (data := await asyncio.wait_for(self._reader.read(_CHUNK), 1)):
                read += len(data)
