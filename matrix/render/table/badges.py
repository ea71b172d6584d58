"""A table by arch -> static SVG badges: one for each arch, and one for each arch and backend.

    [ Rust in Linux: arm | conditional, 2 of 7 ]

The words are as wide as the box made for them in whatever font is there (textLength); without images or colours the
title says all. The colours agree with those of the terminal, and white on them can be read (WCAG AA).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from matrix.cell import Status, best
from matrix.render.changes.words import backend_words
from matrix.render.phrases import cell_words
from matrix.render.style import printable

if TYPE_CHECKING:
    from matrix.grid import Row, Summary, Table
    from matrix.model import Registry

BADGE_COLOURS = {
    Status.SUPPORTED: "#2c7a31",
    Status.CONDITIONAL: "#0a6c86",
    Status.UNKNOWN: "#846000",
    Status.BLOCKED: "#a83232",
}
_LEFT = "#444444"
_HEIGHT, _PAD, _SIZE = 20, 6, 11
_FONT = "Verdana,DejaVu Sans,Geneva,sans-serif"
# How wide Verdana draws a character, in thousandths of the font's size; others are as wide as the widest letter.
_WIDTHS = {
    " ": 352, "!": 394, "(": 454, ")": 454, "+": 818, ",": 364, "-": 454, ".": 364, "/": 454, ":": 454, "_": 636,
    **dict.fromkeys("0123456789", 636),
    **dict(zip("abcdefghijklmnopqrstuvwxyz", (
        601, 623, 521, 623, 596, 352, 623, 633, 274, 344, 592, 274, 973,
        633, 607, 623, 623, 427, 521, 394, 633, 592, 818, 592, 592, 525,
    ), strict=True)),
    **dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (
        684, 686, 698, 771, 632, 575, 775, 751, 421, 455, 693, 557, 843,
        748, 787, 603, 787, 695, 684, 616, 732, 684, 989, 685, 615, 685,
    ), strict=True)),
}  # fmt: skip
_WIDEST = 1000


def badges(registry: Registry, table: Table) -> dict[str, str]:
    """Each badge's path below reports/ -> its text. table is the matrix by arch."""
    files = {}
    for row in table.rows:
        files[f"badges/{row.id}.svg"] = _of_arch(registry, table, row)
        for backend, summary in zip(table.columns, row.summaries, strict=True):
            words = f"Rust in Linux: {row.id}, {backend_words(registry, backend)}"
            title = _title(table, words, summary)
            files[f"badges/{row.id}-{backend}.svg"] = badge(words, badge_words(summary), summary.cell.status, title)
    return files


def badge(left: str, right: str, status: Status, title: str) -> str:
    """One badge, in SVG, ending in one newline."""
    wide, further = _PAD * 2 + text_width(left), _PAD * 2 + text_width(right)
    total = wide + further
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": str(total),
            "height": str(_HEIGHT),
            "viewBox": f"0 0 {total} {_HEIGHT}",
            "role": "img",
            "aria-label": printable(title),
        },
    )
    SubElement(root, "title").text = printable(title)
    SubElement(root, "rect", {"width": str(total), "height": str(_HEIGHT), "rx": "3", "fill": BADGE_COLOURS[status]})
    # Round on the left alone.
    path = f"M3 0H{wide}V{_HEIGHT}H3A3 3 0 0 1 0 {_HEIGHT - 3}V3A3 3 0 0 1 3 0Z"
    SubElement(root, "path", {"d": path, "fill": _LEFT})
    group = SubElement(root, "g", {"fill": "#ffffff", "font-family": _FONT, "font-size": str(_SIZE)})
    _text(group, left, _PAD)
    _text(group, right, wide + _PAD)
    return tostring(root, encoding="unicode") + "\n"


def text_width(words: str) -> int:
    """How wide words are, in whole pixels."""
    return round(sum(_WIDTHS.get(c, _WIDEST) for c in printable(words)) * _SIZE / 1000)


def _text(group: Element, words: str, x: int) -> None:
    drawn = {"x": str(x), "y": "14", "textLength": str(text_width(words)), "lengthAdjust": "spacingAndGlyphs"}
    SubElement(group, "text", drawn).text = printable(words)


def _of_arch(registry: Registry, table: Table, row: Row) -> str:
    """The cell that answers. A yes says by which backend; the first in the table where several are as good."""
    summaries = {summary.cell: summary for summary in row.summaries}
    summary = summaries[best(summaries)]
    yes = summary.cell.status in {Status.SUPPORTED, Status.CONDITIONAL}
    by = f" with {backend_words(registry, summary.cell.backend)}" if yes else ""
    words = f"Rust in Linux: {row.id}"
    return badge(words, badge_words(summary), summary.cell.status, _title(table, f"{words}{by}", summary))


def badge_words(summary: Summary) -> str:
    """The right half: `no: kernel`; of several variants `conditional, 2 of 7`."""
    return f"{cell_words(summary.cell)}, {summary.count}" if summary.count else cell_words(summary.cell)


def _title(table: Table, words: str, summary: Summary) -> str:
    which = f" ({summary.count} variants: {', '.join(summary.having)})" if summary.count else ""
    return f"{words}: {cell_words(summary.cell)}{which}; {table.title}"
