"""A suite's files in a Debian archive -> its date, and the kernel and compilers that it has on one architecture."""

from __future__ import annotations

import contextlib
import lzma
from datetime import datetime, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.debian import FEWEST_PACKAGES, Sum, packaged, paragraphs, suite, unpack_list, upstream
from matrix.errors import ShapeError

PATH = "main/binary-amd64/Packages"
# As trixie names its packages; what they come to is made up.
PACKAGES = """Package: rustc
Version: 1.85.1+dfsg1-1+deb13u1
Depends: libc6 (>= 2.38), libstd-rust-dev (= 1.85.1+dfsg1-1), gcc, binutils (>= 2.26)
Description: a compiler
 that goes on over
 .
 several lines

Package: libstd-rust-dev
Version: 1.85.1+dfsg1-1
Depends: libstd-rust-1.85 (= 1.85.1+dfsg1-1)

Package: libstd-rust-1.85
Version: 1.85.1+dfsg1-1
Depends: libc6 (>= 2.39), libllvm18 (>= 1:18.1.0)

Package: libllvm18
Version: 1:18.1.8-3

Package: bindgen
Source: rust-bindgen-cli
Version: 0.71.1-6+b1
Depends: libclang-dev

Package: libclang-dev
Version: 1:19.0-63
Depends: libclang-19-dev (>= 19~)

Package: libclang-18-dev
Version: 1:18.1.8-3

Package: libclang-19-dev
Version: 1:19.1.7-3+b1

Package: pahole
Version: 1.30-1

Package: gcc
Version: 4:14.2.0-1
Depends: cpp (= 4:14.2.0-1), gcc-14 (>= 14.2.0-6~), gcc-x86-64-linux-gnu (= 4:14.2.0-1)

Package: gcc-13
Version: 13.3.0-1

Package: gcc-14
Version: 14.2.0-19

Package: clang
Version: 1:19.0-63
Depends: clang-19 (>= 19~)

Package: clang-19
Version: 1:19.1.7-3+b1

Package: linux-image-amd64
Version: 6.12.117-1

Package: linux-image-rt-amd64
Version: 6.12.95-1

Package: linux-image-amd64-dbg
Version: 9.9-1

Package: linux-image-6.12.200+deb13-amd64
Version: 6.12.200-1
"""
HAVE = {
    "kernel": "6.12.117",
    "rustc": "1.85.1",
    "llvm": "18.1.8",
    "bindgen": "0.71.1",
    "libclang": "19.1.7",
    "pahole": "1.30",
    "gcc": "14.2.0",
    "clang": "19.1.7",
}
IN_RELEASE = """-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

Origin: Debian
Suite: stable
Version: 13.8
Codename: trixie
Date: Sat, 21 Nov 2026 09:15:44 UTC
Architectures: all amd64 riscv64
SHA256:
 AA 123 main/binary-amd64/Packages
 BB  60 main/binary-riscv64/Packages
-----BEGIN PGP SIGNATURE-----

iQIzBAEB
-----END PGP SIGNATURE-----
""".replace("AA", "aa00" * 16).replace("BB", "bb11" * 16)


def read(text: str, fewest: int = 1) -> dict[str, str]:
    return packaged(PATH, text.encode("utf-8", "surrogatepass"), fewest)


def without(name: str) -> str:
    """The list without one of its packages."""
    return "\n\n".join(p for p in PACKAGES.split("\n\n") if not p.startswith(f"Package: {name}\n"))


def test_every_tool_is_found_by_what_the_plain_names_mean():
    """The default version counts, not the highest; a kernel's flavour that lags behind does not."""
    assert read(PACKAGES) == HAVE


@pytest.mark.parametrize(
    ("package", "tool"),
    [
        ("bindgen", "bindgen"),
        ("gcc-14", "gcc"),
        ("clang", "clang"),
        ("libstd-rust-1.85", "llvm"),
        ("pahole", "pahole"),
    ],
)
def test_what_a_suite_lacks_is_not_there(package, tool):
    """Nothing stands in for it."""
    assert read(without(package)) == {t: v for t, v in HAVE.items() if t != tool}


def test_an_architecture_without_a_kernel_has_none():
    """As Debian 13's i386: its compilers are there."""
    rest = "\n\n".join(p for p in PACKAGES.split("\n\n") if not p.startswith("Package: linux-image"))
    assert read(rest) == {t: v for t, v in HAVE.items() if t != "kernel"}


def test_too_few_packages_are_no_list():
    """A cut or empty file never reads as a suite without compilers."""
    with pytest.raises(ShapeError, match=rf"found 18 packages, expected at least {FEWEST_PACKAGES}"):
        packaged(PATH, PACKAGES.encode())


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("Package: a\n\n continued\n", 3, "continued"),
        ("Package: a\nno field\n", 2, "no field"),
        ("Package: a\nPackage: b\n", 2, "Package twice"),
        ("<!doctype html>\n", 1, "html"),
    ],
)
def test_another_shape_is_an_error_with_its_line(text, line, found):
    """Not a paragraph less."""
    with pytest.raises(ShapeError) as caught:
        list(paragraphs(PATH, text.splitlines()))
    assert caught.value.line == line
    assert found in caught.value.found


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("1:19.1.7-3+b1", "19.1.7"),
        ("1.63.0+dfsg1-2", "1.63.0"),
        ("7.3~rc3-1~exp1", "7.3-rc3"),
        ("6.12.117-1", "6.12.117"),
    ],
)
def test_upstreams_version_is_what_the_distribution_did_not_add(written, read_as):
    """Without epoch and revision."""
    assert upstream(PATH, written) == read_as


