"""The facts and the asker's words that every rule of one question shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from matrix.cell import Tool
from matrix.expression import Range
from matrix.model import Truth
from matrix.resolve.gcc_triple import triple_status
from matrix.resolve.kconfig import Port, Setting
from matrix.resolve.requirement import requirement
from matrix.value import dataclass, replace
from matrix.versions import cc_number, in_version, pahole_number, parse, rustc_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matrix.cell import Requirement
    from matrix.model import Evidence, Source, Variant
    from matrix.resolve.facts import Facts
    from matrix.resolve.gcc_triple import TripleStatus

KCONFIG = "linux-kconfig"
# The C compilers that build a kernel: which symbol of Kconfig holds the version of each, and the tool that it is.
COMPILERS = {"gcc": ("GCC_VERSION", Tool.GCC), "clang": ("CLANG_VERSION", Tool.LLVM)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The versions and the C compiler that the asker named; "" for what was not named.

    rustc is the compiler that is evaluated where none was named: it enters Kconfig like a named one, "" where no known
    rustc meets what the kernel asks. cc is "gcc" or "clang", cc_version the version that compiles the kernel's C.
    bindgen, libclang and pahole are versions as named; of two numbers any release of that series is meant. sets are
    Kconfig symbols with the values that they are to have.
    kernel_before_rust is a kernel that was named and is older than first_kernel, the first release with Rust.
    """

    named_rustc: str = ""
    rustc: str = ""
    cc: str = ""
    cc_version: str = ""
    named_cc_version: str = ""
    bindgen: str = ""
    libclang: str = ""
    pahole: str = ""
    sets: tuple[tuple[str, str], ...] = ()
    kernel_before_rust: str = ""
    first_kernel: str = ""


_TRUTH_VALUES = frozenset({"y", "m", "n"})


class Silence(NamedTuple):
    """What it means that a source does not speak of a subject, and where it would."""

    truth: Truth
    evidence: tuple[Evidence, ...]


