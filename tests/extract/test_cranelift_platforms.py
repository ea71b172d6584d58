"""The extractor cranelift_platforms on hand-written files, and on real trees."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract.cranelift_platforms import extract
from matrix.model import Fact
from matrix.text import Text

PATH = "compiler/rustc_codegen_cranelift/Readme.md"


def read(content: str, path: str = PATH) -> list[Fact]:
    return list(extract(Text.decode(path, content.encode("utf-8", "surrogatepass"))))


GOOD = """\
# A backend

## Platform support

Words before the table.

|OS \\ architecture|x86\\_64|AArch64|s390x (System-Z)|
|---|:---:|---|---|
|Linux|✅|✅[^note]|✅[^note][^other]|
|Other unixes|❓|❓|❌[^note]|
|macOS|✅|✅|N/A|

✅: works

[^note]: words

## Usage

|OS|x|
|---|---|
"""
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, GOOD),)


def test_every_cell_is_a_fact():
    """Escapes and footnotes are no part of a name or a value; each mark has its word."""
    facts = read(GOOD)
    assert facts[:3] == [
        Fact("x86_64", "os:Linux", "yes", line=9),
        Fact("AArch64", "os:Linux", "yes", line=9),
        Fact("s390x (System-Z)", "os:Linux", "yes", line=9),
    ]
    assert [(f.attribute, f.value) for f in facts[3:]] == [
        ("os:Other unixes", "unknown"),
        ("os:Other unixes", "unknown"),
        ("os:Other unixes", "no"),
        ("os:macOS", "yes"),
        ("os:macOS", "yes"),
        ("os:macOS", "n/a"),
    ]


def test_a_footnote_may_stand_apart():
    """Glued to the mark or with a blank between them."""
    assert read(GOOD.replace("✅[^note]|", "✅ [^note] |", 1)) == read(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("## Platform support", "## Platforms", "Platform support"),
        ("|Linux|", "|Linuxes|", "a row Linux"),
        ("|macOS|", "|Linux|", "each system once"),
        ("|macOS|", "||", "name of a system"),
        ("N/A", "maybe", "one of"),
        ("N/A", "", "one of"),
        ("N/A|", "N/A|✅|", "4 cells"),
        ("N/A|", "N/A", "a row of the table"),
        ("N/A|\n", "N/A|\nwords\n", "a row of the table"),
        ("|---|:---:|---|---|", "|a|b|c|d|", "the rule"),
        ("|---|:---:|---|---|", "|---|---|", "4 cells"),
        ("|OS \\ architecture", "|System", "the header"),
        ("|AArch64|", "|x86_64|", "the header"),
        ("|AArch64|", "||", "the header"),
        ("Words before", "### Words before", "a table under"),
        ("## Usage", "## Platform support", "one section"),
    ],
)
def test_another_shape_is_refused(old: str, new: str, expected: str):
    """A heading, header, row or cell of another form."""
    assert old in GOOD
    with pytest.raises(ShapeError, match=expected):
        read(GOOD.replace(old, new, 1))


def test_a_cut_file_never_reads_as_a_shorter_table():
    """Cut anywhere before the legend, the file is refused, also between two rows."""
    for cut in range(GOOD.index("✅: works") + 1):
        with pytest.raises(ShapeError):
            read(GOOD[:cut])


@given(st.text(max_size=200), st.integers(min_value=0, max_value=10_000))
def test_anything_gives_facts_or_a_shape_error(noise: str, place: int):
    """Noise alone, or put anywhere into a good file, never raises another exception."""
    cut = place % (len(GOOD) + 1)
    for content in (noise, GOOD[:cut] + noise, GOOD[:cut] + noise + GOOD[cut:]):
        with contextlib.suppress(ShapeError):
            read(content)


@pytest.mark.trees
def test_real_releases(trees):
    """Six systems on four architectures; Linux works on all four, Windows on one."""
    for release in ("1.85.1", "1.90.0", "1.95.0"):
        if tree := trees.get(f"rust-{release}"):
            facts = read((tree / PATH).read_text())
            assert len(facts) == 24
            linux = {f.subject: (f.value, f.line) for f in facts if f.attribute == "os:Linux"}
            assert linux == dict.fromkeys(("x86_64", "AArch64", "Riscv64", "s390x (System-Z)"), ("yes", 68))
            assert [f.value for f in facts if f.attribute == "os:Windows"] == ["yes", "no", "n/a", "n/a"]
            assert [f.value for f in facts if f.attribute == "os:FreeBSD"] == ["yes"] + ["unknown"] * 3
