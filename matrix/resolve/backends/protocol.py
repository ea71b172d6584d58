"""What every backend answers. Each is one file beside this one; the table of them is in __init__.py."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.cell import Rung, RungName
    from matrix.model import Variant
    from matrix.resolve.context import Context


class Generator(Enum):
    """A code generator: whether it knows an instruction set is said of it once, whichever backends rest on it."""

    LLVM = "llvm"
    GCC = "gcc"
    CRANELIFT = "cranelift"


class Rules(Protocol):
    """The rules of one backend.

    generator is the code generator of which its codegen rung says no more than that generator does, None where it says
    more. sources are those that can decide its own rungs (port and kernel are the same for all backends); a rung that
    lacks one of them must be unknown, unless another decides without it.
    """

    @property
    def generator(self) -> Generator | None: ...

    @property
    def sources(self) -> Mapping[RungName, tuple[str, ...]]: ...

    def codegen(self, context: Context, variant: Variant) -> Rung:
        """Whether its code generator knows the instruction set."""

    def target(self, context: Context, variant: Variant) -> Rung:
        """Whether its front end can be asked for the variant, in the language that the kernel needs."""

    def attested(self, context: Context, variant: Variant, kernel: Rung) -> Rung:
        """Whether somebody shows that the kernel is built with it; `kernel` is the kernel rung."""

    def remarks(self, context: Context, variant: Variant) -> tuple[str, ...]:
        """What a maintainer wants to hear beside a cell whose kernel admits Rust."""
