"""scripts/rust_is_available.sh -> the versions of rustc, bindgen and libclang that it refuses, or warns of.

A shell script; where a test on versions holds, it says so, and either exits with an error or goes on:

    if [ "$rust_compiler_cversion" -lt "$rust_compiler_min_cversion" ]; then
        exit 1
    fi
    if [ "$rust_bindings_generator_cversion" -eq 9800 ]; then
        if ! "$BINDGEN" probe.h; then
            warning=1
        fi
    fi

This refuses RUSTC_VERSION < RUSTC_MIN_VERSION, and warns of BINDGEN_VERSION = 9800 where bindgen fails at probe.h too.
A number is 100000 * MAJOR + 100 * MINOR + PATCH for each tool; X_MIN_VERSION is what min-tool-version.sh says of x.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.expression import YES, And, Atom, Compare, Expr, ExpressionError, Not, Or, all_of, negate, parse, show
from matrix.model import Fact
from matrix.shell import script
from matrix.shell.condition import condition, literal, variable
from matrix.shell.script import AndOrList, Function, If

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.shell.condition import Test
    from matrix.shell.script import Command, Node
    from matrix.text import Text

VERSION = 1
# A line a fact: subject | attribute | value | when. docs/facts.md is made of these (scripts/document-facts).
EMITS = """
`rustc`, `bindgen`, `libclang` | `broken`: the script ends with an error | `too-old` | `RUSTC_VERSION <
    RUSTC_MIN_VERSION`
same | `warns`: it says so and goes on | `too-new`; `bug` for versions known to be bad; `mismatch` | `LIBCLANG_VERSION
    >= 1900100 && BINDGEN_VERSION < 6905 && !$(shell,...)`
