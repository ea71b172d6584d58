"""rustc with Cranelift: the front end of rustc with a code generator for a few 64-bit machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import RungName
from matrix.resolve.backends.protocol import Generator
from matrix.resolve.backends.unattested import unattested
from matrix.resolve.frontends.rustc import listed
from matrix.resolve.generators.cranelift import PLATFORMS, cranelift
from matrix.resolve.remarks import build_remarks
from matrix.resolve.rust_targets import LIST

if TYPE_CHECKING:
    from matrix.cell import Rung
    from matrix.model import Variant
    from matrix.resolve.context import Context

_TARGET_RULE = "target: rustc's list has a target of the variant"
_TITLE = "rustc with Cranelift"


class Cranelift:
    """Its rules."""

    generator = Generator.CRANELIFT
    sources = {  # noqa: RUF012  # read only, as the protocol says
        RungName.CODEGEN: (PLATFORMS,),
        RungName.TARGET: (LIST,),
        RungName.ATTESTED: (),
    }

    def codegen(self, context: Context, variant: Variant) -> Rung:
        """Cranelift's own platform table."""
        return cranelift(context, variant)

    def target(self, context: Context, variant: Variant) -> Rung:
        """A target that rustc lists."""
        return listed(context, variant, _TARGET_RULE)

    def attested(self, context: Context, variant: Variant, kernel: Rung) -> Rung:
        """No source of evidence is read yet."""
        del context, variant, kernel
        return unattested(_TITLE)

    def remarks(self, context: Context, variant: Variant) -> tuple[str, ...]:
        """Unstable flags, those made for LLVM, and how bindgen is run."""
        return build_remarks(context, variant, for_llvm=True)
