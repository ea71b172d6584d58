"""A .config -> the value of every symbol in it, and what it was made for and with.

    #
    # Automatically generated file; DO NOT EDIT.
    # Linux/x86 6.12.107 Kernel Configuration
    #
    CONFIG_CC_IS_GCC=y
    CONFIG_GCC_VERSION=140200
    CONFIG_DEFAULT_HOSTNAME="(none)"
    # CONFIG_MODVERSIONS is not set

A file with that first line was written by Kconfig and is whole: a symbol that is not in it is n. Any other (a
defconfig, a fragment) says nothing of the symbols that it leaves out. Of a symbol that stands twice the last counts,
as scripts/kconfig/confdata.c reads it; what is no statement is left out there with a warning, and is counted here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.errors import MatrixError
from matrix.value import dataclass
from matrix.versions import decode_cc, decode_pahole, decode_rustc

if TYPE_CHECKING:
    from collections.abc import Mapping

# The longest that distributions ship have 0.3 MB.
MOST_BYTES = 8 * 1024 * 1024
_SET = re.compile(r"CONFIG_([A-Za-z0-9_]+)=(.*)")
_NAME = re.compile(r"[A-Za-z0-9_]+\Z")
_GENERATED = re.compile(r"#\s*Automatically generated (?:file|make config)\b", re.IGNORECASE)
_HEADER = re.compile(r"#\s*Linux/([A-Za-z0-9_-]+)\s+(?:Kernel\s+version:\s+)?([0-9]\S*)(?:\s+Kernel Configuration)?\s*")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# Where the header may stand: after this many lines nobody looks for it.
_HEAD_LINES = 40
# Of each tool: the symbol that holds its version, and what turns that into one.
_VERSIONS = {
    "gcc": ("GCC_VERSION", decode_cc),
    "clang": ("CLANG_VERSION", decode_cc),
    "as": ("AS_VERSION", decode_cc),
    "ld": ("LD_VERSION", decode_cc),
    "lld": ("LLD_VERSION", decode_cc),
    "rustc": ("RUSTC_VERSION", decode_rustc),
    "rustc's LLVM": ("RUSTC_LLVM_VERSION", decode_cc),
    "pahole": ("PAHOLE_VERSION", decode_pahole),
}
_NUMBER = re.compile(r"[0-9]{1,9}\Z")


class DotconfigError(MatrixError):
    """What cannot be read as a kernel configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dotconfig:
    """A configuration as it was written.

    values maps each symbol (without CONFIG_) to "y", "m", "n", a number as written or a string without its quotes;
    lines to the line that says so (from 1). arch and version are the header's ("x86", "6.12.107"), "" without one.
    whole says that Kconfig wrote all of it. twice are symbols with more than one value, unread the lines that are no
    statement.
    """

    values: Mapping[str, str]
    lines: Mapping[str, int]
    arch: str = ""
    version: str = ""
    whole: bool = False
    twice: tuple[str, ...] = ()
    unread: tuple[tuple[int, str], ...] = ()

    @property
    def tools(self) -> dict[str, str]:
        """The tools that it was made with, by name, each with its version; those that were not there are left out."""
        found: dict[str, str] = {}
        for tool, (symbol, decode) in _VERSIONS.items():
            number = self.values.get(symbol, "")
            if _NUMBER.match(number) and int(number):
                found[tool] = decode(int(number))
        return found

    @property
    def compiler(self) -> str:
        """The C compiler that it was made with: "gcc" or "clang", "" where it does not say."""
        if self.values.get("CC_IS_CLANG") == "y":
            return "clang"
        return "gcc" if self.values.get("CC_IS_GCC") == "y" else ""


def read_dotconfig(body: bytes, name: str = ".config") -> Dotconfig:
    """Read one. `name` is what errors call it. Raises: DotconfigError."""
    if len(body) > MOST_BYTES:
        raise DotconfigError(f"{name}: found more than {MOST_BYTES >> 20} MB, expected a .config (some 0.3 MB)")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        # A string of it (a host's or a compiler's name) may be in another encoding; what is binary has controls too.
        text = body.decode("latin-1")
    if bad := _CONTROL.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        raise DotconfigError(
            f"{name}:{line}: found byte 0x{ord(bad[0]):02x}, expected the text of a .config (CONFIG_X=y, one a line)"
        )
    return _Reading(name).read(text)


class _Reading:
    """The state of one pass."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values: dict[str, str] = {}
        self.lines: dict[str, int] = {}
        self.twice: dict[str, None] = {}
        self.unread: list[tuple[int, str]] = []
        self.arch = self.version = ""
        self.whole = False

    def read(self, text: str) -> Dotconfig:
        for number, raw in enumerate(text.split("\n"), start=1):
            line = raw.rstrip()
            if line.startswith("# CONFIG_") and line.endswith(" is not set"):
                self._unset(number, line)
            elif line.startswith("#"):
                if number <= _HEAD_LINES:
                    self._head(line)
            elif found := _SET.fullmatch(line.lstrip()):
                self._value(number, found[1], found[2])
            elif line:
                self.unread.append((number, line[:80]))
        self._check()
        return Dotconfig(
            values=self.values,
            lines=self.lines,
            arch=self.arch,
            version=self.version,
            whole=self.whole,
            twice=tuple(self.twice),
            unread=tuple(self.unread),
        )

    def _check(self) -> None:
        expected = "a .config: lines such as CONFIG_RUST=y and '# CONFIG_RUST is not set'"
        if not self.values:
            first = f" (line {self.unread[0][0]}: {self.unread[0][1]!r})" if self.unread else ""
            raise DotconfigError(f"{self.name}: found no CONFIG_ line{first}, expected {expected}")
        if len(self.unread) > len(self.values):
            number, line = self.unread[0]
            raise DotconfigError(
                f"{self.name}:{number}: found {line!r} and {len(self.unread) - 1} more lines like it beside"
                f" {len(self.values)} symbols, expected {expected}"
            )

    def _unset(self, number: int, line: str) -> None:
        name = line[len("# CONFIG_") : -len(" is not set")]
        if _NAME.match(name):
            self._keep(number, name, "n")

    def _head(self, line: str) -> None:
        if _GENERATED.match(line):
            self.whole = True
        elif not self.version and (header := _HEADER.fullmatch(line)):
            self.arch, self.version = header[1], header[2]

    def _value(self, number: int, name: str, written: str) -> None:
        if written[:1] != '"':
            self._keep(number, name, written)
        elif string := _STRING.match(written):
            self._keep(number, name, _ESCAPED.sub(r"\1", string[1]))
        else:
            self.unread.append((number, f"CONFIG_{name}={written}"[:80]))

    def _keep(self, number: int, name: str, value: str) -> None:
        if self.values.get(name, value) != value:
            self.twice[name] = None
        self.values.pop(name, None)  # what is set again counts as set last
        self.values[name], self.lines[name] = value, number
