"""The reader of makefiles: logical lines, and the condition each stands under."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix import make
from matrix.errors import ShapeError
from matrix.expression import parse
from matrix.text import Text


def read(content: str) -> list[make.MakeLine]:
    return list(make.lines(Text("Makefile", content)))


def whens(content: str) -> dict[str, str]:
    return {line.name: line.when for line in read(content)}


@pytest.mark.parametrize(
    ("opening", "when"),
    [
        ("ifeq ($(CONFIG_M68KLE),y)", "M68KLE"),
        ("ifeq (${CONFIG_M68KLE},y)", "M68KLE"),
        ("ifeq (y, $(CONFIG_M68KLE))", "M68KLE"),
        ('ifeq "$(CONFIG_M68KLE)" "y"', "M68KLE"),
        ("ifeq '$(CONFIG_M68KLE)' \"y\"", "M68KLE"),
        ("ifneq ($(CONFIG_M68KLE),y)", "!M68KLE"),
        ("ifeq ($(CONFIG_M68KLE),)", "!M68KLE"),
        ("ifneq ($(CONFIG_M68KLE),)", "M68KLE"),
        ("ifdef CONFIG_M68KLE", "M68KLE"),
        ("ifndef CONFIG_M68KLE", "!M68KLE"),
        ("ifeq ($(call rustc-min-version, 107700),y)", "RUSTC_VERSION >= 107700"),
        ("ifneq ($(call rustc-min-version,107700),y)", "!(RUSTC_VERSION >= 107700)"),
        ("ifeq ($(call gcc-min-version, 110000),y)", "GCC_VERSION >= 110000"),
        ("ifeq ($(call clang-min-version, 190103),)", "!(CLANG_VERSION >= 190103)"),
        ("ifdef CROSS", "$(make,ifdef CROSS)"),
        ("ifeq ($(CONFIG_M68KLE),m)", "$(make,ifeq ($(CONFIG_M68KLE),m))"),
        ("ifneq ($(filter  a,\t$(B)),)", "$(make,ifneq ($(filter a, $(B)),))"),
        ("ifeq ($(CONFIG_M68KLE)$(CONFIG_UML),yy)", "(M68KLE && UML)"),
        ("ifneq ($(CONFIG_M68KLE)$(CONFIG_UML),)", "(M68KLE || UML)"),
        ("ifeq ($(CONFIG_M68KLE)$(CONFIG_UML),)", "!(M68KLE || UML)"),
        (
            "ifeq ($(call gcc-min-version, 110000)$(CONFIG_CC_IS_CLANG),y)",
            "(GCC_VERSION >= 110000 && !CC_IS_CLANG || !(GCC_VERSION >= 110000) && CC_IS_CLANG)",
        ),
        ("ifeq ($(CONFIG_M68KLE)$(CONFIG_UML),ym)", "$(make,ifeq ($(CONFIG_M68KLE)$(CONFIG_UML),ym))"),
        ("ifeq ($(CONFIG_M68KLE)$(other),y)", "$(make,ifeq ($(CONFIG_M68KLE)$(other),y))"),
        ("ifeq ($(CONFIG_A)$(CONFIG_B)$(CONFIG_C),y)", "$(make,ifeq ($(CONFIG_A)$(CONFIG_B)$(CONFIG_C),y))"),
    ],
)
def test_a_conditional_becomes_a_kconfig_expression(opening: str, when: str) -> None:
    """What Kconfig can say is said in its words, anything else is one opaque atom as written."""
    assert whens(f"{opening}\nA := 1\nendif\nB := 2\n") == {"A": when, "B": ""}
    parse(when)


@pytest.mark.parametrize(
    ("opening", "when"),
    [
        ("ifdef CONFIG_M68KLE", "!M68KLE"),
        ("ifndef CONFIG_M68KLE", "M68KLE"),
        ("ifeq ($(call rustc-min-version, 107700),y)", "!(RUSTC_VERSION >= 107700)"),
        ("ifneq ($(call rustc-min-version, 107700),y)", "RUSTC_VERSION >= 107700"),
        ("ifeq ($(A),b)", "!$(make,ifeq ($(A),b))"),
        ("ifeq ($(CONFIG_A)$(CONFIG_B),yy)", "!(A && B)"),
        ("ifneq ($(CONFIG_A)$(CONFIG_B),yy)", "(A && B)"),
        ("ifeq ($(CONFIG_A)$(CONFIG_B),)", "(A || B)"),
    ],
)
def test_else_negates(opening: str, when: str) -> None:
    """The branch of else is under the negation of the condition, which is itself an expression."""
    assert whens(f"{opening}\nelse\nA := 1\nendif\n") == {"A": when}
    parse(when)


def test_a_chain_of_else_if_negates_every_branch_before() -> None:
    """`else ifdef` is reached only where no branch before it was taken, and one endif closes the chain."""
    chain = "ifdef CONFIG_A\na=1\nelse ifeq ($(CONFIG_B),y)\nb=1\nelse ifndef CONFIG_C\nc=1\nelse\nd=1\nendif\ne=1\n"
    assert whens(chain) == {"a": "A", "b": "!A && B", "c": "!A && !B && !C", "d": "!A && !B && C", "e": ""}


def test_nested_conditionals_are_joined() -> None:
    """A line stands under every conditional around it, each named once."""
    nested = "ifdef CONFIG_A\nifdef CONFIG_A\nifneq ($(CONFIG_B),y)\na=1\nendif\nb=1\nendif\nendif\n"
    assert whens(nested) == {"a": "A && !B", "b": "A"}


def test_granted_conditions_are_left_out() -> None:
    """What the caller takes for granted does not appear."""
    text = Text("Makefile", "ifdef sub\nelse\nifdef CONFIG_A\na=1\nendif\nendif\n")
    assert [line.when for line in make.lines(text, frozenset({"!$(make,ifdef sub)"}))] == ["A"]


def test_a_continued_line_is_one_line_that_knows_where_its_parts_stand() -> None:
    """A backslash at the end continues the line; an offset is traced back to the physical line."""
    (line,) = read("\nA := one \\\n  two \\\n\tthree\n")
    assert (line.name, line.op, line.number) == ("A", ":=", 2)
    assert line.value.split() == ["one", "two", "three"]
    assert [line.line_of(line.text.index(w)) for w in ("one", "two", "three")] == [2, 3, 4]


def test_an_escaped_backslash_does_not_continue() -> None:
    """Two backslashes at the end of a line are one backslash, not a continuation."""
    assert [line.name for line in read("A := one\\\\\nB := two\n")] == ["A", "B"]


def test_comments_end_a_line_but_not_inside_a_reference() -> None:
    """A # begins a comment unless escaped or inside $(...); a comment continues over a backslash too."""
    content = "A := one # ifdef\n# B := two \\\nC := three\nD := \\# $(x #y) z\nendif_D = 1 # endif\n"
    assert [(line.name, line.value) for line in read(content)] == [
        ("A", "one"),
        ("D", "\\# $(x #y) z"),
        ("endif_D", "1"),
    ]


