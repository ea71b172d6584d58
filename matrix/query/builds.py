"""A scene with a C compiler -> what of it is worth building: each variant and backend that has Rust, and how.

A build machine is told by make: ARCH=, SUBARCH=, and the compiler. Which GCC that is follows from the variant's GNU
triple, and which words make clang of it is what the kernel's own kbuild/llvm.rst says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Tool
from matrix.expression import YES, And, Compare, all_of
from matrix.model import Truth
from matrix.query.inferred import cells_of, window_of
from matrix.resolve.clang_make import clang_make, clang_target
from matrix.resolve.window import RustcRange
from matrix.value import dataclass
from matrix.versions import decode_rustc, rustc_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matrix.cell import Cell
    from matrix.expression import Expr
    from matrix.model import Registry, Variant
    from matrix.query.scene import Scene
    from matrix.resolve.clang_make import ClangTarget
    from matrix.resolve.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildJob:
    """One build: a variant with a C compiler, whose Rust a backend compiles.

    kernel is the label of the release. subarch is SUBARCH: not the variant's own where clang has no target for that.
    compiler are the words that make clang of it (LLVM=1), () with GCC. condition is
    what the .config must fulfil, YES for nothing. rustcs is the range of rustc's versions for which that is all, None
    where one was named, or the kernel's own minimum was not read. rustc is the newest known one in it, the one that the
    kernel pins, or the one that was named; "" for none.
    """

    variant: Variant
    cell: Cell
    kernel: str
    cc: str
    subarch: str
    compiler: tuple[str, ...]
    condition: Expr
    rustc: str
    rustcs: RustcRange | None

    @property
    def target(self) -> str:
        """What the kernel passes to rustc; "" where that hangs on more, or was not read."""
        targets = {target.name for target in self.cell.terms.targets or ()}
        return targets.pop() if len(targets) == 1 else ""

    @property
    def triple(self) -> str:
        """The GNU triple of the variant; "" where it has none."""
        return next(iter(self.variant.gnu_triples), "")


def build_jobs(registry: Registry, scene: Scene, *, conditional: bool) -> Iterator[BuildJob]:
    """Every yes of a scene whose question names a C compiler, in the order of data/.

    conditional is whether a yes that hangs on the .config is one; that a rustc is too new is no such condition, since
    another can be taken. Left out is what llvm.rst has no command for.
    """
    backends = [b for b in registry.backends.values() if scene.question.backend in {"", b.id}]
    context = scene.sides[-1].context if scene.between else scene.context
    asked, linux = scene.question, scene.revisions["linux"]
    for variant in registry.variants.values():
        compiler: tuple[str, ...] = ()
        subarch = variant.subarch
        besides: Expr = YES
        if asked.cc == "clang":
            compiler = tuple(clang_make(context, variant.srcarch, context.asked.cc_version).split())
            if not compiler:
                continue
            if target := _clang_target([side.context for side in scene.sides] if scene.between else [context], variant):
                subarch, besides = target.subarch, target.condition
        for cell in cells_of(scene, variant, backends):
            if cell.answer is not Truth.YES:
                continue
            found = None
            if not asked.names("rust"):
                window = window_of(scene, variant)
                found = _newest(window, conditional=conditional) if window else _stated(cell)
            condition = all_of([found.condition if found else cell.condition, besides])
            if conditional or condition == YES:
                yield BuildJob(
                    variant=variant,
                    cell=cell,
                    kernel=linux.label if linux else asked.versions["linux"],
                    cc=asked.cc,
                    subarch=subarch,
                    compiler=compiler,
                    condition=condition,
                    rustc=_to_take(context, found) if found else context.asked.named_rustc,
                    rustcs=found,
                )


def _clang_target(contexts: Sequence[Context], variant: Variant) -> ClangTarget | None:
    """Of several kernels the one whose own SUBARCH clang refuses: what serves it serves the others too."""
    found = [target for context in contexts if (target := clang_target(context, variant))]
    return max(found, key=lambda target: target.refused is not None, default=None)


def _newest(window: Sequence[RustcRange], *, conditional: bool) -> RustcRange | None:
    """The newest versions of rustc for which the kernel says yes; None where none was read that does."""
    fitting = [one for one in window if one.read and one.answer is Truth.YES and (conditional or one.condition == YES)]
    return fitting[-1] if fitting else None


def _stated(cell: Cell) -> RustcRange | None:
    """What the kernel itself asks of rustc, where no window says more: from its minimum on, or the one that it pins.

    The condition is what remains of the cell's without what it says of rustc. None where the minimum was not read.
    """
    needed = next((r for r in cell.terms.requirements if r.tool is Tool.RUSTC), None)
    if needed is None:
        return None
    parts = cell.condition.items if isinstance(cell.condition, And) else (cell.condition,)
    of_rustc = [p for p in parts if isinstance(p, Compare) and p.left == "rustc" and p.op in {"=", "<="}]
    return RustcRange(
        first=rustc_number(needed.upto or needed.version),
        last=min((rustc_number(p.right) for p in of_rustc), default=None),
        answer=Truth.YES,
        condition=all_of([p for p in parts if p not in of_rustc]),
    )


def _to_take(context: Context, found: RustcRange) -> str:
    """The newest known release in a range, or the only one that is in it; "" for none."""
    last = found.last
    only = decode_rustc(last) if last == found.first else ""
    numbers = ((label, rustc_number(label)) for label in context.rustcs)
    return next((label for label, n in numbers if found.first <= n and (last is None or n <= last)), only)
