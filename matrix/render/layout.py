"""Words -> lines of at most 80 columns, and no more lines than there is room for."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from matrix.render import style

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH = 80
_COLUMN = 12


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


def cut(line: str) -> str:
    """One line: what does not fit stands elsewhere."""
    bare = style.without(line)
    if len(bare) <= WIDTH:
        return line
    return f"{bare[: WIDTH - 4].rsplit(' ', 1)[0]} ..."


def alike_lines(named: Iterable[tuple[str, str]]) -> list[str]:
    """A line for each name and what is said of it, in the order given; those of which the same is said stand together.

    Names and what is said of several of them stand on lines of their own.
    """
    alike: dict[str, list[str]] = {}
    for name, words in named:
        alike.setdefault(words, []).append(name)
    lines = []
    for words, own in alike.items():
        lines += [cut(f"{own[0]}: {words}")] if len(own) == 1 else [*wrap(f"{', '.join(own)}:"), cut(f"  {words}")]
    return lines


class Field(NamedTuple):
    """A label with items, each on lines of its own.

    elsewhere is what to type to see those that there is no room for; holding is how many they are, where an item holds
    several. joined: the items are short, and stand in a row.
    """

    label: str
    items: Sequence[str]
    elsewhere: str = ""
    holding: int = 0
    joined: bool = False


def fitting(fields: Sequence[Field], room: int) -> list[str]:
    """As many items of each field as there is room for, the first fields' first; the others are counted in the end.

    room is in lines.
    """
    lines: list[str] = []
    counted: list[Field] = []
    for number, found in enumerate(fields):
        rest = len(_besides([*counted, *fields[number + 1 :]]))
        shown = _shown(found, room - len(lines) - rest)
        lines += shown
        counted += [] if shown else [found]
    return lines + _besides(counted)


def _shown(found: Field, room: int) -> list[str]:
    """The field with as many items as there is room for, and what is left out counted; [] where not one has room."""
    for taken in range(len(found.items), 0, -1):
        words = list(found.items[:taken])
        if missing := len(found.items) - taken:
            words.append(f"{missing} more: {found.elsewhere}")
        words = ["; ".join(words)] if found.joined else words
        lines = [line for n, item in enumerate(words) for line in field("" if n else found.label, item, _COLUMN)]
        if len(lines) <= room:
            return lines
    return []


def _besides(fields: Sequence[Field]) -> list[str]:
    words = [f"{f.label} ({f.holding or len(f.items)})" for f in fields]
    return field("besides", f"{', '.join(words)}: -v", _COLUMN) if words else []
