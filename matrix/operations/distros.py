"""A wish and a distribution -> the wish with that distribution's kernel and compilers; what was named stays named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.operations.stores import user_store
from matrix.poll.index import index_states
from matrix.registry.indexed import as_indexed
from matrix.render.phrases import basis_words
from matrix.store import is_there
from matrix.value import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime

    from matrix.model import Archive, Distro, DistroArch, Meaning
    from matrix.operations.ask import Wish
    from matrix.operations.workplace import Workplace
    from matrix.poll.index import IndexState

# Which project's version each of its packages is. GCC and clang are C compilers here: that gccrs comes with its GCC
# too, nobody says, and a GCC that was not read would leave open what does not rest on it (2026-11-28).
_PROJECTS = {"kernel": "linux", "rustc": "rust", "llvm": "llvm"}
_TOOLS = ("bindgen", "libclang", "pahole")


def with_indexes(
    work: Workplace,
    distros: Mapping[str, Distro],
    archives: Callable[[], Mapping[str, Archive]],
    as_of: datetime | None = None,
) -> Mapping[str, Distro]:
    """The distributions, those whose index a refresh has read as that says; as_of, only what was known then.

    Where what came along is of a newer index than the store's, that stays. Raises: StoreError, RegistryError.
    """
    if not any(d.archive for d in distros.values()) or not is_there(work.store):
        return distros
    store = user_store(work)
    if store is None:
        return distros
    with store:
        states = index_states(store)
    if not states:
        return distros
    known = archives()
    return {
        id_: _over(distro, known[distro.archive], states[id_], work.registry.names, as_of)
        if distro.archive and id_ in states
        else distro
        for id_, distro in distros.items()
    }


def _over(
    distro: Distro, archive: Archive, state: IndexState, names: Mapping[str, Meaning], as_of: datetime | None
) -> Distro:
    fault = state.fault if as_of is None else ""
    index, since = state.index, state.since
    if index is None or since is None or (as_of is not None and as_of < since):
        return replace(distro, fault=fault)
    if f"{index.date:%Y-%m-%d}" < distro.day:
        return replace(distro, fault=fault)
    return replace(as_indexed(distro, archive, index, names), checked_at=state.checked_at, fault=fault)


def with_distro(wish: Wish, distro: Distro, arch: DistroArch | None = None, held: Collection[str] = ()) -> Wish:
    """The wish, and of the distribution's what it does not name: kernel, rustc, LLVM, C compiler and other tools.

    arch is one of the distribution's own, where a version there is another. A tool that is not known of it, or that it
    does not have there, stays open. held are tools of which what is asked about says the version itself; "cc" among
    them is its C compiler.
    """
    have = {tool: version for tool, version in versions_of(distro, arch).items() if tool not in held}
    named = {*wish.versions, *(tree.project for tree in wish.trees)}
    versions = {p: have[tool] for tool, p in _PROJECTS.items() if tool in have and p not in named}
    tools = {tool: have[tool] for tool in _TOOLS if tool in have and tool not in wish.tools}
    cc = wish.cc or ("" if "cc" in held else distro.cc)
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
    note = f"; {distro.note}" if distro.note else ""
    yield f"{distro.title}: versions {basis_words(distro)}{note} (archmatrix distros {distro.id})"
    if distro.fault:
        yield f"the last refresh of its index failed: {distro.fault}"
    if missing := [tool for tool in ("kernel", *_TOOLS) if tool not in distro.tools]:
        yield f"of {distro.title} no public file was found that says its {', '.join(missing)}: that stays open"
