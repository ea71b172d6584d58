"""data/arches.toml and a kernel's tree -> what is to be made: a variant, its ARCH=, a compiler, and what is played."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from judge.surroundings import clang_target, srcarch
from judge.tools import Tools

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from matrix.model import Registry

# Versions apart from each other on both sides of what Kconfig compares; the first takes every option.
SETS = {
    "gcc": (
        Tools(cc_version="14.2.0", rustc="1.95.0", rustc_llvm="22.1.2"),
        Tools(cc_version="12.2.0", rustc="1.78.0", rustc_llvm="18.1.2", pahole="1.22", accepts="mixed:1"),
        Tools(cc_version="16.1.0", rustc="1.97.0", rustc_llvm="22.1.6", pahole="1.31", accepts="mixed:2"),
    ),
    "clang": (
        Tools(cc="clang", cc_version="22.1.2", rustc="1.95.0", rustc_llvm="22.1.2"),
        Tools(cc="clang", cc_version="18.1.8", rustc="1.78.0", rustc_llvm="18.1.2", pahole="1.22", accepts="mixed:1"),
        Tools(cc="clang", cc_version="21.1.8", rustc="1.97.0", rustc_llvm="22.1.6", pahole="1.31", accepts="mixed:2"),
    ),
}


# The variants on which Linux has Rust, in one kernel or another.
WITH_RUST = ("arm-v7", "arm64", "loongarch64", "riscv64", "s390x", "um-i386", "um-x86_64", "x86_64")


class CellOf(NamedTuple):
    """One variant with one compiler in one kernel."""

    variant: str
    arch: str
    subarch: str
    cc: str
    rust: bool
    on: tuple[str, ...]
    off: tuple[str, ...]

    @property
    def fixed(self) -> dict[str, str]:
        """The symbols that make the variant."""
        return {**dict.fromkeys(self.on, "y"), **dict.fromkeys(self.off, "n")}

    @property
    def name(self) -> str:
        """A folder's name."""
        return f"{self.variant}-{self.cc}"


def with_rust(tree: Path, port: str) -> bool:
    """Whether a port's Kconfig selects HAVE_RUST."""
    files = (tree / "arch" / port).glob("Kconfig*")
    return any("select HAVE_RUST" in path.read_text(encoding="utf-8", errors="replace") for path in files)


def cells(registry: Registry, tree: Path, *, only: Sequence[str] = ()) -> Iterator[CellOf]:
    """Every variant that this kernel has a port of, with each compiler that can build it."""
    for name, variant in registry.variants.items():
        arch = variant.make[0]
        subarch = getattr(variant, "subarch", "") or srcarch(arch)
        if (only and name not in only) or not (tree / "arch" / variant.arch / "Kconfig").is_file():
            continue
        rust = with_rust(tree, variant.arch)
        for cc in ("gcc", "clang"):
            if cc == "clang" and not clang_target(tree, arch, subarch):
                continue
            if cc == "gcc" and variant.arch == "hexagon":  # GCC has no such backend
                continue
            yield CellOf(name, arch, subarch, cc, rust, tuple(variant.on), tuple(variant.off))


def played(cell: CellOf) -> tuple[Tools, ...]:
    """The sets of tools for a cell: one where nothing can be possible."""
    from dataclasses import replace  # noqa: PLC0415

    sets = SETS[cell.cc] if cell.rust else SETS[cell.cc][:1]
    return tuple(replace(one, big_endian="CPU_BIG_ENDIAN" in cell.on) for one in sets)


def defconfigs(tree: Path, arch: str, values: Mapping[str, str]) -> list[Path]:
    """The port's defconfigs, those first whose text names most of the variant's symbols as they are wanted."""
    from judge.recorded import values as read  # noqa: PLC0415

    def fit(path: Path) -> tuple[int, str]:
        said = read(path.read_text(encoding="utf-8", errors="replace"))
        return (-sum(said.get(name) == value for name, value in values.items()), path.name)

    return sorted((tree / "arch" / srcarch(arch) / "configs").glob("*defconfig"), key=fit)
