"""matrix.shell: shell scripts -> commands, conditionals and case arms; tests -> expressions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.errors import ShapeError
from matrix.expression import Atom, show
from matrix.shell.condition import condition, literal, variable
from matrix.shell.script import AndOrList, Arm, Case, Command, Function, If, parse_script
from matrix.text import Text

SCRIPT = """\
#!/bin/sh
# if this were code, it would not end
low=$( \\
\techo "$a)" 'b)' | sed -n '1s:(.*):\\1:p'
) || code=$?
f()
{
\techo $((1 + $1)) >&2 "x # y"
}
if a "b; c" &&
\t! d | e; then # words
\tg; h
elif i
then
\tj
else
\tk
fi
case "$x" in
(l|m*) n ;;
o)
\tp
esac
"""


def read(content):
    return parse_script(Text("a.sh", content))


def run(line, *words):
    return AndOrList((Command(line, words),))


def test_each_command_stands_on_its_line():
    """Words are kept as written, comments are gone, and what is quoted or inside `$( )` parts nothing."""
    low, f, if_, case = read(SCRIPT)
    assert [(c.line, c.words[0][:6]) for c in low.commands] == [(3, "low=$("), (5, "code=$")]
    assert f == Function(6, "f", (run(8, "echo", "$((1 + $1))", ">&", "2", '"x # y"'),))
    first = AndOrList((Command(10, ("a", '"b; c"')), Command(11, ("!", "d", "|", "e"))), ("&&",))
    branches = ((first, (run(12, "g"), run(12, "h"))), (run(13, "i"), (run(15, "j"),)))
    assert if_ == If(10, branches, (run(17, "k"),))
    arms = (Arm(20, ("l", "m*"), (run(20, "n"),)), Arm(21, ("o",), (run(22, "p"),)))
    assert case == Case(19, '"$x"', arms)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("a\nif b; then c", 2),
        ("if b; c; fi", 1),
        ("if b; then c; fi d", 1),
        ("a\n(b)", 2),
        ("for a in b; do c; done", 1),
        ("{ a; }", 1),
        ("a && { b; }", 1),
        ("a &\nb", 1),
        ("a |\n", 1),
        ("a\n\n&& b", 3),
        ("case a in b c;; esac", 1),
        ("case a in\nb) c ;;\n", 3),
        ("cat <<E\nx\nE\n", 1),
        ("a `b`", 1),
        ("a 'b", 1),
        ('a\nb "c', 2),
        ("a $(b", 1),
        ("a\\", 1),
        ("f() a", 1),
        ("if a; then\n" * 30 + "b\n" + "fi\n" * 30, 20),
        ("a" * 300_000, 0),
    ],
)
def test_what_is_not_in_the_grammar_is_refused(content, line):
    """No loop, subshell, background or document inside, and nothing that does not end."""
    with pytest.raises(ShapeError) as error:
        read(content)
    assert error.value.line in {line, line + 1}


@pytest.mark.parametrize(
    ("test", "shown"),
    [
        ("a", "a"),
        ("a || b && c", "(a || b) && c"),
        ("a && ! b", "a && !b"),
        ("[ a -o b -a c ]", "a || (b && c)"),
        ("[ ! a -a -n b ] || test c = d", "(!a && -n_b) || c_=_d"),
        ("a | b", "a_|_b"),
    ],
)
def test_a_condition_is_an_expression_of_its_terms(test, shown):
    """&& and || bind alike in the shell, and -a closer than -o in a test."""
    (node,) = read(f"if {test}; then x; fi")
    text = Text("a.sh", "")
    assert show(condition(text, node.branches[0][0], lambda t: Atom("_".join(t.words)))) == shown


@pytest.mark.parametrize("test", ["[ a", "[ ]", "[ a = ]b", "[ a = b c d ]", "[ a -o ]", "[ \\( a \\) ]"])
def test_a_test_of_another_shape_is_refused(test):
    """Without its bracket, empty, or with more than two words compared."""
    (node,) = read(f"if {test}; then x; fi")
    with pytest.raises(ShapeError):
        condition(Text("a.sh", ""), node.branches[0][0], lambda t: Atom("_".join(t.words)))


def test_a_word_is_a_variable_or_plain_text_or_neither():
    """In any quotes; nothing is expanded inside single ones."""
    assert [variable(w) for w in ("$a", '"$a"', "${a}", '"${a}"', "'$a'", '"$a', "$a$b", "a", "${a+x}")] == [
        *("a", "a", "a", "a"),
        *("", "", "", "", ""),
    ]
    assert [literal(w) for w in ("a", '"a"', "'a'", "1.2-b+c", "$a", '"a', "a*", '""')] == [
        *("a", "a", "a", "1.2-b+c"),
        *("", "", "", ""),
    ]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*SCRIPT.split("\n"), "'", '"', "$(", "`", "\xa0", "\x85", "&"]) | st.text()).map(
        "\n".join
    )
)
def test_any_text_gives_nodes_or_a_shape_error(content):
    """And ends."""
    try:
        read(content)
    except ShapeError as error:
        assert 0 <= error.line <= content.count("\n") + 1  # noqa: PT017
