"""What a .config was made with, and with which tools it is evaluated -> what is evaluated anew.

RUSTC_VERSION and what rests on it were recorded with whatever rustc was there, often none. So they are evaluated with
the rustc that is assumed; likewise a C compiler or a pahole that is named and is not the recorded one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.resolve.concrete.evaluation import Evaluation, Inputs
from matrix.resolve.concrete.tristate import TRI_NO, TRI_YES
from matrix.resolve.concrete.verdict import HOST, RUST
from matrix.value import dataclass, field
from matrix.versions import cc_number, pahole_number, rustc_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.resolve.concrete.definitions import Definitions
    from matrix.resolve.concrete.tristate import Tri

_COMPILERS = ("CC_IS_GCC", "CC_IS_CLANG", "GCC_VERSION", "CLANG_VERSION")
# What the build host says in a configuration and no other one's Kconfig says anew.
_OF_THE_HOST = (
    *_COMPILERS,
    "AS_VERSION",
    "LD_VERSION",
    "LLD_VERSION",
    "AS_IS_GNU",
    "AS_IS_LLVM",
    "LD_IS_BFD",
    "LD_IS_LLD",
)
_RUSTC_MACRO = "$(rustc"
# A tool that another C compiler says nothing of.
_PAHOLE = "pahole"
# With clang the kernel's own way is LLVM=1, which brings LLVM's assembler and linker too.
_LLVM = {"AS_IS_LLVM": "y", "AS_IS_GNU": "n", "LD_IS_LLD": "y", "LD_IS_BFD": "n"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """The tools that a configuration is evaluated with, each a version or "" for what was recorded.

    cc is "gcc" or "clang" where another compiler than the recorded one is assumed, with its version.
    """

    rustc: str = ""
    rustc_llvm: str = ""
    cc: str = ""
    cc_version: str = ""
    pahole: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A configuration at a kernel: its values, and how they are to be read.

    own says that the kernel is the one that it was made for: only then a symbol that is not in it is n where Kconfig
    leaves it open, and only then it tells what the build host said. places says which value was set after which (the
    lines of the file); given are values that hold though nothing says so, those of the variant that a fragment is for;
    learnt keeps what was learned of the build host, by whether its rustc is the assumed one.
    """

    definitions: Definitions
    values: Mapping[str, str]
    whole: bool
    own: bool
    texts: Mapping[str, str]
    places: Mapping[str, int] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    assumed: Assumed = field(default_factory=Assumed)
    learnt: dict[bool, dict[str, Tri]] = field(default_factory=dict, compare=False)

    def recorded(self) -> Evaluation:
        """What was recorded, with the tools that were there."""
        return Evaluation(self.definitions, self._inputs({}, {}))

    def now(
        self,
        changes: Mapping[str, str] | None = None,
        assumed: Assumed | None = None,
        roots: frozenset[str] = frozenset(),
    ) -> Evaluation:
        """With the tools that are assumed, and these settings changed; roots are what else is to be known of it."""
        fixed = self._fixed(self.assumed if assumed is None else assumed)
        return Evaluation(self.definitions, self._inputs(changes or {}, fixed, roots))

    def _inputs(
        self, changes: Mapping[str, str], fixed: Mapping[str, str], roots: frozenset[str] = frozenset()
    ) -> Inputs:
        changed = {name for name, value in fixed.items() if self.values.get(name, "n") != value}
        host = {} if not self.whole or self.own else {n: self.values.get(n, "n") for n in _OF_THE_HOST}
        moved = self._moved(changed, changes, roots) if self.whole else frozenset[str]()
        return Inputs(
            values={**self.values, **changes},
            places=self.places,
            changes=tuple(changes),
            whole=self.whole,
            own=self.own,
            fixed={**host, **self.given, **fixed},
            moved=moved,
            texts=self.texts,
            macros=self._macros(changed) if self.whole and self.own else {},
        )

    def _moved(self, changed: set[str], changes: Mapping[str, str], roots: frozenset[str]) -> frozenset[str]:
        reached = self.definitions.rests_on(frozenset({RUST, *roots, *changes}))
        others = set(self._moved_macros(changed, reached))
        return frozenset(self.definitions.moved_by({*changed, *changes, *others}, reached)) | frozenset(changes)

    def _moved_macros(self, changed: set[str], reached: frozenset[str]) -> list[str]:
        """The `$(...)` that another tool answers in another way."""
        rustc, cc = "RUSTC_VERSION" in changed, any(name in changed for name in _COMPILERS)
        return [
            name
            for name in reached
            if name.startswith("$")
            and name not in self.texts
            and _PAHOLE not in name.lower()
            and (rustc if name.startswith(_RUSTC_MACRO) else cc)
        ]

    def _macros(self, changed: set[str]) -> dict[str, Tri]:
        """What symbols that were recorded tell of the `$(...)` that they rest on."""
        if any(name in changed for name in _COMPILERS):
            return {}
        rustc = "RUSTC_VERSION" not in changed
        if rustc not in self.learnt:
            self.learnt[rustc] = learned(self.definitions, self.values, rustc=rustc)
        return self.learnt[rustc]

    def _fixed(self, assumed: Assumed) -> dict[str, str]:
        # Whether the machine can build Rust at all stays open, and nothing else hangs on it.
        fixed: dict[str, str] = {HOST: "y"}
        if assumed.rustc:
            fixed["RUSTC_VERSION"] = str(rustc_number(assumed.rustc))
        if assumed.rustc_llvm:
            fixed["RUSTC_LLVM_VERSION"] = str(cc_number(assumed.rustc_llvm))
        if assumed.pahole:
            fixed["PAHOLE_VERSION"] = str(pahole_number(assumed.pahole))
        if assumed.cc:
            other = "CLANG" if assumed.cc == "gcc" else "GCC"
            mine = assumed.cc.upper()
            fixed |= {f"CC_IS_{mine}": "y", f"CC_IS_{other}": "n", f"{other}_VERSION": "0"}
            if assumed.cc == "clang":
                fixed |= _LLVM
            if assumed.cc_version:
                fixed[f"{mine}_VERSION"] = str(cc_number(assumed.cc_version))
        return fixed


def learned(definitions: Definitions, values: Mapping[str, str], *, rustc: bool) -> dict[str, Tri]:
    """What the recorded values prove of `$(...)`: `config X: def_bool $(cc-option,-x)` with X=y says that it is y.

    With X=n it is n where nothing else can have made it so. rustc says whether the recorded rustc is the assumed one.
    """
    from matrix.expression import And, Atom  # noqa: PLC0415

    recorded = Evaluation(definitions, Inputs(values=values, whole=True))
    found: dict[str, Tri] = {}
    for name in definitions.rests_on(frozenset({RUST})):
        defined = definitions.of(name)
        if defined is None or defined.prompted or len(defined.blocks) != 1 or len(defined.blocks[0].defaults) != 1:
            continue
        block = defined.blocks[0]
        default = block.defaults[0]
        parts = [
            part
            for tree in (*(line.when for line in block.demands), default.when, default.value)
            for part in (tree.items if isinstance(tree, And) else (tree,))
        ]
        macros = [p for p in parts if isinstance(p, Atom) and p.name.startswith("$")]
        if not macros or (not rustc and any(m.name.startswith(_RUSTC_MACRO) for m in macros)):
            continue
        if values.get(name) == "y" and not defined.selects and not defined.implies:
            found |= {macro.name: TRI_YES for macro in macros}
        elif len(macros) == 1 and all(recorded.expression(p).low for p in parts if p != macros[0]):
            found[macros[0].name] = TRI_NO
    return found
