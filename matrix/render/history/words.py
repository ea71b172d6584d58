"""The spans of a cell -> a sentence: since which release it is what it is, and what it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.expression import YES
from matrix.model import Truth
from matrix.render.phrases import answer_words
from matrix.render.said import hangs_words, said_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.query.line import Span


def since_words(spans: Sequence[Span]) -> str:
    """`yes since 6.12.107 (no in 6.1.176, between not observed); this condition since 7.1.13 (before: if X)`."""
    now = spans[-1]
    run = _run(spans)
    before = spans[len(spans) - len(run) - 1] if len(run) < len(spans) else None
    words = [_truth_since(run[0], now, before)]
    if len(run) > 1:
        earlier = run[-2]
        what, was = (_hangs_on if now.truth is Truth.YES else _stands_at)(now, earlier)
        words.append(f"{what} since {now.first.label} ({earlier.last.label}: {was}{between(now)})")
    return "; ".join(words)


def since_briefly(spans: Sequence[Span], *, within: bool = True) -> str:
    """`yes since 6.12.107 or earlier (no in 6.1.176); no condition since 7.1.13`; what it was before is left out.

    within is whether what changed while the answer was the same is told.
    """
    now, run = spans[-1], _run(spans)
    before = spans[len(spans) - len(run) - 1] if len(run) < len(spans) else None
    if before is None:
        words = _truth_since(run[0], now, None)
    else:
        since = f"{run[0].first.label}{'' if run[0].exact else ' or earlier'}"
        was = answer_words(before.truth, YES)
        words = f"{answer_words(now.truth, YES)} since {since} ({was} in {before.last.label})"
    if within and len(run) > 1:
        what, _ = (_hangs_on if now.truth is Truth.YES else _stands_at)(now, run[-2])
        words += f"; {what} since {now.first.label}"
    return words


def _hangs_on(now: Span, earlier: Span) -> tuple[str, str]:
    return "this condition" if now.condition else hangs_words(""), hangs_words(earlier.condition)


def _stands_at(now: Span, earlier: Span) -> tuple[str, str]:
    return said_words(now.said), said_words(earlier.said)


def _run(spans: Sequence[Span]) -> Sequence[Span]:
    """The last spans, as far back as the answer is the same."""
    start = len(spans) - 1
    while start and spans[start - 1].truth is spans[-1].truth:
        start -= 1
    return spans[start:]


def _truth_since(first: Span, now: Span, before: Span | None) -> str:
    words = answer_words(now.truth, YES)
    if before is None:
        if first.first == now.last:
            return f"{words} in {now.last.label}, the oldest that is known"
        return f"{words} in every known release from {first.first.label} on"
    return (
        f"{words} since {first.first.label} ({answer_words(before.truth, YES)} in {before.last.label}{between(first)})"
    )


def between(span: Span) -> str:
    """That a bound is a bound."""
    return "" if span.exact else ", between not observed"
