"""A context and a variant -> the window of rustc: what the kernel rung comes to along rustc's versions.

It begins with the kernel's minimum. Its borders are the versions that the kernel itself compares with, in Kconfig and
in its makefiles, and the release from which on rustc refuses how this kernel calls it. Whether a rustc in between
lists the target that is passed is read of the chosen release alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Tool
from matrix.expression import NO, YES, And, Compare, Expr, Not, Or, parse
from matrix.model import Truth
from matrix.resolve.kernel import CONJUNCTS, kernel
from matrix.resolve.kernel.refusals import accepted, rustc_accepts
from matrix.resolve.passed import FLAGS
from matrix.value import dataclass, replace
from matrix.versions import decode_rustc, rustc_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matrix.model import Variant
    from matrix.resolve.context import Context

_SYMBOL = "RUSTC_VERSION"
_OF_THE_KERNEL = tuple(conjunct for conjunct in CONJUNCTS if conjunct is not rustc_accepts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RustcRange:
    """Versions of rustc for which the kernel rung says the same.

    first and last count as RUSTC_VERSION does (108200 is 1.82.0), both included; last is None where there is no end.
    read says whether what decides was read: it is not between a release that accepts and one that refuses, nor beyond
    the newest known one. condition is what a yes hangs on besides the version.
    """

    first: int
    last: int | None
    answer: Truth
    condition: Expr = YES
    read: bool = True


def window(asked: Context, variant: Variant) -> tuple[RustcRange, ...]:
    """The ranges from the kernel's minimum on; () where that is not known, is pinned, or no known rustc meets it."""
    needed = asked.minimum(Tool.RUSTC, variant)
    if needed is None or needed.exactly:
        return ()
    least = rustc_number(needed.version)
    known = sorted(number for label in asked.rustcs if (number := rustc_number(label)) >= least)
    if not known:
        return ()
    accepting, refusing = _ends(asked, variant, least)
    starts = {least, *_borders(asked, variant), accepting + 1, refusing}
    ordered = sorted(n for n in starts if least <= n <= known[-1])
    ranges = []
    for first, following in zip(ordered, [*ordered[1:], known[-1] + 1], strict=True):
        last = following - 1
        if first >= refusing:
            ranges.append(RustcRange(first=first, last=last, answer=Truth.NO))
        elif first > accepting:
            ranges.append(RustcRange(first=first, last=last, answer=Truth.UNKNOWN, read=False))
        else:
            rung = kernel(_within(asked, first, last), variant, _OF_THE_KERNEL)
            ranges.append(RustcRange(first=first, last=last, answer=rung.truth, condition=rung.condition))
    ranges.append(RustcRange(first=known[-1] + 1, last=None, answer=Truth.UNKNOWN, read=False))
    return tuple(_joined(ranges))


def _within(asked: Context, first: int, last: int) -> Context:
    """The context of some rustc in a range: the one that is evaluated anyway where it is in there."""
    evaluated = rustc_number(asked.asked.rustc) if asked.asked.rustc else 0
    number = evaluated if first <= evaluated <= last else first
    return asked.asking(named_rustc="", rustc=decode_rustc(number))


def _ends(asked: Context, variant: Variant, least: int) -> tuple[int, int]:
    """The newest known rustc that accepts how the kernel calls it, and the oldest known one that refuses.

    Where the newest does, all do: a refusal that came stays. Only where it does not are older ones read. Both numbers
    are beyond all that is known where nothing refuses.
    """
    newest = next(iter(asked.rustcs))
    refusing = beyond = rustc_number(newest) + 1
    for label, read in asked.rustcs.items():
        number = rustc_number(label)
        if number < least:
            break
        truth = accepted(asked.asking(named_rustc="", rustc=label), variant, read()).truth
        if truth is Truth.YES:
            return (beyond if label == newest else number), refusing
        if truth is Truth.NO:
            refusing = number
    return least - 1, refusing


def _borders(asked: Context, variant: Variant) -> set[int]:
    """The versions of rustc with which what decides the rung compares; each begins a range."""
    context = asked.asking(named_rustc="", rustc="")
    setting, linux = context.setting(variant), context.known(FLAGS)
    if setting is None:
        return set()
    trees = [setting.declared(gate) for gate in setting.port.gates]
    trees += [setting.fill(demand) for block in setting.port.blocks.get("RUST", ()) for demand, _ in block.demands]
    if linux is not None:
        items = (i for s in (variant.srcarch, "*") for i in linux.about(FLAGS, s, "rustc-target"))
        trees += [when for item in items if (when := setting.fill(parse(item.fact.when))) != NO]
    return {border for tree in trees for border in _compared(tree)}


def _compared(tree: Expr) -> Iterator[int]:
    """The first version of each range that a comparison with RUSTC_VERSION parts."""
    if isinstance(tree, Not):
        yield from _compared(tree.item)
    elif isinstance(tree, (And, Or)):
        for item in tree.items:
            yield from _compared(item)
    elif isinstance(tree, Compare) and tree.left == _SYMBOL and tree.right.isdigit():
        number = int(tree.right)
        yield from {">=": (number,), "<": (number,)}.get(
            tree.op, (number + 1,) if tree.op in {">", "<="} else (number, number + 1)
        )


def _joined(ranges: Sequence[RustcRange]) -> Iterator[RustcRange]:
    """Neighbours that say the same as one."""
    held = ranges[0]
    for one in ranges[1:]:
        if (one.answer, one.condition, one.read) == (held.answer, held.condition, held.read):
            held = replace(held, last=one.last)
        else:
            yield held
            held = one
    yield held
