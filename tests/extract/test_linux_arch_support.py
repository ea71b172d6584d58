"""matrix.extract.linux_arch_support: Documentation/rust/arch-support.rst -> levels and constraints."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract import linux_arch_support
from matrix.model import Fact
from matrix.text import Text

PATH = "Documentation/rust/arch-support.rst"
RULE = "============  ================  ======================"
HEADER = f"{RULE}\nArchitecture  Level of support  Constraints\n{RULE}\n"
ALPHA = "``alpha``     Odd Fixes         EV56 and newer.\n"
SPARC = "``sparc``     Supported         \\-\n"
X86 = "``x86``       Maintained        ``x86_64`` at noon.\n"
FILE = f"A title\n=======\n\n``words`` before the table.\n\n{HEADER}{ALPHA}{SPARC}{X86}{RULE}\n"
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, FILE),)


def read(content: str) -> list[Fact]:
    return list(linux_arch_support.extract(Text(PATH, content)))


def table(*rows: str) -> str:
    return HEADER + "".join(f"{row}\n" for row in rows) + RULE + "\n"


def statements(facts: list[Fact]) -> set[tuple[str, str, str]]:
    return {(fact.subject, fact.attribute, fact.value) for fact in facts}


def test_each_row_gives_its_level_and_its_constraint():
    """Facts are in upstream's spelling, inline literals included, on the row's line."""
    assert read(FILE) == [
        Fact("alpha", "rust-level", "Odd Fixes", line=9),
        Fact("alpha", "rust-constraint", "EV56 and newer.", line=9),
        Fact("sparc", "rust-level", "Supported", line=10),
        Fact("x86", "rust-level", "Maintained", line=11),
        Fact("x86", "rust-constraint", "``x86_64`` at noon.", line=11),
    ]


def test_an_escaped_dash_is_no_constraint():
    r"""`\-` is neither a value nor a sign of missing support."""
    assert not [fact for fact in read(FILE) if (fact.subject, fact.attribute) == ("sparc", "rust-constraint")]


def test_column_widths_do_not_matter():
    """The first column is 12 wide in 6.1 and 13 from 6.12."""
    wide = f"={RULE}"
    header = HEADER.replace("Architecture", "Architecture ").replace(RULE, wide)
    content = header + X86.replace("``x86`` ", "``x86``  ") + wide
    assert statements(read(content)) == statements(read(HEADER + X86 + RULE))


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\n\nMore words.\n"])
def test_the_trailing_blank_line_comes_and_goes(end):
    """The table may end the file, with or without blank lines, or be followed by prose."""
    assert len(read(FILE.rstrip("\n") + end)) == 5


def test_rules_between_body_rows_do_not_end_the_table():
    """An extra rule above the last row drops nothing."""
    assert statements(read(f"{HEADER}{ALPHA}{X86}{RULE}\n{SPARC}{RULE}\n")) == statements(read(FILE))


def test_rows_come_in_any_order():
    """um was once listed after x86."""
    assert statements(read(f"{HEADER}{X86}{SPARC}{ALPHA}{RULE}\n")) == statements(read(FILE))


@pytest.mark.parametrize(
    "row",
    [
        "``loongarch`` Maintained        \\-",
        "``microblazes`` Maintained        \\-",
        "``openrisc_long_name``  Maintained  \\-",
    ],
)
def test_a_name_longer_than_its_column_is_refused(row):
    """What stands in the next column is anyone's guess, and no table to docutils."""
    with pytest.raises(ShapeError, match="a table that cannot be read"):
        read(table(row, X86.rstrip()))


def test_rows_may_have_blank_lines_between_them():
    """The rule below the last row ends the table, nothing else."""
    assert statements(read(f"{HEADER}{ALPHA}\n{X86}\n{SPARC}{RULE}\n")) == statements(read(FILE))


@pytest.mark.parametrize(
    "constraint",
    [
        "Odd bits only.",
        "64-bit by day. 32-bit by night.",
        "``CONFIG_EXPOLINE`` unset.",
        "One.  Two.",
    ],
)
def test_a_constraint_is_kept_as_prose(constraint):
    """Nothing in a constraint is evaluated or cut."""
    facts = read(table(f"``s390``      Maintained        {constraint}", X86.rstrip()))
    assert facts[1] == Fact("s390", "rust-constraint", constraint, line=4)


