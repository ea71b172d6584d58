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

import lzma
import re
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

# What a suite says of all its other files.
RELEASE_FILE = "InRelease"
# The longest list today is 60 MB, which xz makes 11 MB of; xz's strongest preset takes 65 MB to unpack.
MOST_PACKED, MOST_UNPACKED, _MEMORY = 64 << 20, 256 << 20, 128 << 20
# A suite has tens of thousands of packages on each architecture: fewer are no whole list.
FEWEST_PACKAGES = 5_000
# The packages that say something here; a kernel's by its flavour, the empty ones by what they depend on.
_NAMED = re.compile(
    r"rustc|bindgen|pahole|gcc|gcc-[0-9]+|clang|clang-[0-9]+|libclang-dev|libclang-[0-9]+-dev|libllvm[0-9.]+"
    r"|libstd-rust-dev|libstd-rust-[0-9.]+|linux-image-(?![0-9])(?!.*-(?:dbg|template)$)[a-z0-9.+-]+"
)
_FIELD = re.compile(r"([!-9;-~]+):[ \t]*(.*)")
_SIGNED = re.compile(r"-----(?:BEGIN|END) [A-Z ]+-----|Hash: .*")
_BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE, _END = "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----"
# What a suite calls itself, its release and its architectures is shown as it stands.
_WORD = re.compile(r"[A-Za-z0-9.+~-]{1,40}")
_LONGEST_VERSION = 40
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FIRST = b"Package: "
# EPOCH:UPSTREAM[~rcN][+dfsg...]-REVISION
_VERSION = re.compile(r"(?:[0-9]+:)?([0-9]+(?:\.[0-9]+)*)(?:~(rc[0-9]+))?(?![0-9.])")
_NAME = re.compile(r"\s*([a-z0-9][a-z0-9+.-]+)")


class Sum(NamedTuple):
    """What a suite's file must be: the sha256 of its bytes, and how many there are."""

    sha256: str
    size: int


class Suite(NamedTuple):
    """What InRelease says: code name, point release ("" for none), when it was made, and the sum of each file.

    by_hash is whether each file lies under its sum too, where it stays while the suite moves on.
    """

    codename: str
    version: str
    date: datetime
    architectures: tuple[str, ...]
    sums: Mapping[str, Sum]
    by_hash: bool


class Listed(NamedTuple):
    """One architecture's list of packages: its sha256, unpacked, and upstream's version of each tool in it."""

    sha256: str
    tools: Mapping[str, str]


class Index(NamedTuple):
    """What a suite's package index came to, at the moment that it names as its own: a list for each architecture."""

    codename: str
    version: str
    date: datetime
    lists: Mapping[str, Listed]


def list_path(arch: str) -> str:
    """Where a suite has the list of packages of an architecture, and InRelease its sum."""
    return f"main/binary-{arch}/Packages"


def suite(path: str, content: str) -> Suite:
    """Read InRelease, signed or not; the signature is not looked at. Raises: ShapeError, also for a part of one."""
    body, _, signature = content.partition(_SIGNATURE)
    if content.startswith(_BEGIN) and _END not in signature:
        raise ShapeError(path=path, line=0, found="no end of its signature", expected="the whole InRelease of a suite")
    lines = [line for line in body.splitlines() if not _SIGNED.fullmatch(line)]
    found = {k: v for fields in paragraphs(path, lines) for k, v in fields.items()}
    found.setdefault("Version", "")
    for key in ("Codename", "Date", "Architectures", "SHA256"):
        if key not in found:
            raise ShapeError(path=path, line=0, found=f"no field {key}", expected="the InRelease of a suite")
    try:
        date = parsedate_to_datetime(found["Date"].replace("UTC", "+0000"))
    except ValueError:
        date = None
    # A date without a zone is no moment.
    if date is None or date.tzinfo is None:
        raise ShapeError(path=path, line=0, found=f"Date: {found['Date'][:60]}", expected="a date")
    words = [found["Codename"], *found["Version"].split(), *found["Architectures"].split()]
    if odd := next((word for word in words if not _WORD.fullmatch(word)), None):
        raise ShapeError(
            path=path, line=0, found=repr(odd[:60]), expected="a name of letters, digits, '.', '+' and '-'"
        )
    sums = [line.split() for line in found["SHA256"].splitlines() if line.strip()]
    return Suite(
        codename=found["Codename"],
        version=found["Version"],
        date=date,
        architectures=tuple(a for a in found["Architectures"].split() if a != "all"),
        sums={words[2]: Sum(words[0], int(words[1])) for words in sums if _is_sum(words)},
        by_hash=found.get("Acquire-By-Hash", "") == "yes",
    )


