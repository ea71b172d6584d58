"""Machine descriptions below gcc/config -> processors that GCC generates code for."""

from __future__ import annotations

import pytest

from matrix.errors import ShapeError
from matrix.extract.gcc_backends import extract
from matrix.text import Text

LISTING = "gcc/config/i386/i386.md\ngcc/config/i386/sse.md\ngcc/config/stormy16/stormy16.md"


def names(content: str) -> list[str]:
    return [fact.subject for fact in extract(Text("gcc/config/*/*.md", content))]


def test_a_directory_counts_once_however_many_parts_it_has() -> None:
    """Each directory with a description of its own name is a processor, under GCC's name."""
    assert names(LISTING) == ["i386", "stormy16"]
    assert {(f.attribute, f.value, f.when, f.line) for f in extract(Text("", LISTING))} == {("backend", "yes", "", 0)}


def test_a_readme_is_no_machine_description() -> None:
    """A README.md makes no processor of a system's directory."""
    assert names(LISTING + "\ngcc/config/mingw/README.md") == ["i386", "stormy16"]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", "no i386 among 0"),
        ("gcc/config/arm/arm.md", "no i386 among 1"),
        (LISTING + "\ngcc/config/vax/elf.md", "gcc/config/vax/elf.md"),
        (LISTING + "\ngcc/config/vax.md", "gcc/config/vax.md"),
        (LISTING + "\ngcc/config/vax/vax.h", "gcc/config/vax/vax.h"),
        ("<p>i386</p>", "<p>"),
    ],
)
def test_a_changed_shape_is_an_error(content: str, found: str) -> None:
    """No x86, a path of another form, and parts without the main description are not skipped."""
    with pytest.raises(ShapeError, match=found):
        names(content)


@pytest.mark.trees
@pytest.mark.parametrize(("version", "count"), [("14.2.0", 50), ("15.3.0", 49), ("16.2.0", 49)])
def test_real_backends(trees: dict, version: str, count: int) -> None:
    """nios2 went in GCC 15; mingw, vms and vxworks are systems; hexagon never was there."""
    if f"gcc-{version}" not in trees:
        pytest.skip(f"no gcc-{version}")
    tree = trees[f"gcc-{version}"]
    found = names("\n".join(sorted(p.relative_to(tree).as_posix() for p in tree.glob("gcc/config/*/*.md"))))
    assert len(found) == count
    assert ("nios2" in found) == (version == "14.2.0")
    assert {"i386", "rs6000", "pa", "or1k", "aarch64", "gcn", "nvptx", "stormy16", "ia64"} <= set(found)
    assert not {"mingw", "vms", "vxworks", "hexagon"} & set(found)
