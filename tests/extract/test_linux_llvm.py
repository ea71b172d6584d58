"""matrix.extract.linux_llvm: Documentation/kbuild/llvm.rst -> levels, make commands and notes."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract import linux_llvm
from matrix.model import Fact
from matrix.text import Text

PATH = "Documentation/kbuild/llvm.rst"
HEADER = """\
.. list-table::
   :widths: 7 8 9
   :header-rows: 1

   * - Architecture
     - Level of support
     - ``make`` command
"""
ROWS = """\
   * - alpha (EV6 only)
     - Odd Fixes
     - ``CC=clang LLVM_IAS=0`` (LLVM >= 99)
   * - s390
     - Maintained
     - ``LLVM=1`` (LLVM >= 98.1.0), ``CC=clang`` (LLVM < 98.1.0)
   * - x86
     - Supported
     - ``LLVM=1``
"""
BEFORE = "Invented\n========\n\nElsewhere\n---------\n\n* - not a row\n  - at all\n\n"
AFTER = "\nWhere To Ask\n------------\n\n- A bullet\n\n* - alpha\n"
SECTION = "Supported Architectures\n-----------------------\n\nSome ``CC=clang`` prose.\n\n"
FILE = BEFORE + SECTION + HEADER + ROWS + AFTER
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, FILE),)


def read(content: str) -> list[Fact]:
    return list(linux_llvm.extract(Text(PATH, content)))


def with_row(row: str) -> str:
    return BEFORE + SECTION + HEADER + row + ROWS + AFTER


def test_each_row_gives_level_commands_and_note():
    """A level, one fact a command with the versions of LLVM it is for, and the note of the name's cell."""
    assert read(FILE) == [
        Fact("alpha", "clang-level", "Odd Fixes", line=23),
        Fact("alpha", "clang-make", "CC=clang LLVM_IAS=0", "LLVM >= 99", 24),
        Fact("alpha", "clang-note", "EV6 only", line=22),
        Fact("s390", "clang-level", "Maintained", line=26),
        Fact("s390", "clang-make", "LLVM=1", "LLVM >= 98.1.0", 27),
        Fact("s390", "clang-make", "CC=clang", "LLVM < 98.1.0", 27),
        Fact("x86", "clang-level", "Supported", line=29),
        Fact("x86", "clang-make", "LLVM=1", line=30),
    ]


def test_lists_of_other_sections_are_not_read():
    """Lines like rows stand before and after the section."""
    assert {fact.subject for fact in read(FILE)} == {"alpha", "s390", "x86"}


def test_prose_and_bullets_may_follow_the_table():
    """What is not indented ends the table, and is no row unless it starts like one."""
    assert read(FILE.replace(AFTER, f"\nMore words.\n\n- a bullet\n{AFTER}")) == read(FILE)


def test_a_cell_may_go_on_below():
    """A line indented like the cell's text continues it."""
    row = "   * - arc\n     - Odd\n       Fixes\n     - ``LLVM=1`` (LLVM >= 9),\n       ``CC=clang``\n"
    assert read(with_row(row))[:3] == [
        Fact("arc", "clang-level", "Odd Fixes", line=23),
        Fact("arc", "clang-make", "LLVM=1", "LLVM >= 9", 25),
        Fact("arc", "clang-make", "CC=clang", line=25),
    ]


