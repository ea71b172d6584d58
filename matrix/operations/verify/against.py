"""Compilers and trees by name -> each asked, and held against what is known of its version."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from matrix.errors import UsageError
from matrix.machine.compilers import ask_gcc, ask_llvm, ask_rustc
from matrix.operations.check import Checked, check
from matrix.operations.stores import open_stores
from matrix.operations.verify.gcc import gcc_against
from matrix.operations.verify.held import held
from matrix.operations.verify.llvm import llvm_against
from matrix.operations.verify.rust import RustcAgainst
from matrix.query.knowledge import Knowledge
from matrix.query.verified import ComparedTree, Verified
from matrix.resolve.rust_targets import SPECS
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.machine.tools import Machine
    from matrix.model import Registry
    from matrix.operations.workplace import Workplace
    from matrix.query.verified import Compared
    from matrix.trees import Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """Each compiler as a path or a name, "" for none; the trees."""

    rustc: str = ""
    llvm_config: str = ""
    llc: str = ""
    clang: str = ""
    gcc: str = ""
    trees: tuple[Spec, ...] = ()


def verify(work: Workplace, machine: Machine, wanted: Verify) -> Verified:
    """Hold all of it against what is known. Raises: UsageError where nothing was named, TreeError, StoreError."""
    named = {
        "llvm-config": wanted.llvm_config,
        "llc": wanted.llc,
        "clang": wanted.clang,
    }
    if not (wanted.rustc or wanted.gcc or wanted.trees or any(named.values())):
        raise UsageError(
            "verify: found nothing to hold anything against, expected --rustc BIN, --llc BIN or --tree DIR"
        )
    with ThreadPoolExecutor(max_workers=1) as pool:
        # A tree is read while compilers are waited for.
        reading = [pool.submit(check, work, spec, None) for spec in wanted.trees]
        compilers = tuple(_compared(work, machine, wanted, named))
        checked = [done.result() for done in reading]
    return Verified(
        compilers=compilers,
        trees=tuple(_tree(one) for one in checked if isinstance(one, Checked)),
        unread=tuple("; ".join(one.said) for one in checked if not isinstance(one, Checked)),
    )


def _tree(one: Checked) -> ComparedTree:
    unread = tuple(f"{outcome.source.id}: {outcome.error}" for outcome in one.failures)
    return ComparedTree(known=one.known, tree=one.tree, where=one.where, differences=one.differences, unread=unread)


def _compared(work: Workplace, machine: Machine, wanted: Verify, named: dict[str, str]) -> Iterator[Compared]:
    """All compilers are asked at once, since most of the time goes by in them."""
    with ThreadPoolExecutor(max_workers=4) as pool, open_stores(work) as stores:
        llvms = {kind: pool.submit(ask_llvm, machine, path, kind) for kind, path in named.items() if path}
        gcc = pool.submit(ask_gcc, machine, wanted.gcc) if wanted.gcc else None
        knowledge = Knowledge(stores)
        if wanted.rustc:
            known = partial(held, knowledge, "rust")
            targets = _targets(work.registry)
            rustc = ask_rustc(
                machine, wanted.rustc, lambda v: targets if known(v).have(SPECS) else (), _probes(work.registry)
            )
            yield RustcAgainst(rustc, known(rustc.says.version if rustc.says else "")).result()
        for kind, asking in llvms.items():
            llvm = asking.result()
            yield llvm_against(kind, llvm, held(knowledge, "llvm", llvm.version))
        if gcc is not None:
            heard = gcc.result()
            yield gcc_against(heard, held(knowledge, "gcc", heard.says.version if heard.says else ""))


def _targets(registry: Registry) -> tuple[str, ...]:
    """The targets that matter to a kernel."""
    return tuple(dict.fromkeys(t for variant in registry.variants.values() for t in variant.rust_targets))


def _probes(registry: Registry) -> dict[str, str]:
    """A target for each backend that a kernel's variant has, to ask whether it is in rustc's LLVM."""
    found: dict[str, str] = {}
    for variant in registry.variants.values():
        for target in variant.rust_targets[:1]:
            if variant.llvm:
                found.setdefault(variant.llvm, target)
    return found
