"""Facts of mrustc -> what archmatrix says of it, in the shape of truth.json's `mrustc`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.model import Truth
from matrix.resolve.backends.mrustc import Mrustc

if TYPE_CHECKING:
    from tests.truth.leaves import Tree
    from tests.truth.reading import Read

# How truth.json puts an instruction set into words: mrustc's name of it, its width in bits, whether it is big-endian.
_WORDS = {
    ("arm", 32, False): "arm (LE)",
    ("aarch64", 64, False): "arm64 (LE)",
    ("m68k", 32, True): "m68k (BE)",
    ("powerpc64", 64, True): "powerpc (ppc64 BE)",
    ("powerpc64", 64, False): "powerpc (ppc64le)",
    ("riscv64", 64, False): "riscv (rv64)",
    ("x86", 32, False): "x86 (i386)",
    ("x86_64", 32, False): "x86 (x86_64 x32 ABI)",
    ("x86_64", 64, False): "x86 (x86_64)",
}


def mrustc(read: Read, asked: dict[str, Tree]) -> dict[str, Tree]:
    """Nothing is `asked`: every key is a complete list or a single value."""
    facts: dict[str, dict[str, str]] = {}
    for item in read.facts.of("mrustc-targets"):
        facts.setdefault(item.fact.subject, {})[item.fact.attribute] = item.fact.value
    targets = {name: said for name, said in facts.items() if "os" in said}
    arches = {
        name: {"name": said["name"], "bits": int(said["pointer-width"]), "big_endian": said["endian"] == "big"}
        for name, said in facts.items()
        if "name" in said
    }
    linux = {name: arches[said["arch"]] for name, said in targets.items() if said["os"] == "linux"}
    default = read.value("mrustc-language", "rustc", "default") or ""
    revision = read.facts.revision
    return {
        "arches": arches,
        "commit": revision.commit,
        "custom_spec_file": read.value("mrustc-targets", "mrustc", "spec-file") == "yes",
        "date": revision.date.date().isoformat() if revision.date else None,
        "default_rustc": ".".join(default.split(".")[:2]),
        "rust_version_file": default,
        "kernel_arch_variants": sorted({_WORDS[a["name"], a["bits"], a["big_endian"]] for a in linux.values()}),
        "kernel_arches_linux": _ports(read),
        "linux_targets": list(linux),
        "supported_rustc_versions": [i.fact.value for i in read.facts.about("mrustc-versions", "rustc", "builds")],
        "targets": {
            name: {"mrustc_arch": said["arch"], "c_triple": said["c-triple"], "env": said["env"], "os": said["os"]}
            for name, said in targets.items()
        },
    }


def _ports(read: Read) -> list[str]:
    """The ports with a variant for which the resolver finds a built-in Linux target."""
    # Without a kernel, a variant that has a target stays unknown for want of the kernel's minimum; none is a no.
    variants = read.registry.variants.values()
    return read.arches(v for v in variants if Mrustc().target(read.context, v).truth is not Truth.NO)
