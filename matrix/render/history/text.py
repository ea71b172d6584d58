"""What was said of one variant at each release -> a table for a terminal of 80 columns, conditions below it.

All releases (history_text), or only those with which something became another (turns_text).

    arm-v7
    Linux      rustc-llvm     rustc-gcc
    6.12.107   no: kernel     no: codegen?
    ...
    6.18.15    conditional 1  no: codegen

    no: RUNG?: a rung before it is unknown

    ...: releases in between were not observed
    1: if !KASAN

A row is a release, a column a backend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matrix.cell import Status
from matrix.render import style
from matrix.render.layout import WIDTH, wrap
from matrix.render.phrases import status_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matrix.change import Said
    from matrix.model import Registry, Revision

_GAP = "..."
_DATED = len("2026-11-20") + 2


class AtRelease(NamedTuple):
    """A release and what each backend's cell was; None for nothing known.

    follows: nothing was released between this row and the one before it.
    """

    revision: Revision
    cells: Mapping[str, Said | None]
    follows: bool = True


def history_text(registry: Registry, variant: str, backends: Sequence[str], rows: Sequence[AtRelease]) -> str:
    """The table, oldest row first as given, ending in one newline; dates where there is room for them."""
    return style.safe_lines([style.bold(variant), *_lines(registry, backends, rows)])


def turns_text(registry: Registry, backends: Sequence[str], rows: Sequence[AtRelease], most: int) -> str:
    """The table with a row for each release with which a cell became another, the newest `most` of them."""
    whole = [row._replace(follows=True) for row in rows]
    turns = [row for before, row in zip([None, *whole], whole, strict=False) if not before or before.cells != row.cells]
    shown = turns[-most:]
    lines = _lines(registry, backends, shown)
    between = "" if all(row.follows for row in rows) else "; not all releases in between were observed"
    until = f"until {rows[-1].revision.label}{between}"
    holds = f"a row holds until the next, the last {until}" if len(turns) > 1 else f"the same {until}"
    earlier = f"; {len(turns) - len(shown)} earlier rows: -v" if len(turns) > len(shown) else ""
    after = 1 + len(shown)
    return style.safe_lines([*lines[:after], "", *wrap(f"{holds}{earlier}"), *lines[after + 1 :]])


def _lines(registry: Registry, backends: Sequence[str], rows: Sequence[AtRelease]) -> list[str]:
    """The head, a line for each row, and behind an empty one what the signs in them mean."""
    conditions: dict[str, int] = {}
    cells = [[_cell(row.cells.get(b), conditions) for b in backends] for row in rows]
    name = registry.projects[rows[0].revision.project].name if rows else ""
    first = max((len(w) for w in [name, *(row.revision.label for row in rows)]), default=0) + 2
    widths = [max(len(w) for w, _ in [(b, None), *(line[i] for line in cells)]) for i, b in enumerate(backends)]
    dated = first + _DATED + sum(w + 2 for w in widths) - 2 <= WIDTH and any(row.revision.date for row in rows)
    heads = "  ".join(f"{b:<{w}}" for b, w in zip(backends, widths, strict=True))
    lines = [f"{name:<{first}}{'date':<{_DATED}}{heads}" if dated else f"{name:<{first}}{heads}"]
    for number, (row, line) in enumerate(zip(rows, cells, strict=True)):
        if number and not row.follows:
            lines.append(_GAP)
        date = f"{row.revision.date:%Y-%m-%d}" if row.revision.date else ""
        head = f"{row.revision.label:<{first}}{f'{date:<{_DATED}}' if dated else ''}"
        # The last column needs no padding, which colour would keep from being stripped.
        lines.append(head + "  ".join(_painted(*c, w) for c, w in zip(line, [*widths[:-1], 0], strict=True)))
    lines = [line.rstrip() for line in lines]
    unproven = any(said and said.also for row in rows for said in row.cells.values())
    lines += [""] if conditions or unproven or _GAP in lines else []
    lines += [f"{_GAP}: releases in between were not observed"] if _GAP in lines else []
    lines += wrap("no: RUNG?: a rung before it is unknown") if unproven else []
    for condition, number in conditions.items():
        lines += wrap(f"{number}: if {condition}")
    return lines


def _cell(said: Said | None, conditions: dict[str, int]) -> tuple[str, Status | None]:
    if said is None:
        return "-", None
    word = status_words(said.word, said.at) + ("?" if said.also else "")
    status = next((s for s in Status if s.value == said.word), None)
    if said.condition:
        word += f" {conditions.setdefault(said.condition, len(conditions) + 1)}"
    return word, status


def _painted(word: str, meaning: Status | None, width: int) -> str:
    return style.status(f"{word:<{width}}", meaning) if meaning else f"{word:<{width}}"
