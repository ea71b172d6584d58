"""Where a .config lies, for a person -> its bytes: a file, gz or xz too, `-` for standard input, the running one."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.dotconfig import MOST_BYTES
from matrix.errors import UsageError

if TYPE_CHECKING:
    from typing import IO

_GZIP, _XZ = b"\x1f\x8b", b"\xfd7zXZ\x00"
# What xz may need to unpack: its strongest preset takes 65 MB.
_MEMORY = 80 << 20
_RUNNING = "/proc/config.gz"


def read_file(written: str | None) -> tuple[bytes, str]:
    """The content of a configuration, unpacked, and what to call it. Raises: UsageError.

    Without a name it is the running kernel's: /proc/config.gz, else /boot/config-RELEASE.
    """
    if written == "-":
        return decompressed(_bounded(sys.stdin.buffer), "standard input"), "standard input"
    place = Path(written).expanduser() if written is not None else _running()
    try:
        if place.is_dir():
            place = place / ".config"
        with place.open("rb") as file:
            body = _bounded(file)
    except OSError as error:
        wanted = "a .config (gz or xz will do), or - for standard input"
        raise UsageError(f"{place}: found no readable file ({error.strerror}), expected {wanted}") from None
    return decompressed(body, str(place)), str(place)


def _running() -> Path:
    packed = Path(_RUNNING)
    if packed.exists():
        return packed
    place = Path(f"/boot/config-{os.uname().release}")
    if not place.exists():
        raise UsageError(
            f"found neither {packed} nor {place}, expected the running kernel's configuration;"
            " name a file: archmatrix config FILE",
            then="archmatrix config FILE",
        )
    return place


def _bounded(file: IO[bytes]) -> bytes:
    # One byte more than is taken: read_dotconfig then says that it is too long.
    return file.read(MOST_BYTES + 1)


def decompressed(body: bytes, name: str) -> bytes:
    """What gz or xz holds, as far as a .config can be; other bytes as they are. Raises: UsageError."""
    if body.startswith(_GZIP):
        return _of_gzip(body, name)
    return _of_xz(body, name) if body.startswith(_XZ) else body


def _of_gzip(body: bytes, name: str) -> bytes:
    import gzip  # noqa: PLC0415
    import io  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"{name}: found gzip that cannot be unpacked ({error}), expected a whole file") from None


def _of_xz(body: bytes, name: str) -> bytes:
    import lzma  # noqa: PLC0415

    unpacker = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MEMORY)
    try:
        found = unpacker.decompress(body, max_length=MOST_BYTES + 1)
    except lzma.LZMAError as error:
        raise UsageError(f"{name}: found xz that cannot be unpacked ({error}), expected a whole file") from None
    if not unpacker.eof and len(found) <= MOST_BYTES:
        raise UsageError(f"{name}: found xz that ends in the middle, expected a whole file")
    return found