def test_directives_may_carry_comments_and_indentation() -> None:
    """Conditionals are recognised behind blanks, and behind a tab outside of a rule; a comment may follow."""
    content = "\tifdef CONFIG_A # why\n\tA := 1\n\telse # not A\n  B := 2\nendif # CONFIG_A\n"
    assert whens(content) == {"A": "A", "B": "!A"}


def test_a_recipe_is_not_read_as_make() -> None:
    """After a rule, a line that begins with a tab belongs to the shell, whatever it looks like."""
    lines = read("all: x\n\tifdef CONFIG_A\n\tA := 1\n\nB := 2\n\tC := 3\n")
    assert [(line.recipe, line.name) for line in lines] == [
        (False, ""),
        (True, ""),
        (True, ""),
        (False, "B"),
        (False, "C"),
    ]


def test_a_recipe_may_hold_conditionals_of_make() -> None:
    """A conditional without a tab stands between recipe lines, which stay recipe lines."""
    lines = read("all:\nifdef CONFIG_A\n\tone\nelse\n\ttwo\nendif\n\tthree\n")
    assert [(line.recipe, line.when) for line in lines[1:]] == [(True, "A"), (True, "!A"), (True, "")]


def test_a_rule_in_one_branch_opens_no_recipe_in_the_other() -> None:
    """What else begins, begins as it was before the if."""
    assert whens("ifdef CONFIG_A\nall:\n\tx := 1\nelse\n\tB := 2\nendif\n")["B"] == "!A"


