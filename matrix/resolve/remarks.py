"""What a maintainer wants to hear beside a verdict: unstable flags, flags made for LLVM, and how bindgen is run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.expression import NO, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.model import Backend, Located, Variant
    from matrix.resolve.context import Context

FLAGS, BINDGEN = "linux-rustflags", "linux-bindgen-targets"
# Flags that hand something to LLVM by name, or that its sanitizers implement (decided 2026-11-20 from their names).
_FOR_LLVM = re.compile(r"-[CZ](?:llvm|sanitizer)")
_REFERENCE = re.compile(r"\$\(BINDGEN_TARGET_\$\(SUBARCH\)\)")


def remarks(context: Context, variant: Variant, backend: Backend) -> tuple[str, ...]:
    """The remarks on a cell whose kernel admits Rust; each names its place in the kernel."""
    found = [_unstable(context, variant)]
    if backend.id != "rustc-llvm":
        found.append(_for_llvm(context, variant))
    if context.asked.cc != "clang":
        found.append(_bindgen(context, variant))
    return tuple(remark for remark in found if remark)


def _flags(context: Context, variant: Variant) -> Iterator[Located]:
    """The rustc flags that the port's own makefiles may pass for this variant."""
    linux, setting = context.known("linux", FLAGS), context.setting(variant)
    if linux is None or setting is None:
        return
    for item in linux.about(FLAGS, variant.srcarch, "rustc-flag"):
        if setting.fill(parse(item.fact.when)) != NO:
            yield item


def _unstable(context: Context, variant: Variant) -> str:
    unstable = [item for item in _flags(context, variant) if item.fact.value.startswith("-Z")]
    if not unstable:
        return ""
    names = ", ".join(dict.fromkeys(item.fact.value for item in unstable))
    place = f"{unstable[0].path}:{unstable[0].fact.line}"
    return f"the port may pass unstable flags ({names}, from {place}); the kernel sets RUSTC_BOOTSTRAP, so no nightly"


def _for_llvm(context: Context, variant: Variant) -> str:
    made = [item for item in _flags(context, variant) if _FOR_LLVM.match(item.fact.value)]
    if not made:
        return ""
    places = ", ".join(f"{item.fact.value} at {item.path}:{item.fact.line}" for item in made)
    return f"the kernel may pass flags made for LLVM: {places}"


def _bindgen(context: Context, variant: Variant) -> str:
    """With GCC as the C compiler bindgen, which is clang, needs a target of its own."""
    linux, setting = context.known("linux", BINDGEN), context.setting(variant)
    if linux is None or setting is None:
        return ""
    gcc = context.with_compiler("gcc").setting(variant)
    if gcc is None or all(gcc.fill(s.when) == NO for s in gcc.port.selects.get("HAVE_RUST", ())):
        return ""
    item = linux.first(BINDGEN, variant.srcarch, "bindgen-target")
    if item is not None and _REFERENCE.fullmatch(item.fact.value):
        item = linux.first(BINDGEN, variant.subarch, "bindgen-target")
    head = "with GCC as the C compiler and rustc beside it, bindgen reads the headers"
    if item is None:
        key = f"{variant.srcarch}{f' and SUBARCH {variant.subarch}' if variant.subarch else ''}"
        return f"{head} without a target: rust/Makefile has none for {key}"
    return f"{head} for {item.fact.value} ({item.path}:{item.fact.line})"
