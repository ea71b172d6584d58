"""A .config -> what it says of the kernel and the tools that made it."""

from __future__ import annotations

import gzip
import lzma
import re
from typing import TYPE_CHECKING, NamedTuple

from judge.build import JudgeError
from judge.tools import Tools

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_HEAD = re.compile(r"^# Linux/(\S+) (\S+) Kernel Configuration$", re.MULTILINE)
_SET = re.compile(r"^CONFIG_(\w+)=(.*)$|^# CONFIG_(\w+) is not set$", re.MULTILINE)
# ARCH= where the header's word is a folder that has several: both bit widths have a prompt under the folder's own name.
_SUBARCH = {"um": "x86"}


class Recorded(NamedTuple):
    """The head and the values of one .config."""

    arch: str
    kernel: str
    values: Mapping[str, str]

    @property
    def subarch(self) -> str:
        """SUBARCH= for the port."""
        return _SUBARCH.get(self.arch, self.arch)


def text(path: Path) -> str:
    """A .config, plain or packed by gzip or xz."""
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    elif content[:6] == b"\xfd7zXZ\x00":
        content = lzma.decompress(content)
    return content.decode("utf-8", errors="replace")


def values(config: str) -> dict[str, str]:
    """Symbol -> what is written after =, or n."""
    return {name or unset: value if name else "n" for name, value, unset in _SET.findall(config)}


def read(config: str, place: str) -> Recorded:
    """Read the header line and the values.

    Raises:
        JudgeError: there is no header line.

    """
    head = _HEAD.search(config[:4000])
    if head is None:
        raise JudgeError(f"{place}: expected a line such as `# Linux/x86 7.1.13 Kernel Configuration` at its head", 2)
    return Recorded(head[1], head[2], values(config))


def tools(recorded: Recorded, *, rustc: str = "") -> Tools:
    """The tools that a .config names; `rustc` is played where it names none."""
    said = recorded.values
    clang = said.get("CC_IS_CLANG") == "y"
    at = said.get("RUSTC_VERSION", "0")
    text_of = said.get("RUSTC_VERSION_TEXT", "").strip('"')
    named = "" if at in {"0", ""} else dotted(at, 100000)
    pahole = said.get("PAHOLE_VERSION", "0")
    usual = Tools()
    return Tools(
        cc="clang" if clang else "gcc",
        cc_version=dotted(said.get("CLANG_VERSION" if clang else "GCC_VERSION", "0"), 10000),
        cc_text=said.get("CC_VERSION_TEXT", "").strip('"'),
        binutils=_binutils(said, usual.binutils),
        rustc=named or rustc,
        rustc_text=text_of if named else "",
        rustc_llvm=dotted(said.get("RUSTC_LLVM_VERSION", "0"), 10000) if named else usual.rustc_llvm,
        pahole=f"{pahole[0]}.{pahole[1:]}" if pahole.isdigit() and pahole != "0" else "",
        lld=dotted(said["LLD_VERSION"], 10000) if said.get("LD_IS_LLD") == "y" else "",
        bfd=said.get("LD_IS_BFD") == "y",
        gas=clang and said.get("AS_IS_GNU") == "y",
        big_endian=said.get("CPU_BIG_ENDIAN") == "y",
    )


def _binutils(said: Mapping[str, str], usual: str) -> str:
    at = said.get("AS_VERSION", "0") if said.get("AS_IS_GNU") == "y" else said.get("LD_VERSION", "0")
    return dotted(at, 10000) if at not in {"0", ""} else usual


def dotted(number: str, major: int) -> str:
    """140200 -> 14.2.0; with 100000, 108500 -> 1.85.0. Raises: JudgeError."""
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise JudgeError(f"found {number!r} as a version, expected a number such as 140200", 2)
    value = int(number)
    return f"{value // major}.{value % major // 100}.{value % 100}"
