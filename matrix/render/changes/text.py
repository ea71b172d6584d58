"""Changes and events -> text for a terminal of 80 columns: each change in one line, below it both sides' lines.

    arm-v7
      rustc + LLVM: narrowed: supported -> conditional if !KASAN
        - Linux 6.18.15 arch/arm/Kconfig:137: config ARM: select HAVE_RUST if ...
        + Linux 7.1.13 arch/arm/Kconfig:139: config ARM: select HAVE_RUST if ...

A minus is what was, a plus what is; lines that were shown above in a block are named by their places alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.cell import Status
from matrix.model import Truth
from matrix.render import style
from matrix.render.changes.groups import sections
from matrix.render.changes.words import headline, kind_words, parts, place, places, telling
from matrix.render.layout import hang, wrap
from matrix.render.phrases import explained

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.change import Change, Event
    from matrix.model import Evidence, Registry
    from matrix.render.changes.groups import Group, Shown, ToldLine
    from matrix.render.links import UrlOf

_NAME = 44
_DATE = 12
_STATUS = {s.value: s for s in Status}
_TRUTH = {t.value: t for t in Truth}


def changes_text(registry: Registry, changes: Iterable[Change], *, urls: UrlOf | None = None) -> str:
    """All changes in sections, ending in one newline. With urls the address of each line stands below it."""
    lines: list[str] = []
    for section in sections(registry, changes):
        lines += ["", style.bold(section.title)]
        for block in section.blocks:
            lines += _compact(registry, block) if section.compact else _block(registry, block, urls)
    return style.safe_lines(lines[1:] or ["no change"])


def events_text(registry: Registry, events: Iterable[Event]) -> str:
    """What was observed, the newest first, a line or two each; what our own data or code changed is said to be ours."""
    lines: list[str] = []
    for event in sorted(events, key=lambda e: (e.moment, e.id), reverse=True):
        ours = " (ours: archmatrix changed, upstream did not)" if event.cause == "ours" else ""
        lines += hang(f"{event.moment:%Y-%m-%d}  ", headline(registry, event.change) + ours, _DATE)
        before, after = event.change.before, event.change.after
        for sign, side, other in (("-", before, after), ("+", after, before)):
            if (line := telling(side, other)) is not None:
                missing = "not in " if side.said is None else ""
                lines += wrap(f"{sign} {missing}{place(registry, line)}", _DATE)
    return style.safe_lines(lines or ["no change was observed"])


def _block(registry: Registry, block: Group, urls: UrlOf | None) -> Iterator[str]:
    indent = 2
    if block.heads:
        yield from wrap(style.bold(", ".join(block.heads)), 2)
        indent = 4
    for item in block.items:
        yield from _line(item, indent)
        numbers = explained(" ".join(parts(item.change)))
        yield from wrap(f"({numbers})", indent + 2) if numbers else ()
        brief = item.change.topic.about == "contradiction"
        for sign, shown in zip("-+", item.sides(), strict=True):
            yield from _side(registry, sign, shown, indent + 2, None if brief else urls, brief=brief)


def _line(item: ToldLine, indent: int) -> list[str]:
    """What the item says, statuses and truths in their colours, which take no room of the line."""
    words = parts(item.change)
    head = f"{', '.join(item.labels)}: {kind_words(item.change.kind)}"
    text = "\n".join(wrap(f"{head}: {' -> '.join(words)}" if words else head, indent))
    at = len(head)
    for word in words:
        if match := re.compile(rf"(?<=\s){re.escape(word.partition(' ')[0])}(?=\s|$)").search(text, at):
            coloured = _coloured(match[0])
            text = text[: match.start()] + coloured + text[match.end() :]
            at = match.start() + len(coloured)
    return text.split("\n")


def _coloured(word: str) -> str:
    if word in _TRUTH and word != Status.UNKNOWN.value:
        return style.truth(word, _TRUTH[word])
    return style.status(word, _STATUS[word]) if word in _STATUS else word


def _side(
    registry: Registry, sign: str, shown: Shown, indent: int, urls: UrlOf | None, *, brief: bool
) -> Iterator[str]:
    """Each line behind a sign, `-` for before and `+` for after; where nothing is said, where it would stand.

    brief: the note says in words what the lines hold, so that their places do.
    """
    if shown.repeated and shown.lines:
        yield from wrap(f"{sign} {places(registry, shown.lines)} (above)", indent)
        return
    for note in shown.notes:
        yield from wrap(f"{sign} {note}", indent)
    if brief and shown.lines:
        yield from wrap(f"{sign} {places(registry, shown.lines)}", indent)
        return
    for line in shown.lines:
        yield from wrap(f"{sign} {_said(registry, shown, line)}", indent)
        if urls and (address := urls(line)):
            yield f"{' ' * (indent + 4)}{address}"


def _said(registry: Registry, shown: Shown, line: Evidence) -> str:
    at = place(registry, line)
    return f"not in {at}" if shown.missing else f"{at}: {line.says}"


def _compact(registry: Registry, block: Group) -> Iterator[str]:
    """What happened, the files where that stands, and a line a name with its line numbers in these files."""
    yield from wrap(style.bold(f"{', '.join(block.heads)} ({len(block.items)})"), 2)
    by_files: dict[tuple[tuple[str, ...], tuple[str, ...]], list[ToldLine]] = {}
    for item in block.items:
        before, after = item.sides()
        by_files.setdefault((_files(registry, before), _files(registry, after)), []).append(item)
    for files, items in by_files.items():
        for sign, names in zip("-+", files, strict=True):
            for name in names:
                yield from wrap(f"{sign} {name}", 4)
        for item in items:
            numbers = " -> ".join(n for side in item.sides() if (n := _numbers(side)))
            yield from _numbered(item.labels[0], numbers)


def _numbered(name: str, numbers: str) -> Iterator[str]:
    if len(name) > _NAME - 6:
        yield from wrap(name, 4)
        name = ""
    yield from hang(f"    {name:<{_NAME - 6}}  ", numbers, _NAME)


def _files(registry: Registry, shown: Shown) -> tuple[str, ...]:
    return tuple(_file(registry, shown, line) for line in shown.lines)


def _file(registry: Registry, shown: Shown, line: Evidence) -> str:
    at = place(registry, line).rpartition(":")[0] if line.line else place(registry, line)
    return f"not in {at}" if shown.missing else at


def _numbers(shown: Shown) -> str:
    return " ".join(f":{e.line}" for e in shown.lines if e.line)
