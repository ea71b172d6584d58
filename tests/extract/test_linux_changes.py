"""matrix.extract.linux_changes: Documentation/process/changes.rst -> documented versions and Rust's policy."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract import linux_changes
from matrix.model import Fact
from matrix.text import Text

PATH = "Documentation/process/changes.rst"
RULE = "================ =============== ====================="
HEADER = f"{RULE}\n    Program      Minimal version   Command to check the version\n{RULE}\n"
ROWS = r"""GNU C            99.1            gcc --version
Rust (optional)  9.85.0          rustc --version
util-linux       2.10o           mount --version
cpio             any             cpio --version
Python           3.5.x           python3 --version
udev             081             udevd -V || true
Sphinx\ [#f1]_   8.0             sphinx-build
a & b (optional) 1               a --version
"""
TABLE = f"{HEADER}{ROWS}{RULE}\n"
RECENT = """\
Rust (optional)
---------------

Here a cat sleeps. A recent version of the
Rust mouse is required, it dreams.
"""
PARTICULAR = RECENT.replace("recent", "particular").replace("mouse", "bird")
AFTER = "\nOther\n-----\n\nA particular version of the Rust coat is required.\n"
FILE = f"Invented\n++++++++\n\n{TABLE}\n.. [#f1] A note\n\n{RECENT}{AFTER}"
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, FILE),)


def read(content: str) -> list[Fact]:
    return list(linux_changes.extract(Text(PATH, content)))


def with_rows(rows: str) -> str:
    return f"{HEADER}{ROWS}{rows}{RULE}\n\n{RECENT}"


def test_each_row_gives_the_version_as_written():
    """` (optional)`, footnote and escapes leave the name; versions need not be numbers."""
    assert read(FILE) == [
        Fact("GNU C", "minimal-version", "99.1", line=7),
        Fact("Rust", "minimal-version", "9.85.0", line=8),
        Fact("util-linux", "minimal-version", "2.10o", line=9),
        Fact("cpio", "minimal-version", "any", line=10),
        Fact("Python", "minimal-version", "3.5.x", line=11),
        Fact("udev", "minimal-version", "081", line=12),
        Fact("Sphinx", "minimal-version", "8.0", line=13),
        Fact("a & b", "minimal-version", "1", line=14),
        Fact("rustc", "version-policy", "minimum", line=22),
    ]


def test_a_particular_version_is_exact():
    """Linux 6.1 pins rustc: its version is no minimum."""
    facts = read(TABLE + "\n" + PARTICULAR + AFTER)
    assert facts[-1] == Fact("rustc", "version-policy", "exactly", line=17)


def test_only_the_section_on_rust_decides():
    """A sentence elsewhere, however alike, says nothing on rustc."""
    assert read(AFTER + FILE) == [
        Fact(fact.subject, fact.attribute, fact.value, line=fact.line + 5) for fact in read(FILE)
    ]


def test_rows_come_in_any_order_and_capitals():
    """7.1 sorted the table and reworded some names."""
    rows = "".join(sorted(ROWS.lower().replace("[#f1]", "[#F1]").splitlines(keepends=True)))
    subjects = [fact.subject for fact in read(FILE.replace(ROWS, rows))]
    assert sorted(subjects) == sorted(fact.subject.replace("R", "r").lower() for fact in read(FILE))


@pytest.mark.parametrize(
    ("row", "fact"),
    [
        ("snake\\_case       1.0             s -V\n", Fact("snake_case", "minimal-version", "1.0", line=12)),
        ("Sphinx [1]_ x    1.0             s -V\n", Fact("Sphinx x", "minimal-version", "1.0", line=12)),
    ],
)
def test_names_are_unescaped(row, fact):
    """A backslash, and a footnote inside."""
    assert fact in read(with_rows(row))


def test_a_command_may_go_on_below_and_rules_may_stand_between_rows():
    """Neither is a row, and neither ends the table."""
    more = f"{RULE}\nzlib             1.3             zlib ||\n{' ' * 33}zlib -V\n"
    assert read(with_rows(more))[8] == Fact("zlib", "minimal-version", "1.3", line=13)


def test_blank_lines_may_stand_between_rows():
    """The rule below the last row ends the table, nothing else."""
    facts = read(f"{HEADER}{ROWS}\nmore             1               m\n{RULE}\n\n{RECENT}")
    assert facts[8] == Fact("more", "minimal-version", "1", line=13)


def test_where_rust_is_had_from_may_be_told_in_another_section_of_that_name():
    """Only the sentence counts, and the line is its own."""
    again = "\nRust\n----\n\nWords.\n"
    assert read(FILE + again) == read(FILE)
    assert read(FILE.replace("Here a cat sleeps. A", "Here a cat\nsleeps. A"))[-1].line == 23


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        ("", 0, "0 tables"),
        (FILE.replace("Minimal version", "Minimum"), 5, "a table that cannot be read"),
        (FILE.replace(HEADER, HEADER.replace(RULE, "")), 15, "a rule outside a table"),
        (f"{HEADER}{ROWS}\n{RECENT}", 1, "a table that cannot be read"),
        (f"{TABLE}\nmore             1               m\n{RULE}\n\n{RECENT}", 15, "a rule outside a table"),
        (with_rows("more             newest          m -V\n"), 12, "newest"),
        (with_rows("more             1.0\n"), 12, "1.0"),
        (with_rows("more                             m -V\n"), 12, "m -V"),
        (with_rows("                 1.0             m -V\n"), 11, "1 1.0"),
        (with_rows("A long name here (optional)  1.0  s -V\n"), 12, "(optional)"),
        (with_rows("A longer name there  1.0  s -V\n"), 12, "a table that cannot be read"),
        (with_rows("[#f2]_           1.0             m -V\n"), 12, "[#f2]_"),
        (with_rows("cpio (optional)  1.0             m -V\n"), 12, "a second row for 'cpio'"),
        (FILE.replace("GNU C ", "GNU D "), 0, "without 'gnu c'"),
        (FILE.replace("Rust (optional)  9", "Rest (optional)  9"), 0, "without 'rust'"),
        (f"{HEADER}{RULE}\n\n{RECENT}", 0, "0 programs"),
        (TABLE, 0, "0 sentences"),
        (TABLE + AFTER, 0, "0 sentences"),
        (FILE.replace("recent", "good"), 0, "0 sentences"),
        (FILE.replace(RECENT, RECENT + PARTICULAR.split("---\n")[-1]), 25, "2 sentences"),
    ],
)
def test_another_shape_is_refused_where_it_stands(content, line, found):
    """Missing anchors, odd rows, and a section that says neither or both are a changed format."""
    with pytest.raises(ShapeError) as error:
        read(content)
    assert error.value.line == line
    assert found in error.value.found


@pytest.mark.slow
def test_a_cut_file_never_reads_as_fewer_rows():
    """Every prefix gives all the facts or a ShapeError."""
    whole = read(FILE)
    for length in range(len(FILE)):
        with contextlib.suppress(ShapeError):
            assert read(FILE[:length]) == whole


@settings(deadline=None)
@given(st.lists(st.sampled_from([*FILE.split("\n"), "= = =", "\\ 1  1", " " * 40 + "x"]) | st.text()).map("\n".join))
def test_any_text_gives_facts_or_a_shape_error(content):
    """No text raises anything else."""
    for text in (content, HEADER + ROWS + content + FILE[-200:]):
        with contextlib.suppress(ShapeError):
            assert read(text)


@pytest.mark.trees
def test_real_trees_have_the_rows_counted_by_hand(trees):
    """Rows counted with awk, the line of the sentence with grep -n."""
    expected = {
        "linux-6.1.176": (32, "1.62.0", "exactly", 89),
        "linux-6.12.107": (36, "1.78.0", "minimum", 93),
        "linux-6.18.15": (34, "1.78.0", "minimum", 91),
        "linux-7.1.13": (35, "1.85.0", "minimum", 93),
    }
    for name in sorted(expected.keys() & trees.keys()):
        *rows, policy = read((trees[name] / PATH).read_text(encoding="utf-8"))
        versions = {fact.subject: fact.value for fact in rows}
        count, rustc, word, line = expected[name]
        assert (len(rows), versions["Rust"]) == (count, rustc), name
        assert policy == Fact("rustc", "version-policy", word, line=line)
        assert versions["pahole"] == ("1.26" if name == "linux-7.1.13" else "1.16")
        assert {"Sphinx", "bindgen", "openssl & libcrypto", "Clang/LLVM"} < versions.keys()