def _is_sum(words: list[str]) -> bool:
    number = words[1] if len(words) == 3 else ""
    return number.isascii() and number.isdigit() and len(number) < 16 and _SHA256.fullmatch(words[0]) is not None


def unpack_list(path: str, body: bytes, expected: Sum) -> bytes:
    """A list that xz packed, as InRelease says that it is. Raises: ShapeError for what is cut, another, or too long."""
    if expected.size > MOST_UNPACKED:
        raise ShapeError(path=path, line=0, found=f"{expected.size} bytes", expected=f"at most {MOST_UNPACKED}")
    unpacker = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MEMORY)
    try:
        found = unpacker.decompress(body, max_length=expected.size + 1)
    except lzma.LZMAError as error:
        raise ShapeError(path=path, line=0, found=f"xz that cannot be unpacked ({error})", expected="a list") from None
    if len(found) > expected.size or not unpacker.eof:
        size = f"{len(found)} bytes or more" if len(found) > expected.size else f"a part, {len(found)} bytes"
        raise ShapeError(path=path, line=0, found=size, expected=f"the {expected.size} that InRelease names")
    check_sum(path, found, expected)
    return found


def check_sum(path: str, body: bytes, expected: Sum) -> None:
    """Nothing, where these bytes are those that InRelease names. Raises: ShapeError."""
    if len(body) != expected.size:
        found = f"{len(body)} bytes"
        raise ShapeError(path=path, line=0, found=found, expected=f"the {expected.size} that InRelease names")
    if sha256(body).hexdigest() != expected.sha256:
        raise ShapeError(path=path, line=0, found="another sum than InRelease has", expected="the list that it names")


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


def packaged(path: str, body: bytes, fewest: int = FEWEST_PACKAGES) -> dict[str, str]:
    """A suite's list of packages of one architecture -> upstream's version of each tool that it has.

    The tools are kernel, rustc, llvm (which rustc is linked with), bindgen, libclang, pahole, gcc and clang (what the
    plain names mean). One that is missing is not in the suite. Raises: ShapeError, also for too few packages.
    """
    count, have = 0, {}
    for fields in _named(path, body):
        count += 1
        if fields is not None:
            have[fields["Package"]] = fields
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


def _named(path: str, body: bytes) -> Iterator[dict[str, str] | None]:
    """Each paragraph of a list: its fields where its package says something here, else None.

    Of sixty thousand some thirty do. The others are not looked into, but for the name that each begins with.
    """
    line = counted = start = 0
    while start < len(body):
        end = body.find(b"\n\n", start)
        end = len(body) if end < 0 else end
        name_end = body.find(b"\n", start, end)
        name = body[start + len(_FIRST) : end if name_end < 0 else name_end] if body.startswith(_FIRST, start) else b""
        if name and not _NAMED.fullmatch(name.decode("utf-8", "replace")):
            yield None
        else:
            line, counted = line + body.count(b"\n", counted, start), start
            text = body[start:end].decode("utf-8", "replace")
            for fields in _counted(path, line, text):
                yield fields if _NAMED.fullmatch(fields.get("Package", "")) else None
        start = end + 2


def _counted(path: str, before: int, text: str) -> Iterator[dict[str, str]]:
    """The paragraphs of a part of a file, in which so many lines stand before it."""
    try:
        yield from paragraphs(path, text.split("\n"))
    except ShapeError as error:
        raise ShapeError(path=path, line=before + error.line, found=error.found, expected=error.expected) from None


def upstream(path: str, version: str) -> str:
    """`1:19.1.7-3+b1` is upstream's 19.1.7. Raises: ShapeError."""
    match = _VERSION.match(version)
    if match is None or match.end() > _LONGEST_VERSION:
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
