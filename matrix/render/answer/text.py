"""An answer -> the text that `archmatrix is` prints: 80 columns, what decides first, every claim with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import RungName
from matrix.expression import YES, show
from matrix.model import Truth
from matrix.places import AGE
from matrix.render import style
from matrix.render.answer.headline import condition_place, headline_words, note_lines, since_aside
from matrix.render.history.words import since_words
from matrix.render.layout import field, hang, wrap
from matrix.render.links import evidence_url
from matrix.render.phrases import (
    age_label,
    answer_words,
    besides_words,
    cell_words,
    compilers_words,
    decides_words,
    elsewhere_words,
    explained,
    general_words,
    listed_words,
    means_words,
    needs_words,
    reading_words,
    target_words,
    versions_words,
    window_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.cell import Cell
    from matrix.model import Evidence, Registry
    from matrix.query.answer import Answer, VariantAnswer
    from matrix.query.scene import Scene

_LABEL = 12


def answer_text(registry: Registry, answer: Answer) -> str:
    """The whole answer, ending in one newline. The age stands in it as places.AGE."""
    lines = list(_headline(registry, answer))
    if len(answer.variants) == 1:
        lines += _one(registry, answer, answer.variants[0])
    else:
        lines += _several(registry, answer)
    if answer.meaning.see_also:
        lines += ["", *field("see also", ", ".join(answer.meaning.see_also))]
    if answer.checked_at is not None:
        lines += ["", f"{age_label(polled=answer.polled):<{_LABEL}}{AGE}"]
    return style.safe_lines(lines)


def _headline(registry: Registry, answer: Answer) -> Iterable[str]:
    name, words, truth = answer.meaning.name, headline_words(answer), answer.found
    single = answer.variants[0] if len(answer.variants) == 1 else None
    condition = single.condition if single else YES
    if answer.too_old:
        truth = answer.truth
    meant = single.variant.title if single else f"{len(answer.variants)} variants"
    same = single is not None and single.variant.id == name
    yield from wrap(f"{style.bold(name)}: {style.truth(words, truth)}")
    if single and (means := means_words(single.variant, condition)):
        yield from wrap(means, 2)
    yield from wrap(f"Rust in the kernel on {meant}{'' if same or single is None else f' ({single.variant.id})'}", 2)
    if read := reading_words(answer.meaning):
        yield from wrap(read, 2)
    for other in elsewhere_words(answer.meaning):
        yield from wrap(f"note: {other}", 2)
    yield from wrap(versions_words(registry, answer.scene), 2)
    yield from note_lines(registry, answer)


def _one(registry: Registry, answer: Answer, found: VariantAnswer) -> Iterable[str]:
    scene = answer.scene
    fields = list(_fields(registry, answer, found))
    yield from ["", *fields] if fields else []
    yield ""
    yield from _backends(registry, found)
    yield from _remarks(registry, found)
    if found.contradictions:
        yield ""
        for item in found.contradictions:
            yield from field("contradicts", item.says)
            yield from wrap(", ".join(f"{side.path}:{side.line}" for side in item.sides), _LABEL)
    yield ""
    yield from _evidence(registry, scene, found.best)


def _fields(registry: Registry, answer: Answer, found: VariantAnswer) -> Iterable[str]:
    scene, variant, terms = answer.scene, found.variant, found.terms
    refused = found.best.at(RungName.KERNEL).truth is Truth.NO
    if found.by_compiler:
        yield from field("C compiler", compilers_words(found.by_compiler))
    if found.condition != YES:
        condition = show(found.condition)
        yield from field("condition", f"{condition}{condition_place(found.best)}")
        if numbers := explained(condition):
            yield from field("", numbers)
    if terms.requirements:
        yield from field("needs", needs_words(terms.requirements, scene.question.cc, found.by_compiler))
    if along := _along_rustc(found):
        yield from field("by version", along)
    for target in terms.targets or () if not refused else ():
        yield from field("target", target_words(target, terms))
    if terms.listed and (refused or not terms.targets):
        yield from field("rustc lists", listed_words(terms.listed))
    if terms.general and not refused:
        yield from field("also asks", f"{general_words(terms)} (archmatrix options {variant.id})")
    if found.spans:
        yield from field("since", f"{since_words(found.spans)}{since_aside(found)}")
    if variant.note:
        yield from field("note", variant.note)
    if note := registry.arches[variant.arch].dropped:
        yield from field("note", f"arch/{variant.arch} was dropped in Linux {note}")


def _along_rustc(found: VariantAnswer) -> str:
    """How the kernel's answer changes along rustc's versions, where nobody named one and nothing else is in the way."""
    cell = found.best
    elsewhere = [rung for rung in cell.blockers if rung.name not in {RungName.KERNEL, RungName.ATTESTED}]
    if not found.window or elsewhere:
        return ""
    admits = cell.at(RungName.KERNEL)
    return window_words(found.window, admits.truth, admits.condition)


def _backends(registry: Registry, found: VariantAnswer) -> Iterable[str]:
    """A line for each backend; where all say one and the same, that is said once."""
    if len(found.cells) > 1 and len({_decides(cell) for cell in found.cells}) == 1:
        cell = found.cells[0]
        yield from hang(
            f"{'every backend':<21} {style.status(f'{cell_words(cell):<12}', cell.status)} ", _decides(cell), 35
        )
        return
    for cell in found.cells:
        yield from _backend(registry, cell)


def _backend(registry: Registry, cell: Cell) -> Iterable[str]:
    title = registry.backends[cell.backend].title
    head = f"{title:<21} {style.status(f'{cell_words(cell):<12}', cell.status)} "
    yield from hang(head, _decides(cell), 35)


def _decides(cell: Cell) -> str:
    return "; ".join(words for words in (decides_words(cell), besides_words(cell)) if words)


def _remarks(registry: Registry, found: VariantAnswer) -> Iterable[str]:
    """Each remark once, with the backends that it is about where it is not about all."""
    about: dict[str, list[str]] = {}
    for cell in found.cells:
        for remark in cell.remarks:
            about.setdefault(remark, []).append(registry.backends[cell.backend].title)
    if about:
        yield ""
    for remark, titles in about.items():
        said = len(titles) == len(found.cells) or remark.startswith(titles[0])
        yield from field("remark", remark if said else f"{', '.join(titles)}: {remark}")


def _several(registry: Registry, answer: Answer) -> Iterable[str]:
    yield ""
    wide = max(len(v.variant.id) for v in answer.variants)
    for found in answer.variants:
        words = answer_words(found.answer, found.condition)
        if found.by_compiler:
            words += f" ({compilers_words(found.by_compiler)})"
        if found.answer is not Truth.YES:
            words += f" ({registry.backends[found.best.backend].title}): {_decides(found.best)}"
        if means := means_words(found.variant, found.condition):
            words += f"; {means}"
        head = f"{found.variant.id:<{wide}} {style.status(f'{cell_words(found.best):<12}', found.best.status)} "
        yield from hang(head, words, wide + 14)
    yield ""
    names = ", ".join(v.variant.id for v in answer.variants[:2])
    yield from wrap(f"Each of these is a name of its own: archmatrix is {names.partition(',')[0]}", 0)


def _evidence(registry: Registry, scene: Scene, cell: Cell) -> Iterable[str]:
    if not any(rung.evidence for rung in cell.rungs):
        return
    yield f"evidence ({registry.backends[cell.backend].title})"
    seen: set[tuple[str, str, int]] = set()
    for rung in cell.rungs:
        for item in rung.evidence:
            if (item.project, item.path, item.line) in seen:
                continue
            seen.add((item.project, item.path, item.line))
            yield from evidence_lines(registry, scene, item, 2)


def evidence_lines(registry: Registry, scene: Scene, item: Evidence, indent: int) -> Iterable[str]:
    """One piece of evidence: its place and words, then its address."""
    place = f"{item.path}:{item.line}" if item.line else item.path
    project = registry.projects[item.project].name
    yield from wrap(f"{project} {item.revision} {place}: {item.says}", indent)
    if address := evidence_url(registry, scene, item):
        yield f"{' ' * (indent + 2)}{address}"
