"""What a maintainer wants to hear beside a verdict: unstable flags, flags made for LLVM, and how bindgen is run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.expression import NO, parse, show
from matrix.resolve.clang_make import clang_target
from matrix.resolve.kernel.disproof import admitted_with_gcc, bindgen_target
from matrix.resolve.passed import FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.model import Located, Variant
    from matrix.resolve.context import Context

EVERY_PORT = "*"
# What is passed where an object of the kernel is made; programs of the build, proc macros and rustdoc are none.
_KERNELS_OWN = ("rustc-flag", *(f"rustc-flag:{rule}" for rule in ("built-in", "module", "library", "driver")))
# Flags that hand something to LLVM by name, or that its sanitizers implement (decided 2026-11-20 from their names).
_FOR_LLVM = re.compile(r"-[CZ](?:llvm|sanitizer)")


def build_remarks(context: Context, variant: Variant, *, for_llvm: bool) -> tuple[str, ...]:
    """The remarks on a cell whose kernel admits Rust; each names its place in the kernel.

    for_llvm: also the flags that are made for LLVM, which another code generator may not know.
    """
    said = [_unstable(context, variant)]
    if for_llvm:
        said.append(_for_llvm(context, variant))
    if context.asked.cc != "clang":
        said.append(_bindgen(context, variant))
    if context.asked.cc != "gcc":
        said.append(_clang(context, variant))
    return tuple(remark for remark in said if remark)


def _flags(context: Context, variant: Variant) -> Iterator[Located]:
    """The rustc flags that the kernel may pass for this variant, those of the port's own makefiles first."""
    linux, setting = context.known(FLAGS), context.setting(variant)
    if linux is None or setting is None:
        return
    for subject in (variant.srcarch, EVERY_PORT):
        items = [item for attribute in _KERNELS_OWN for item in linux.about(FLAGS, subject, attribute)]
        for item in sorted(items, key=lambda i: (i.path, i.fact.line)):
            if setting.fill(parse(item.fact.when)) != NO:
                yield item


def _unstable(context: Context, variant: Variant) -> str:
    unstable = [item for item in _flags(context, variant) if item.fact.value.startswith("-Z")]
    if not unstable:
        return ""
    first = {item.fact.value: item for item in reversed(unstable)}
    own = [i for v, i in first.items() if i.fact.subject != EVERY_PORT]
    every = [i for v, i in first.items() if i.fact.subject == EVERY_PORT]
    parts = [_listed(items, who) for who, items in (("by the port", own), ("on every port", every)) if items]
    return f"the kernel may pass unstable flags: {'; '.join(parts)}{_bootstrap(context)}"


def _listed(items: list[Located], who: str) -> str:
    names = ", ".join(item.fact.value for item in reversed(items))
    return f"{names} {who} (first at {items[-1].path}:{items[-1].fact.line})"


def _bootstrap(context: Context) -> str:
    """That the kernel makes a stable rustc accept unstable flags, and where."""
    linux = context.known(FLAGS)
    found = linux.first(FLAGS, EVERY_PORT, "rustc-bootstrap") if linux else None
    return f"; it sets RUSTC_BOOTSTRAP ({found.path}:{found.fact.line}), so a stable rustc will do" if found else ""


def _for_llvm(context: Context, variant: Variant) -> str:
    made = [item for item in _flags(context, variant) if _FOR_LLVM.match(item.fact.value)]
    if not made:
        return ""
    once = {item.fact.value: item for item in reversed(made)}.values()
    places = ", ".join(f"{item.fact.value} at {item.path}:{item.fact.line}" for item in reversed(list(once)))
    return f"the kernel may pass flags made for LLVM: {places}"


def _bindgen(context: Context, variant: Variant) -> str:
    """With GCC as the C compiler bindgen, which is clang, gets a target of its own."""
    item = bindgen_target(context, variant)
    if item is None or not admitted_with_gcc(context, variant):
        return ""
    head = "with GCC as the C compiler and rustc beside it, bindgen gets"
    return f"{head} --target={item.fact.value} ({item.path}:{item.fact.line})"


def _clang(context: Context, variant: Variant) -> str:
    """With clang as the C compiler the kernel's C is compiled for a target that scripts/Makefile.clang names."""
    found = clang_target(context, variant)
    if found is None:
        return ""
    head, at = "with clang as the C compiler", f"{found.located.path}:{found.located.fact.line}"
    if found.refused is None:
        return f"{head} the C is compiled with --target={found.located.fact.value} ({at})"
    stops = (
        f"make stops at SUBARCH={variant.subarch}, for which {found.refused.path}:{found.refused.fact.line} finds no"
    )
    width = f"{show(found.condition)} in the .config then makes it {variant.bits}-bit"
    return f"{head} {stops} --target=; SUBARCH={found.subarch} has one ({at}), and {width}"
