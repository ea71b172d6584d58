"""The bytes of an answer as they arrive -> its decompressed body in a sink, whole and within its limits, or an error.

httpx would decompress too, but accepts a gzip stream that was cut, and has no limit.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

from matrix.errors import FetchError
from matrix.fetch.faults import one_line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from matrix.fetch.policy import Limits

_PIECE = 64 * 1024


class Sink(Protocol):
    """Where the decompressed body goes, piece by piece."""

    def write(self, data: bytes, /) -> None:
        """Take the next piece. Raises: MatrixError for what cannot be right."""

    def finish(self) -> None:
        """The body is complete as HTTP sees it. Raises: MatrixError where it is not by its own structure."""


class Memory:
    """A sink that keeps the body."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes, /) -> None:
        self._pieces.append(data)

    def finish(self) -> None:
        pass

    @property
    def body(self) -> bytes:
        """All of it, so far."""
        return b"".join(self._pieces)


async def receive(
    host: str,
    headers: Mapping[str, str],
    raw: AsyncIterator[bytes],
    limits: Limits,
    sink: Sink,
    count: Callable[[int], None],
) -> None:
    """Pass the body on to the sink; it is complete and sound when this returns. count is told of the bytes as sent.

    Raises: FetchError, and what the sink raises.
    """
    declared = _declared(host, headers)
    if declared is not None and declared > limits.raw:
        raise FetchError(host, f"the answer has {declared} bytes, expected at most {limits.raw}")
    decode = _decoder(host, headers)
    received = decoded = 0
    async for chunk in raw:
        if not chunk:
            continue
        received += len(chunk)
        count(len(chunk))
        if received > limits.raw:
            raise FetchError(host, f"the answer has {received} bytes or more, expected at most {limits.raw}")
        for piece in decode.pieces(chunk):
            decoded += len(piece)
            if decoded > limits.decoded:
                raise FetchError(host, f"the answer unpacks to more than {limits.decoded} bytes")
            sink.write(piece)
    if declared is not None and received != declared:
        raise FetchError(host, f"the answer ended after {received} of {declared} bytes", passing=True)
    decode.finish()
    sink.finish()


def ends_with_connection(version: str, headers: Mapping[str, str]) -> bool:
    """Whether nothing but the end of the connection marks the end of the body: a cut one would look whole."""
    return version.startswith("HTTP/1") and not {"content-length", "transfer-encoding"} & set(headers)


def _declared(host: str, headers: Mapping[str, str]) -> int | None:
    text = headers.get("content-length")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise FetchError(host, f"found Content-Length {one_line(text)!r}, expected a number", passing=True)
    return int(text)


class _Plain:
    """No compression."""

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk

    def finish(self) -> None:
        pass


class _Inflate:
    """gzip (RFC 1952) or deflate (RFC 1950, or the bare RFC 1951 that some servers send)."""

    def __init__(self, host: str, coding: str) -> None:
        self._host, self._coding = host, coding
        self._stream: zlib._Decompress | None = None

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        if self._stream is None:
            self._stream = zlib.decompressobj(self._window(chunk))
        while True:
            try:
                piece = self._stream.decompress(chunk, _PIECE)
            except zlib.error:
                raise FetchError(self._host, f"the {self._coding} stream is damaged", passing=True) from None
            if piece:
                yield piece
            if self._stream.unused_data:
                raise FetchError(self._host, f"found bytes after the end of the {self._coding} stream", passing=True)
            chunk = self._stream.unconsumed_tail
            # A full piece may have left output behind in zlib, with no input left to ask for it.
            if not chunk and len(piece) < _PIECE:
                return

    def finish(self) -> None:
        if self._stream is None or not self._stream.eof:
            raise FetchError(self._host, f"the {self._coding} stream was cut short", passing=True)

    def _window(self, chunk: bytes) -> int:
        if self._coding == "gzip":
            return 16 + zlib.MAX_WBITS
        # The low half of the first byte of RFC 1950 names the method, and 8 is the only one.
        return zlib.MAX_WBITS if chunk[0] & 0x0F == 8 else -zlib.MAX_WBITS


def _decoder(host: str, headers: Mapping[str, str]) -> _Plain | _Inflate:
    coding = headers.get("content-encoding", "").strip().lower()
    match coding:
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Inflate(host, "gzip")
        case "deflate":
            return _Inflate(host, "deflate")
        case _:
            raise FetchError(host, f"found Content-Encoding {one_line(coding)!r}, expected gzip, deflate or none")
