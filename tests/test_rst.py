"""matrix.rst: reStructuredText -> sections, paragraphs and tables on their lines."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.rst import RstRow, Words, headed, read_sections
from matrix.text import Text

SIMPLE = """\
====  =======
Name  Rank
====  =======
cat   ``one``
dog   \\- and
      more
====  =======
"""
GRID = """\
+------+---------+
| Name | Rank    |
+======+=========+
| cat  | ``one`` |
+------+---------+
| dog  | \\- and  |
|      | more    |
+------+---------+
"""
LIST = """\
.. list-table::
   :header-rows: 1

   * - Name
     - Rank
   * - cat
     - ``one``
   * - dog
     - \\- and
       more
"""
TEXT = f"Title\n=====\n\nOne *two*,\nthree.\n\nInner\n-----\n\nWords\n\n{SIMPLE}"


def read(content):
    return read_sections(Text("a.rst", content))


def only_table(content):
    (table,) = (table for section in read(content) for table in section.tables)
    return table


def row(*cells):
    return RstRow(cells[0][0], tuple(Words(*cell) for cell in cells))


@pytest.mark.parametrize(
    ("content", "lines"),
    [(SIMPLE, (2, 2, 4, 4, 5, 5)), (GRID, (2, 2, 4, 4, 6, 6)), (LIST, (4, 5, 6, 7, 8, 9))],
)
def test_three_ways_to_write_a_table_are_the_same_table(content, lines):
    """The words as written, on the line where they stand."""
    for above in (0, 1, 7):
        table = only_table("\n" * above + content)
        a, b, c, d, e, f = (line + above for line in lines)
        assert table.head == (row((a, "Name"), (b, "Rank")),)
        assert table.rows == (row((c, "cat"), (d, "``one``")), row((e, "dog"), (f, "\\- and more")))


def test_sections_hold_their_own_words():
    """Line ends and markup as written; what stands above the first heading is a section without a title."""
    plain, outer, inner = read(f"Before.\n\n{TEXT}")
    assert (plain.title, plain.paragraphs) == ("", (Words(1, "Before."),))
    assert (outer.title, outer.paragraphs, outer.tables) == ("Title", (Words(6, "One *two*,\nthree."),), ())
    assert (inner.title, inner.paragraphs) == ("Inner", (Words(12, "Words"),))
    assert [line for line, _ in inner.tables[0].rows] == [17, 18]


def test_what_only_sphinx_knows_is_left_out():
    """Roles, directives and references that docutils does not know hide nothing around them."""
    strange = ".. SPDX: x\n\n.. kernel-doc:: a.c\n   :doc: b\n\n:cpp:any:`x` and |y| and z_.\n\n"
    table = SIMPLE.replace("``one``", ":ref:`a`")
    assert only_table(strange + table).rows[0].cells[1].text == ":ref:`a`"
    assert only_table(f"{strange}{SIMPLE}\n.. unknown::\n\n   x\n") == only_table(strange + SIMPLE)


def test_nothing_is_included_executed_or_printed(capfd, tmp_path):
    """Not a file, not a raw role, and complaints stay inside."""
    file = tmp_path / "a.rst"
    file.write_text("secret\n")
    raw = (
        "\n\n.. raw:: html\n\n   <b>secret</b>\n\n.. role:: raw-html(raw)\n   :format: html\n\n:raw-html:`x`\n\n`a *b\n"
    )
    (section,) = read(f".. include:: {file}\n\n.. csv-table::\n   :file: x.csv\n".partition("\n\n")[0] + raw)
    assert "secret" not in str(section)
    assert capfd.readouterr() == ("", "")


def test_a_rule_between_rows_ends_no_table():
    """Linux 6.3-rc1 had one; docutils would take what follows for prose."""
    more = "====  =======\n"
    assert len(only_table(SIMPLE.replace("dog", f"{more}dog")).rows) == 2
    assert only_table(SIMPLE.replace("dog", f"{more}dog")).rows[1].line == 6


def test_a_cell_of_more_than_a_paragraph_has_no_words():
    """A list, or two paragraphs."""
    cells = only_table(LIST.replace("- cat", "- * cat").replace("- ``one``", "- ``one``\n\n       more")).rows[0].cells
    assert [cell.text for cell in cells] == ["", ""]


def test_a_table_is_found_by_its_header():
    """Its words, all of them, in one row."""
    text = Text("a.rst", f"{SIMPLE}\n{SIMPLE.replace('Rank', 'Size')}")
    assert headed(text, read_sections(text), "Name", "Rank").rows[0].line == 4
    for words in (("Name",), ("Rank", "Name")):
        with pytest.raises(ShapeError, match="found 0 tables"):
            headed(text, read_sections(text), *words)
    twice = Text("a.rst", f"{SIMPLE}\n{SIMPLE}")
    with pytest.raises(ShapeError, match="found 2 tables"):
        headed(twice, read_sections(twice), "Name", "Rank")
    spanned = Text("a.rst", SIMPLE.replace("dog   \\- and\n      more", "cat and dog\n-------------\ndog   one"))
    with pytest.raises(ShapeError, match=r"a\.rst:5: found a row of 1 cells, expected Name, Rank"):
        headed(spanned, read_sections(spanned), "Name", "Rank")


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        (SIMPLE.replace("cat ", "catapult"), 4, "a table that cannot be read"),
        (SIMPLE.rpartition("====  ")[0], 1, "a table that cannot be read"),
        (f"{SIMPLE}cow   two\n", 8, "a table that goes on"),
        (SIMPLE.removeprefix("====  =======\n"), 2, "a rule outside a table"),
        (SIMPLE.replace("cat", "   "), 4, "'``one``' below a rule"),
        (GRID.replace("| dog  |", "| dog"), 6, "a table that cannot be read"),
        (LIST.replace("     - ``one``\n", ""), 1, "a table that cannot be read"),
        (LIST.replace("   * - cat", "  * - cat"), 1, "a table that cannot be read"),
        (LIST + "* - cow\n", 11, "a table that goes on"),
        ("a\n\x85b\n", 2, "character U+0085"),
        ("a" * 2001, 1, "2001 characters"),
        ("a\n" * 200_000, 0, "400000 characters"),
    ],
)
def test_a_table_that_lost_something_is_refused(content, line, found):
    """Never fewer rows, and never a cell in another column."""
    with pytest.raises(ShapeError) as error:
        read(content)
    assert (error.value.line, found in error.value.found) == (line, True), error.value


@settings(deadline=None)
@given(st.lists(st.sampled_from([*TEXT.split("\n"), *LIST.split("\n"), *GRID.split("\n")]) | st.text()).map("\n".join))
def test_any_text_gives_sections_or_a_shape_error(content):
    """Nothing else is raised, and a line is one of the file's."""
    try:
        read_ = read(content)
    except ShapeError as error:
        assert 0 <= error.line <= content.count("\n") + 1  # noqa: PT017
        return
    lines = content.split("\n")
    for section in read_:
        for words in section.paragraphs:
            assert words.text.split("\n")[0].strip() in lines[words.line - 1].expandtabs()


def test_docutils_is_loaded_when_a_file_is_read():
    """A query that reads none does not wait for it."""
    code = "import sys, matrix.extract.table; sys.exit('docutils' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
