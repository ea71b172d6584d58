"""An answer -> what its texts share: the first words, the notes below them, the place of its condition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.cell import Basis, RungName
from matrix.expression import YES, atoms, show
from matrix.model import Truth
from matrix.query.inferred import rustc_end
from matrix.render.layout import wrap
from matrix.render.phrases import answer_words, inferred_words, newer_lines, settles_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.cell import Cell
    from matrix.model import Registry
    from matrix.query.answer import Answer, VariantAnswer


def headline_words(answer: Answer) -> str:
    """`yes, if CC_IS_CLANG`, `no (inferred: alike in 6.12.8 and 6.12.107)`, `cannot tell (--max-age): ...`."""
    single = answer.variants[0] if len(answer.variants) == 1 else None
    truth, condition = answer.found, single.condition if single else YES
    words = answer_words(truth, condition)
    if single is None and truth is Truth.YES and any(v.condition != YES for v in answer.variants):
        words = "yes, under the conditions below"
    if any(v.best.basis is Basis.INFERRED for v in answer.variants) and truth is not Truth.UNKNOWN:
        bounded = truth is Truth.YES and any(rustc_end(v.condition)[1] for v in answer.variants)
        words += f" (inferred: {inferred_words(answer.scene, bounded=bounded)})"
    if answer.scene.question.strict and truth is Truth.NO and single and single.answer is Truth.YES:
        words = f"no (--strict): only if {show(condition)}"
    if answer.too_old and answer.checked_at is not None:
        words = f"cannot tell (--max-age): last checked on {answer.checked_at:%Y-%m-%d}, when it was: {words}"
    return words


def note_lines(registry: Registry, answer: Answer) -> Iterator[str]:
    """What is to be known of the versions; of an unread one what those beside it say; which variants dropped out."""
    scene = answer.scene
    for said in scene.said:
        yield from wrap(f"note: {said}", 2)
    yield from newer_lines(registry, scene)
    if answer.found is Truth.UNKNOWN and answer.beside:
        for words, truth, condition in answer.beside:
            yield from wrap(f"{words} says: {answer_words(truth, condition)}", 2)
        yield from wrap(f"to settle it: {settles_words(scene, answer.meaning.name)}", 2)
    for gone in answer.dropped:
        yield from wrap(f"note: not {gone.variant.id}: {gone.best.at(RungName.PORT).because}", 2)


def condition_place(cell: Cell) -> str:
    """Where the condition stands: the first piece of the kernel rung's evidence that names its first symbol.

    Of a symbol that no piece names (another option's own demand, such as DEBUG_INFO) the next one is looked for.
    """
    evidence = cell.at(RungName.KERNEL).evidence
    for symbol in atoms(cell.condition):
        for item in evidence:
            if re.search(rf"(?<!\w){re.escape(symbol)}(?!\w)", item.says):
                return f" ({item.path}:{item.line})"
    return ""


def since_aside(found: VariantAnswer) -> str:
    """That the history leaves rustc open, where the answer does not."""
    bounded = "rustc" in set(atoms(found.condition)) and "rustc" not in found.spans[-1].condition
    return "; which rustc is too new is no part of this" if bounded else ""
