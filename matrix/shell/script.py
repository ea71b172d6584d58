r"""A POSIX shell script -> its commands, conditionals and case arms, each with the line where it stands.

Of the shell's grammar, what the kernel's scripts for versions need; the rest is refused and never guessed at:

    low=$(tool --version | head -n 1) || code=$?       a run of commands: words as written, joined by && and ||
    if [ "$A" = b -o "${A}" = c ] && ! d; then         a conditional; matrix/shell/condition.py reads its test
    case "$A" in b|c) echo 1 ;; *) exit 1 ;; esac      arms with their patterns
    name() { echo 1; }                                 a function
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Union

from matrix.shell.tokens import Token, tokens

if TYPE_CHECKING:
    from matrix.errors import ShapeError
    from matrix.text import Text

# The kernel's scripts nest four deep; the bound keeps hostile input from exhausting the stack.
_DEEPEST = 20

_NAME = re.compile(r"[A-Za-z_]\w*")
_REFUSED = frozenset({"for", "while", "until", "select", "function", "{", "}", "[[", "then", "do", "done", "esac"})
_JOINTS = frozenset({"&&", "||"})


class Command(NamedTuple):
    """The words of a pipeline as written, quotes, redirections, `|` and a leading `!` among them."""

    line: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AndOrList:
    """One command or more; each but the first is joined to those before it by && or ||."""

    commands: tuple[Command, ...]
    joints: tuple[str, ...] = ()

    @property
    def line(self) -> int:
        """The line of the first command."""
        return self.commands[0].line


@dataclass(frozen=True, slots=True)
class If:
    """Each test with what is run where it holds, in order, and what is run where none does; None without `else`."""

    line: int
    branches: tuple[tuple[AndOrList, tuple[Node, ...]], ...]
    other: tuple[Node, ...] | None


class Arm(NamedTuple):
    """The patterns of a case arm as written, and what is run where one matches."""

    line: int
    patterns: tuple[str, ...]
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """The word as written, and its arms."""

    line: int
    word: str
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function's name and body."""

    line: int
    name: str
    body: tuple[Node, ...]


Node = Union[AndOrList, If, Case, Function]


def parse_script(text: Text) -> tuple[Node, ...]:
    """The script's nodes in order. Raises: ShapeError for what is not in the grammar above."""
    return _Parser(text).script()


class _Parser:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0

    def script(self) -> tuple[Node, ...]:
        nodes = self.nodes(frozenset())
        if self.peek().text:
            raise self.fail("a command")
        return nodes

    def peek(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def fail(self, expected: str) -> ShapeError:
        token = self.peek()
        return self.text.drift(token.line, repr(token.text) if token.text else "the end of the file", expected)

    def skip(self, *marks: str) -> None:
        while self.peek().mark and self.peek().text in marks:
            self.at += 1

    def expect(self, word: str, *, mark: bool = False) -> Token:
        if (self.peek().text, self.peek().mark) != (word, mark):
            raise self.fail(f"`{word}`")
        return self.take()

    def nodes(self, stops: frozenset[str]) -> tuple[Node, ...]:
        """The nodes before one of the words `stops`, or before a mark that begins no command."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.fail(f"at most {_DEEPEST} levels")
        nodes: list[Node] = []
        while True:
            self.skip("\n", ";")
            token = self.peek()
            if token.mark or token.text in stops:
                self.depth -= 1
                return tuple(nodes)
            nodes.append(self.node())

    def node(self) -> Node:
        word, follows = self.tokens[self.at : self.at + 2]
        if word.text == "if":
            node: Node = self.conditional()
        elif word.text == "case":
            node = self.case()
        elif follows.mark and follows.text == "(" and _NAME.fullmatch(word.text):
            node = self.function()
        else:
            node = self.run()
        if not self.peek().mark or self.peek().text not in {"", "\n", ";", ";;"}:
            raise self.fail("the end of the command")
        return node

    def run(self) -> AndOrList:
        commands, joints = [self.command()], []
        while self.peek().mark and self.peek().text in _JOINTS:
            joints.append(self.take().text)
            self.skip("\n")
            commands.append(self.command())
        return AndOrList(tuple(commands), tuple(joints))

    def command(self) -> Command:
        first = self.peek()
        if first.mark or first.text in _REFUSED:
            raise self.fail("a plain command")
        words: list[str] = []
        while not self.peek().mark or self.peek().text == "|":
            token = self.take()
            words.append(token.text)
            if token.mark:
                self.skip("\n")
                if self.peek().mark:
                    raise self.fail("a command behind `|`")
        if words == ["!"]:
            raise self.fail("a command")
        return Command(first.line, tuple(words))

    def conditional(self) -> If:
        line = self.peek().line
        branches: list[tuple[AndOrList, tuple[Node, ...]]] = []
        while self.peek().text in {"if", "elif"}:
            self.take()
            test = self.run()
            self.skip("\n", ";")
            self.expect("then")
            branches.append((test, self.nodes(frozenset({"elif", "else", "fi"}))))
        other: tuple[Node, ...] | None = None
        if self.peek().text == "else":
            self.take()
            other = self.nodes(frozenset({"fi"}))
        self.expect("fi")
        return If(line, tuple(branches), other)

    def case(self) -> Case:
        line = self.take().line
        word = self.take()
        if word.mark:
            raise self.text.drift(word.line, repr(word.text), "a word")
        self.skip("\n")
        self.expect("in")
        arms: list[Arm] = []
        while True:
            self.skip("\n")
            if self.peek() == (self.peek().line, "esac", False):
                self.take()
                return Case(line, word.text, tuple(arms))
            arms.append(self.arm())

    def arm(self) -> Arm:
        self.skip("(")
        line, patterns = self.peek().line, [self.word()]
        while self.peek().mark and self.peek().text == "|":
            self.take()
            patterns.append(self.word())
        self.expect(")", mark=True)
        body = self.nodes(frozenset({"esac"}))
        if self.peek().text != "esac":
            self.expect(";;", mark=True)
        return Arm(line, tuple(patterns), body)

    def word(self) -> str:
        if self.peek().mark:
            raise self.fail("a pattern")
        return self.take().text

    def function(self) -> Function:
        name = self.take()
        self.expect("(", mark=True)
        self.expect(")", mark=True)
        self.skip("\n")
        self.expect("{")
        body = self.nodes(frozenset({"}"}))
        self.expect("}")
        return Function(name.line, name.text, body)
