r"""git's pkt-line framing: payloads -> bytes, and bytes as they arrive -> packets.

    001ecommand=ls-refs\n   a packet: its length with these four hexadecimal digits, then the payload
    0000                    flush: the end of a message
    0001                    delimiter: the end of a section
    0002                    the end of a response, where a connection is kept for more

"The maximum length of a pkt-line's data component is 65516 bytes" (git's gitprotocol-common).
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from matrix.errors import FetchError
from matrix.fetch.faults import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

MOST = 65520
_DIGITS = frozenset(b"0123456789abcdefABCDEF")


class BarePacket(Enum):
    """A packet without payload; the value is how it is written."""

    FLUSH = b"0000"
    DELIMITER = b"0001"
    END = b"0002"


Packet: TypeAlias = "bytes | BarePacket"

_MARKS = {int(mark.value, 16): mark for mark in BarePacket}


def encode(*packets: str | BarePacket) -> bytes:
    """The packets as git writes them; a text gets the newline that text packets end with."""
    return b"".join(p.value if isinstance(p, BarePacket) else _framed(f"{p}\n".encode()) for p in packets)


def _framed(payload: bytes) -> bytes:
    length = len(payload) + 4
    if length > MOST:
        raise ValueError(f"found a payload of {len(payload)} bytes, expected at most {MOST - 4}")
    return b"%04x" % length + payload


class Decoder:
    """Packets out of bytes that arrive in any pieces; it holds one unfinished packet at most."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[Packet]:
        """The packets that `data` completes. To be used up before the next piece is fed.

        Raises: FetchError for what is no pkt-line.
        """
        self._held += data
        start = 0
        try:
            while len(self._held) - start >= 4:
                length = self._length(bytes(self._held[start : start + 4]))
                if length in _MARKS:
                    start += 4
                    yield _MARKS[length]
                    continue
                if len(self._held) - start < length:
                    return
                payload = bytes(self._held[start + 4 : start + length])
                start += length
                yield payload
        finally:
            del self._held[:start]

    def finish(self) -> None:
        """Raises: FetchError where the bytes ended within a packet."""
        if self._held:
            raise FetchError(self._host, "git's answer ended within a packet", passing=True)

    def _length(self, digits: bytes) -> int:
        length = int(digits, 16) if _DIGITS.issuperset(digits) else -1
        if length in _MARKS or 4 <= length <= MOST:
            return length
        found = one_line(digits.decode("latin-1"))
        raise FetchError(self._host, f"found {found!r} in git's answer, expected the length of a packet")


def text_of(payload: bytes) -> str:
    r"""A text packet without its newline. What is no UTF-8 (a branch's name may be anything) becomes `\xff`."""
    return payload.removesuffix(b"\n").decode("utf-8", "backslashreplace")


def refused(host: str, payload: bytes) -> FetchError | None:
    """The error that a packet says in place of an answer: `ERR access denied`."""
    return FetchError(host, f"git refused: {one_line(text_of(payload[4:]))}") if payload.startswith(b"ERR ") else None
