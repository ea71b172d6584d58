"""A suite's files in a Debian archive -> when it was made, and its kernel and compilers on one architecture.

InRelease, and its lists of the packages of each architecture, are paragraphs of fields (deb822):

    Package: bindgen
    Source: rust-bindgen-cli
    Version: 0.71.1-6
    Depends: libc6 (>= 2.39), libgcc-s1 (>= 4.2), libclang-dev

A field that goes on does so on lines that begin with a blank. The plain names (gcc, clang, libclang-dev) are empty
packages that depend on the version that a suite means by them; `linux-image-FLAVOUR` depends on the newest kernel.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

# A suite has tens of thousands of packages on each architecture: fewer are no whole list.
FEWEST_PACKAGES = 5_000
# The packages that say something here; a kernel's by its flavour, the empty ones by what they depend on.
_NAMED = re.compile(
    r"rustc|bindgen|pahole|gcc|gcc-[0-9]+|clang|clang-[0-9]+|libclang-dev|libclang-[0-9]+-dev|libllvm[0-9.]+"
    r"|libstd-rust-dev|libstd-rust-[0-9.]+|linux-image-(?![0-9])(?!.*-(?:dbg|template)$)[a-z0-9.+-]+"
)
_FIELD = re.compile(r"([!-9;-~]+):[ \t]*(.*)")
_SIGNED = re.compile(r"-----(?:BEGIN|END) [A-Z ]+-----|Hash: .*")
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
# EPOCH:UPSTREAM[~rcN][+dfsg...]-REVISION
_VERSION = re.compile(r"(?:[0-9]+:)?([0-9]+(?:\.[0-9]+)*)(?:~(rc[0-9]+))?(?![0-9.])")
_NAME = re.compile(r"\s*([a-z0-9][a-z0-9+.-]+)")


class Suite(NamedTuple):
    """What InRelease says: code name, point release ("" for none), when it was made, the sha256 of each file."""

    codename: str
    version: str
    date: datetime
    architectures: tuple[str, ...]
    sha256: Mapping[str, str]


def suite(path: str, content: str) -> Suite:
    """Read InRelease, signed or not; the signature is not looked at. Raises: ShapeError."""
    body = content.partition(_SIGNATURE)[0]
    lines = [line for line in body.splitlines() if not _SIGNED.fullmatch(line)]
    found = {k: v for fields in paragraphs(path, lines) for k, v in fields.items()}
    for key in ("Codename", "Date", "Architectures", "SHA256"):
        if key not in found:
            raise ShapeError(path=path, line=0, found=f"no field {key}", expected="the InRelease of a suite")
    try:
        date = parsedate_to_datetime(found["Date"].replace("UTC", "+0000"))
    except ValueError:
        raise ShapeError(path=path, line=0, found=f"Date: {found['Date'][:60]}", expected="a date") from None
    sums = [line.split() for line in found["SHA256"].splitlines() if line.strip()]
    return Suite(
        codename=found["Codename"],
        version=found.get("Version", ""),
        date=date,
        architectures=tuple(a for a in found["Architectures"].split() if a != "all"),
        sha256={words[2]: words[0] for words in sums if len(words) == 3},
    )


def paragraphs(path: str, lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """Each paragraph's fields, what goes on over several lines with newlines. Raises: ShapeError."""
    fields: dict[str, str] = {}
    last = ""
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip("\r\n")
        if not line.strip():
            if fields:
                yield fields
            fields, last = {}, ""
        elif line[0] in " \t":
            if not last:
                raise ShapeError(path=path, line=number, found=line[:60], expected="a field before what goes on")
            fields[last] += f"\n{line.strip()}"
        elif match := _FIELD.fullmatch(line):
            last = match[1]
            if last in fields:
                raise ShapeError(path=path, line=number, found=f"{last} twice", expected="each field once a paragraph")
            fields[last] = match[2]
        else:
            raise ShapeError(path=path, line=number, found=line[:60], expected="Field: value")
    if fields:
        yield fields


def packaged(path: str, lines: Iterable[str], fewest: int = FEWEST_PACKAGES) -> dict[str, str]:
    """A suite's list of packages of one architecture -> upstream's version of each tool that it has.

    The tools are kernel, rustc, llvm (which rustc is linked with), bindgen, libclang, pahole, gcc and clang (what the
    plain names mean). One that is missing is not in the suite. Raises: ShapeError, also for too few packages.
    """
    count, have = 0, {}
    for fields in paragraphs(path, lines):
        count += 1
        name = fields.get("Package", "")
        if _NAMED.fullmatch(name):
            have[name] = fields
    if count < fewest:
        raise ShapeError(path=path, line=0, found=f"{count} packages", expected=f"at least {fewest}")
    library = _needs(have, "libstd-rust-dev", r"libstd-rust-[0-9.]+")
    said = {
        "kernel": _newest_kernel(path, have),
        "rustc": "rustc",
        "llvm": _needs(have, library, r"libllvm[0-9.]+"),
        "bindgen": "bindgen",
        "libclang": _needs(have, "libclang-dev", r"libclang-[0-9]+-dev"),
        "pahole": "pahole",
        "gcc": _needs(have, "gcc", r"gcc-[0-9]+"),
        "clang": _needs(have, "clang", r"clang-[0-9]+"),
    }
    return {tool: upstream(path, have[name].get("Version", "")) for tool, name in said.items() if name in have}


def upstream(path: str, version: str) -> str:
    """`1:19.1.7-3+b1` is upstream's 19.1.7. Raises: ShapeError."""
    match = _VERSION.match(version)
    if match is None:
        raise ShapeError(path=path, line=0, found=f"Version: {version[:60]}", expected="a version such as 1:19.1.7-3")
    return f"{match[1]}-{match[2]}" if match[2] else match[1]


def _needs(have: Mapping[str, Mapping[str, str]], name: str, pattern: str) -> str:
    """The one of a package's dependencies that has a name of this shape; "" where there is none."""
    for part in have.get(name, {}).get("Depends", "").split(","):
        match = _NAME.match(part)
        if match and re.fullmatch(pattern, match[1]):
            return match[1]
    return ""


def _newest_kernel(path: str, have: Mapping[str, Mapping[str, str]]) -> str:
    """The flavour with the newest kernel: one may lag behind the others. "" where there is no kernel."""
    kernels = [name for name in have if name.startswith("linux-image-")]
    return max(kernels, key=lambda name: (_numbers(path, have[name]), name), default="")


def _numbers(path: str, fields: Mapping[str, str]) -> tuple[int, ...]:
    numbers = upstream(path, fields.get("Version", "")).partition("-")[0]
    return tuple(int(n) for n in numbers.split(".") if len(n) < 10)