same | `version-policy` | `exactly` where it warns of what is newer than the minimum, else `minimum` |
"""

# The script's variables for what the installed tools say -> the names that facts use.
_TOOLS = {
    "rust_compiler_version": "RUSTC_VERSION",
    "rust_bindings_generator_version": "BINDGEN_VERSION",
    "bindgen_libclang_version": "LIBCLANG_VERSION",
}
_TEXTS = {"clang_version": "CLANG_VERSION_TEXT", "bindgen_libclang_version": "LIBCLANG_VERSION_TEXT"}
_SUBJECTS = {"RUSTC": "rustc", "BINDGEN": "bindgen", "LIBCLANG": "libclang"}
_COMPARISONS = {"-lt": "<", "-le": "<=", "-gt": ">", "-ge": ">=", "-eq": "=", "-ne": "!="}
_BESIDE_MINIMUM = {"<": "too-old", ">": "too-new"}
_ENCODING = ("echo", "$((100000 * $1 + 100 * $2 + $3))")
_MINIMUM = re.compile(r"(\w+)=\$\(\$min_tool_version (rustc|bindgen|llvm)\)")
_NUMBER = re.compile(r"(\w+)=\$\(get_canonical_version \$(\w+)\)")
_REFERENCE = re.compile(r"\$\{?(\w+)")
_DIGITS = re.compile(r"[0-9]{1,9}")
_VERBOSE = ('"$1"', "=", "-v")
_LAST = '"$rustc_src_core"'


def extract(text: Text) -> list[Fact]:
    """Read `broken` (refused) and `warns`, each under its tests, and `version-policy` of each tool.

    A value is `too-old` or `too-new` beside the minimum, `bug` for numbers, `mismatch` for texts that differ.

    Raises: ShapeError for a test or use of a version that is not understood, numbers made in another way, a tool whose
    minimum is not tested, and a script that does not end with the test for the library's source.
    """
    nodes = script.parse_script(text)
    reader = _Reader(text)
    facts = list(reader.read(nodes, YES, 0))
    last = nodes[-1] if nodes else None
    if not isinstance(last, If) or _LAST not in last.branches[0][0].commands[0].words:
        raise text.drift(last.line if last else 0, "another end of the script", f"a test of {_LAST}")
    if not reader.encoded:
        raise text.drift(0, "no get_canonical_version", " ".join(_ENCODING))
    return [*facts, *(_policy(text, facts, subject) for subject in _SUBJECTS.values())]


def _policy(text: Text, facts: list[Fact], subject: str) -> Fact:
    """`exactly` where the script warns of what is newer than the minimum, else `minimum`."""
    told = {(fact.attribute, fact.value): fact.line for fact in facts if fact.subject == subject}
    if ("broken", "too-old") not in told:
        raise text.drift(0, f"no minimum of {subject}", "a test for each tool that is too old")
    if ("warns", "too-new") in told:
        return Fact(subject, "version-policy", "exactly", line=told["warns", "too-new"])
    return Fact(subject, "version-policy", "minimum", line=told["broken", "too-old"])


class _Reader:
    """numbers and minimums: what the script's variables hold, in the words of facts, as assignments go by."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.minimums: dict[str, str] = {}
        self.numbers: dict[str, str] = {}
        self.encoded = False

    def read(self, nodes: tuple[Node, ...], when: Expr, line: int) -> Iterator[Fact]:
        """The facts of what is run under `when`, of which the test at `line` is the last on a version."""
        for node in nodes:
            match node:
                case AndOrList():
                    for command in node.commands:
                        self._command(command)
                case If():
                    yield from self._conditional(node, when, line)
                case Function(_, "get_canonical_version", (*_, AndOrList((last,)))) if last.words == _ENCODING:
                    self.encoded = True
                case _:
                    yield from self._function(node)

    def _function(self, node: Node) -> Iterator[Fact]:
        if not isinstance(node, Function) or "version" in node.name:
            raise self.text.drift(node.line, "a case, or a function on versions", " ".join(_ENCODING))
        yield from self.read(node.body, YES, 0)

    def _command(self, command: Command) -> None:
        line, words = command
        if words[0] == "echo" and "|" not in words:
            return
        if minimum := _MINIMUM.fullmatch(words[0]):
            self.minimums[minimum[1]] = f"{minimum[2].upper()}_MIN_VERSION"
        elif number := _NUMBER.fullmatch(words[0]):
            name = _TOOLS.get(number[2]) or self.minimums.get(number[2])
            if name is None:
                raise self.text.drift(line, words[0], f"the version of {', '.join(_TOOLS)} or a minimum")
            self.numbers[number[1]] = name
        elif self._uses_version(words):
            raise self.text.drift(line, " ".join(words), "a version to be tested by `if`")

    def _uses_version(self, words: tuple[str, ...]) -> bool:
        names = _REFERENCE.findall(" ".join(words))
        return any(name in known for name in names for known in (self.numbers, self.minimums, _TOOLS, _TEXTS))

    def _conditional(self, node: If, when: Expr, line: int) -> Iterator[Fact]:
        for test, body in node.branches:
            tree = condition(self.text, test, self._term)
            line = test.line if any(_compared(tree)) else line
            yield from self._branch(body, all_of([when, tree]), line)
            when = all_of([when, negate(tree)])
        yield from self._branch(node.other or (), when, line)

    def _branch(self, body: tuple[Node, ...], when: Expr, line: int) -> Iterator[Fact]:
        inner = list(self.read(body, when, line))
        plain = [command.words for node in body if isinstance(node, AndOrList) for command in node.commands]
        compared = list(_compared(when))
        if compared and ("exit", "1") in plain:
            yield self._fact("broken", line, when, compared)
            return
        if compared and any(words[0] == "exit" for words in plain):
            raise self.text.drift(line, "another exit for a version", "`exit 1`")
        if compared and any(words[0] == "echo" for words in plain):
            yield self._fact("warns", line, when, compared)
        elif compared and body and not inner:
            raise self.text.drift(line, "a test on a version without words", "a message")
        yield from inner

    def _term(self, test: Test) -> Expr:
        """One term of a test. What has no version in it is opaque."""
        words = test.words
        if not test.command and len(words) == 3:
            left, op, right = words
            if words == _VERBOSE:  # says more, or says it at all: what holds is the same
                return YES
            if variable(left) == "cc_name" and op == "=" and literal(right) == "Clang":
                return Atom("CC_IS_CLANG")
            texts = _TEXTS.get(variable(left)), _TEXTS.get(variable(right))
            if op == "!=" and texts == tuple(_TEXTS.values()):
                return Compare(str(texts[0]), "!=", str(texts[1]))
            number = self.numbers.get(variable(right)) or (right if _DIGITS.fullmatch(right) else "")
            if op in _COMPARISONS and self.numbers.get(variable(left)) in _TOOLS.values() and number:
                return Compare(self.numbers[variable(left)], _COMPARISONS[op], number)
        empty = not test.command and words[0] in {"-z", "-n"}
        if not empty and (self._uses_version(words) or any("version" in word for word in words)):
            raise self.text.drift(test.line, " ".join(words), "a comparison of a version with a number or the minimum")
        atom = Atom(f"$(shell,{' '.join(' '.join(words).split())})")
        try:
            if parse(atom.name) == atom:
                return atom
        except ExpressionError:
            pass
        raise self.text.drift(test.line, " ".join(words), "a command whose parentheses match")

    def _fact(self, attribute: str, line: int, when: Expr, compared: list[Compare]) -> Fact:
        last = compared[-1]
        named = last.right if last.left in _TEXTS.values() else last.left
        subject = _SUBJECTS[named.partition("_")[0]]
        minimums = [item for item in compared if item.right.endswith("_MIN_VERSION")]
        if any(item.left in _TEXTS.values() for item in compared):
            value = "mismatch"
        elif not minimums:
            value = "bug"
        elif len(compared) == 1 and last.op in _BESIDE_MINIMUM:
            value = _BESIDE_MINIMUM[last.op]
        else:
            raise self.text.drift(line, show(when), "the minimum alone, below or above it")
        return Fact(subject, attribute, value, show(when), line)


def _compared(tree: Expr) -> Iterator[Compare]:
    """Each comparison in the expression, left to right."""
    match tree:
        case Compare():
            yield tree
        case Not(item):
            yield from _compared(item)
        case And(items) | Or(items):
            for item in items:
                yield from _compared(item)
