"""GCC's MAINTAINERS -> ports with a maintainer."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.gcc_maintainers import extract
from matrix.text import Text

SPACES = """Everyone
========
Ida Everywhere                                  <ida@example.org>

                        CPU Port Maintainers    (by CPU)

aarch64 parts/pairs     Ada Example             <ada@example.org>
aarch64 port            Bob Example             <bob@example.org>
aarch64 port            Cyé Example             <cy@example.org>
i386 port               Di Example              <di@example.org>
i386 vector things      Di Example              <di@example.org>
m68k port (?)           Ed Example              <ed@example.org>
m68k port               Flo Example             <flo@example.org>
m68k-motorola-sysv port Gil Ex Ample-Sample     <gil@example.org>
microblaze              Hal Example             <hal@example.org>
rs6000/powerpc port     Iva Q. Verylongname Indeed <iva@example.org>

                        OS Port Maintainers     (by OS)

someos port             Jo Example              <jo@example.org>
"""
TABS = """\t\t\tCPU Port Maintainers\t(by CPU)

h8 port\t\t\tAda Example\t\t<ada@example.org>
i386 port\t\tDi Example\t\t<di@example.org>
i386 vector things\tDi Example\t\t<di@example.org>
m68k-motorola-sysv port\tGil Example\t\t<gil@example.org>
powerpcspe\t\tHal Example\t\t<hal@example.org>

\t\t\tOS Port Maintainers\t(by OS)
"""


def ports(content: str) -> list[tuple[str, int]]:
    return [(f.subject, f.line) for f in extract(Text("MAINTAINERS", content))]


def test_columns_of_spaces() -> None:
    """GCC 15 and 16: one fact a port at its first line; a part of a port is none; systems come after."""
    assert ports(SPACES) == [
        ("aarch64", 8), ("i386", 10), ("m68k", 12),
        ("m68k-motorola-sysv", 14), ("microblaze", 15), ("rs6000/powerpc", 16),
    ]  # fmt: skip
    assert {(f.attribute, f.value, f.when) for f in extract(Text("", SPACES))} == {("maintained", "yes", "")}


def test_columns_of_tabs() -> None:
    """GCC 13 and 14: the same with tabs."""
    assert ports(TABS) == [("h8", 3), ("i386", 4), ("m68k-motorola-sysv", 6), ("powerpcspe", 7)]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (SPACES, "", "the end of the file"),
        ("CPU Port Maint", "CPU Maint", "the end of the file"),
        (SPACES[SPACES.index("\n                        OS") :], "", "the end of the file"),
        ("i386 port ", "ix86 port ", "no i386 among"),
        ("<flo@example.org>", "", "m68k port               Flo"),
        ("microblaze    ", "microblaze", "microblaze"),
        ("microblaze    ", " microblaze   ", "microblaze"),
        ("Hal Example", "           ", "microblaze"),
        ("                        CPU", " " * 90 + "CPU", "indented by 90"),
    ],
)
def test_a_changed_shape_is_an_error(old: str, new: str, found: str) -> None:
    """A missing header, end, anchor or address, and a shifted column."""
    assert old in SPACES
    with pytest.raises(ShapeError, match=found):
        ports(SPACES.replace(old, new))


@given(st.integers(0, len(SPACES)), st.text(alphabet="a \t\n<>@()port", max_size=30))
def test_any_text_gives_facts_or_shape_error(at: int, piece: str) -> None:
    """Whatever is put in, no other exception leaves the extractor."""
    with suppress(ShapeError):
        assert ports(SPACES[:at] + piece + SPACES[at:])


@pytest.mark.trees
@pytest.mark.parametrize(("version", "count"), [("14.2.0", 50), ("15.3.0", 48), ("16.2.0", 48)])
def test_real_ports(trees: dict, version: str, count: int) -> None:
    """The irregular names of the real lists, and what left with GCC 15."""
    if f"gcc-{version}" not in trees:
        pytest.skip(f"no gcc-{version}")
    found = ports((trees[f"gcc-{version}"] / "MAINTAINERS").read_text())
    assert len(found) == count
    names = {name for name, _ in found}
    assert {"hppa", "c-sky", "microblaze", "m68k", "rs6000/powerpc", "powerpcspe", "LoongArch", "x86-64"} <= names
    assert ("nios2" in names) == ("epiphany" in names) == (version == "14.2.0")
    assert ("i386", {"14.2.0": 79, "15.3.0": 83, "16.2.0": 83}[version]) in found
