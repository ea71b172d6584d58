"""Text -> the terminal: colours where they are wanted, ages filled in, nothing half-written."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from matrix.cli.streams import forget, say
from matrix.places import AGE, is_coloured, told_at
from matrix.render import style
from matrix.render.layout import wrap
from matrix.render.phrases import checked_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

_BAR = 30


def write(text: str, checked_at: datetime | None = None, now: datetime | None = None) -> None:
    """Print text that holds colour codes, perhaps the place of an age, and lines that hold from a moment on.

    The one door to the terminal: whatever strangers' words the text holds, no control character of theirs leaves.
    """
    if checked_at is not None and now is not None:
        text = text.replace(AGE, checked_words(checked_at, now))
    if now is not None:
        text = told_at(text, now.timestamp())
    text = style.safe(text)
    _print(text if is_coloured(sys.stdout) else style.without(text))


def write_json(value: object) -> None:
    """Print one JSON document, keys in the order given; what does not print is written as an escape."""
    import json  # noqa: PLC0415  # text is asked for more often, and needs none

    lines = json.dumps(value, indent=2, ensure_ascii=False).split("\n")
    _print("".join(f"{line if line.isprintable() else _escaped(line)}\n" for line in lines))


def write_json_line(value: object) -> None:
    """Print one JSON value in one line, ASCII alone: what a workflow's output, or a badge's address, is to hold."""
    import json  # noqa: PLC0415

    _print(f"{json.dumps(value)}\n")


class UnwrittenError(Exception):
    """Standard output cannot be written. Its cause says why; without one there is no standard output."""


def _print(text: str) -> None:
    """Raises: UnwrittenError. A reader that went away (head, less) is none: it has what it wanted."""
    if sys.stdout is None:
        raise UnwrittenError
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        forget(sys.stdout)
    except (OSError, UnicodeEncodeError) as error:
        raise UnwrittenError from error


def flush() -> None:
    """Write what is still held back. Raises: UnwrittenError."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        forget(sys.stdout)
    except OSError as error:
        raise UnwrittenError from error


def _escaped(line: str) -> str:
    """JSON leaves C1 controls and bidi overrides as they are, which a terminal obeys; they stand in strings alone."""
    import json  # noqa: PLC0415

    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def complain(message: str, *, then: str = "") -> None:
    """Print an error to standard error in 80 columns, without upstream's control characters.

    then is a command line that helps on, "" for a note that needs none.
    """
    lines = [line for part in f"archmatrix: {message}".split("\n") for line in wrap(part)]
    # One line, however long, so that it can be copied.
    lines += [f"  next: {then}"] if then else []
    say(style.without(style.safe_lines(lines)))


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on standard error while it is a terminal, taken away at the end: done, of how many, which one."""
    watched = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

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
