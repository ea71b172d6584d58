"""A name as a person types it, and words -> how it reads: architecture, vendor, system, environment, and what it means.

    CONFIG_ARM64                      prefix CONFIG_, architecture arm64
    aarch64-redhat-linux-gnu          architecture aarch64, vendor redhat, system linux, environment gnu
    arm_cortex-a7_neon-vfpv4          architecture arm, core cortex-a7, environment neon-vfpv4
    LINUX FOR POWERPC (32-BIT AND 64-BIT)
    raspbian:armhf                    what armhf is to Raspbian

What does not decide is dropped: a vendor, `linux`, a C library. An environment or a core that only some of the
architecture's variants have leaves these. Nothing is guessed: a word that no table knows is no name, and then the
longest part that is one is what was read of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matrix.model import NameWord

# Longer than any name in use; what is longer is not searched for one.
LONGEST_NAME = 120
_MOST_WORDS = 16
# Folders of GCC, first parts of LLVM's triples, rustc's target_arch: no names by themselves (`pa`, `rs6000`).
PARTS_OF_COMPILERS = frozenset({"gcc", "llvm", "rustc"})
_VENDOR = re.compile(r"[a-z0-9][a-z0-9_.+]*")
# In the place of a vendor these would be half of an architecture's name, cut in two: mips-64-linux.
_NO_VENDOR = re.compile(r"[0-9]{1,2}|[0-9]+bit|be|le|el|eb|big|little|v[0-9]+")
_BITS = {"32-bit": 32, "32bit": 32, "32bits": 32, "32": 32, "64-bit": 64, "64bit": 64, "64bits": 64, "64": 64}
_ENDIAN = {
    **dict.fromkeys(("big-endian", "bigendian", "be"), "big"),
    **dict.fromkeys(("little-endian", "littleendian", "le"), "little"),
}


@dataclass(frozen=True, slots=True)
class ReadName:
    """How a name reads. parts are (part, word) in the order of the name.

    variants is empty where it is the name of a machine that Linux has not, and then `says` is the word that tells; and
    where the name does not read, and then near is the longest part of it that does, "" where none does.
    """

    variants: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]
    says: NameWord | None = None
    near: str = ""

    @property
    def unread(self) -> bool:
        """Whether it is no name."""
        return not self.variants and self.says is None


@dataclass(frozen=True, slots=True)
class Traits:
    """What the grammar knows of a variant."""

    arch: str
    isa: str
    bits: int
    endian: str


class Grammar:
    """The words of a registry, ready to read names."""

    def __init__(
        self,
        *,
        names: Mapping[str, tuple[str, ...]],
        held: Mapping[str, Mapping[str, tuple[str, ...]]],
        words: Iterable[NameWord],
        variants: Mapping[str, Traits],
    ) -> None:
        """Names are the listed names; held are, by naming system, the names there, all in lower case."""
        self._names, self._held, self._variants = names, held, variants
        # What was looked up for the name that is being read: its words are tried in many places.
        self._known: dict[tuple[str, ...], NameWord | None] = {}
        self._parts: dict[str, list[NameWord]] = {}
        for word in words:
            self._parts.setdefault(word.part, []).append(word)
        self._exact = {(word.part, word.id): word for word in self._of("triple", "machines", "vendors", "noise")}

    def read(self, text: str) -> ReadName:
        """How `text` reads. Any text has a result."""
        name = " ".join(text.lower().split())
        if not name or len(name) > LONGEST_NAME or len(re.findall(r"[-_/:= ]+", name)) > _MOST_WORDS:
            return ReadName((), ())
        near: list[str] = []
        self._known.clear()
        found = self._name(name, "", set(), near) or self._title(name, near)
        return found or ReadName((), (), near=max(near, key=len, default=""))

    def _of(self, *parts: str) -> Iterable[NameWord]:
        for part in parts:
            yield from self._parts.get(part, ())

    def _like(self, word: str, *parts: str) -> NameWord | None:
        key = (word, *parts)
        if key not in self._known:
            self._known[key] = next((w for w in self._of(*parts) if re.fullmatch(w.like, word)), None)
        return self._known[key]

    def _name(self, name: str, system: str, seen: set[tuple[str, str]], near: list[str]) -> ReadName | None:
        """A name without blanks, or with something before or behind it that is stripped."""
        if not name or (name, system) in seen:
            return None
        seen.add((name, system))
        if found := self._tuple(name, system, near):
            return found
        head, colon, rest = name.partition(":")
        if colon and (head in self._held or head in QUALIFIERS):
            found = self._name(rest.strip(), QUALIFIERS.get(head, head), seen, near)
            return _with(found, ("names of", head), first=True)
        for prefix in self._of("prefix"):
            match = re.match(prefix.like, name)
            if match and (found := self._name(name[match.end() :], prefix.system or system, seen, near)):
                return _with(found, ("prefix", match[0]), first=True)
        for at in range(len(name) - 1, 0, -1):
            if name[at] in "-_/ " and self._like(name[at:], "suffix"):
                found = self._name(name[:at], system, seen, near)
                if found:
                    return _with(found, ("suffix", name[at:]))
        return None

    # --- architecture-vendor-system-environment ---------------------------------------------------------------------

    def _tuple(self, name: str, system: str, near: list[str]) -> ReadName | None:
        if found := self._arch(name, system):
            return found
        if "/" in name:  # arm/v7, amd64/v3
            head, _, level = name.partition("/")
            if re.fullmatch(r"v[0-9.]+", level):
                return self._arch(head + level, system)
            return self._foreign_first(name.split("/"))
        tokens = name.split("-")
        for count in range(len(tokens), 0, -1):
            head, rest = "-".join(tokens[:count]), tokens[count:]
            if found := self._featured(head, rest, system, near):
                return found
        return self._foreign_first(tokens)

    def _featured(self, head: str, rest: list[str], system: str, near: list[str]) -> ReadName | None:
        """The head as an architecture, or with cores and features behind underscores: mipsel_24kc."""
        cuts = [len(head), *(at for at in range(len(head) - 1, 0, -1) if head[at] == "_")]
        for cut in cuts:
            arch, tail = head[:cut], [t for t in head[cut:].split("_") if t]
            if (cut == len(head) and not rest) or not (found := self._arch(arch, system)):
                continue
            if understood := self._behind(arch, found, tail, rest):
                return understood
            near.append(arch)
        return None

    def _behind(self, arch: str, found: ReadName, tail: list[str], rest: list[str]) -> ReadName | None:
        """The architecture with all that follows it; None where a word of that is not understood."""
        parts, foreign = list(found.parts), None
        deciding: list[NameWord | None] = []
        for word in tail:
            if not (known := self._environment(word) or self._like(word, "core") or self._narrower(word)):
                return None
            deciding.append(known)
            parts.append(("core" if known.part != "environment" else "environment", word))
        linux = next((at for at, word in enumerate(rest) if self._ends_vendor(word)), None)
        bare = linux is not None and "linux" not in rest[linux]
        for at, word in enumerate(rest):
            known = self._like(word, "system")
            if linux is not None and at < linux and not (bare and known and not known.linux):
                if not self._is_vendor(word):
                    return None
                deciding.append(self._like(word, "core", "family"))  # i586-geode-linux-uclibc
                parts.append(("vendor", word))
            elif known and not known.linux:
                foreign = foreign or known
                parts.append(("system", word))
            elif at == linux:
                parts.append(("system", word))
            elif env := self._environment("-".join(rest[at:])):  # neon-vfpv4 is one word
                deciding.append(env)
                parts.append(("environment", "-".join(rest[at:])))
                break
            elif env := self._environment(word) or self._like(word, "core"):
                deciding.append(env)
                parts.append((env.part, word))
            elif known:
                parts.append(("system", word))
            elif ("vendors", word) in self._exact or (foreign is None and self._any_foreign(rest[at:])):
                parts.append(("vendor", word))
            elif foreign is None:
                return None
        if foreign:
            return ReadName((), tuple(parts), foreign)
        if found.says:
            return ReadName((), tuple(parts), found.says)
        return self._narrowed(arch, found.variants, [word for word in deciding if word is not None], tuple(parts))

    def _narrowed(
        self, arch: str, plain: tuple[str, ...], deciding: list[NameWord], parts: tuple[tuple[str, str], ...]
    ) -> ReadName | None:
        """What is left of an architecture; None where nothing is, since then the parts contradict each other."""
        vendor = next((word for part, word in parts if part == "vendor"), "")
        listed = self._exact.get(("triple", f"{arch}-{vendor}")) or self._exact.get(("triple", arch))
        ports = {self._variants[id_].arch for id_ in plain}
        # An environment speaks of some ports alone: `eabihf` says which ARM, and of a MIPS nothing.
        keeps = [
            word.variants
            for word in deciding
            if word.part != "environment" or not ports.isdisjoint(self._variants[id_].arch for id_ in word.variants)
        ]
        for start in ([listed.variants] if listed else []) + [plain]:
            left = start
            for kept in keeps:
                left = tuple(id_ for id_ in left if not kept or id_ in kept)
            if left:
                return ReadName(left, parts)
        return None

    def _environment(self, word: str) -> NameWord | None:
        return self._like(word, "environment")

    def _narrower(self, word: str) -> NameWord | None:
        """A word of an architecture in the place of a core: mips64_mips64r2, riscv64_riscv64."""
        return self._like(word, "family")

    def _ends_vendor(self, word: str) -> bool:
        """Whether a word is Linux or bare metal: what stands before it is a vendor, whatever it is."""
        known = self._like(word, "system")
        return known is not None and known.linux

    def _is_vendor(self, word: str) -> bool:
        if not _VENDOR.fullmatch(word) or _NO_VENDOR.fullmatch(word):
            return False
        return not (word in self._names or self._like(word, "gone"))

    def _any_foreign(self, rest: list[str]) -> bool:
        """Whether a system that is not Linux follows: then what stands before it is a vendor, whatever it is."""
        return any((known := self._like(word, "system")) and not known.linux for word in rest)

    def _foreign_first(self, tokens: list[str]) -> ReadName | None:
        """hurd-i386, kfreebsd-amd64, windows/amd64: Debian and Go put the system first."""
        known = self._like(tokens[0], "system")
        if known is None or known.linux or len(tokens) == 1:
            return None
        return ReadName((), (("system", tokens[0]), ("architecture", "-".join(tokens[1:]))), known)

    # --- one word ---------------------------------------------------------------------------------------------------

    def _arch(self, word: str, system: str) -> ReadName | None:
        """What one word means. A variant's id is that variant; then the naming system's own word; then the lists."""
        part = (("architecture", word),)
        if word in self._variants:
            return ReadName((word,), part)
        if held := self._held.get(system, {}).get(word):
            return ReadName(held, part)
        if meant := self._names.get(word):
            return ReadName(meant, part)
        if machine := self._exact.get(("machines", word)):
            return ReadName(machine.variants, (("machine", word),))
        if family := self._like(word, "family"):
            return ReadName(family.variants, part)
        if core := self._like(word, "core"):
            return ReadName(core.variants, (("core", word),))
        if gone := self._like(word, "gone", "stranger"):
            return ReadName((), part, gone)
        for where, names in self._held.items():
            if word in names and where not in PARTS_OF_COMPILERS:
                return ReadName(names[word], part)
        return None

    # --- a title ----------------------------------------------------------------------------------------------------

    def _title(self, name: str, near: list[str]) -> ReadName | None:
        """Words between blanks, as in MAINTAINERS and as people speak: every one must be understood."""
        tokens = [t for t in re.split(r"[\s()/,+;&]+", name) if t]
        found: ReadName | None = None
        bits: set[int] = set()
        endian: set[str] = set()
        cores: list[tuple[str, ...]] = []
        at = 0
        while at < len(tokens):
            arch, used = self._longest(tokens[at : at + 3])
            pair = "-".join(tokens[at : at + 2])
            if used == 1 and (pair in _ENDIAN or pair in _BITS):
                arch, tokens[at + 1 : at + 2], tokens[at] = None, [], pair
            if used == 1 and tokens[at] in _BITS:
                bits.add(_BITS[tokens[at]])
            elif tokens[at] in _ENDIAN:
                endian.add(_ENDIAN[tokens[at]])
            elif arch is not None and arch.says is None:
                if found is None:
                    found = arch
                elif self._ports(arch) != self._ports(found):
                    return None
                if arch.parts[0][0] == "core":
                    cores.append(arch.variants)
                near.append("-".join(tokens[at : at + used]))
            elif arch is not None and found is None:
                return arch
            elif ("noise", tokens[at]) not in self._exact and ("vendors", tokens[at]) not in self._exact:
                return None
            at += used
        if found is None:
            return None
        for pool in (found.variants, self._alike(found)):
            left = tuple(
                id_
                for id_ in pool
                if (len(bits) != 1 or self._variants[id_].bits in bits)
                and (len(endian) != 1 or self._variants[id_].endian in endian)
                and all(id_ in kept for kept in cores)
            )
            if left:
                return ReadName(left, found.parts)
        return None

    def _alike(self, found: ReadName) -> tuple[str, ...]:
        """The variants of the same ports and ISAs: a little-endian ppc64, where ppc64 alone is the big-endian one."""
        meant = {(self._variants[id_].arch, self._variants[id_].isa) for id_ in found.variants}
        return tuple(id_ for id_, traits in self._variants.items() if (traits.arch, traits.isa) in meant)

    def _longest(self, tokens: list[str]) -> tuple[ReadName | None, int]:
        """The longest run of words that together are one: user-mode linux, nios ii."""
        for count in range(len(tokens), 0, -1):
            if found := self._arch("-".join(tokens[:count]), ""):
                return found, count
        return None, 1

    def _ports(self, found: ReadName) -> set[str]:
        return {self._variants[id_].arch for id_ in found.variants}


# Words that people say for a naming system; the systems that data/arches.toml has no names of are read as any name.
QUALIFIERS = {
    "docker": "oci",
    "podman": "oci",
    "container": "oci",
    "golang": "go",
    "fedora": "rpm",
    "redhat": "rpm",
    "suse": "rpm",
    "ubuntu": "debian",
    "raspberrypi": "raspbian",
    "linux": "kernel",
    **dict.fromkeys(("nixos", "openwrt", "yocto", "zig", "arch", "void", "config.sub", "triple", "clang"), ""),
}


def _with(found: ReadName | None, part: tuple[str, str], *, first: bool = False) -> ReadName | None:
    if found is None:
        return None
    parts = (part, *found.parts) if first else (*found.parts, part)
    return ReadName(found.variants, parts, found.says)
