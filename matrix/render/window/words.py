"""Reach and needs -> the words of every output about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matrix.cell import Tool
from matrix.expression import YES, And, Compare, Or, is_probe, show
from matrix.model import Truth
from matrix.render.phrases import COMPILER_NAMES, answer_words, ranges_words, revision_words, short_words, version_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.cell import Requirement
    from matrix.expression import Expr
    from matrix.model import Registry
    from matrix.query.reach import Reach, Reached, TakenBy
    from matrix.query.scene import Scene
    from matrix.resolve.needs import KnownBad, Needed

NO_KERNEL = "-"
_OPTIONS = {"rust": "rustc", "gcc": "GCC", "llvm": "LLVM", "mrustc": "mrustc"}
_COUNTED = frozenset({"RUSTC_VERSION", "BINDGEN_VERSION", "LIBCLANG_VERSION"})


class Explained(NamedTuple):
    """What several cells say alike: the word of the cells, why, and where: by row, the columns."""

    word: str
    why: str
    where: dict[str, tuple[str, ...]]


def cell_word(cell: Reach | None) -> str:
    """`yes`, `yes, if`, `no`, `?`; `-` where there is nothing to ask."""
    if cell is None:
        return NO_KERNEL
    return short_words(cell.answer, conditional=bool(cell.conditions))


def why_words(cell: Reach | None, column: str) -> str:
    """What a yes hangs on, what stands in the way, what both sides say; "" for a plain yes.

    The kernel is named by its column, so that what several releases say alike is alike.
    """
    if cell is None:
        return ""
    if cell.answer is Truth.YES:
        told = {show(condition) for _, condition in cell.conditions}
        if len(told) == 1:
            return told.pop()
        return "; ".join(f"{id_}: {show(condition)}" for id_, condition in cell.conditions)
    if cell.lacks:
        return f"the distribution has no {' and no '.join(cell.lacks)} there"
    if cell.beside:
        return "; ".join(f"{words} says {answer_words(truth, condition)}" for words, truth, condition in cell.beside)
    if cell.decides is None:
        return ""
    because = cell.decides.because.replace(f" of Linux {column}", "").replace(f"Linux {column}", "Linux")
    return f"{cell.decides.name.value}: {because}"


def explained_cells(found: Reached) -> list[Explained]:
    """Every reason once, in the order of the table, with the cells that it is of."""
    order: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in found.rows:
        for column, cell in zip(found.columns, row.cells, strict=True):
            if why := why_words(cell, column):
                order.setdefault((cell_word(cell), why), {}).setdefault(row.name, []).append(column)
    return [
        Explained(word, why, {row: tuple(columns) for row, columns in where.items()})
        for (word, why), where in order.items()
    ]


def where_words(one: Explained, columns: tuple[str, ...]) -> str:
    """`arm-v6, arm-v7 in 6.1.4 to 6.12.107`: rows with the same columns together."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for row, there in one.where.items():
        alike.setdefault(there, []).append(row)
    return "; ".join(f"{', '.join(rows)}{_columns_words(there, columns)}" for there, rows in alike.items())


