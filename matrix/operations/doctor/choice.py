"""The tools that were found -> the one of each that a build for a variant would take, and how make is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Tool
from matrix.machine.outputs import backend_of
from matrix.machine.tools import PLAIN_NAMES, Installed
from matrix.query.diagnosis import ALWAYS_NEEDED, BESIDES, COMPILED_WITH
from matrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matrix.cell import Requirement
    from matrix.model import Registry, Variant
    from matrix.resolve.context import Context

_ASKED_OF = {
    "rustc": Tool.RUSTC,
    "bindgen": Tool.BINDGEN,
    "libclang": Tool.LIBCLANG,
    "lld": Tool.LLVM,
    "pahole": Tool.PAHOLE,
    **COMPILED_WITH,
}
# Systems whose object files are no ELF: a GCC for them links no kernel (x86_64-w64-mingw32).
_NOT_ELF = ("mingw", "cygwin", "msys", "windows", "darwin")
_VARIABLES = {"rustc": "RUSTC", "bindgen": "BINDGEN", "clang": "CC", "gcc": "CC", "lld": "LD", "pahole": "PAHOLE"}


def compiles_for(registry: Registry, tool: Installed, variant: Variant) -> bool | None:
    """Whether a C compiler makes code for a variant; None where it does not say what it is for.

    A GCC is for the machines of one triple: one of another width does where the port is the same and it is the wider
    one (x86_64 for i386), byte order is a flag. A clang is for all whose backend it was built with.
    """
    if not tool.targets:
        return None
    if tool.name == "clang":
        return bool(variant.llvm) and variant.llvm in {backend_of(name) for name in tool.targets}
    if any(system in tool.targets[0] for system in _NOT_ELF):
        return False
    cpu = _cpu(tool.targets[0])
    mine = [v for v in registry.variants.values() if cpu in {_cpu(triple) for triple in v.gnu_triples}]
    return any(v.srcarch == _machine_of(registry, variant).srcarch and v.bits >= variant.bits for v in mine)


def _cpu(triple: str) -> str:
    cpu = triple.partition("-")[0]
    if len(cpu) == 4 and cpu[0] == "i" and cpu.endswith("86"):
        return "i386"
    if cpu.startswith("armv") and cpu[4:5].isdigit():
        return "armeb" if cpu.endswith("b") else "arm"
    return cpu


def _machine_of(registry: Registry, variant: Variant) -> Variant:
    """User-mode Linux is compiled as a program of its host."""
    if not variant.subarch:
        return variant
    triples = {_cpu(t) for t in variant.gnu_triples}
    return next(
        (v for v in registry.variants.values() if not v.subarch and triples & set(map(_cpu, v.gnu_triples))), variant
    )


class Choice:
    """Which of several of one tool is meant: for a kernel (whose context this is) and a variant."""

    def __init__(self, registry: Registry, found: Sequence[Installed], context: Context) -> None:
        self.registry, self.found, self.context = registry, found, context

    def all(self, variant: Variant) -> dict[str, Installed]:
        """One of each tool; without a path where there is none. libclang is bindgen's, the source rustc's."""
        names = ("rustc", "bindgen", "lld", *COMPILED_WITH, *BESIDES)
        chosen = {name: self.one(name, variant) for name in names}
        chosen["rust-src"] = self._beside("rust-src", chosen["rustc"])
        chosen["libclang"] = self._beside("libclang", chosen["bindgen"])
        return chosen

    def one(self, name: str, variant: Variant) -> Installed:
        """The first that suits, else the first that runs, else the first that is there at all.

        A C compiler that makes code for other machines alone is none of these.
        """
        own = [tool for tool in self.found if tool.name == name]
        if name in COMPILED_WITH:
            own = [t for t in own if not t.usable or compiles_for(self.registry, t, variant) is not False]
            own = [t for t in own if t.usable or t.called == PLAIN_NAMES[name]] or own
        usable = [tool for tool in own if tool.usable]
        suiting = [tool for tool in usable if self._new_enough(tool, variant)]
        return next(iter([*suiting, *usable, *own]), Installed(name=name))

    def needed(self, name: str, variant: Variant) -> Requirement | None:
        """What the kernel asks of a tool; None where it asks nothing, or that is not known."""
        return self.context.minimum(_ASKED_OF[name], variant) if name in _ASKED_OF else None

    def _new_enough(self, tool: Installed, variant: Variant) -> bool:
        needed = self.needed(tool.name, variant)
        return needed is None or at_least(tool.version, needed.version)

    def _beside(self, name: str, tool: Installed) -> Installed:
        """What goes with a tool: found by asking it. Where that is not there, what lies about."""
        own = [t for t in self.found if t.name == name and (t.called == tool.called or not tool.path)]
        return next(iter(own), Installed(name=name))


def at_least(version: str, least: str) -> bool:
    """Whether a version as a tool says it is not older; of a snapshot (20.0.0git) its numbers count, as in Kconfig."""
    return parse(version).numbers >= parse(least).numbers


def whole(version: str) -> str:
    """A compiler's version without the stage that a snapshot has behind it; "" for none."""
    return ".".join(map(str, parse(version).numbers[:3])) if version else ""


def told(tool: Installed) -> str:
    """What make must be told to use it: `RUSTC=/usr/bin/rustc-1.85`; "" where it finds it by itself."""
    if not tool.path or tool.name not in _VARIABLES or tool.called == PLAIN_NAMES[tool.name]:
        return ""
    if tool.name == "gcc" and tool.called.endswith("-gcc"):
        return f"CROSS_COMPILE={tool.called.removesuffix('gcc')}"
    return f"{_VARIABLES[tool.name]}={tool.path}"


def as_make(tool: Installed) -> str:
    """The word by which make would run it."""
    plain = PLAIN_NAMES[tool.name]
    return plain if not tool.path or tool.called == plain else tool.path


def lacking(chosen: Mapping[str, Installed], names: Iterable[str] = ALWAYS_NEEDED) -> list[str]:
    """Those of the names that cannot be used: `bindgen`, `bindgen (crashed (SIGSEGV))`."""
    return [
        f"{name} that works" if chosen[name].path and chosen[name].problem else name
        for name in names
        if not chosen[name].usable
    ]


def lacking_words(names: Sequence[str]) -> str:
    """`no rust-src, bindgen or libclang`."""
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    return f"there is no {listed}"
