"""The past of the variants that a name means -> what `archmatrix history` prints: at most a screen, a sentence first.

    riscv64: yes since 6.12.107 or earlier (no in 6.1.176); this condition since 7.1.13
      known releases of Linux, with rustc 1.95.0, GCC 16.2.0

Below it the releases with which a cell became another; of several variants a line for each, those alike together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matrix.expression import YES
from matrix.model import Truth
from matrix.render import style
from matrix.render.history.text import turns_text
from matrix.render.history.words import since_briefly
from matrix.render.layout import alike_lines, field, wrap
from matrix.render.phrases import answer_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matrix.model import Registry
    from matrix.query.line import Span
    from matrix.render.history.text import AtRelease

_COLUMN = 12
# What can be used comes first.
_ORDER = (Truth.YES, Truth.UNKNOWN, Truth.NO)
# With the conditions below them, a screen.
_MOST_ROWS = 7


class OverReleases(NamedTuple):
    """One variant: the spans of the cell that answers, and every known release."""

    variant: str
    spans: Sequence[Span]
    rows: Sequence[AtRelease]


def history_screen(
    registry: Registry,
    name: str,
    backends: Sequence[str],
    pasts: Sequence[OverReleases],
    about: Iterable[str],
    along: str = "",
) -> str:
    """The screen, ending in one newline. about is what the releases are of and with, and notes, a sentence each.

    along is the option that asks the same again, "" where none was given.
    """
    below = [line for words in about for line in wrap(words, 2)]
    if len(pasts) > 1:
        return style.safe_lines(
            [f"{style.bold(name)}: {len(pasts)} variants", *below, "", *_several(name, pasts, along)]
        )
    (past,) = pasts
    meant = "" if past.variant == name else f" ({past.variant})"
    now = past.spans[-1]
    word = answer_words(now.truth, YES)
    first, *rest = wrap(f"{name}: {since_briefly(past.spans)}{meant}")
    # Coloured once it is wrapped: codes take no room.
    first = first.replace(f"{name}: {word}", f"{style.bold(name)}: {style.truth(word, now.truth)}", 1)
    table = turns_text(registry, backends, past.rows, _MOST_ROWS)
    more = field("more", f"archmatrix history {name}{along} -v", _COLUMN)
    if now.before is not None:
        project = now.first.project
        sides = f"{project}@{now.before.label}..{project}@{now.first.label}"
        more += field("", f"archmatrix diff {sides} --arch {past.variant}", _COLUMN)
    head = style.safe_lines([first, *rest, *below, ""])
    return head + table + style.safe_lines(["", *more])


def _several(name: str, pasts: Sequence[OverReleases], along: str) -> list[str]:
    ordered = sorted(pasts, key=lambda past: _ORDER.index(past.spans[-1].truth))
    lines = alike_lines((p.variant, style.truth(since_briefly(p.spans), p.spans[-1].truth)) for p in ordered)
    first = ordered[0].variant
    return [*lines, "", *field("more", f"archmatrix history {first}{along} (or history {name}{along} -v)", _COLUMN)]
