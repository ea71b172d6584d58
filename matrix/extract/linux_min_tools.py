"""scripts/min-tool-version.sh -> the oldest version of each tool that can build the kernel, and its overrides.

A shell `case` with one arm a tool:

    case "$1" in
    rustc)
        if [ "$SRCARCH" = alpha -o "$SRCARCH" = sh ]; then
            echo 9.8.0
        else
            echo 9.7.0
        fi
        ;;
    *)
        exit 1
        ;;
    esac

`$SRCARCH` is a folder of arch/ while `$ARCH` also has values that are none (`parisc64`, whose SRCARCH is
`parisc`). The else branch holds for whatever no test before it names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.expression import YES, Compare, Expr, all_of, any_of, show
from matrix.model import Fact
from matrix.shell.condition import condition, literal, variable
from matrix.shell.script import AndOrList, Case, If, parse_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.shell.condition import Test
    from matrix.shell.script import Arm, Node
    from matrix.text import Text

VERSION = 2
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = r"""
tool (`rustc`) | `minimum` | version | `ARCH = "parisc64"`, `SRCARCH = "s390" \|\| SRCARCH = "x86"`; the general one
    has none. The first that holds counts
"""

_TOOL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)+")
_PORT = re.compile(r"[A-Za-z0-9_]+")
_PORTS = frozenset({"ARCH", "SRCARCH"})
_EQUAL = {"=": "=", "==": "=", "!=": "!="}
_ANCHORS = ("gcc", "rustc")


def extract(text: Text) -> list[Fact]:
    """Read `minimum` for each tool: of a tool's facts the first holds whose `when` does, the general one has none.

    Raises: ShapeError for a missing `case`, what the shell does beside it, an arm that does not come to a version on
    every way, a tool or test that comes twice, and a script without gcc or rustc.
    """
    facts: list[Fact] = []
    tools: set[str] = set()
    for tool, arm in _arms(text):
        if tool in tools:
            raise text.drift(arm.line, f"a second arm {tool!r}", "each tool once")
        tools.add(tool)
        told = list(_minimums(text, tool, arm.line, arm.body, YES))
        for index, fact in enumerate(told):
            if fact.when in {before.when for before in told[:index]}:
                raise text.drift(fact.line, f"a second test for {fact.when}", "each test once")
        facts += told
    for anchor in _ANCHORS:
        if anchor not in tools:
            raise text.drift(0, f"{len(tools)} tools without {anchor}", f"an arm for {anchor}")
    return facts


def _arms(text: Text) -> Iterator[tuple[str, Arm]]:
    """Each tool with its arm."""
    *before, last = parse_script(text) or (None,)
    if not isinstance(last, Case) or variable(last.word) != "1":
        raise text.drift(last.line if last else 0, "another end of the script", '`case "$1" in` ... `esac`')
    if any(isinstance(node, Case) for node in before):
        raise text.drift(last.line, "a second case", "one case")
    # A version that depends on the port before the case is reached would be missed.
    for number, line in enumerate(text.content.split("\n")[: last.line - 1], start=1):
        if "ARCH" in line and not line.startswith("#"):
            raise text.drift(number, repr(line), "no test of the port before the case")
    fallback = last.arms[-1] if last.arms else None
    if fallback is None or fallback.patterns != ("*",) or not _refuses(fallback):
        raise text.drift(fallback.line if fallback else last.line, "another last arm", "`*)` with `exit 1`")
    for arm in last.arms[:-1]:
        if len(arm.patterns) != 1 or not _TOOL.fullmatch(arm.patterns[0]):
            raise text.drift(arm.line, f"arm {'|'.join(arm.patterns)!r}", "`TOOL)`")
        yield arm.patterns[0], arm


def _refuses(arm: Arm) -> bool:
    last = arm.body[-1] if arm.body else None
    return isinstance(last, AndOrList) and [command.words for command in last.commands] == [("exit", "1")]


def _minimums(text: Text, tool: str, line: int, body: tuple[Node, ...], when: Expr) -> Iterator[Fact]:
    """The facts of one way through an arm: its version, or what each branch of a conditional or case comes to."""
    if len(body) != 1:
        raise text.drift(body[1].line if body else line, f"{len(body)} commands", "`echo VERSION`, if or case")
    node = body[0]
    if isinstance(node, AndOrList):
        words = node.commands[0].words
        if len(node.commands) != 1 or len(words) != 2 or words[0] != "echo" or not _VERSION.fullmatch(words[1]):
            raise text.drift(node.line, " ".join(words), "`echo VERSION`")
        yield Fact(tool, "minimum", words[1], show(when), node.line)
    elif isinstance(node, (If, Case)):
        branches = _tests(text, node) if isinstance(node, If) else _patterns(text, node)
        for at, test, inner in branches:
            yield from _minimums(text, tool, at, inner, all_of([when, test]))
    else:
        raise text.drift(node.line, "a function", "`echo VERSION`, if or case")


def _tests(text: Text, node: If) -> Iterator[tuple[int, Expr, tuple[Node, ...]]]:
    for run, body in node.branches:
        yield run.line, condition(text, run, lambda test: _port(text, test)), body
    if node.other is None:
        raise text.drift(node.line, "an if without else", "a version on every way")
    yield node.line, YES, node.other


def _patterns(text: Text, node: Case) -> Iterator[tuple[int, Expr, tuple[Node, ...]]]:
    if variable(node.word) not in _PORTS or not node.arms or node.arms[-1].patterns != ("*",):
        raise text.drift(node.line, f"case {node.word}", "a case of $ARCH or $SRCARCH that ends with `*)`")
    *arms, fallback = node.arms
    for arm in arms:
        for pattern in arm.patterns:
            if not _PORT.fullmatch(literal(pattern)):
                raise text.drift(arm.line, f"pattern {pattern!r}", "the name of a port")
        names: list[Expr] = [Compare(variable(node.word), "=", f'"{literal(pattern)}"') for pattern in arm.patterns]
        yield arm.line, any_of(names), arm.body
    yield fallback.line, YES, fallback.body


def _port(text: Text, test: Test) -> Expr:
    """`"$SRCARCH" = s390` -> `SRCARCH = "s390"`."""
    if not test.command and len(test.words) == 3 and test.words[1] in _EQUAL:
        left, op, right = test.words
        name, port = (left, right) if variable(left) else (right, left)
        if variable(name) in _PORTS and _PORT.fullmatch(literal(port)):
            return Compare(variable(name), _EQUAL[op], f'"{literal(port)}"')
    raise text.drift(test.line, " ".join(test.words), '`"$ARCH" = NAME`, or $SRCARCH')