class Context:
    """What is known of each project at the chosen versions, and what was asked.

    facts maps a project's id to its facts, or None where nothing is known of the version that was chosen. names are the
    projects' names for people. rustcs are the known releases of rustc by label, the newest first, each with what reads
    it when it is asked for: few answers rest on another rustc than the chosen one. Not frozen: it keeps what it
    computed of a variant, since five backends ask the same.
    """

    def __init__(
        self,
        *,
        facts: Mapping[str, Facts | None],
        asked: Asked,
        symbols: Mapping[str, str],
        sources: Mapping[str, Source],
        names: Mapping[str, str],
        rustcs: Mapping[str, Callable[[], Facts]] | None = None,
    ) -> None:
        self.facts, self.asked, self.symbols, self.sources, self.names = facts, asked, symbols, sources, names
        self.rustcs = rustcs or {}
        self._others: dict[Asked, Context] = {}
        self._settings: dict[str, Setting] = {}

    def asking(self, **other: Any) -> Context:  # noqa: ANN401
        """The same facts with other words of the asker's (fields of Asked). What was read of the ports is shared."""
        asked = replace(self.asked, **other)
        if asked == self.asked:
            return self
        if asked not in self._others:
            self._others[asked] = Context(
                facts=self.facts,
                asked=asked,
                symbols=self.symbols,
                sources=self.sources,
                names=self.names,
                rustcs=self.rustcs,
            )
        return self._others[asked]

    # --- what was read, and what it means that something was not ----------------------------------------------------

    def _read(self, source: str) -> tuple[Source, Facts] | None:
        """A declared source and the facts of its project; None where either is missing."""
        about = self.sources.get(source)
        facts = self.facts.get(about.project) if about else None
        return None if about is None or facts is None else (about, facts)

    def known(self, source: str) -> Facts | None:
        """The facts of the source's project if they hold any of this source; None leaves the question unknown."""
        read = self._read(source)
        return read[1] if read and read[1].has(source) else None

    def unread(self, source: str) -> str:
        """In words: that a source was not read at the chosen version, or that nothing of its project was."""
        about = self.sources.get(source)
        if about is None:
            return f"no source {source} is declared"
        facts, name = self.facts.get(about.project), self.names.get(about.project, about.project)
        if facts is None:
            return f"nothing is known of this version of {name}"
        return f"{source} ({about.paths[0]}) of {name} {facts.revision.label} was not read"

    def lacks(self, source: str) -> bool:
        """Whether the chosen version is known, should have this source's files, and none of them was read."""
        read = self._read(source)
        return read is not None and not read[1].has(source) and in_version(read[0], parse(read[1].revision.label))

    def predates(self, source: str) -> bool:
        """Whether the chosen version is older than the source's files: they are then missing, and not unread."""
        read = self._read(source)
        return read is not None and bool(read[0].since) and parse(read[1].revision.label) < parse(read[0].since)

    def silence(self, source: str, says: str) -> Silence:
        """That a source which was read does not speak of a subject: no where its list is complete, else unknown.

        The evidence is the first line read of it. data/sources.toml says which lists are complete.
        """
        about = self.sources.get(source)
        truth = Truth.NO if about and about.silence == "no" else Truth.UNKNOWN
        facts = self.known(source)
        first = facts.beginning(source) if facts else None
        return Silence(truth, (facts.evidence(first, says),) if facts and first else ())

    # --- what follows from one project's facts -----------------------------------------------------------------------

    def port(self, srcarch: str) -> Port | None:
        """The kernel's Kconfig as this port sees it, built once for all questions; None where no Kconfig was read."""
        linux = self.known(KCONFIG)
        if linux is None:
            return None
        return linux.once("port", srcarch, lambda: Port(linux, srcarch, self.others(srcarch)))

    def others(self, srcarch: str) -> dict[str, str]:
        """The other ports' top symbols, each with its port."""
        return {symbol: arch for symbol, arch in self.symbols.items() if arch != srcarch}

    def triple(self, triple: str) -> TripleStatus | None:
        """What this GCC's config.gcc makes of a GNU triple; None where it was not read."""
        gcc = self.known("gcc-config")
        if gcc is None:
            return None
        return gcc.once("triple", triple, lambda: triple_status((i.fact for i in gcc.of("gcc-config")), triple))

    def minimum(self, tool: Tool, variant: Variant) -> Requirement | None:
        """What the kernel asks of a tool for this variant; None where that is not known."""
        linux = self.facts.get("linux")
        return None if linux is None else requirement(linux, tool, variant)

    # --- a variant under what was asked ---------------------------------------------------------------------------

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
        # What the variant fixes stays: a setting that contradicts it is told by a rule of its own.
        fixed = {name: value != "n" for name, value in self.asked.sets if value in _TRUTH_VALUES} | fixed
        texts = {"$(ARCH)": variant.make, "$(SRCARCH)": (variant.srcarch,), "$(SUBARCH)": (variant.subarch,)}
        return Setting(port, fixed, variant.free, self._ranges(variant), {k: v for k, v in texts.items() if all(v)})

    def rustc(self, variant: Variant) -> str:
        """The rustc that is evaluated: the named one, else the chosen one where it meets what the variant needs.

        A kernel can ask for a newer one on one port (SRCARCH = "s390"); "" where no known one is new enough there.
        """
        needed = self.minimum(Tool.RUSTC, variant)
        if self.asked.named_rustc or not self.asked.rustc or needed is None:
            return self.asked.rustc
        return self.asked.rustc if rustc_number(self.asked.rustc) >= rustc_number(needed.version) else ""

    def _ranges(self, variant: Variant) -> dict[str, Range]:
        """The integer symbols that versions stand behind: those evaluated, else from the kernel's minimum upwards."""
        ranges: dict[str, Range] = {}
        rustc = self.minimum(Tool.RUSTC, variant)
        if evaluated := self.rustc(variant):
            number = rustc_number(evaluated)
            ranges["RUSTC_VERSION"] = Range(number, number)
        elif rustc is not None:
            low = rustc_number(rustc.version)
            ranges["RUSTC_VERSION"] = Range(low, low if rustc.exactly else None)
        if self.asked.pahole:
            number = pahole_number(self.asked.pahole)
            ranges["PAHOLE_VERSION"] = Range(number, number)
        for compiler, (symbol, tool) in COMPILERS.items():
            if not self.asked.cc:
                continue  # the other compiler's symbol would be 0, and which one it is was not said
            if compiler != self.asked.cc:
                ranges[symbol] = Range(0, 0)
            elif self.asked.cc_version:
                number = cc_number(self.asked.cc_version)
                ranges[symbol] = Range(number, number)
            elif needed := self.minimum(tool, variant):
                ranges[symbol] = Range(cc_number(needed.version))
        for symbol, value in self.asked.sets:
            if value.isdigit():
                ranges[symbol] = Range(int(value), int(value))
        return ranges
