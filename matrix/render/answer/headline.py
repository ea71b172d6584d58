"""An answer -> its first words, which every text begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Basis
from matrix.expression import YES, show
from matrix.model import Truth
from matrix.render.phrases import answer_words, inferred_words

if TYPE_CHECKING:
    from matrix.query.answer import Answer


def headline_words(answer: Answer) -> str:
    """`yes, if CC_IS_CLANG`, `no (inferred: alike in 6.12.8 and 6.12.107)`, `cannot tell (--max-age): ...`."""
    single = answer.variants[0] if len(answer.variants) == 1 else None
    truth, condition = answer.found, single.condition if single else YES
    words = answer_words(truth, condition)
    if single is None and truth is Truth.YES and any(v.condition != YES for v in answer.variants):
        words = "yes, under the conditions below"
    if any(v.best.basis is Basis.INFERRED for v in answer.variants) and truth is not Truth.UNKNOWN:
        words += f" (inferred: {inferred_words(answer.scene)})"
    if answer.scene.question.strict and truth is Truth.NO and single and single.answer is Truth.YES:
        words = f"no (--strict): only if {show(condition)}"
    if answer.too_old and answer.checked_at is not None:
        words = f"cannot tell (--max-age): last checked on {answer.checked_at:%Y-%m-%d}, when it was: {words}"
    return words