def _columns_words(there: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """Several one after the other by the first and the last."""
    if there == columns:
        return ""
    first = columns.index(there[0])
    run = columns[first : first + len(there)] == there and len(there) > 2
    words = f"{there[0]} to {there[-1]}" if run else ", ".join(there)
    return f" in {words}" if words[0].isdigit() else f" with {words}"


def kernel_words(registry: Registry, scene: Scene) -> str:
    """`Linux 7.1.13 (2026-09-02)`; the version that was named where it was not read."""
    linux = scene.revisions["linux"]
    if linux is not None:
        return revision_words(registry, linux)
    return f"Linux {scene.question.versions['linux']}" if "linux" in scene.question.versions else "Linux"


def tools_words(scene: Scene) -> str:
    """The tools that were named: `rustc 1.85.0, bindgen 0.71.1, C compiler clang 19`; "" for none."""
    asked = scene.question
    words = []
    for project, name in _OPTIONS.items():
        if asked.names(project):
            revision = scene.revisions[project]
            words.append(f"{name} {revision.label if revision else asked.versions.get(project, '')}")
    words += [f"{tool} {version}" for tool, version in asked.tools.items()]
    if asked.cc:
        words.append(f"C compiler {COMPILER_NAMES[asked.cc]}{f' {asked.cc_version}' if asked.cc_version else ''}")
    return ", ".join(words)


def rest_words(found: Reached) -> str:
    """What is not in the table, counted; "" for nothing."""
    words = []
    if found.shut:
        everywhere = " in all of them" if len(found.columns) > 1 else ""
        words.append(f"{found.shut} other variants: {answer_words(Truth.NO, YES)}{everywhere}")
    if found.open_:
        words.append(f"{found.open_} others: {answer_words(Truth.UNKNOWN, YES)}")
    return "; ".join(words)


def group_words(group: TakenBy, tools: Iterable[Needed]) -> str:
    """What the kernel says along rustc's versions for these variants; that it pins one; or that none is known."""
    if group.window:
        return ranges_words(group.window)
    pinned = next((t.general for t in tools if t.tool is Tool.RUSTC and t.general and t.general.exactly), None)
    return f"{pinned} alone" if pinned else "no known rustc is new enough"


def none_words(cell: Reach, kernel: str) -> str:
    """Of a variant that was named: that no tools will do, or that it cannot be told, and why."""
    words = "no tools will do" if cell.answer is Truth.NO else answer_words(cell.answer, YES)
    return f"{words}: {why_words(cell, kernel)}"


def override_words(when: str) -> str:
    """`SRCARCH = "s390"` is `s390`."""
    left, _, right = when.partition(" = ")
    return right.strip("\"'") if left in {"ARCH", "SRCARCH"} and " " not in right else when


def bad_words(bad: KnownBad, tool: Tool) -> str:
    """`warns of bindgen < 0.69.5 with libclang >= 19.1.0: a bug`, and what else decides."""
    parts = [bad.when] if not isinstance(bad.when, And) else list(bad.when.items)
    if bad.what == "mismatch":
        return f"{_verb(bad)} where clang compiles the C and {tool.value} is not of its version"
    own, others, probed = "", [], False
    for part in parts:
        if is_probe(part):
            probed = True
        elif not own and tool.value in (words := " or ".join(_told(part))):
            own = words
        else:
            others.append(" or ".join(_told(part)))
    what = {"bug": "a bug that the kernel knows of", "too-new": "newer than it was tried with"}.get(bad.what, bad.what)
    also = f" with {' and '.join(others)}" if others else ""
    perhaps = "; a probe of the one at hand decides" if probed else ""
    return f"{_verb(bad)} of {own or tool.value}{also}: {what}{perhaps}"


def _verb(bad: KnownBad) -> str:
    return "refused: the kernel's check speaks" if bad.refused else "warns"


def _told(part: Expr) -> Iterator[str]:
    """Comparisons of versions in words, whatever else as Kconfig writes it."""
    if isinstance(part, Or):
        for item in part.items:
            yield from _told(item)
    elif isinstance(part, Compare) and part.left in _COUNTED and part.right.isdigit():
        yield version_words(part)
    elif isinstance(part, Compare) and part.left in _COUNTED:
        name = part.left.partition("_")[0].lower()
        least = part.right.partition("_")[0].lower()
        yield f"{name} {part.op} the minimum" if part.right.endswith("_MIN_VERSION") else f"{name} {part.op} {least}"
    else:
        yield show(part)


def asks_words(needed: Requirement) -> str:
    """`at least 1.85.0`, `exactly 1.62.0`."""
    return f"{'exactly' if needed.exactly else 'at least'} {needed.version}"
