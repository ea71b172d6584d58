"""Facts of GCC and LLVM -> what archmatrix says of them, in the shape of truth.json's `gcc` and `llvm`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.resolve.gcc_triple import TripleState
from matrix.resolve.generators.llvm import llvm as codegen

if TYPE_CHECKING:
    from tests.truth.leaves import Tree
    from tests.truth.reading import Read

_CONFIG = "gcc/config/"


def gcc(read: Read, asked: dict[str, Tree]) -> dict[str, Tree]:
    """`asked` says which triples are wanted, by port."""
    arches = {arch: _arch(read, list(below["triples"])) for arch, below in asked["arches"].items()}
    refused = [
        arch
        for arch, below in arches.items()
        if all(t["status"] in {"obsolete", "deprecated"} for t in below["triples"].values())
    ]
    patterns = [i.fact for i in read.facts.of("gcc-config") if i.fact.value == "yes"]
    return {
        "arches": arches,
        "deprecated_patterns": [f.subject for f in patterns if f.attribute == "deprecated"],
        "obsolete_patterns": [f.subject for f in patterns if f.attribute == "obsolete"],
        "obsolete_or_deprecated_kernel_arches": refused,
        "kernel_arches_with_backend": [arch for arch, below in arches.items() if below["backend"]],
        "kernel_arches_without_backend": [arch for arch, below in arches.items() if not below["backend"]],
        "gccrs": _gccrs(read),
    }


def _arch(read: Read, triples: list[str]) -> dict[str, Tree]:
    statuses = {triple: read.context.triple(triple) for triple in triples}
    return {
        "backend": any(status and status.state is not TripleState.NO_BACKEND for status in statuses.values()),
        "triples": {triple: {"status": _status(status.state.value)} for triple, status in statuses.items() if status},
    }


def _status(state: str) -> str:
    """truth.json does not tell a triple refused by name from one of a CPU without a backend."""
    return "not supported" if state in {"unsupported", "no-backend"} else state


def _gccrs(read: Read) -> dict[str, Tree]:
    hooks = read.values("gccrs-hooks", "rust-hook")
    flag = read.facts.first("gccrs-flag", "rust", "experimental-flag")
    level = read.facts.first("gccrs-language", "rust", "language-level")
    said: dict[str, Tree] = {
        "arch_hooks": [path.removeprefix(_CONFIG) for path, kind in hooks.items() if kind == "cpu"],
        "linux_hook": hooks.get(f"{_CONFIG}linux-rust.cc") == "os",
        "buildable_in_release": read.value("gccrs-enabled", "rust", "can-be-enabled") == "yes",
        "compiler_binary": read.value("gccrs-flag", "rust", "compiler-binary"),
        "config_gcc_has_rust_target_objs": any(i.fact.attribute == "rust-hook" for i in read.facts.of("gcc-config")),
        "experimental_env_var": read.value("gccrs-flag", "rust", "experimental-variable"),
        "experimental_flag": flag.fact.value if flag else None,
        "experimental_flag_in_lang_opt": flag is not None and flag.path == "gcc/rust/lang.opt",
        "experimental_flag_required": read.value("gccrs-flag", "rust", "experimental-required") == "yes",
        "gcc_rust_dir_exists": any(path.startswith("gcc/rust/") for path in read.paths.get("gccrs-flag", ())),
    }
    if level:
        said["libgrust"] = level.path.startswith("libgrust/")
        # The level is read where a file states it for programs, and nowhere else.
        said["rust_version_statement"] = {"file": level.path, "kind": "machine-readable", "value": level.fact.value}
    return said


def llvm(read: Read, asked: dict[str, Tree]) -> dict[str, Tree]:  # one shape for all
    """LLVM's backends, and which of them is each port's."""
    listed = [i.fact for i in read.facts.of("llvm-targets")]
    backends = {f.subject: f.value for f in listed if not f.when}
    return {
        "default_targets": [name for name, kind in backends.items() if kind == "default"],
        "experimental_targets": [name for name, kind in backends.items() if kind == "experimental"],
        "kernel_arches": {arch: _backend(read, arch) for arch in read.registry.arches},
    }


def _backend(read: Read, arch: str) -> Tree:
    """The backend of a port, as the registry names it, and as what LLVM builds it by the resolver's rule."""
    variants = [v for v in read.registry.variants.values() if v.arch == arch]
    names = {v.llvm for v in variants if v.llvm} or {""}  # C-SKY below ABI v2 has none, the port has one
    assert len(names) == 1, (arch, names)
    rungs = {codegen(read.context, v) for v in variants}
    listed = any(rung.truth.value == "yes" for rung in rungs)
    experimental = any(rung.remarks for rung in rungs)
    return {
        "llvm_target": names.pop() or None,
        "status": "none" if not listed else "experimental" if experimental else "default",
    }