@pytest.mark.parametrize(
    ("row", "line", "found"),
    [
        ("   * - arc\n     - Splendid\n     - ``LLVM=1``\n", 23, "level 'Splendid'"),
        ("   * - arc\n     - Maintained\n", 15, "a table that cannot be read"),
        ("   * - arc\n     - Maintained\n     - ``LLVM=1``\n     - Fine\n", 15, "a table that cannot be read"),
        ("   * - arc\n     -\n     - ``LLVM=1``\n", 22, "level ''"),
        ("   * - arc (a) (b)\n     - Maintained\n     - ``LLVM=1``\n", 22, "name 'arc (a) (b)'"),
        ("   * - arc, sh\n     - Maintained\n     - ``LLVM=1``\n", 22, "name 'arc, sh'"),
        ("   * - arc\n     - Maintained\n     - LLVM=1\n", 24, "command 'LLVM=1'"),
        ("   * - arc\n     - Maintained\n     - ``clang``\n", 24, "command '``clang``'"),
        ("   * - arc\n     - Maintained\n     - ``LLVM=1``,\n", 24, "``LLVM=1``,"),
        ("   * - arc\n     - Maintained\n     - ``LLVM=1`` (mostly)\n", 24, "(mostly)"),
        ("   * - arc\n     - Maintained\n     - ``LLVM=1`` (LLVM >= new)\n", 24, "(LLVM >= new)"),
        ("   * - arc\n     - Maintained\n     - ``LLVM=1``, ``LLVM=1``\n", 24, "``LLVM=1``, ``LLVM=1``"),
        ("   * - x86 (32-bit)\n     - Maintained\n     - ``CC=clang``\n", 25 + 6, "a second row for 'x86'"),
        ("   * arc\n     - Maintained\n     - ``LLVM=1``\n", 15, "a table that cannot be read"),
        ("     * - arc\n    - Maintained\n     - ``LLVM=1``\n", 15, "a table that cannot be read"),
        ("* - arc\n  - Maintained\n  - ``LLVM=1``\n", 15, "a table that cannot be read"),
        (f"   * - arc\n     - {'A' * 2200}\n     - ``LLVM=1``\n", 23, "2207 characters"),
    ],
)
def test_a_row_of_another_shape_is_refused(row, line, found):
    """Unknown levels, commands, names and counts of cells are a changed format."""
    with pytest.raises(ShapeError) as error:
        read(with_row(row))
    assert error.value.line == line
    assert found in error.value.found


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", "no such section"),
        (BEFORE + HEADER + ROWS + AFTER, "no such section"),
        (BEFORE + SECTION + HEADER + ROWS, "the end of the file"),
        (BEFORE + SECTION + AFTER, "0 tables"),
        (BEFORE + SECTION + (HEADER + ROWS + "\n") * 2 + AFTER, "2 tables"),
        (BEFORE + SECTION + ".. list-table::\n\n" + ROWS + AFTER, "0 tables"),
        (BEFORE + SECTION + ".. list-table::\n" + AFTER, "a table that cannot be read"),
        (FILE.replace("Level of support", "Mood"), "0 tables"),
        (BEFORE + SECTION + HEADER + AFTER, "a table that cannot be read"),
        (FILE.replace(AFTER, "\n* - arc\n  - Odd Fixes\n" + AFTER), "* - arc"),
        (FILE.replace("- x86", "- arc"), "3 ports without x86"),
    ],
)
def test_a_missing_anchor_is_refused(content, found):
    """Section, its end, table, header row and x86 must be there before absence can mean anything."""
    with pytest.raises(ShapeError) as error:
        read(content)
    assert found in error.value.found


@pytest.mark.slow
def test_a_cut_file_never_reads_as_fewer_rows():
    """Every prefix gives all the facts or a ShapeError."""
    whole = read(FILE)
    for length in range(len(FILE)):
        with contextlib.suppress(ShapeError):
            assert read(FILE[:length]) == whole


@settings(deadline=None)
@given(st.lists(st.sampled_from([*FILE.split("\n"), "   * - ", "     - ", "``A=b`` ("]) | st.text()).map("\n".join))
def test_any_text_gives_facts_or_a_shape_error(content):
    """No text raises anything else."""
    with contextlib.suppress(ShapeError):
        assert read(BEFORE + SECTION + HEADER + content + AFTER)


@pytest.mark.trees
def test_real_trees_have_the_rows_counted_by_hand(trees):
    """Levels, commands and notes as counted by eye; s390 has two commands from 6.12, sparc came by 6.18."""
    counts = {
        "linux-6.1.176": (9, 9, 1),
        "linux-6.12.107": (10, 11, 1),
        "linux-6.18.15": (11, 12, 2),
        "linux-7.1.13": (11, 12, 2),
    }
    for name in sorted(counts.keys() & trees.keys()):
        facts = read((trees[name] / PATH).read_text(encoding="utf-8"))
        kinds = [fact.attribute for fact in facts]
        assert tuple(map(kinds.count, ("clang-level", "clang-make", "clang-note"))) == counts[name], name
        said = {(fact.subject, fact.value, fact.when) for fact in facts}
        assert ("um", "User Mode", "") in said
        assert (("s390", "LLVM=1", "LLVM >= 18.1.0") in said) == (name != "linux-6.1.176")
        assert (("sparc", "CC=clang LLVM_IAS=0", "LLVM >= 20") in said) == (counts[name][0] == 11)
        assert ("riscv", "Maintained" if name == "linux-6.1.176" else "Supported", "") in said
