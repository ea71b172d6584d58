"""The bytes of an upstream file -> numbered lines of text, refusing what cannot be the file that was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Iterator

# The largest file read today is linux/MAINTAINERS at 0.8 MB; 16 MiB leaves room and bounds time and memory.
LARGEST = 16 * 1024 * 1024
# A control character other than tab, newline and form feed (GNU sources use it) never stands in these files; a carriage
# return that is left alone after CRLF was read as one line end would hide every line behind it.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0d-\x1f\x7f]")
_HTML = re.compile(r"\s*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Text:
    """An upstream file decoded: `path` inside its repository, `content` with bare newlines."""

    path: str
    content: str

    @staticmethod
    def decode(path: str, body: bytes) -> Text:
        """Decode `body` as UTF-8 (a byte order mark and CRLF line ends are accepted and dropped).

        Raises: ShapeError for what is too large, not UTF-8, binary, or an HTML page.
        """
        if len(body) > LARGEST:
            raise ShapeError(path=path, line=0, found=f"{len(body)} bytes", expected=f"at most {LARGEST}")
        try:
            content = body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = body.count(b"\n", 0, error.start) + 1
            raise ShapeError(
                path=path, line=line, found=f"byte 0x{body[error.start]:02x}", expected="UTF-8 text"
            ) from None
        content = content.replace("\r\n", "\n")
        if bad := _CONTROL.search(content):
            raise ShapeError(
                path=path,
                line=content.count("\n", 0, bad.start()) + 1,
                found=f"control character 0x{ord(bad[0]):02x}",
                expected="text",
            )
        if _HTML.match(content):
            raise ShapeError(path=path, line=1, found="an HTML page", expected="the file itself")
        return Text(path, content)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Each line with its number, counted from 1, without its line end."""
        return enumerate(self.content.split("\n"), start=1)

    def line_of(self, offset: int) -> int:
        """The line, counted from 1, in which the character at `offset` stands."""
        return self.content.count("\n", 0, offset) + 1

    def drift(self, line: int, found: str, expected: str) -> ShapeError:
        """The error to raise at `line` (0: the file as a whole) when the shape is not the one expected."""
        shown = (found if len(found) <= 120 else found[:117] + "...") or "nothing"
        return ShapeError(path=self.path, line=line, found=shown, expected=expected)
