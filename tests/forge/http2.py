"""A TCP stream -> HTTP/2 requests side by side, each answered in its own task; the h2 library keeps the protocol."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings
from hyperframe.frame import GoAwayFrame

from tests.forge.http1 import PIECE, reset
from tests.forge.message import Entry, Request, Response, count

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from tests.forge.message import Traffic

STREAMS = 100  # as the large hosts allow
_DROPPED = {"connection", "transfer-encoding", "keep-alive"}  # HTTP/2 forbids them


@dataclass
class _Incoming:
    headers: dict[str, str]
    size: int
    body: bytearray = field(default_factory=bytearray)


@dataclass
class Wire2:
    """The answer to one HTTP/2 request."""

    connection: Connection
    stream: int
    method: str
    entry: Entry = field(default_factory=Entry.none)
    protocol: str = "HTTP/2"

    async def send(self, response: Response) -> None:
        await self.head(response)
        if self.method != "HEAD" and response.status not in (204, 304):
            if isinstance(response.body, bytes):
                await self.data(response.body)
            else:
                async with aclosing(response.body) as pieces:
                    async for piece in pieces:
                        await self.data(piece)
        await self.end()

    async def head(self, response: Response) -> None:
        self.entry.status = response.status
        await self.connection.write(self._head(response), self.entry)

    async def data(self, piece: bytes) -> None:
        start = 0
        while start < len(piece):
            size = await self.connection.room(self.stream, len(piece) - start)
            with _refusals():
                self.connection.h2.send_data(self.stream, piece[start : start + size])
            await self.connection.flush(self.entry)
            start += size

    async def end(self) -> None:
        with _refusals():
            self.connection.h2.end_stream(self.stream)
        await self.connection.flush(self.entry)

    async def half_head(self, response: Response) -> None:
        head = self._head(response)
        await self.connection.write(head[: len(head) // 2], self.entry)

    async def drip_head(self, response: Response, pause: float) -> None:
        # Frames of one connection cannot interleave: bytes of a head dripped singly would stop the other streams too.
        await asyncio.sleep(pause * 200)
        await self.head(response)

    async def leave(self) -> None:
        """GOAWAY, as nginx sends it before the last answer that a connection has: later requests are not taken."""
        frame = GoAwayFrame(0, last_stream_id=self.stream, error_code=0)
        await self.connection.write(frame.serialize(), self.entry)

    async def cut(self) -> None:
        self.connection.writer.close()

    async def reset(self) -> None:
        reset(self.connection.writer)

    async def gone(self) -> None:
        await asyncio.Event().wait()  # the stream's reset, or the connection's end, cancels this

    def _head(self, response: Response) -> bytes:
        headers = [(":status", str(response.status))]
        headers += [(name.lower(), value) for name, value in response.headers if name.lower() not in _DROPPED]
        plain = isinstance(response.body, bytes) and response.framing == "length"
        if plain and response.header("content-length") is None and response.status not in (204, 304):
            headers.append(("content-length", str(len(response.body))))  # type: ignore[arg-type]
        with _refusals():
            self.connection.h2.send_headers(self.stream, headers)
        return self.connection.h2.data_to_send()


class Connection:
    """One HTTP/2 connection from preface to end."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        host: str,
        number: int,
        traffic: Callable[[], Traffic],
        answer: Callable[[Request, Wire2], Awaitable[None]],
    ) -> None:
        self.reader, self.writer, self.host, self.number = reader, writer, host, number
        self.traffic, self.answer = traffic, answer
        self.h2 = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=False, validate_outbound_headers=False, header_encoding="latin-1")
        )
        self._incoming: dict[int, _Incoming] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._opened = asyncio.Event()
        self._draining = asyncio.Lock()

    async def serve(self) -> None:
        """Answer until the client has enough of it."""
        self.h2.initiate_connection()
        self.h2.update_settings({h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: STREAMS})
        try:
            await self.flush()
            while data := await self.reader.read(PIECE):
                self.traffic().bytes_in += len(data)
                for event in self.h2.receive_data(data):
                    self._take(event)
                await self.flush()
        except (ConnectionError, h2.exceptions.ProtocolError):
            pass
        finally:
            running = list(self._tasks.values())
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def room(self, stream: int, wanted: int) -> int:
        """How many bytes the client takes now; waits until it is one at least."""
        while True:
            with _refusals():
                size = min(wanted, self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
            if size > 0:
                return size
            self._opened.clear()
            await self._opened.wait()

    async def flush(self, entry: Entry | None = None) -> None:
        await self.write(self.h2.data_to_send(), entry)

    async def write(self, data: bytes, entry: Entry | None) -> None:
        if data:
            count(entry, self.traffic(), len(data))
            self.writer.write(data)
            async with self._draining:
                await self.writer.drain()

    def _take(self, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            headers = {_text(name): _text(value) for name, value in event.headers}
            size = sum(len(name) + len(value) for name, value in headers.items())
            self._incoming[event.stream_id] = _Incoming(headers, size)
        elif isinstance(event, h2.events.DataReceived):
            self._incoming[event.stream_id].body += event.data
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            self._tasks[event.stream_id] = asyncio.create_task(self._answer(event.stream_id))
        elif isinstance(event, (h2.events.WindowUpdated, h2.events.RemoteSettingsChanged)):
            self._opened.set()
        elif isinstance(event, h2.events.StreamReset) and event.stream_id in self._tasks:
            self._tasks[event.stream_id].cancel()

    async def _answer(self, stream: int) -> None:
        came = self._incoming.pop(stream)
        method, target = came.headers.pop(":method"), came.headers.pop(":path")
        came.headers["host"] = came.headers.pop(":authority", came.headers.get("host", ""))
        came.headers.pop(":scheme", None)
        body = bytes(came.body)
        request = Request(method, target, came.headers, body, "HTTP/2", self.host, self.number, came.size + len(body))
        try:
            # The client may end a stream, or the connection, at any moment of an answer.
            with suppress(OSError):
                await self.answer(request, Wire2(self, stream, method))
        finally:
            self._tasks.pop(stream, None)


async def serve(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    *,
    host: str,
    connection: int,
    traffic: Callable[[], Traffic],
    answer: Callable[[Request, Wire2], Awaitable[None]],
) -> None:
    """Answer all streams of one connection until the client has enough of it."""
    await Connection(reader, writer, host=host, number=connection, traffic=traffic, answer=answer).serve()


@contextmanager
def _refusals() -> Iterator[None]:
    """A stream that the client has closed meanwhile is a broken connection to whoever answers on it."""
    try:
        yield
    except h2.exceptions.ProtocolError as error:
        raise ConnectionResetError(str(error)) from error


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")
