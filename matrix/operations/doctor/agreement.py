"""A tree's own scripts/rust_is_available.sh beside what we hold of the same tools -> who is right where they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.machine.availability import script_says
from matrix.model import Truth
from matrix.operations.doctor.choice import as_make
from matrix.query.diagnosis import ALWAYS_NEEDED, COMPILED_WITH, Agreement, Right

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from matrix.machine.availability import ScriptSaid
    from matrix.machine.tools import Installed, Machine
    from matrix.model import Variant
    from matrix.query.diagnosis import Build, Judged


def agreements(
    machine: Machine,
    tree: Path,
    variant: Variant,
    chosen: Mapping[str, Installed],
    judged: Sequence[Judged],
    builds: Sequence[Build],
) -> Iterator[Agreement]:
    """What the script says with each C compiler that is here, else with the one that LLVM=1 would try."""
    for cc in [cc for cc in COMPILED_WITH if chosen[cc].usable] or ["clang"]:
        given = {
            "RUSTC": as_make(chosen["rustc"]),
            "BINDGEN": as_make(chosen["bindgen"]),
            "CC": as_make(chosen[cc]),
            "ARCH": next(iter(variant.make), variant.srcarch),
            "SRCARCH": variant.srcarch,
        }
        said = script_says(machine, tree, given)
        build = next(b for b in builds if b.cc == cc and b.variant == variant.id)
        yield _compared(said, judged, build, chosen)


def _compared(said: ScriptSaid, judged: Sequence[Judged], build: Build, chosen: Mapping[str, Installed]) -> Agreement:
    """The script's verdict beside ours on what it looks at: rustc, bindgen, libclang, and the library's source."""
    own = [j for j in judged if j.tool.name in ALWAYS_NEEDED and j.truth is Truth.NO and not j.beyond]
    reasons = tuple(_reason(j) for j in own)
    if said.unable:
        return Agreement(said=said, reasons=reasons, right=Right.UNKNOWN, because=said.unable)
    if said.content and not reasons and build.truth is Truth.NO and build.evidence:
        because = "it asks less than the build does"
        return Agreement(said=said, reasons=(build.because,), right=Right.OURS, because=because)
    if said.content == (not reasons):
        return Agreement(said=said, reasons=reasons, right=Right.BOTH, because="")
    seen = {version for _, version in said.versions}
    ours = {tool.version for tool in chosen.values() if tool.usable}
    if seen and not seen & ours:
        because = f"it found {', '.join(sorted(seen))} in the tree: a toolchain of the tree's own is set there"
    elif said.content:
        because = "it looked at the tools themselves, and Kconfig offers CONFIG_RUST by its word"
    else:
        because = "Kconfig does not offer CONFIG_RUST without its word"
    return Agreement(said=said, reasons=reasons, right=Right.SCRIPT, because=because)


def _reason(judged: Judged) -> str:
    return f"{judged.tool.name}: {judged.because or 'there is none'}"
