r"""git's answer to `fetch`, as it arrives -> the pack in it, on disk, and where history was cut.

The answer is made of sections; in the last, the first byte of each packet says what follows it (1 the pack, 2 words
about progress, 3 the reason for giving up):

    shallow-info\n  shallow COMMIT  unshallow COMMIT  0001
    packfile\n      \1PACK...  \1...  0000
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.errors import FetchError, StoreError
from matrix.fetch.faults import one_line
from matrix.fetch.pktline import BarePacket, Decoder, refused, text_of

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from matrix.fetch.pktline import Packet

_BOUNDARY = re.compile(r"(shallow|unshallow) ([0-9a-f]{40})")
# "PACK", the version, the number of objects; four bytes each.
_HEADER = 12
# A whole history is a few hundred commits, each cut off from those before it.
MOST_BOUNDARIES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PackInfo:
    """A pack as it arrived, which git has not judged yet.

    shallow are the commits that came without their parents, unshallow those whose parents came now.
    """

    host: str
    path: Path
    bytes: int
    objects: int
    shallow: frozenset[str]
    unshallow: frozenset[str]


class PackStream:
    """The sink that an answer goes into; the pack is written to the file from its beginning."""

    def __init__(self, host: str, file: IO[bytes], path: Path) -> None:
        self._host, self._file, self._path = host, file, path
        self._decoder = Decoder(host)
        self._section = ""
        self._ended = False
        self._start = b""
        self._size = 0
        self._boundary: dict[str, set[str]] = {"shallow": set(), "unshallow": set()}
        try:
            if self._file.tell():
                self._file.seek(0)
                self._file.truncate()
        except OSError as error:
            raise disk_fault(path, error) from None

    def write(self, data: bytes, /) -> None:
        for packet in self._decoder.feed(data):
            self._take(packet)

    def finish(self) -> None:
        self._decoder.finish()
        if not self._ended:
            raise FetchError(self._host, "git's answer was cut short: it has no end mark", passing=True)
        if self._section != "packfile":
            raise FetchError(self._host, "git's answer holds no pack")
        if len(self._start) < _HEADER or not self._start.startswith(b"PACK"):
            raise FetchError(self._host, f"found {one_line(repr(self._start))} at the start of the pack, expected PACK")

    def info(self) -> PackInfo:
        """What arrived, once it is complete."""
        return PackInfo(
            host=self._host,
            path=self._path,
            bytes=self._size,
            objects=int.from_bytes(self._start[8:_HEADER], "big"),
            shallow=frozenset(self._boundary["shallow"]),
            unshallow=frozenset(self._boundary["unshallow"]),
        )

    def _take(self, packet: Packet) -> None:
        if self._ended:
            raise FetchError(self._host, "git's answer goes on after its end mark")
        match packet:
            case BarePacket.FLUSH:
                self._ended = True
            case BarePacket.DELIMITER if self._section not in ("", "packfile"):
                self._section = ""
            case BarePacket():
                raise FetchError(self._host, "found a delimiter in git's answer, expected a section or its content")
            case bytes() if self._section == "packfile":
                self._take_band(packet)
            case bytes():
                if error := refused(self._host, packet):
                    raise error
                self._take_line(text_of(packet))

    def _take_line(self, text: str) -> None:
        match self._section:
            case "" if text in ("acknowledgments", "shallow-info", "packfile"):
                self._section = text
            case "shallow-info" if boundary := _BOUNDARY.fullmatch(text):
                self._boundary[boundary[1]].add(boundary[2])
                # git reads over each of them for every commit that it looks at.
                if sum(map(len, self._boundary.values())) > MOST_BOUNDARIES:
                    raise FetchError(self._host, f"cuts history at more than {MOST_BOUNDARIES} commits")
            case "acknowledgments":
                pass
            case section:
                place = f"in section {section}" if section else "as a section"
                raise FetchError(self._host, f"found {one_line(text)!r} {place} of git's answer")

    def _take_band(self, packet: bytes) -> None:
        band, data = packet[:1], packet[1:]
        match band:
            case b"\1":
                self._start += data[: _HEADER - len(self._start)]
                self._size += len(data)
                self._on_disk(data)
            case b"\2":
                pass
            case b"\3":
                raise FetchError(self._host, f"git gave up: {one_line(text_of(data)) or 'without a word'}")
            case _:
                raise FetchError(self._host, f"found side band {band!r} in git's answer, expected 1, 2 or 3")

    def _on_disk(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            # Unbuffered files may take a part.
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise disk_fault(self._path, error) from None


def disk_fault(path: Path, error: OSError) -> StoreError:
    """A disk that is full, or a folder that is gone."""
    return StoreError(f"{path}: found {error.strerror}, expected to write a pack there")