@pytest.mark.parametrize("written", ["", "abc", "-1", "1" * 5000])
def test_a_version_of_no_number_is_an_error(written):
    """It is no version of anything."""
    with pytest.raises(ShapeError):
        upstream(PATH, written)


def test_in_release_says_what_and_when():
    """Signed or not; `all` is no architecture of a machine."""
    bare = IN_RELEASE.partition("\n\n")[2].partition("-----BEGIN PGP SIGNATURE")[0]
    assert suite("InRelease", IN_RELEASE) == suite("InRelease", bare)
    told = suite("InRelease", IN_RELEASE)
    assert (told.codename, told.version) == ("trixie", "13.8")
    assert told.date == datetime(2026, 11, 21, 9, 15, 44, tzinfo=timezone.utc)
    assert told.architectures == ("amd64", "riscv64")
    assert told.sums["main/binary-riscv64/Packages"] == Sum("bb11" * 16, 60)
    assert not told.by_hash
    assert suite("InRelease", f"Acquire-By-Hash: yes\n{bare}").by_hash


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("-----END PGP SIGNATURE-----", "", "no end of its signature"),
        ("UTC", "+0100 (", None),
        ("21 Nov 2026 09:15:44 UTC", "yesterday", "Date: Sat, yesterday"),
        ("Codename: trixie", "Codename: \x1b[31mred", r"'\x1b[31mred'"),
        ("all amd64 riscv64", "all ../../amd64", "'../../amd64'"),
    ],
)
def test_in_release_of_another_shape_is_an_error(old, new, found):
    """A part of it, no date, and what calls itself by no name; a date in a zone is one."""
    text = IN_RELEASE.replace(old, new)
    if found is None:
        assert suite("InRelease", text).date.utcoffset() is not None
        return
    with pytest.raises(ShapeError) as caught:
        suite("InRelease", text)
    assert found in caught.value.found


def test_a_broken_paragraph_of_a_tool_is_an_error_with_its_line():
    """Those of other packages are passed over."""
    with pytest.raises(ShapeError) as caught:
        read(PACKAGES.replace("Version: 1.30-1", "no field"))
    assert caught.value.line == PACKAGES.split("\n").index("Package: pahole") + 2
    assert read(f"{PACKAGES}\nPackage: other\nno field\n") == HAVE


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "sum_size", "found"),
    [
        (lambda body: body, 1000, None),
        (lambda body: body, 999, "1000 bytes or more"),
        (lambda body: body, 1001, "1000 bytes"),
        (lambda body: body[:-8], 1000, "a part, 1000 bytes"),
        (lambda body: b"<html>" + body, 1000, "xz that cannot be unpacked"),
        (lambda _: lzma.compress(bytes(1000)), 1000, "another sum"),
        (lambda _: lzma.compress(bytes(50 << 20)), 1000, "1001 bytes or more"),
        (lambda body: body, 1 << 40, f"{1 << 40} bytes"),
    ],
)
def test_a_list_is_what_in_release_says_or_an_error(change, sum_size, found):
    """Cut, altered, of another kind, longer than said, or said to be longer than any."""
    body = b"a" * 1000
    expected = Sum(sha256(body).hexdigest(), sum_size)
    packed = change(lzma.compress(body))
    if found is None:
        assert unpack_list(PATH, packed, expected) == body
        return
    with pytest.raises(ShapeError) as caught:
        unpack_list(PATH, packed, expected)
    assert caught.value.found.startswith(found)


@pytest.mark.parametrize("field", ["Codename", "Date", "Architectures", "SHA256"])
def test_in_release_without_a_field_is_an_error(field):
    """Each of them is needed."""
    with pytest.raises(ShapeError, match=f"no field {field}"):
        suite("InRelease", IN_RELEASE.replace(f"{field}:", f"X-{field}:"))


LINES = st.lists(
    st.sampled_from([*PACKAGES.split("\n"), *IN_RELEASE.split("\n"), " ", "Version: ", "Depends: ,,(", "Date: x"]),
    max_size=60,
)


@given(st.one_of(st.text(max_size=200), LINES.map("\n".join)))
def test_any_text_is_a_list_or_an_error(text):
    """Nothing else is raised, and what is found are tools with versions."""
    try:
        found = read(text)
    except ShapeError:
        found = {}
    assert found.keys() <= HAVE.keys()
    assert all(version[0].isdigit() for version in found.values())
    with contextlib.suppress(ShapeError):
        suite("InRelease", text)
