"""rustc_codegen_gcc: the front end of rustc with a patched libgccjit behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import RungName
from matrix.model import Truth
from matrix.resolve.backends.unattested import unattested
from matrix.resolve.frontends.rung import target_rung
from matrix.resolve.frontends.rustc import listed
from matrix.resolve.generators.gcc import GCC_CONFIG, gcc
from matrix.resolve.remarks import build_remarks
from matrix.resolve.rust_targets import LIST
from matrix.value import replace

if TYPE_CHECKING:
    from matrix.cell import Rung
    from matrix.model import Variant
    from matrix.resolve.context import Context
    from matrix.resolve.facts import Facts

_TARGET_RULE = "target: rustc's list or rustc_codegen_gcc's own target_specs/ has a target of the variant"
_TITLE = "rustc_codegen_gcc"
OWN_SPECS, LIBGCCJIT, CI = "cg-gcc-target-specs", "cg-gcc-libgccjit", "cg-gcc-ci"


class RustcGcc:
    """Its rules."""

    generator = None
    sources = {  # noqa: RUF012  # read only, as the protocol says
        RungName.CODEGEN: (GCC_CONFIG,),
        RungName.TARGET: (LIST, OWN_SPECS),
        RungName.ATTESTED: (),
    }

    def codegen(self, context: Context, variant: Variant) -> Rung:
        """As GCC; but it needs its own patched libgccjit, for which GCC stands in, whatever the answer."""
        rung = gcc(context, variant)
        rust = context.known(LIBGCCJIT)
        commit = rust.first(LIBGCCJIT, "libgccjit", "commit") if rust else None
        if rust is None or commit is None:
            remark = f"{_TITLE} needs its own patched libgccjit (commit not known): GCC stands in for it here"
            return replace(rung, remarks=(*rung.remarks, remark))
        at = f"at {commit.fact.value[:12]} ({commit.path}:{commit.fact.line})"
        remark = f"{_TITLE} needs its own patched libgccjit {at}: GCC stands in for it"
        remarks = (*rung.remarks, *_in_ci(rust, variant), remark)
        return replace(rung, remarks=remarks, evidence=(*rung.evidence, rust.evidence(commit)))

    def target(self, context: Context, variant: Variant) -> Rung:
        """A target that rustc lists, or a specification that it brings along."""
        rung = listed(context, variant, _TARGET_RULE)
        if rung.truth is Truth.YES:
            return rung
        rust = context.known(OWN_SPECS)
        own = next((i for i in rust.of(OWN_SPECS) if i.fact.subject in variant.rust_targets), None) if rust else None
        if own is not None and rust is not None:
            because = f"{_TITLE} in rustc {rust.revision.label} brings a specification for {own.fact.subject}"
            return target_rung(_TARGET_RULE, Truth.YES, because, (rust.evidence(own),))
        if rung.truth is Truth.NO and rust is None and not context.predates(OWN_SPECS):
            because = f"{rung.because}; {context.unread(OWN_SPECS)}"
            return replace(rung, truth=Truth.UNKNOWN, because=because, unread=(OWN_SPECS,))
        return rung

    def attested(self, context: Context, variant: Variant, kernel: Rung) -> Rung:
        """No source of evidence is read yet."""
        del context, variant, kernel
        return unattested(_TITLE)

    def remarks(self, context: Context, variant: Variant) -> tuple[str, ...]:
        """Unstable flags, those made for LLVM, and how bindgen is run."""
        return build_remarks(context, variant, for_llvm=True)


def _in_ci(rust: Facts, variant: Variant) -> tuple[str, ...]:
    """What rustc_codegen_gcc's own workflows do with the variant's architecture."""
    jobs = [i for i in rust.of(CI) if i.fact.subject in variant.rustc]
    if not jobs:
        return ()
    where = ", ".join(sorted({i.path.rpartition("/")[2] for i in jobs}))
    runs = any(i.fact.value.partition(" ")[0] == "run" for i in jobs)
    does = "builds and tests it" if runs else "builds it"
    return (f"{_TITLE}'s own CI {does} for {jobs[0].fact.subject} ({where})",)
