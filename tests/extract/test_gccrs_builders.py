"""gcc/rust/README.md -> machines of the build farm."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.gccrs_builders import extract
from matrix.text import Text

README = """[![badge](https://example.org/badge.svg)](https://example.org/builders/1)

- [not a builder](https://example.org/builders/2)

## Build Farm Status
Machines that build it:
- [Exampleos arm64](https://example.org/#/builders/17) [![Exampleos arm64](https://example.org/17.svg)](https://example.org/#/builders/17)

 * [Other X86_64](https://example.org/#/builders/other-x86_64) [![Other X86-64](https://example.org/o.svg)](https://example.org/)
- [Other X86_64](https://example.org/#/builders/again)

## Questions
- [no builder either](https://example.org/builders/3)
"""


def builders(content: str) -> list[tuple[str, str, str, int]]:
    return [(f.subject, f.attribute, f.value, f.line) for f in extract(Text("gcc/rust/README.md", content))]


def test_the_links_of_the_section_are_builders() -> None:
    """The link's text is the name; badges outside the section, and a second link of a name, are none."""
    assert builders(README) == [("Exampleos arm64", "builder", "listed", 7), ("Other X86_64", "builder", "listed", 9)]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (README, "", "the end of the file"),
        ("## Build Farm Status", "Build Farm Status", "the end of the file"),
        ("## Questions", "Questions", r"- \[no builder either|the end of the file"),
        (README[README.index("## Questions") :], "", "the end of the file"),
        ("- [Exampleos arm64](", "- Exampleos arm64 (", "- Exampleos arm64"),
        ("/#/builders/17) [!", "/#/workers/17) [!", r"- \[Exampleos arm64"),
        (README[README.index("- [Ex") : README.index("## Qu")], "", "an empty section"),
    ],
)
def test_a_changed_shape_is_an_error(old: str, new: str, found: str) -> None:
    """A section that is missing, empty or cut short, and an item that is no builder."""
    assert old in README
    with pytest.raises(ShapeError, match=found):
        builders(README.replace(old, new))


@given(st.integers(0, len(README)), st.text(alphabet="#-*[]() \n/ab", max_size=30))
def test_any_text_gives_facts_or_shape_error(at: int, piece: str) -> None:
    """Whatever is put in, no other exception leaves the extractor."""
    with suppress(ShapeError):
        assert builders(README[:at] + piece + README[at:])


@pytest.mark.trees
@pytest.mark.parametrize("version", ["14.2.0", "15.3.0", "16.2.0"])
def test_real_builders(trees: dict, version: str) -> None:
    """Ten machines in every release that has the list."""
    if f"gcc-{version}" not in trees:
        pytest.skip(f"no gcc-{version}")
    found = builders((trees[f"gcc-{version}"] / "gcc/rust/README.md").read_text())
    assert len(found) == 10
    assert found[0] == ("Debian i386", "builder", "listed", 23)
    assert {"Debian ppc64", "Fedora arm64", "Fedora ppc64le", "Fedora s390x"} <= {name for name, *_ in found}
