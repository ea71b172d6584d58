"""A wish and a distribution -> the wish with that distribution's kernel and compilers; what was named stays named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.value import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.model import Distro, DistroArch
    from matrix.operations.ask import Wish

# Which project's version each of its packages is. GCC and clang are C compilers here: that gccrs comes with its GCC
# too, nobody says, and a GCC that was not read would leave open what does not rest on it (2026-11-28).
_PROJECTS = {"kernel": "linux", "rustc": "rust", "llvm": "llvm"}
_TOOLS = ("bindgen", "libclang", "pahole")


def with_distro(wish: Wish, distro: Distro, arch: DistroArch | None = None) -> Wish:
    """The wish, and of the distribution's what it does not name: kernel, rustc, LLVM, C compiler and other tools.

    arch is one of the distribution's own, where a version there is another. A tool that is not known of it, or that it
    does not have there, stays open.
    """
    have = versions_of(distro, arch)
    named = {*wish.versions, *(tree.project for tree in wish.trees)}
    versions = {p: have[tool] for tool, p in _PROJECTS.items() if tool in have and p not in named}
    tools = {tool: have[tool] for tool in _TOOLS if tool in have and tool not in wish.tools}
    cc = wish.cc or distro.cc
    return replace(
        wish,
        versions={**versions, **wish.versions},
        tools={**tools, **wish.tools},
        cc=cc,
        cc_version=wish.cc_version or have.get(cc, ""),
        said=(*wish.said, *_said(distro)),
    )


def versions_of(distro: Distro, arch: DistroArch | None = None) -> dict[str, str]:
    """The version of each package that it has, on one of its architectures where `arch` names it."""
    have = {tool: packaged.version for tool, packaged in distro.tools.items()}
    if arch is None:
        return have
    return {tool: arch.other.get(tool, version) for tool, version in have.items() if tool not in arch.lacks}


def _said(distro: Distro) -> Iterator[str]:
    """Where its versions are from, what is to be known of them, and which of its tools stay open."""
    how = "read from its package index of" if distro.read else "typed from its public files on"
    note = f"; {distro.note}" if distro.note else ""
    yield f"{distro.title}: versions {how} {distro.day}{note} (archmatrix distros {distro.id})"
    if missing := [tool for tool in ("kernel", *_TOOLS) if tool not in distro.tools]:
        yield f"of {distro.title} no public file was found that says its {', '.join(missing)}: that stays open"
