"""Words -> lines of at most 80 columns."""

from __future__ import annotations

import textwrap

WIDTH = 80


def wrap(words: str, indent: int = 0) -> list[str]:
    """A paragraph, its further lines indented by two more."""
    return textwrap.wrap(
        words,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def hang(head: str, words: str, column: int) -> list[str]:
    """Words wrapped in a column behind a head, which may hold colour codes and must be that wide already."""
    body = textwrap.wrap(words, WIDTH - column, break_long_words=False, break_on_hyphens=False) or [""]
    return [(head + body[0]).rstrip(), *(" " * column + line for line in body[1:])]


def field(label: str, words: str, column: int = 12) -> list[str]:
    """A label and what it labels."""
    return hang(f"{label:<{column - 1}} ", words, column)
