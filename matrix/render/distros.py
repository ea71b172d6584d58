"""Distributions -> text and JSON: which versions each has, and where that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from matrix.render import style
from matrix.render.contract import document
from matrix.render.layout import field, hang, wrap
from matrix.render.phrases import age_words, basis_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from matrix.model import Distro, DistroArch
    from matrix.poll.index import IndexState

# llvm is shown of one alone: the table has 80 columns.
_SHOWN = ("kernel", "rustc", "bindgen", "libclang", "gcc", "clang", "pahole")
_NAMES = {"kernel": "Linux", "gcc": "GCC", "llvm": "LLVM of rustc"}
_LABEL = 15


def distros_text(distros: Collection[Distro]) -> str:
    """A line a distribution, and what each that a refresh asked for rests on; `?` has no public file that says it."""
    rows = [[d.id, *(d.tools[t].version if t in d.tools else "?" for t in _SHOWN)] for d in distros]
    lines = tabulate(rows, ["", *_SHOWN], tablefmt="plain", disable_numparse=True).splitlines()
    open_ = any("?" in row for row in rows)
    legend = ["", "?: no public file was found that says it"] if open_ else []
    here = [d for d in distros if d.checked_at or d.fault]
    for distro in here:
        fault = f"; the last refresh of it failed: {distro.fault}" if distro.fault else ""
        legend += hang(f"{distro.id}: ", f"{basis_words(distro)}{fault}", 2)
    if here and not open_:
        legend = ["", *legend]
    return style.safe_lines([*(line.rstrip() for line in lines), *legend])


def distro_text(distro: Distro) -> str:
    """All that is known of one: each version with the file that says so, and what its architectures mean."""
    lines = [*wrap(f"{style.bold(distro.title)} ({', '.join((distro.id, *distro.aliases))})")]
    lines += wrap(f"{basis_words(distro)}: {distro.repository}", 2)
    if distro.fault:
        lines += wrap(f"the last refresh of its index failed: {distro.fault}", 2)
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


def index_lines(states: Mapping[str, IndexState], now: datetime) -> list[str]:
    """What a store has of the package indexes of distributions, a line each after an empty one; nothing for none."""
    lines = ["", "package indexes"] if states else []
    for id_, state in states.items():
        words = []
        if state.index and state.checked_at:
            words.append(f"index of {state.index.date:%Y-%m-%d}, checked {age_words(state.checked_at, now)}")
        if state.fault and state.failed_at:
            words.append(f"failed {age_words(state.failed_at, now)}: {state.fault}")
        lines += field(f"  {id_}", "; ".join(words) or "not read to its end yet", _LABEL + 1)
    return lines


def index_json(id_: str, state: IndexState) -> dict[str, Any]:
    """The same with every moment, as plain values."""
    return {
        "distro": id_,
        "date": state.index.date.isoformat() if state.index else None,
        "url": state.url or None,
        "since": state.since.isoformat() if state.since else None,
        "checked_at": state.checked_at.isoformat() if state.checked_at else None,
        "error": state.fault or None,
        "failed_at": state.failed_at.isoformat() if state.failed_at else None,
    }


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
        "basis": "read" if distro.read else "typed",
        "checked_at": distro.checked_at.isoformat() if distro.checked_at else None,
        "fault": distro.fault or None,
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
