r"""Rust source -> its tokens, comments and blanks left out, each with the place where it stands.

The shape is Rust's own lexical structure (reference, "Tokens"), as far as telling code from comments and strings needs:

    ts.push("arch", 64);    a word, a mark, a word, a mark, a string, a mark, a word (numbers are words), two marks
    r#"raw "string""#  'c'  'lifetime  /* nested /* comment */ */  // comment, as is every doc comment
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.text import Text

# A crate root or build script is far shorter; the bound keeps the time for anything else short.
LONGEST_SOURCE = 1024 * 1024

_TOKEN = re.compile(
    r"""(?P<blank>\s+|//[^\n]*)
      | (?P<comment>/\*)
      | (?P<raw>\b(?:br|cr|r)(?P<hashes>\#*)")
      | (?P<string>\b[bc]?"(?:[^"\\]|\\.)*"|"(?:[^"\\]|\\.)*")
      | (?P<char>b?'(?:[^'\\\n]|\\(?:u\{[^}\n]*\}|[^\n])[^'\n]?)')
      | (?P<word>'?\w+)
      | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"/\*|\*/")


class RustToken(NamedTuple):
    """kind is "word", "string", "char" or "mark", text as written, line counted from 1, offset is into the content."""

    kind: str
    text: str
    line: int
    offset: int

    @property
    def end(self) -> int:
        """The offset in the content at which the token ends."""
        return self.offset + len(self.text)

    @property
    def string(self) -> str:
        """What stands between the quotes of a string, escapes as written."""
        return self.text[self.text.index('"') + 1 : self.text.rindex('"')]


def rust_tokens(text: Text, start: int = 0) -> Iterator[RustToken]:
    """The tokens from `start` on.

    Raises: ShapeError for a comment, or a string, that does not end, and for more than LONGEST_SOURCE characters.
    """
    content = text.content
    if len(content) > LONGEST_SOURCE:
        raise text.drift(0, f"{len(content)} characters", f"at most {LONGEST_SOURCE}")
    at, line = start, text.line_of(start)
    while match := _TOKEN.match(content, at):
        begin, at = match.span()
        kind = match.lastgroup or "mark"
        if kind == "comment":
            at = _comment_end(text, begin, line)
        elif match["raw"]:
            quote = '"' + match["hashes"]
            end = content.find(quote, at)
            if end < 0:
                raise text.drift(line, match[0], "the end of the raw string")
            kind, at = "string", end + len(quote)
        elif match[0] == '"':
            raise text.drift(line, 'a "', "the end of the string")
        if kind not in {"blank", "comment"}:
            yield RustToken(kind, content[begin:at], line, begin)
        line += content.count("\n", begin, at)


def written(tokens_: list[RustToken]) -> str:
    """The tokens as written, one blank for whatever blanks and comments stood between two of them."""
    ends = [tokens_[0].offset, *(t.end for t in tokens_[:-1])] if tokens_ else []
    return "".join((" " if t.offset > end else "") + t.text for t, end in zip(tokens_, ends, strict=True))


def _comment_end(text: Text, start: int, line: int) -> int:
    depth = 0
    for mark in _COMMENT.finditer(text.content, start):
        depth += 1 if mark[0] == "/*" else -1
        if not depth:
            return mark.end()
    raise text.drift(line, "/*", "the end of the comment")
