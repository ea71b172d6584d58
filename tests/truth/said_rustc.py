"""Facts of rustc and of what it ships -> what archmatrix says, in the shape of `rustc` and its code generators."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from matrix.model import Truth
from matrix.resolve.generators.cranelift import cranelift as codegen
from matrix.resolve.rust_targets import rust_target, specified

if TYPE_CHECKING:
    from matrix.resolve.rust_targets import Target
    from tests.truth.leaves import Tree
    from tests.truth.reading import Read

_DOCUMENT = "rust-platform-support"
_YES_NO = {"yes": True, "no": False, "unknown": None, "true": True, "false": False, "None": None}
_AS_DOCUMENTED = {"true": "yes", "false": "no", "None": "not stated"}


def rustc(read: Read, asked: dict[str, Tree]) -> dict[str, Tree]:
    """`asked` says which targets are wanted; the counts and lists are over all that rustc lists."""
    listed = [i.fact.subject for i in read.facts.of("rust-target-list")]
    targets = {name: rust_target(read.facts, name) for name in listed}
    backends = read.values("rust-default-llvm", "default-backend")
    tiers = read.values(_DOCUMENT, "tier")
    hosts = read.values(_DOCUMENT, "host-tools")
    claims = [_specified(read, target, "metadata-tier") or "unresolved-statically" for target in targets.values()]
    return {
        "_archs_of_all_targets": sorted({target.arch or "?" for target in targets.values()}),
        "_counts": {
            "doc_per_section": dict(Counter(_section(tier, hosts[name]) for name, tier in tiers.items())),
            "doc_per_tier": dict(Counter(tiers.values())),
            "metadata_per_tier": dict(Counter(claims)),
            "target_list_equals_doc": tiers.keys() == targets.keys(),
            "targets": len(targets),
        },
        "_llvm": {
            "default_targets": [name for name, kind in backends.items() if kind == "default"],
            "default_experimental_targets": [name for name, kind in backends.items() if kind == "experimental"],
        },
        "_metadata_available": any(i.fact.attribute == "metadata-tier" for i in read.facts.of("rust-target-specs")),
        "_metadata_vs_doc": {name: said for name, target in targets.items() if (said := _differences(read, target))},
        **{name: _target(read, rust_target(read.facts, name)) for name in asked if not name.startswith("_")},
    }


def _section(tier: str, host_tools: str) -> str:
    if tier == "3":
        return "Tier 3"
    if tier == "1":
        return "Tier 1 with Host Tools"
    return f"Tier 2 {'with' if host_tools == 'yes' else 'without'} Host Tools"


def _target(read: Read, target: Target) -> Tree:
    return {
        "arch": target.arch,
        "endian": target.endian,
        "pointer_width": target.bits,
        "llvm_target": _specified(read, target, "llvm-target"),
        "tier": target.tier_number,
        "host_tools": _YES_NO[read.value(_DOCUMENT, target.name, "host-tools") or "unknown"],
        "std": read.value(_DOCUMENT, target.name, "std"),
        "metadata": {
            "tier": _number(_specified(read, target, "metadata-tier")),
            "host_tools": _YES_NO[_specified(read, target, "metadata-host-tools") or "None"],
            "std": _YES_NO[_specified(read, target, "metadata-std") or "None"],
        },
    }


def _specified(read: Read, target: Target, attribute: str) -> str | None:
    found = specified(read.facts, target.listed.fact.value if target.listed else "", attribute)
    return found.fact.value if found else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _differences(read: Read, target: Target) -> Tree:
    """What the document and the specification say of one target, where they say it in other words, silence included."""
    said: dict[str, Tree] = {}
    for attribute in ("tier", "host-tools", "std"):
        told = read.value(_DOCUMENT, target.name, attribute)
        metadata = _specified(read, target, f"metadata-{attribute}")
        if told is None or metadata is None:
            continue
        means = _AS_DOCUMENTED.get(metadata, metadata)
        if told != means and (told, means) != ("unknown", "not stated"):
            said[attribute.replace("-", "_")] = {"doc": told, "metadata": means}
    return said


def rustc_codegen_gcc(read: Read, asked: dict[str, Tree]) -> dict[str, Tree]:
    """Nothing is `asked`: every key is a complete list or a single value."""
    runs: dict[str, list[str]] = {}
    for item in read.facts.of("cg-gcc-ci"):
        runs.setdefault(item.fact.subject, []).append(item.fact.value.split(" ")[1])
    tests = read.values("cg-gcc-failing-tests", "failing-tests")
    variants = read.registry.variants.values()
    return {
        "ci_arches": {arch: {"workflow": sorted(set(names))} for arch, names in runs.items()},
        "kernel_arches_in_ci": read.arches(v for v in variants if not runs.keys().isdisjoint(v.rustc)),
        "workflows": _names(read.paths["cg-gcc-ci"]),
        "failing_tests": {name: {"unique": int(count)} for name, count in tests.items()},
        "gccjit_crate": read.value("cg-gcc-crates", "gccjit", "requirement"),
        "gccjit_locked": read.value("cg-gcc-crates", "gccjit", "locked"),
        "libgccjit_commit": read.value("cg-gcc-libgccjit", "libgccjit", "commit"),
        "nightly_toolchain": read.value("cg-gcc-toolchain", "toolchain", "channel"),
        "toolchain_file": _names(read.paths["cg-gcc-toolchain"])[0],
        "target_specs": _names(read.paths["cg-gcc-target-specs"]),
    }


def cranelift(read: Read, asked: dict[str, Tree]) -> dict[str, Tree]:
    """Nothing is `asked`: every key is a complete list or a single value."""
    linux = read.values("cranelift-platforms", "os:Linux")
    variants = read.registry.variants.values()
    return {
        "cranelift_crate": read.value("cranelift-crates", "cranelift-codegen", "requirement"),
        "kernel_arches": read.arches(v for v in variants if codegen(read.context, v).truth is Truth.YES),
        "linux_arches": [arch for arch, cell in linux.items() if cell == "yes"],
        "nightly_toolchain": read.value("cranelift-toolchain", "toolchain", "channel"),
        "readme_matrix": {"Linux": dict(linux)},
        "toolchain_file": _names(read.paths["cranelift-toolchain"])[0],
    }


def _names(paths: tuple[str, ...]) -> list[str]:
    return [PurePosixPath(path).name for path in paths]
