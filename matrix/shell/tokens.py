"""A shell script's text -> its words and marks, comments and blanks left out, each with its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matrix.text import Text

# The kernel's scripts stay far below (10 kB); the bound keeps the time for anything else short.
_LONGEST = 256 * 1024

_BLANK = re.compile(r"(?:[ \t\f]|\\\n|(?<![^ \t\f\n;&|()])#[^\n]*)+")
_MARK = re.compile(r"\n|;;|;|&&|\|\||[|()&]")
_SPECIAL = re.compile(r"""['"\\`(){}]|\$[({]|[ \t\f\n;&|<>]""")
_REDIRECTION = re.compile(r"[<>]+&?")


class Token(NamedTuple):
    """mark is one of the shell's own, "" for a word."""

    line: int
    text: str
    mark: bool


def tokens(text: Text) -> list[Token]:
    """The tokens in order, and one without text at the end.

    Raises: ShapeError for a quote or `$( )` that does not end, a backtick, a document inside the script, and more than
    _LONGEST characters.
    """
    if len(text.content) > _LONGEST:
        raise text.drift(0, f"{len(text.content)} characters", f"at most {_LONGEST}")
    content, at, line = text.content, 0, 1
    read: list[Token] = []
    while at < len(content):
        start = at
        if blank := _BLANK.match(content, at):
            at = blank.end()
        elif mark := _MARK.match(content, at):
            at = mark.end()
            read.append(Token(line, mark[0], mark=True))
        elif redirection := _REDIRECTION.match(content, at):
            if redirection[0].startswith("<<"):
                raise text.drift(line, redirection[0], "no document inside the script")
            at = redirection.end()
            read.append(Token(line, redirection[0], mark=False))
        else:
            at = _word_end(text, at, line)
            read.append(Token(line, content[start:at], mark=False))
        line += content.count("\n", start, at)
    return [*read, Token(line, "", mark=True)]


def _word_end(text: Text, start: int, line: int) -> int:
    """The end of the word that begins at `start`: blanks inside quotes and `$( )` are its own."""
    content, at = text.content, start
    open_: list[str] = []
    while special := _SPECIAL.search(content, at):
        mark, inside = special[0], open_[-1] if open_ else ""
        at = special.end()
        if mark == "`":
            raise text.drift(line, mark, "`$( )`")
        if mark == "\\":
            at += 1
        elif inside and mark == inside:
            open_.pop()
        elif mark in {"$(", "${"}:
            open_.append(")" if mark == "$(" else "}")
        elif mark == '"':
            open_.append('"')
        elif inside == '"' or mark in "{}":
            continue
        elif mark == "'":
            at = content.find("'", at) + 1 or len(content) + 1
        elif mark == "(" and inside:
            open_.append(")")
        elif not inside:
            return special.start()
    if open_ or at > len(content):
        raise text.drift(line, content[start : start + 40], "the end of the quote or the `$( )`")
    return len(content)
