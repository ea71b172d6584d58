"""Distributions -> text and JSON: which versions each has, and where that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from matrix.render import style
from matrix.render.contract import document
from matrix.render.layout import field, hang, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.model import Distro, DistroArch

# llvm is shown of one alone: the table has 80 columns.
_SHOWN = ("kernel", "rustc", "bindgen", "libclang", "gcc", "clang", "pahole")
_NAMES = {"kernel": "Linux", "gcc": "GCC", "llvm": "LLVM of rustc"}
_LABEL = 15


def distros_text(distros: Iterable[Distro]) -> str:
    """A line a distribution; `?` is what no public file was found for."""
    rows = [[d.id, *(d.tools[t].version if t in d.tools else "?" for t in _SHOWN)] for d in distros]
    lines = tabulate(rows, ["", *_SHOWN], tablefmt="plain", disable_numparse=True).splitlines()
    open_ = any("?" in row for row in rows)
    legend = ["", "?: no public file was found that says it"] if open_ else []
    return style.safe_lines([*(line.rstrip() for line in lines), *legend])


def distro_text(distro: Distro) -> str:
    """All that is known of one: each version with the file that says so, and what its architectures mean."""
    how = "read from its package index of" if distro.read else "typed from its public files on"
    lines = [*wrap(f"{style.bold(distro.title)} ({', '.join((distro.id, *distro.aliases))})")]
    lines += wrap(f"{how} {distro.day}: {distro.repository}", 2)
    if distro.note:
        lines += wrap(f"note: {distro.note}", 2)
    lines += [""]
    wide = max(len(said.version) for said in distro.tools.values())
    for tool, said in distro.tools.items():
        also = "; it builds the kernel" if tool == distro.cc else ""
        lines += hang(
            f"{_NAMES.get(tool, tool):<{_LABEL}}{said.version:<{wide}}  ", f"{said.source}{also}", _LABEL + wide + 2
        )
    lines += [""]
    for arch in distro.arches.values():
        lines += field(arch.name, _arch_words(arch), _LABEL)
    return style.safe_lines(lines)


def _arch_words(arch: DistroArch) -> str:
    words = [", ".join(arch.variants)]
    words += [f"no {tool}" for tool in arch.lacks]
    words += [f"{tool} {version}" for tool, version in arch.other.items()]
    return "; ".join(words)


def distros_json(known: Iterable[Distro]) -> dict[str, Any]:
    """The same as a document; a tool that is missing is not known."""
    return document("distros", {"distros": [_distro(distro) for distro in known]})


def _distro(distro: Distro) -> dict[str, Any]:
    return {
        "id": distro.id,
        "title": distro.title,
        "aliases": list(distro.aliases),
        "repository": distro.repository,
        "day": distro.day,
        "read": distro.read,
        "cc": distro.cc,
        "note": distro.note or None,
        "tools": [
            {"tool": tool, "version": said.version, "source": said.source} for tool, said in distro.tools.items()
        ],
        "arches": [
            {
                "name": name,
                "variant_ids": list(arch.variants),
                "lacks": list(arch.lacks),
                "other": [{"tool": tool, "version": version} for tool, version in arch.other.items()],
            }
            for name, arch in distro.arches.items()
        ],
    }
