"""The facts and the asker's words that every rule of one question shares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from matrix.expression import Range
from matrix.resolve.gcc_triple import triple_status
from matrix.resolve.kconfig import Port, Setting
from matrix.resolve.requirement import requirement
from matrix.versions import cc_number, parse, rustc_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.model import Source, Variant
    from matrix.resolve.facts import Facts
    from matrix.resolve.gcc_triple import TripleStatus
    from matrix.resolve.requirement import Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The versions and the C compiler that the asker named; "" for what was not named."""

    rustc: str = ""
    gcc: str = ""
    llvm: str = ""
    cc: str = ""


class Context:
    """What is known of each project at the chosen versions, and what was asked.

    facts maps a project's id to its facts, or None where nothing is known of the version that was chosen. Not
    frozen: it keeps what it computed of a port and of a variant, since five backends ask for the same.
    """

    def __init__(
        self,
        *,
        facts: Mapping[str, Facts | None],
        asked: Asked,
        symbols: Mapping[str, str],
        sources: Mapping[str, Source],
    ) -> None:
        self.facts, self.asked, self.symbols, self.sources = facts, asked, symbols, sources
        self._ports: dict[str, Port] = {}
        self._others: dict[str, Context] = {}
        self._triples: dict[str, TripleStatus] = {}
        self._settings: dict[str, Setting] = {}

    def with_compiler(self, cc: str) -> Context:
        """The same with the C compiler named, "gcc" or "clang". What was read of the ports is shared."""
        if cc == self.asked.cc:
            return self
        if cc not in self._others:
            other = Context(
                facts=self.facts, asked=replace(self.asked, cc=cc), symbols=self.symbols, sources=self.sources
            )
            other._ports = self._ports  # the same kernel's
            self._others[cc] = other
        return self._others[cc]

    def known(self, project: str, source: str) -> Facts | None:
        """The project's facts if they hold any of this source; None leaves the question unknown."""
        facts = self.facts.get(project)
        return facts if facts is not None and facts.has(source) else None

    def too_old(self, project: str, source: str) -> bool:
        """Whether the chosen version is older than the source's files: they are then missing, and not unread."""
        facts, since = self.facts.get(project), self.sources[source].since
        return facts is not None and bool(since) and parse(facts.revision.label) < parse(since)

    def port(self, srcarch: str) -> Port | None:
        """The kernel's Kconfig as this port sees it; None where no Kconfig was read."""
        linux = self.known("linux", "linux-kconfig")
        if linux is None:
            return None
        if srcarch not in self._ports:
            self._ports[srcarch] = Port(linux, srcarch, {s: a for s, a in self.symbols.items() if a != srcarch})
        return self._ports[srcarch]

    def setting(self, variant: Variant) -> Setting | None:
        """The port's symbols with the variant's fixed, and with what the asker named."""
        port = self.port(variant.srcarch)
        if port is None:
            return None
        if variant.id not in self._settings:
            self._settings[variant.id] = self._setting(variant, port)
        return self._settings[variant.id]

    def _setting(self, variant: Variant, port: Port) -> Setting:
        fixed = dict.fromkeys(variant.off, False) | dict.fromkeys(variant.on, True)
        fixed |= {name: True for name in variant.where_defined if name in port.blocks}
        if self.asked.cc:
            fixed |= {"CC_IS_GCC": self.asked.cc == "gcc", "CC_IS_CLANG": self.asked.cc == "clang"}
        texts = {"$(ARCH)": variant.make, "$(SRCARCH)": (variant.srcarch,), "$(SUBARCH)": (variant.subarch,)}
        return Setting(port, fixed, variant.free, self._ranges(variant), {k: v for k, v in texts.items() if all(v)})

    def minimum(self, tool: str, variant: Variant) -> Requirement | None:
        """What the kernel asks of a tool for this variant; None where that is not known."""
        linux = self.known("linux", "linux-min-tools")
        return None if linux is None else requirement(linux, tool, variant)

    def triple(self, triple: str) -> TripleStatus | None:
        """What this GCC's config.gcc makes of a GNU triple; None where it was not read."""
        gcc = self.known("gcc", "gcc-config")
        if gcc is None:
            return None
        if triple not in self._triples:
            self._triples[triple] = triple_status((item.fact for item in gcc.of("gcc-config")), triple)
        return self._triples[triple]

    def _ranges(self, variant: Variant) -> dict[str, Range]:
        """The integer symbols that versions stand behind. Only a named version or the kernel's minimum enters."""
        ranges: dict[str, Range] = {}
        rustc = self.minimum("rustc", variant)
        if self.asked.rustc:
            number = rustc_number(self.asked.rustc)
            ranges["RUSTC_VERSION"] = Range(number, number)
        elif rustc is not None:
            low = rustc_number(rustc.version)
            ranges["RUSTC_VERSION"] = Range(low, low if rustc.exactly else None)
        compilers = {
            "gcc": ("GCC_VERSION", self.asked.gcc, cc_number, "gcc"),
            "clang": ("CLANG_VERSION", self.asked.llvm, cc_number, "llvm"),
        }
        for compiler, (symbol, named, encode, tool) in compilers.items():
            if not self.asked.cc:
                continue  # the other compiler's symbol would be 0, and which one it is was not said
            if compiler != self.asked.cc:
                ranges[symbol] = Range(0, 0)
            elif named:
                ranges[symbol] = Range(encode(named), encode(named))
            elif needed := self.minimum(tool, variant):
                ranges[symbol] = Range(encode(needed.version))
        return ranges
