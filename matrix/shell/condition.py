"""What a shell script tests, `[ "$A" = b -o "${A}" = c ] && ! d` -> an expression, each term as its reader gives it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from matrix.expression import Expr, all_of, any_of, negate
from matrix.shell.script import AndOrList, Command

if TYPE_CHECKING:
    from collections.abc import Callable

    from matrix.text import Text

_VARIABLE = re.compile(r"""(["']?)\$(?:(\w+)|\{(\w+)\})\1""")
_LITERAL = re.compile(r"""(["']?)([\w.+-]+)\1""")


class Test(NamedTuple):
    """One term of a condition: what stands in `[ ]`, or a command that is run for its result."""

    line: int
    words: tuple[str, ...]
    command: bool


def condition(text: Text, run: AndOrList, term: Callable[[Test], Expr]) -> Expr:
    """The expression that the run tests, each term as `term` gives it. && and || bind alike, -a closer than -o.

    Raises: ShapeError for a `[` without `]`, and parentheses in it.
    """
    tree = _result(text, run.commands[0], term)
    for joint, command in zip(run.joints, run.commands[1:], strict=True):
        items = [tree, _result(text, command, term)]
        tree = all_of(items) if joint == "&&" else any_of(items)
    return tree


def variable(word: str) -> str:
    """The variable that is all of a word, quoted or not; "" where it is none."""
    match = _VARIABLE.fullmatch(word)
    return (match[2] or match[3]) if match and match[1] != "'" else ""


def literal(word: str) -> str:
    """A word's text where it is a plain one, quoted or not; "" where it is none."""
    match = _LITERAL.fullmatch(word)
    return match[2] if match else ""


def _result(text: Text, command: Command, term: Callable[[Test], Expr]) -> Expr:
    line, words = command
    if words[0] == "!":
        return negate(_result(text, Command(line, words[1:]), term))
    if words[0] not in {"[", "test"}:
        return term(Test(line, words, command=True))
    if words[0] == "[" and words[-1] != "]":
        raise text.drift(line, " ".join(words), "`]` at the end of the test")
    inner = words[1:-1] if words[0] == "[" else words[1:]
    return any_of(
        [all_of([_term(text, line, part, term) for part in _split(alike, "-a")]) for alike in _split(inner, "-o")]
    )


def _term(text: Text, line: int, words: tuple[str, ...], term: Callable[[Test], Expr]) -> Expr:
    if words[:1] == ("!",):
        return negate(_term(text, line, words[1:], term))
    if not words or "\\(" in words or len(words) > 3:
        raise text.drift(line, " ".join(words), "one comparison of two words")
    return term(Test(line, words, command=False))


def _split(words: tuple[str, ...], at: str) -> list[tuple[str, ...]]:
    parts: list[tuple[str, ...]] = [()]
    for word in words:
        if word == at:
            parts.append(())
        else:
            parts[-1] = (*parts[-1], word)
    return parts