@pytest.mark.parametrize(
    ("line", "name", "op", "value"),
    [
        ("export A := x", "A", ":=", "x"),
        ("override private A ?= x", "A", "?=", "x"),
        ("A += x := y", "A", "+=", "x := y"),
        ("A ::= x", "A", "::=", "x"),
        ("A=", "A", "=", ""),
        ("F-$(CONFIG_A) += x", "F-$(CONFIG_A)", "+=", "x"),
        ("F-$(call rustc-min-version, 107700) += x", "F-$(call rustc-min-version, 107700)", "+=", "x"),
        ("$(obj)/a.o: private flags = -x", "flags", "=", "-x"),
        ("a: b ; echo c=d", "", "", "a: b ; echo c=d"),
        ("a: $(x:=y)", "", "", "a: $(x:=y)"),
        ("include $(a)/b", "", "", "include $(a)/b"),
    ],
)
def test_assignments_are_taken_apart(line: str, name: str, op: str, value: str) -> None:
    """Name and operator stand before the value; a name may hold references with blanks, a rule may assign."""
    (read_line,) = read(line)
    assert (read_line.name, read_line.op, read_line.value) == (name, op, value)


def test_the_body_of_a_define_is_text() -> None:
    """Between define and endef nothing is a conditional; each line bears the name that is defined."""
    content = "ifdef CONFIG_A\noverride define rule =\n\tifdef x\nifeq\ndefine inner\nendef\nendef\nendif\n"
    lines = read(content)
    assert {(line.name, line.op, line.when) for line in lines} == {("rule", "define", "A")}
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("ifdef A\n", 1),
        ("x=1\nendif\n", 2),
        ("else\n", 1),
        ("ifdef A\nelse\nelse\nendif\n", 3),
        ("ifdef A\nelse ifdef\nendif\n", 2),
        ("ifdef A\nelse nonsense\nendif\n", 2),
        ("ifdef\nendif\n", 1),
        ("ifeq ($(A))\nendif\n", 1),
        ("ifeq $(A) y\nendif\n", 1),
        ("ifeq ($(A,y)\nendif\n", 1),
        ("endef\n", 1),
        ("a=1\ndefine b\n", 2),
        ("ifdef A\ndefine b\nendif\n", 2),
        ("ifdef " + "A" * 3000 + "\nendif\n", 1),
        ("".join(f"ifdef CONFIG_{n}\n" for n in range(200)), 101),
        ("x" * (make.LONGEST + 1), 0),
    ],
)
def test_what_does_not_match_is_refused(content: str, line: int) -> None:
    """Unbalanced or malformed conditionals, and conditions beyond the bounds, name their line."""
    with pytest.raises(ShapeError) as caught:
        read(content)
    assert caught.value.line == line


def test_words_and_references() -> None:
    """A blank inside $(...) parts no words; a reference gives its function and its arguments."""
    text = "-a $(if $(x y),-b,$(c d)) -e"
    assert [text[a:b] for a, b in make.words(text, 0, len(text))] == ["-a", "$(if $(x y),-b,$(c d))", "-e"]
    call = make.reference(text, 3, 25)
    assert call is not None
    assert call.function == "if"
    assert [text[a:b] for a, b in call.arguments] == [" $(x y)", "-b", "$(c d)"]
    assert make.reference("$(a)$(b)", 0, 8) is None
    assert make.reference("$(a", 0, 3) is None


PIECES = ["ifdef CONFIG_A", "ifeq ($(a),b)", "else", "endif", "\t", " ", "\n", "\\", "#", "A", ":", "=", "$(", "${"]
PIECES += [")", "}", "(", "define", "endef", ",", "$$", ";", "'", '"', "export ", "+=", "CONFIG_B"]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_is_read_or_refused(content: str) -> None:
    """No text raises anything but ShapeError, and every condition is an expression."""
    try:
        lines = read(content)
    except ShapeError:
        return
    for line in lines:
        parse(line.when)
        assert line.line_of(len(line.text)) <= content.count("\n") + 1


@given(st.lists(st.sampled_from(["A := 1\n", "x: y\n", "\tz\n", "ifdef CONFIG_A\n", "else\n", "endif\n"]), max_size=12))
def test_what_is_added_outside_does_not_change_what_is_within(pieces: list[str]) -> None:
    """A conditional around a whole file adds its condition to every line, and nothing else."""
    content = "".join(pieces)
    try:
        inner = read(content)
    except ShapeError:
        return
    outer = read(f"ifdef CONFIG_Z\n{content}endif\n")
    assert [(line.text, make.both("Z", line.when)) for line in inner] == [(line.text, line.when) for line in outer]
