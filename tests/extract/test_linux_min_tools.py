"""matrix.extract.linux_min_tools: scripts/min-tool-version.sh -> minimum versions and their overrides."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.extract import linux_min_tools
from matrix.model import Fact
from matrix.text import Text

PATH = "scripts/min-tool-version.sh"
HEAD = '#!/bin/sh\n# Words on $ARCH.\n\nif [ $# != 1 ]; then\n\texit 2\nfi\n\ncase "$1" in\n'
GCC = 'gcc)\n\tif [ "$ARCH" = parisc64 ]; then\n\t\techo 91.0.0\n\telse\n\t\techo 90.1.0\n\tfi\n\t;;\n'
LLVM = """\
llvm)
	if [ "$SRCARCH" = s390 ]; then
		echo 95.0.0
	elif [ "$SRCARCH" = loongarch ]; then
		echo 98.0.0
	else
		echo 93.0.1
	fi
	;;
"""
RUSTC = "rustc)\n\t# invented\n\techo 9.85.0\n\t;;\n"
TAIL = "*)\n\techo 'what?' >&2\n\texit 1\n\t;;\nesac\n"
FILE = HEAD + GCC + LLVM + RUSTC + TAIL
# What the fuzzer starts from (tests/extract/corpus.py): path and text.
SAMPLES = ((PATH, FILE),)


def read(content: str) -> list[Fact]:
    return list(linux_min_tools.extract(Text(PATH, content)))


def with_arm(*statements: str) -> str:
    return HEAD + GCC + RUSTC + "tool)\n" + "".join(f"\t{line}\n" for line in statements) + "\t;;\n" + TAIL


def test_overrides_carry_their_equality_and_the_else_branch_none():
    """Each branch is a fact; the variable tested is kept, for ARCH and SRCARCH differ."""
    assert read(FILE) == [
        Fact("gcc", "minimum", "91.0.0", 'ARCH = "parisc64"', 11),
        Fact("gcc", "minimum", "90.1.0", "", 13),
        Fact("llvm", "minimum", "95.0.0", 'SRCARCH = "s390"', 18),
        Fact("llvm", "minimum", "98.0.0", 'SRCARCH = "loongarch"', 20),
        Fact("llvm", "minimum", "93.0.1", "", 22),
        Fact("rustc", "minimum", "9.85.0", "", 27),
    ]


def test_any_tool_may_have_an_override():
    """An override of rustc is read like those of gcc and llvm."""
    content = HEAD + GCC + GCC.replace("gcc", "rustc").replace('"$ARCH" = parisc64', '"$SRCARCH" = "s390"') + TAIL
    assert Fact("rustc", "minimum", "91.0.0", 'SRCARCH = "s390"', 18) in read(content)


def test_a_tool_may_come_and_go():
    """icc stands in 6.1 only: no tool but gcc and rustc is waited for."""
    assert [fact.subject for fact in read(with_arm("# for a while", "echo 16.0.3"))] == ["gcc", "gcc", "rustc", "tool"]


@pytest.mark.parametrize(
    ("test", "when"),
    [
        ('[ "$SRCARCH" = s390 -o "$SRCARCH" = x86 ]', 'SRCARCH = "s390" || SRCARCH = "x86"'),
        ('[ "$SRCARCH" = s390 ] || [ "${SRCARCH}" = "x86" ]', 'SRCARCH = "s390" || SRCARCH = "x86"'),
        ("[ $SRCARCH = 's390' -a ${ARCH} != x86 ]", 'SRCARCH = "s390" && ARCH != "x86"'),
        ("[ $ARCH = a ] || [ $ARCH = b ] && [ $SRCARCH = c ]", '(ARCH = "a" || ARCH = "b") && SRCARCH = "c"'),
        ("[ $ARCH = a -o $ARCH = b -a $SRCARCH = c ]", 'ARCH = "a" || (ARCH = "b" && SRCARCH = "c")'),
        ('! [ s390 = "$SRCARCH" ]', 'SRCARCH != "s390"'),
        ("test ! $SRCARCH != s390", 'SRCARCH = "s390"'),
    ],
)
def test_a_test_may_be_written_in_several_ways(test, when):
    """-o, -a, ||, && as the shell binds them, !, != and any quotes."""
    facts = read(with_arm(f"if {test}; then", "echo 2.1", "else", "echo 2.0", "fi"))[-2:]
    assert facts == [Fact("tool", "minimum", "2.1", when, 22), Fact("tool", "minimum", "2.0", "", 24)]


def test_a_test_may_go_on_below():
    """The version's line is that of its echo."""
    facts = read(
        with_arm('if [ "$ARCH" = a ] ||', '[ "$ARCH" = b ] # or so', "then", "echo 2.1", "else", "echo 2.0", "fi")
    )
    assert [(f.value, f.when, f.line) for f in facts[-2:]] == [("2.1", 'ARCH = "a" || ARCH = "b"', 24), ("2.0", "", 26)]


