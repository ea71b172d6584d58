"""What is missing or does not suit -> what to install on this distribution, and what must come from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.model import Truth
from matrix.query.diagnosis import ALWAYS_NEEDED, ToDo
from matrix.registry.packages import cross_package

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from matrix.machine.tools import Installed
    from matrix.query.diagnosis import Judged
    from matrix.registry.packages import NamesThere, Package, Packages


class Advice:
    """What to install, on this distribution, for what is missing or does not suit.

    admitted are the C compilers that the kernel admits beside Rust for this variant. newest is the newest rustc that it
    takes, "" where none is known to be refused. triple is what a GCC must be for, "" where it is this machine.
    """

    def __init__(
        self,
        packages: Packages,
        packaged: NamesThere | None,
        judged: Sequence[Judged],
        *,
        admitted: Collection[str],
        newest: str,
        triple: str = "",
    ) -> None:
        self.packages, self.packaged = packages, packaged
        self.admitted, self.newest, self.triple = admitted, newest, triple
        self.judged = {one.tool.name: one for one in judged}

    def todo(self) -> Iterator[ToDo]:
        """First what the distribution has, in one command; then what must come from elsewhere."""
        wanted = [*self._wanted()]
        here = [name for name in wanted if self._from_distribution(name)]
        if here and self.packaged is not None:
            names = dict.fromkeys(self.packaged.package[name].name for name in here)
            needed = {name: one for name in here if (one := self.judged[name].needed) is not None}
            yield ToDo(
                command=self.packaged.install.replace("{packages}", " ".join(names)),
                tools=tuple(here),
                sources=tuple(dict.fromkeys(self.packaged.package[name].source for name in here)),
                unread=tuple(n for n in names if not any(p.read for p in self._named(n, here))),
                otherwise={n: (one.version, self._elsewhere(n)) for n, one in needed.items()},
            )
        for name in wanted:
            if name not in here:
                yield ToDo(command=self._elsewhere(name), tools=(name,), sources=(self.packages.tools[name].source,))
        if "clang" in wanted and "gcc" in self.admitted:
            yield from self._gcc_instead()
        if self.packaged is not None and self.packaged.note and wanted:
            yield ToDo(command=self.packaged.note, tools=(), sources=())

    def _named(self, name: str, tools: Iterable[str]) -> Iterator[Package]:
        """The entries of these tools that have a package of that name."""
        if self.packaged is not None:
            yield from (p for tool in tools if (p := self.packaged.package[tool]).name == name)

    def _gcc_instead(self) -> Iterator[ToDo]:
        """A GCC does where the kernel admits it: this machine's, or one for the other machine."""
        package, packaged = "", self.packaged
        if packaged is not None and not self.triple:
            package = packaged.package["gcc"].name
        elif packaged is not None and packaged.cross:
            package = cross_package(packaged, self.triple)
        if packaged is None or not package:
            elsewhere = self.packages.tools["gcc"]
            yield ToDo(command=elsewhere.otherwise, tools=("gcc in place of clang",), sources=(elsewhere.source,))
        else:
            command = packaged.install.replace("{packages}", package)
            read = packaged.id == "debian" if self.triple else packaged.package["gcc"].read
            unread = () if read else (package,)
            yield ToDo(command=command, tools=("gcc in place of clang",), sources=(), unread=unread)

    def _elsewhere(self, name: str) -> str:
        """What installs a version that will do, of a kernel that pins one or refuses newer ones exactly that."""
        ways, needed = self.packages.tools[name], self.judged[name].needed
        version = needed.version if needed and needed.exactly else self.newest if name == "rustc" else ""
        return ways.exactly.replace("{version}", version) if version and ways.exactly else ways.otherwise

    def _wanted(self) -> Iterator[str]:
        for name in ALWAYS_NEEDED:
            if self.judged[name].truth is Truth.NO:
                yield name
        if any(self.judged[cc].tool.usable and self.judged[cc].truth is not Truth.NO for cc in self.admitted):
            return
        # Of the two a clang makes code for every machine, and bindgen needs its library anyway.
        if self.admitted and "clang" not in self.admitted:
            yield "gcc"
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


def _by_rustup(rustc: Installed) -> bool:
    """Of rustup's: it keeps each toolchain in a folder of that name."""
    return "/toolchains/" in rustc.sysroot
