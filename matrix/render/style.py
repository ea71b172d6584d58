"""Words with a meaning -> the same words in colour, and text without it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.cell import Status
from matrix.model import Truth
from matrix.places import BOLD, CYAN, GREEN, PLAIN, RED, YELLOW, without_colour

if TYPE_CHECKING:
    from collections.abc import Iterable

# The age of an answer is filled in when it is read (places.AGE).
_KEPT = re.compile("(\x1b\\[(?:0|1|3[1236])m|\x1e)")

_BY_TRUTH = {Truth.YES: GREEN, Truth.NO: RED, Truth.UNKNOWN: YELLOW}
_BY_STATUS = {
    Status.SUPPORTED: GREEN,
    Status.CONDITIONAL: CYAN,
    Status.UNKNOWN: YELLOW,
    Status.BLOCKED: RED,
}


def bold(words: str) -> str:
    """Words that stand out."""
    return f"{BOLD}{words}{PLAIN}"


def truth(words: str, meaning: Truth) -> str:
    """Words in the colour of yes, no or unknown."""
    return f"{_BY_TRUTH[meaning]}{words}{PLAIN}"


def status(words: str, meaning: Status) -> str:
    """Words in the colour of a status."""
    return f"{_BY_STATUS[meaning]}{words}{PLAIN}"


def without(text: str) -> str:
    """The text without any of our colours."""
    return without_colour(text)


def safe_lines(lines: Iterable[str]) -> str:
    """Lines as one text, ending in one newline: our own colours stay, every other control character is shown as such.

    Upstream's words may hold anything; no control character of theirs may reach a terminal.
    """
    return "".join(f"{_safe(line)}\n" for line in lines)


def safe(text: str) -> str:
    """The same of a text that is ready: its line ends and tabs stay."""
    return "\n".join(_safe(line, kept="\t") for line in text.split("\n"))


def _safe(line: str, kept: str = "") -> str:
    if line.isprintable():
        return line
    parts = re.split(_KEPT, line)
    return "".join(p if i % 2 else printable(p, kept) for i, p in enumerate(parts))


def printable(words: str, kept: str = "") -> str:
    """The words with a replacement character for each that does not print and is not among those that are kept."""
    return "".join(c if c.isprintable() or c in kept else "\ufffd" for c in words)