def test_a_case_of_ports_is_read_like_a_chain_of_tests():
    """Each pattern of an arm is an equality; `*` is the general version."""
    lines = ('case "$SRCARCH" in', "s390|x86)", "echo 2.2", ";;", "arc) echo 2.1 ;;", "*)", "echo 2.0", ";;", "esac")
    assert read(with_arm(*lines))[-3:] == [
        Fact("tool", "minimum", "2.2", 'SRCARCH = "s390" || SRCARCH = "x86"', 23),
        Fact("tool", "minimum", "2.1", 'SRCARCH = "arc"', 25),
        Fact("tool", "minimum", "2.0", "", 27),
    ]


def test_an_inner_test_holds_under_the_outer_one():
    """The first fact that holds counts."""
    inner = ('if [ "$ARCH" = b ]; then', "echo 2.2", "else", "echo 2.1", "fi")
    facts = read(with_arm('if [ "$SRCARCH" = a ]; then', *inner, "else", "echo 2.0", "fi"))
    assert [fact.when for fact in facts[-3:]] == ['SRCARCH = "a" && ARCH = "b"', 'SRCARCH = "a"', ""]


@pytest.mark.parametrize(
    "statements",
    [
        (),
        ("exit 0",),
        ("echo $version",),
        ("echo 1.2.3 | cat",),
        ("echo 1.2.3; echo 1",),
        ("echo 1.2.3", "echo 1.2.4"),
        ("echo newest",),
        ('if [ "$ARCH" = sh ]; then', "echo 1.2.3", "fi"),
        ('if [ "$ARCH" = sh ]; then', "echo 1.2.3", "fi", "echo 1.2.4"),
        ('if [ "$SUBARCH" = sh ]; then', "echo 1.2.3", "else", "echo 1.2.4", "fi"),
        ('if [ "$ARCH" = sh ] || true; then', "echo 1.2.3", "else", "echo 1.2.4", "fi"),
        ('if [ "$ARCH" = "sh ]; then', "echo 1.2.3", "else", "echo 1.2.4", "fi"),
        ("if [ '$ARCH' = sh ]; then", "echo 1.2.3", "else", "echo 1.2.4", "fi"),
        ('if [ "$ARCH" = s* ]; then', "echo 1.2.3", "else", "echo 1.2.4", "fi"),
        ('if [ "$ARCH" = "" ]; then', "echo 1.2.3", "else", "echo 1.2.4", "fi"),
        ('if [ "$ARCH" -eq 1 ]; then', "echo 1.2.3", "else", "echo 1.2.4", "fi"),
        ('if [ "$ARCH" = sh -o ]; then', "echo 1.2.3", "else", "echo 1.2.4", "fi"),
        ('if [ "$ARCH" = "$SRCARCH" ]; then', "echo 1.2.3", "else", "echo 1.2.4", "fi"),
        ('if [ "$ARCH" = sh ] | cat; then', "echo 1.2.3", "else", "echo 1.2.4", "fi"),
        ("for ARCH in sh; do", "echo 1.2.3", "done"),
        ('if [ "$ARCH" = sh ]; then', "echo 1.2.3", "else", "echo 1.2.4"),
        ('elif [ "$ARCH" = sh ]; then', "echo 1.2.3", "else", "echo 1.2.4", "fi"),
        ('if [ "$ARCH" = sh ]; then', "echo 1.2.3", 'if [ "$ARCH" = arc ]; then', "echo 1.2.4", "else", "echo 1", "fi"),
        (
            'if [ "$ARCH" = sh ]; then',
            "echo 1.2.3",
            'elif [ "$ARCH" = sh ]; then',
            "echo 1.2.4",
            "else",
            "echo 1.2.5",
            "fi",
        ),
        ('case "$ARCH" in', "sh)", "echo 1.2.3", ";;", "esac"),
        ('case "$ARCH" in', "*)", "echo 1.2.3", ";;", "sh)", "echo 1.2.3", ";;", "esac"),
        ('case "$ARCH" in', "s*)", "echo 1.2.3", ";;", "*)", "echo 1.2.4", ";;", "esac"),
        ('case "$CC" in', "sh)", "echo 1.2.3", ";;", "*)", "echo 1.2.4", ";;", "esac"),
    ],
)
def test_an_unknown_shell_construct_is_refused(statements):
    """What is not an echo, or a chain of equalities ending in else, is not guessed at."""
    with pytest.raises(ShapeError) as error:
        read(with_arm(*statements))
    assert error.value.line >= 19


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", "another end of the script"),
        (HEAD, "the end of the file"),
        (HEAD + GCC + RUSTC, "the end of the file"),
        (HEAD + GCC + RUSTC + "esac\n", "another last arm"),
        (HEAD + GCC + RUSTC + TAIL.replace("exit 1", "true"), "another last arm"),
        (FILE + "echo 1.2.3\n", "another end of the script"),
        (HEAD + LLVM + RUSTC + TAIL, "without gcc"),
        (HEAD + GCC + LLVM + TAIL, "without rustc"),
        (HEAD + GCC + GCC + RUSTC + TAIL, "a second arm 'gcc'"),
        (HEAD + GCC + TAIL.replace("esac\n", "") + RUSTC + TAIL, "arm '*'"),
        (HEAD + "gcc|clang)\n\techo 1.2.3\n\t;;\n" + RUSTC + TAIL, "arm 'gcc|clang'"),
        (HEAD + GCC.replace("\t;;\n", "\t;&\n") + RUSTC + TAIL, "'&'"),
        ('if [ "$SRCARCH" = sh ]; then\nlow=1.2.3\nfi\n' + FILE, "$SRCARCH"),
    ],
)
def test_another_shape_of_script_is_refused(content, found):
    """Case, its end, gcc and rustc must be there, and the port must not be tested elsewhere."""
    with pytest.raises(ShapeError) as error:
        read(content)
    assert found in error.value.found


