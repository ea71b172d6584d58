"""What tools build, and which tools a kernel takes -> text for a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Tool
from matrix.render import style
from matrix.render.layout import WIDTH, field, wrap
from matrix.render.phrases import inferred_words
from matrix.render.window.words import (
    NO_KERNEL,
    asks_words,
    bad_words,
    cell_word,
    explained_cells,
    group_words,
    kernel_words,
    none_words,
    override_words,
    rest_words,
    tools_words,
    where_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.model import Evidence, Registry
    from matrix.query.reach import Reach, Reached, ReachRow, Takes
    from matrix.resolve.needs import Needed

_LABEL = 12
# Of the others nobody says that a newer one might not do.
_CHECKED = (Tool.RUSTC, Tool.BINDGEN, Tool.LIBCLANG)
_NAMES = {Tool.GCC: "GCC", Tool.LLVM: "LLVM (clang)"}


def reached_text(registry: Registry, found: Reached) -> str:
    """The table, its reasons below it, and how many rows are not in it."""
    return style.safe_lines([*_head(registry, found), "", *_grid(found), *_reasons(found), *_notes(found)])


def _head(registry: Registry, found: Reached) -> Iterable[str]:
    tools = tools_words(found.scene)
    if found.distro is None:
        yield from wrap(f"Which kernels {tools or 'the newest known tools'} can build with Rust")
        return
    yield from _bold(found.distro.title, "can its kernel have Rust with its own compilers?")
    tools = tools.partition(", C compiler")[0]
    yield from wrap(f"{kernel_words(registry, found.scene)}, {tools}", 2)


def _bold(name: str, words: str) -> list[str]:
    """A line that begins with what stands out, wrapped by what is seen of it."""
    first, *rest = wrap(f"{name}: {words}")
    return [first.replace(name, style.bold(name), 1), *rest]


def _grid(found: Reached) -> Iterator[str]:
    """As many columns beside each other as fit."""
    if not found.columns:
        yield "no release of Linux is known"
    wide = max((len(row.name) for row in found.rows), default=0) + 2
    told = {row.name: [cell_word(cell) for cell in row.cells] for row in found.rows}
    widths = [
        max(len(column), *(len(words[number]) for words in told.values()), 3)
        for number, column in enumerate(found.columns)
        if told
    ]
    for number, (start, end) in enumerate(_blocks(widths, wide)):
        if number:
            yield ""
        gap = " " * (2 if wide + sum(widths[start:end]) + 2 * (end - start - 1) <= WIDTH else 1)
        heads = gap.join(f"{c:<{w}}" for c, w in zip(found.columns[start:end], widths[start:end], strict=True))
        meant = found.distro is not None and end == len(widths)
        yield f"{'':<{wide}}{heads}".rstrip()
        for row in found.rows:
            means = _means(row) if meant else ""
            # Nothing is behind the last one that it would have to be padded for.
            room = [*widths[start : end - 1], widths[end - 1] if means else 0]
            cells = [_coloured(cell, w) for cell, w in zip(row.cells[start:end], room, strict=True)]
            yield f"{row.name:<{wide}}{gap.join([*cells, means] if means else cells)}"


def _blocks(widths: list[int], wide: int) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(widths):
        end, used = start + 1, wide + widths[start]
        while end < len(widths) and used + 1 + widths[end] <= WIDTH:
            used += 1 + widths[end]
            end += 1
        yield start, end
        start = end


def _coloured(cell: Reach | None, width: int) -> str:
    words = f"{cell_word(cell):<{width}}"
    return words if cell is None else style.truth(words, cell.answer)


def _means(row: ReachRow) -> str:
    """What a distribution's own name means, where that is called otherwise."""
    return "" if row.variants == (row.name,) else f"({', '.join(row.variants)})"


def _reasons(found: Reached) -> Iterator[str]:
    explained = explained_cells(found)
    if explained:
        yield ""
    for one in explained:
        yield from wrap(f"{one.word}: {where_words(one, found.columns)}: {one.why}")
    if any(cell is None for row in found.rows for cell in row.cells):
        yield from wrap(f"{NO_KERNEL}: it has no kernel, or no such compiler, of its own there; not counted")
    if any(cell is not None and cell.inferred for row in found.rows for cell in row.cells):
        yield from wrap(f"inferred: {inferred_words(found.scene)}")
    if rest := rest_words(found):
        yield from wrap(rest)


def _notes(found: Reached) -> Iterator[str]:
    for number, note in enumerate(found.notes):
        yield from ([""] if not number else [])
        yield from wrap(f"note: {note}")


# --- which tools ---------------------------------------------------------------------------------------


def takes_text(registry: Registry, found: Takes) -> str:
    """Each tool with its line upstream, and for which variants which rustc will do."""
    linux = found.scene.revisions["linux"]
    name = kernel_words(registry, found.scene)
    lines = [*_bold(name, "the tools that build it with Rust"), ""]
    for tool in found.tools:
        lines += _tool(tool)
    if not found.tools:
        lines += wrap("what it asks for was not read")
    if found.groups:
        lines += ["", *wrap("what it says along rustc's versions, from its minimum on")]
    for group in found.groups:
        lines += wrap(f"{', '.join(group.variants)}: {group_words(group, found.tools)}", 2)
    if found.shut and not found.groups:
        lines += [""]
    for id_, cell in found.shut:
        lines += wrap(f"{id_}: {none_words(cell, linux.label if linux else '')}")
    for number, note in enumerate(found.scene.said):
        lines += [""] if not number else []
        lines += wrap(f"note: {note}")
    return style.safe_lines(lines)


def _tool(one: Needed) -> Iterator[str]:
    name = _NAMES.get(one.tool, one.tool.value)
    if one.general is not None:
        yield from field(name, f"{asks_words(one.general)} ({place_words(one.general.evidence)})", _LABEL + 2)
        if one.general.policy is not None and one.general.policy != one.general.evidence:
            says = "no other is promised to work" if one.general.exactly else "a newer one will do"
            yield from field("", f"{says} ({place_words(one.general.policy)})", _LABEL + 2)
        elif one.general.policy is None and one.tool in _CHECKED:
            yield from field("", "whether a newer one will do is not stated", _LABEL + 2)
    for when, needed in one.overrides:
        yield from field(
            "", f"{override_words(when)}: {asks_words(needed)} ({place_words(needed.evidence)})", _LABEL + 2
        )
    if one.refused is not None:
        yield from field("", f"an older one is refused ({place_words(one.refused)})", _LABEL + 2)
    for bad in one.bad:
        yield from field("", f"{bad_words(bad, one.tool)} ({place_words(bad.evidence)})", _LABEL + 2)


def place_words(item: Evidence) -> str:
    """`scripts/min-tool-version.sh:36`."""
    return f"{item.path}:{item.line}" if item.line else item.path
