"""What is missing or does not suit -> what to install on this distribution, and what must come from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.model import Truth
from matrix.query.diagnosis import ALWAYS_NEEDED, COMPILED_WITH, ToDo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matrix.machine.tools import Installed
    from matrix.model import Variant
    from matrix.query.diagnosis import Build, Judged
    from matrix.registry.packages import Packaged, Packages


class Advice:
    """What to install, on this distribution, for what is missing or does not suit."""

    def __init__(
        self,
        packages: Packages,
        packaged: Packaged | None,
        judged: Sequence[Judged],
        variant: Variant,
        builds: Sequence[Build],
    ) -> None:
        self.packages, self.packaged, self.variant = packages, packaged, variant
        self.judged = {j.tool.name: j for j in judged}
        self.builds = builds

    def todo(self) -> Iterator[ToDo]:
        """First what the distribution has, in one command; then what must come from elsewhere."""
        wanted = [*self._wanted()]
        here = [name for name in wanted if self._from_distribution(name)]
        if here and self.packaged is not None:
            names = dict.fromkeys(self.packaged.package[name].name for name in here)
            unless = [f"{n} >= {j.needed.version}" for n in here if (j := self.judged[n]).needed is not None]
            yield ToDo(
                command=self.packaged.install.replace("{packages}", " ".join(names)),
                tools=tuple(here),
                sources=tuple(dict.fromkeys(self.packaged.package[name].source for name in here)),
                unless=f"it must bring {', '.join(unless)}" if unless else "",
            )
        for name in wanted:
            if name not in here:
                elsewhere = self.packages.tools[name]
                yield ToDo(command=elsewhere.otherwise, tools=(name,), sources=(elsewhere.source,))
        if self.packaged is not None and self.packaged.note and wanted:
            yield ToDo(command=self.packaged.note, tools=(), sources=())

    def _wanted(self) -> Iterator[str]:
        for name in ALWAYS_NEEDED:
            if self.judged[name].truth is Truth.NO:
                yield name
        builds = [b for b in self.builds if b.variant == self.variant.id]
        compilers = {name: self.judged[name] for name in COMPILED_WITH}
        if any(j.truth is Truth.YES and _admitted(builds, name) for name, j in compilers.items()):
            return
        yield "clang"
        if not self.judged["lld"].tool.usable:
            yield "lld"

    def _from_distribution(self, name: str) -> bool:
        """Not what is here already in a version that does not suit, nor the part of a toolchain of rustup's."""
        judged = self.judged[name]
        if self.packaged is None or name not in self.packaged.package:
            return False
        if name in {"rust-src", "rustfmt"} and _by_rustup(self.judged["rustc"].tool):
            return False
        rustc = self.judged["rustc"]
        too_old = judged.tool.usable and judged.truth is Truth.NO
        of_another = name == "rust-src" and rustc.tool.usable and rustc.truth is Truth.NO
        return not (too_old or of_another)


def _admitted(builds: Sequence[Build], cc: str) -> bool:
    """Whether the kernel admits this C compiler here: only tools are missing, if anything."""
    return any(b.cc == cc and (b.truth is not Truth.NO or not b.evidence) for b in builds)


def _by_rustup(rustc: Installed) -> bool:
    """Of rustup's: it keeps each toolchain in a folder of that name."""
    return "/toolchains/" in rustc.sysroot