def test_a_constraint_may_go_on_below():
    """A line whose first columns are blank continues the constraint above it."""
    facts = read(table("``s390``      Maintained        First words", " " * 32 + "and last.", X86.rstrip()))
    assert facts[1] == Fact("s390", "rust-constraint", "First words and last.", line=4)


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        ("", 0, "0 tables"),
        ("Words without a table.\n", 0, "0 tables"),
        (FILE.replace("Constraints", "Remarks"), 0, "0 tables"),
        (f"{RULE}\nArchitecture  Level of support  Constraints\n{X86}{RULE}\n", 0, "0 tables"),
        ("Architecture  Level of support  Constraints", 0, "0 tables"),
        (f"{HEADER}{RULE}\n", 0, "0 rows without x86"),
        (HEADER, 0, "0 tables"),
        (f"{HEADER}{ALPHA}{RULE}\n", 0, "1 rows without x86"),
        (HEADER + X86, 1, "a table that cannot be read"),
        (f"{HEADER}{X86}{RULE[:40]}\n{ALPHA}{RULE[:14]}", 5, "a table that cannot be read"),
        (table("``alpha``     Splendid          \\-", X86.rstrip()), 4, "Splendid"),
        (table("``alpha``     Maintained by cats  \\-", X86.rstrip()), 4, "a table that cannot be read"),
        (table("``alpha``     Maintained", X86.rstrip()), 4, "Maintained"),
        (table("``alpha``     Maintained        -", X86.rstrip()), 4, "''"),
        (table("``alpha``", X86.rstrip()), 4, "``alpha``"),
        (table("alpha         Maintained        \\-", X86.rstrip()), 4, "alpha"),
        (table("``a``, ``b``  Maintained        \\-", X86.rstrip()), 4, "``b``"),
        (table(" " * 32 + "Continues nothing.", X86.rstrip()), 4, "Continues nothing."),
        (table(X86.rstrip(), SPARC.rstrip(), " " * 32 + "And then?"), 5, "And then?"),
        (table(X86.rstrip(), X86.rstrip()), 5, "a second row for 'x86'"),
        (f"{HEADER}{X86}{RULE}\n\n{ALPHA}", 7, "outside the table"),
    ],
)
def test_another_shape_is_refused_where_it_stands(content, line, found):
    """Missing anchors and rules, unknown cells and stray rows are a changed format, never an empty answer."""
    with pytest.raises(ShapeError) as error:
        read(content)
    assert error.value.line == line
    assert found in error.value.found


def test_a_cut_file_never_reads_as_fewer_rows():
    """Every prefix gives all the facts or a ShapeError."""
    whole = read(FILE)
    for length in range(len(FILE)):
        with contextlib.suppress(ShapeError):
            assert read(FILE[:length]) == whole


@settings(deadline=None)
@given(st.lists(st.sampled_from([*FILE.split("\n"), "``", "= =", " " * 33 + "x", "\\-"]) | st.text()).map("\n".join))
def test_any_text_gives_facts_or_a_shape_error(content):
    """No text raises anything else."""
    with contextlib.suppress(ShapeError):
        assert read(content)


@pytest.mark.trees
def test_real_trees_have_the_rows_counted_by_hand(trees):
    """Rows as listed by eye: one in 6.1, five in 6.12, six later."""
    later = {"arm", "arm64", "loongarch", "riscv", "um", "x86"}
    ports = {
        "linux-6.1.176": {"x86"},
        "linux-6.12.107": later - {"arm"},
        "linux-6.18.15": later,
        "linux-7.1.13": later,
    }
    for name in sorted(ports.keys() & trees.keys()):
        content = (trees[name] / PATH).read_text(encoding="utf-8")
        facts = read(content)
        assert {fact.subject for fact in facts if fact.attribute == "rust-level"} == ports[name], name
        unconstrained = {"loongarch", "um"} & ports[name]
        assert {f.subject for f in facts if f.attribute == "rust-constraint"} == ports[name] - unconstrained
        assert {fact.value for fact in facts if fact.attribute == "rust-level"} == {"Maintained"}
        (x86,) = (fact for fact in facts if fact.subject == "x86" and fact.attribute == "rust-constraint")
        assert x86.value.startswith("``x86_64`` ")
        assert content.split("\n")[x86.line - 1].endswith(x86.value)
