"""Text -> the terminal: colours where they are wanted, ages filled in, nothing half-written."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from matrix.render import style
from matrix.render.layout import wrap
from matrix.render.phrases import AGE, age_words

if TYPE_CHECKING:
    from datetime import datetime


def write(text: str, checked_at: datetime | None = None, now: datetime | None = None) -> None:
    """Print text that holds colour codes and perhaps the place of an age."""
    if checked_at is not None and now is not None:
        text = text.replace(AGE, age_words(checked_at, now))
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


def coloured() -> bool:
    """Colour for a terminal only, and never where NO_COLOR is set (no-color.org) or the terminal is dumb."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
