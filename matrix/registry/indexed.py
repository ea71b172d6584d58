"""A distribution and what its package index came to -> the distribution as that says.

What most architectures have is the distribution's, what differs on one stands there. Title, aliases, note, compiler
and what each architecture means are data/toolchains.toml's; an architecture that it does not have means what
data/arches.toml says.
"""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING

from matrix.debian import list_path
from matrix.model import DistroArch, Packaged
from matrix.registry.distros import PACKAGES
from matrix.value import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.debian import Index
    from matrix.model import Archive, Distro, Meaning


def as_indexed(distro: Distro, archive: Archive, index: Index, names: Mapping[str, Meaning]) -> Distro:
    """The same distribution with the versions of its index. An architecture that means nothing here is left out."""
    have = {arch: listed.tools for arch, listed in index.lists.items() if meant(distro, arch, names)}
    common = _common(have)
    point = f", point release {index.version}" if index.version else ""
    return replace(
        distro,
        repository=f"{archive.title}, dists/{distro.suite}{point}",
        day=f"{index.date:%Y-%m-%d}",
        read=True,
        tools=MappingProxyType({tool: _packaged(tool, version, have) for tool, version in common.items()}),
        arches=MappingProxyType(
            {
                arch: DistroArch(
                    name=arch,
                    variants=meant(distro, arch, names),
                    lacks=tuple(tool for tool in common if tool not in tools),
                    other={tool: version for tool, version in tools.items() if version != common[tool]},
                    sha256=index.lists[arch].sha256,
                )
                for arch, tools in sorted(have.items())
            }
        ),
    )


def meant(distro: Distro, arch: str, names: Mapping[str, Meaning]) -> tuple[str, ...]:
    """The variants that the distribution's name of an architecture means; () for one that is not known here."""
    held = distro.arches.get(arch)
    if held is not None:
        return held.variants
    meaning = names.get(arch)
    return meaning.variants if meaning is not None else ()


def _common(have: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The version of each tool that most architectures have, the greater text where as many have another."""
    found = {}
    for tool in PACKAGES:
        counted = Counter(tools[tool] for tools in have.values() if tool in tools)
        if counted:
            found[tool] = max(counted, key=lambda version: (counted[version], version))
    return found


def _packaged(tool: str, version: str, have: Mapping[str, Mapping[str, str]]) -> Packaged:
    arch = next(arch for arch in sorted(have) if have[arch].get(tool) == version)
    return Packaged(version=version, source=list_path(arch))
