"""Words -> troff with the macros of man(7): what a manual page is written in.

Every piece of text that is not a macro of ours goes through `text`, which lets none of its characters be read as troff.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# What groff shows as another character, or reads as a request. A hyphen stands for an option's dash as well, and is
# to be copied as one.
_ESCAPED = str.maketrans(
    {"\\": r"\e", "-": r"\-", "'": r"\(aq", '"': r"\(dq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti", "\n": " "}
)


def text(words: str) -> str:
    """One line of running text, with nothing in it that troff would read."""
    written = words.translate(_ESCAPED)
    # A point at the beginning of a line would be a request.
    return rf"\&{written}" if written.startswith(".") else written


def strong(words: str) -> str:
    """Words to be typed as they stand."""
    return rf"\fB{text(words)}\fR"


def placeholder(words: str) -> str:
    """Words that stand for others."""
    return rf"\fI{text(words)}\fR"


def title(name: str, section: int, source: str, manual: str) -> list[str]:
    """The head of the page. No date stands in it: the same source gives the same page."""
    return [f'.TH "{text(name.upper())}" "{section}" "" "{text(source)}" "{text(manual)}"']


def section(name: str, lines: Iterable[str]) -> list[str]:
    """A section with its lines of troff."""
    return [f'.SH "{text(name)}"', *lines]


def subsection(name: str, lines: Iterable[str]) -> list[str]:
    """The same within a section."""
    return [f'.SS "{text(name)}"', *lines]


def paragraph(*lines: str) -> list[str]:
    """Lines of troff that are filled."""
    return [".PP", *lines]


def entry(tag: str, lines: Sequence[str]) -> list[str]:
    """A tag in troff, and what it means below it."""
    return [".TP", tag, *lines]


def example(lines: Iterable[str]) -> list[str]:
    """Lines of text that stay as they are."""
    return [".PP", ".nf", ".RS 4", *map(text, lines), ".RE", ".fi"]
