"""Text -> the terminal: colours where they are wanted, ages filled in, nothing half-written."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from matrix.render import style
from matrix.render.layout import wrap
from matrix.render.phrases import AGE, checked_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

_BAR = 30


def write(text: str, checked_at: datetime | None = None, now: datetime | None = None) -> None:
    """Print text that holds colour codes and perhaps the place of an age."""
    if checked_at is not None and now is not None:
        text = text.replace(AGE, checked_words(checked_at, now))
    sys.stdout.write(text if coloured() else style.without(text))


def write_json(value: object) -> None:
    """Print one JSON document, keys in the order given; what does not print is written as an escape."""
    lines = json.dumps(value, indent=2, ensure_ascii=False).split("\n")
    sys.stdout.write("".join(f"{line if line.isprintable() else _escaped(line)}\n" for line in lines))


def _escaped(line: str) -> str:
    """JSON leaves C1 controls and bidi overrides as they are, which a terminal obeys; they stand in strings alone."""
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def complain(message: str) -> None:
    """Print an error to standard error in 80 columns, without upstream's control characters."""
    lines = [line for part in f"archmatrix: {message}".split("\n") for line in wrap(part)]
    sys.stderr.write(style.without(style.safe_lines(lines)))


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on standard error while it is a terminal, taken away at the end: done, of how many, which one."""
    watched = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def tell(done: int, total: int, which: str) -> None:
        if watched:
            filled = "#" * (_BAR * done // max(total, 1))
            line = style.safe_lines([f"{what} [{filled:<{_BAR}}] {done}/{total} {which}"])
            sys.stderr.write(f"\r\x1b[K{style.without(line).strip()[:79]}")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        if watched:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def coloured() -> bool:
    """Colour for a terminal only, and never where NO_COLOR is set (no-color.org) or the terminal is dumb."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