def test_a_cut_file_never_reads_as_fewer_tools():
    """Every prefix gives all the facts or a ShapeError."""
    whole = read(FILE)
    for length in range(len(FILE)):
        with contextlib.suppress(ShapeError):
            assert read(FILE[:length]) == whole


@settings(deadline=None)
@given(st.lists(st.sampled_from(FILE.split("\n")) | st.text()).map("\n".join), st.booleans())
def test_any_text_gives_facts_or_a_shape_error(content, inside):
    """No text raises anything else."""
    with contextlib.suppress(ShapeError):
        assert read(HEAD + GCC + RUSTC + content + TAIL if inside else content)


@pytest.mark.trees
def test_real_trees_have_the_versions_read_by_hand(trees):
    """General minimums of gcc, llvm, rustc and bindgen, and all the overrides."""
    parisc, s390 = ("gcc", "12.0.0", 'ARCH = "parisc64"'), ("llvm", "15.0.0", 'SRCARCH = "s390"')
    s390_x86 = ("llvm", "15.0.0", 'SRCARCH = "s390" || SRCARCH = "x86"')
    rustc_s390 = ("rustc", "1.96.0", 'SRCARCH = "s390"')
    loongarch = ("llvm", "18.0.0", 'SRCARCH = "loongarch"')
    expected = {
        "linux-6.1.176": (["5.1.0", "11.0.0", "1.62.0", "0.56.0"], [s390]),
        "linux-6.12.107": (["5.1.0", "13.0.1", "1.78.0", "0.65.1"], [parisc, s390, loongarch]),
        "linux-6.17.8": (["8.1.0", "13.0.1", "1.78.0", "0.65.1"], [parisc, s390_x86, loongarch]),
        "linux-6.18.15": (["8.1.0", "15.0.0", "1.78.0", "0.65.1"], [parisc, loongarch]),
        "linux-7.1.13": (["8.1.0", "15.0.0", "1.85.0", "0.71.1"], [parisc, loongarch]),
        "linux-7.2.6": (["8.1.0", "17.0.1", "1.85.0", "0.71.1"], [parisc, loongarch, rustc_s390]),
    }
    for name in sorted(expected.keys() & trees.keys()):
        facts = read((trees[name] / PATH).read_text(encoding="utf-8"))
        general = {fact.subject: fact.value for fact in facts if not fact.when}
        versions, overrides = expected[name]
        assert [general[tool] for tool in ("gcc", "llvm", "rustc", "bindgen")] == versions, name
        assert [(fact.subject, fact.value, fact.when) for fact in facts if fact.when] == overrides
        assert ("icc" in general) == (name == "linux-6.1.176")
