"""A configuration -> whether config RUST can be y in it, and each of its clauses with the values that decided.

The clauses are the `depends on` lines of config RUST and what stands around it. RUST_IS_AVAILABLE, the one that asks
the machine that builds, is no part of the verdict: a .config does not hold it.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from matrix.resolve.concrete.definitions import words_of
from matrix.resolve.concrete.tristate import NUMBERS, TRI_YES, is_number
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.expression import Expr
    from matrix.model import Evidence, Located
    from matrix.resolve.concrete.definitions import Defined, Definitions, Stated
    from matrix.resolve.concrete.evaluation import Evaluation
    from matrix.resolve.concrete.tristate import Tri

RUST = "RUST"
HOST = "RUST_IS_AVAILABLE"
# Helper symbols rest on helper symbols, one deep in real kernels.
_DEEPEST_HELPER = 3


class RustState(Enum):
    """What a configuration is: RUST is y; it can be turned on; something stands in the way; cannot tell."""

    ON = "on"
    POSSIBLE = "possible"
    BLOCKED = "blocked"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A condition as it stands in a Kconfig file, and what it comes to.

    values are the symbols of it with what they are now; recorded is what it comes to for what the .config says, the
    recorded compilers included, where `value` is for the tools that are assumed.
    """

    clause: str
    evidence: Evidence
    value: Tri
    recorded: Tri
    values: tuple[tuple[str, str], ...]
    host: bool = False

    @property
    def blocks(self) -> bool:
        """Whether it is n, whatever is open."""
        return not self.host and not self.value.high

    @property
    def hangs(self) -> bool:
        """Whether what is open decides it."""
        return not self.host and not self.value.low and bool(self.value.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaring:
    """A line by which a port declares Rust (`select HAVE_RUST if X`), with what its condition comes to.

    helpers are the conditions of symbols without a prompt that it names and that are n.
    """

    selector: str
    written: str
    evidence: Evidence
    value: Tri
    values: tuple[tuple[str, str], ...]
    helpers: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What config RUST asks of a port, by its symbol (HAVE_RUST). Without `declaring` the port has no Rust at all."""

    name: str
    value: Tri
    declaring: tuple[Declaring, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one kernel's Kconfig says of a configuration. defined is False where it has no config RUST."""

    state: RustState
    clauses: tuple[Clause, ...]
    gates: tuple[Gate, ...]
    defined: bool = True
    recorded: str = "n"

    @property
    def blocking(self) -> tuple[Clause, ...]:
        """The clauses that are n."""
        return tuple(c for c in self.clauses if c.blocks)

    @property
    def hanging(self) -> tuple[Clause, ...]:
        """The clauses that hang on what is open."""
        return tuple(c for c in self.clauses if c.hangs)

    @property
    def architecture(self) -> bool:
        """Whether the port itself says no: nothing of it declares Rust."""
        return any(not gate.value.high and not gate.declaring for gate in self.gates)


def judge(now: Evaluation, then: Evaluation) -> Finding:
    """The finding for the values `now`; `then` is what was recorded."""
    definitions = now.definitions
    rust = definitions.of(RUST)
    if rust is None:
        return Finding(state=RustState.BLOCKED, clauses=(), gates=(), defined=False)
    clauses = tuple(_clause(now, then, line, host=set(words_of(line.when)) == {HOST}) for line in demands_of(rust))
    gates = tuple(_gate(now, then, gate) for gate in definitions.port.gates if gate != HOST)
    recorded = now.inputs.values.get(RUST, "n")
    return Finding(state=_state(now, clauses, recorded), clauses=clauses, gates=gates, recorded=recorded)


def demands_of(rust: Defined) -> Iterator[Stated]:
    """Every line that config RUST depends on."""
    for block in rust.blocks:
        yield from block.demands


def _state(now: Evaluation, clauses: Iterable[Clause], recorded: str) -> RustState:
    listed = list(clauses)
    if any(clause.blocks for clause in listed):
        return RustState.BLOCKED
    hanging = [name for clause in listed if clause.hangs for name in clause.value.open]
    # What the tools of the machine decide stays open beside the verdict; a setting that nobody gave is part of it.
    if any(_is_setting(now.definitions, name) for name in hanging):
        return RustState.UNKNOWN
    if recorded == "y" and not hanging:
        return RustState.ON
    return RustState.POSSIBLE


def _is_setting(definitions: Definitions, name: str) -> bool:
    defined = definitions.of(name)
    return not name.startswith("$") and (defined is None or defined.prompted)


def _clause(now: Evaluation, then: Evaluation, line: Stated, *, host: bool = False) -> Clause:
    fact = line.located.fact
    return Clause(
        clause=f"{fact.value} if {fact.when}" if fact.when else fact.value,
        evidence=_evidence(now, line.located),
        value=now.expression(line.when),
        recorded=then.expression(line.when),
        values=values_of(then if host else now, line.when),
        host=host,
    )


def values_of(evaluation: Evaluation, tree: Expr) -> tuple[tuple[str, str], ...]:
    """Each symbol and macro of an expression with its value, in the order written."""
    found: dict[str, str] = {}
    for name in words_of(tree):
        if name in NUMBERS or name.startswith(('"', "'")) or is_number(name) or name in found:
            continue
        if name.startswith("$"):
            said = evaluation.inputs.texts.get(name)
            found[name] = "?" if said is None else said
        else:
            found[name] = evaluation.shown(name)
    return tuple(found.items())


def _gate(now: Evaluation, then: Evaluation, name: str) -> Gate:
    defined = now.definitions.of(name)
    pushes = (*defined.selects, *defined.implies) if defined else ()
    declaring = []
    for push in pushes:
        fact = push.located.fact
        when = f" if {fact.when}" if fact.when else ""
        declaring.append(
            Declaring(
                selector=push.selector,
                written=f"{fact.attribute} {name}{when}",
                evidence=_evidence(now, push.located),
                value=now.pushed(push),
                values=((push.selector, now.shown(push.selector)), *values_of(now, push.when)),
                helpers=tuple(_helpers(now, then, push.when, _DEEPEST_HELPER)),
            )
        )
    return Gate(name=name, value=now.value(name), declaring=tuple(declaring))


def _helpers(now: Evaluation, then: Evaluation, tree: Expr, depth: int) -> Iterator[Clause]:
    """The demands that are n of the symbols without a prompt that are n and that an expression names."""
    for name in dict.fromkeys(words_of(tree)):
        defined = now.definitions.of(name)
        if not depth or defined is None or defined.prompted or not defined.is_tristate or now.value(name).low:
            continue
        for block in defined.blocks:
            for line in block.demands:
                if now.expression(line.when) != TRI_YES and not now.expression(line.when).low:
                    yield _clause(now, then, line)
                    yield from _helpers(now, then, line.when, depth - 1)


def _evidence(now: Evaluation, located: Located) -> Evidence:
    return now.definitions.port.facts.evidence(located)
