"""The options that need Rust, of one kernel: by what they need it, and on which variants each can be had.

For a variant three things are asked: whether the kernel can be built for it (the port rung), whether the option's other
dependencies can hold there if RUST is taken to be y, and whether Rust can be had there (the kernel rung). Where the
second is yes and the third no, Rust is what keeps the option from that machine. Each dependency is looked at for
itself, and together with the others as far as they are one conjunction; two that exclude each other by way of third
options are not noticed: "can" means that nothing known stands in the way.
"""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from matrix.expression import NO, YES, And, Atom, Expr, Known, all_of, atoms, fill, show
from matrix.model import Evidence, Located, Truth
from matrix.needs import Options
from matrix.resolve.kconfig import FILE_ATTRIBUTES, SOURCE, Port, Setting
from matrix.resolve.kernel import kernel
from matrix.resolve.port import port
from matrix.value import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from matrix.cell import Rung
    from matrix.model import Fact, Variant
    from matrix.needs import ConfigBlock
    from matrix.resolve.context import Context
    from matrix.resolve.facts import Facts

RUST_OPTIONS = "linux-rust-options"
_ROOT = "RUST"
_SWITCHES = frozenset({"bool", "tristate"})
# Options rest on options, ten deep in real kernels.
_DEEPEST = 20


class Having(Enum):
    """Whether an option can be had on a variant, and if not, for want of what."""

    CAN = "can"
    LOST = "lost"  # all but Rust would allow it
    MISSING = "missing"  # it could not be had with Rust either
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OnVariant:
    """An option on a variant. condition is what a "can" hangs on for Rust's sake; evidence says why it is not "can"."""

    variant: str
    having: Having
    because: str = ""
    condition: Expr = YES
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RustOption:
    """An option that needs Rust.

    prompt says whether a person can set it at all; else a default or a select does. by are the lines by which it needs
    Rust, from its own to the one that names RUST; demands the lines that say what it depends on otherwise.
    """

    symbol: str
    type: str
    prompt: bool
    place: Evidence
    by: tuple[Evidence, ...]
    demands: tuple[Evidence, ...]
    on: tuple[OnVariant, ...] = ()

    def variants(self, having: Having) -> tuple[OnVariant, ...]:
        """The variants on which that is so."""
        return tuple(one for one in self.on if one.having is having)


def placed(fact: Fact) -> tuple[str, Fact]:
    """A fact of the document that all files make, as one of its own file: `drivers/pwm/Kconfig:PWM` is PWM there."""
    path, colon, subject = fact.subject.rpartition(":")
    return (path, fact._replace(subject=subject)) if colon else (subject, fact)


def unpacked(items: Iterable[Located]) -> Iterator[Located]:
    """Those facts, each with the path of its file."""
    for item in items:
        path, fact = placed(item.fact)
        yield item._replace(path=path, fact=fact)


def names_needing(linux: Facts) -> frozenset[str]:
    """Every option of a kernel that needs Rust, also those that hold a number or a text."""
    return frozenset(i.fact.subject for i in unpacked(linux.of(RUST_OPTIONS)) if i.fact.attribute == "needs")


class RustOptions:
    """The options of one kernel that need Rust, and all that these rest on."""

    def __init__(self, linux: Facts) -> None:
        self.linux = linux
        self._own = list(unpacked(linux.of(RUST_OPTIONS)))
        self._ports: dict[str, Port] = {}

    @cached_property
    def _placed(self) -> Mapping[tuple[str, str], Located]:
        """The first line of each definition, by path and name."""
        return {(i.path, i.fact.subject): i for i in self._own if i.fact.attribute == "needs"}

    @cached_property
    def _types(self) -> Mapping[str, str]:
        return {name: block.type for name, blocks in self._tree.blocks.items() for block in blocks[:1]}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Those that are switches, in order of their files and lines."""
        placed = sorted(self._placed.values(), key=lambda i: (i.path, i.fact.line))
        return tuple(i.fact.subject for i in placed if self._types.get(i.fact.subject) in _SWITCHES)

    @cached_property
    def facts(self) -> dict[str, list[Located]]:
        """All that the options rest on, by path.

        What is shipped of the ports' files stands under their own source, and there alone.
        """
        seen: dict[tuple[str, str, str, str, str], Located] = {}
        for item in (*self._own, *self.linux.of(SOURCE)):
            fact = item.fact
            seen.setdefault((item.path, fact.subject, fact.attribute, fact.value, fact.when), item)
        whole = Options((i.path, i.fact) for i in seen.values() if i.fact.attribute not in {"needs", "set", "read"})
        kept = whole.rests_on([*self.needing, _ROOT])
        found: dict[str, list[Located]] = {}
        for item in seen.values():
            if item.fact.attribute in FILE_ATTRIBUTES or _is_about(item, kept):
                found.setdefault(item.path, []).append(item)
        return found

    @cached_property
    def needing(self) -> tuple[str, ...]:
        """All that need Rust, also those that hold a number or a text."""
        return tuple(dict.fromkeys(i.fact.subject for i in self._placed.values()))

    @cached_property
    def _tree(self) -> Options:
        return Options((path, item.fact) for path, items in self.facts.items() for item in items)

    @cached_property
    def order(self) -> Mapping[str, int]:
        """RUST and what needs it, each with its place among them: it needs Rust by those before it."""
        return {name: at for at, name in enumerate(self._tree.needing(_ROOT))}

    def blocks(self, name: str) -> Sequence[ConfigBlock]:
        """The definitions of an option."""
        return self._tree.blocks.get(name, ())

    def defines(self, name: str) -> bool:
        """Whether it is known at all, needing Rust or not."""
        return name in self._tree.blocks

    def option(self, name: str) -> RustOption:
        """What is known of one of `names` whatever the variant is."""
        blocks = self.blocks(name)
        evidence = self.linux.evidence
        place = next(i for i in self._placed.values() if i.fact.subject == name)
        by = tuple(self._by(name))
        demands = [self._line(block, fact) for block in blocks for _, fact in block.demands]
        demands += (line for block in blocks for line in self._around(block.path))
        return RustOption(
            symbol=name,
            type=self._types[name],
            prompt=any(block.prompts for block in blocks),
            place=evidence(place, f"config {name}"),
            by=by,
            demands=tuple(d for d in dict.fromkeys(demands) if d not in by),
        )

    def _line(self, block: ConfigBlock, fact: object) -> Evidence:
        item = next(i for i in self.facts[block.path] if i.fact is fact)
        words = {"within": "within", "depends": "depends on"}.get(item.fact.attribute, item.fact.attribute)
        when = f" if {item.fact.when}" if item.fact.when else ""
        return self.linux.evidence(item, f"config {block.name}: {words} {item.fact.value}{when}")

    def _around(self, path: str) -> Iterator[Evidence]:
        """The `source` lines under an `if` by which a file is reached, the nearest first."""
        seen: set[str] = set()
        while path not in seen:
            seen.add(path)
            lines = [i for items in self.facts.values() for i in items if _is_source(i, path)]
            if not lines:
                return
            if when := lines[0].fact.when:
                yield self.linux.evidence(lines[0], f"all of {path}: within {when}")
            path = lines[0].path

    def _by(self, name: str) -> Iterator[Evidence]:
        """The lines by which an option needs Rust, down to one that names RUST."""
        seen: set[str] = set()
        while name != _ROOT and name in self.order and name not in seen:
            seen.add(name)
            before = frozenset(n for n, at in self.order.items() if at < self.order[name])
            line, name = self._closing(name, before, seen)
            if line is not None:
                yield line

    def _closing(self, name: str, before: frozenset[str], seen: set[str]) -> tuple[Evidence | None, str]:
        """A line that closes a way to an option while those are n, and which of them it closes it by."""
        for block in self.blocks(name):
            for told in (block.demands, block.prompts, block.defaults):
                for expression, fact in told:
                    named = [used for used in atoms(expression) if used in before]
                    if named and _closed_by(expression, before):
                        return self._line(block, fact), _ROOT if _ROOT in named else named[0]
        for select in self._tree.selects.get(name, ()):
            if select.by.name in self.order and select.by.name not in seen:
                return self._line(select.by, select.fact), select.by.name
            if _closed_by(select.when, before):
                return self._line(select.by, select.fact), _ROOT
        return None, ""

    def on_variants(
        self, context: Context, variants: Iterable[Variant], names: Sequence[str]
    ) -> tuple[RustOption, ...]:
        """The options of these names, on each variant that the kernel can be built for."""
        told: dict[str, list[OnVariant]] = {name: [] for name in names}
        for variant in variants:
            built = port(context, variant)
            if built.truth is Truth.NO:
                continue
            admits = kernel(context, variant)
            setting = self._setting(context, variant)
            for name in names:
                told[name].append(self._on(setting, variant, name, (built, admits)))
        return tuple(replace(self.option(name), on=tuple(told[name])) for name in names)

    def _setting(self, context: Context, variant: Variant) -> Setting | None:
        """The variant's symbols over the whole tree, with RUST taken to be y."""
        narrow = context.setting(variant)
        if narrow is None:
            return None
        if variant.srcarch not in self._ports:
            others = context.others(variant.srcarch)
            self._ports[variant.srcarch] = Port(self.linux, variant.srcarch, others, self.facts)
        fixed = {name: value == YES for name, value in narrow.fixed.items()}
        gates = dict.fromkeys(narrow.port.gates, True)
        known = narrow.known
        return Setting(
            self._ports[variant.srcarch], gates | fixed | {_ROOT: True}, narrow.free, known.ranges, known.texts
        )

    def _on(self, setting: Setting | None, variant: Variant, name: str, rungs: tuple[Rung, Rung]) -> OnVariant:
        built, admits = rungs
        if setting is None or setting.port.unread:
            return OnVariant(variant.id, Having.UNKNOWN, f"the Kconfig of arch/{variant.srcarch} was not read whole")
        asks = all_of(list(self._asks(setting, name, set())))
        if asks == NO or not setting.possible(name):
            why = tuple(self._why_not(setting, name, 0))
            away = f"no Kconfig file of arch/{variant.srcarch} leads to its definition"
            nothing = f"nothing lets {name} be y here" if name in setting.port.blocks else away
            because = why[0].says if why else nothing
            return OnVariant(variant.id, Having.MISSING, because, evidence=why)
        if admits.truth is Truth.NO:
            return OnVariant(variant.id, Having.LOST, admits.because, evidence=admits.evidence)
        if Truth.UNKNOWN in (built.truth, admits.truth):
            open_ = built if built.truth is Truth.UNKNOWN else admits
            return OnVariant(variant.id, Having.UNKNOWN, open_.because, evidence=open_.evidence)
        if all_of([asks, admits.condition]) == NO:
            because = "what Rust asks of this variant and what the option depends on exclude each other"
            return OnVariant(variant.id, Having.LOST, because, admits.condition, admits.evidence)
        return OnVariant(variant.id, Having.CAN, admits.because, admits.condition, admits.evidence)

    def _asks(self, setting: Setting, name: str, seen: set[str]) -> Iterator[Expr]:
        """What must hold for an option to be on, as far as it is one conjunction: its demands, and theirs."""
        if name in seen or len(seen) > _DEEPEST:
            return
        seen.add(name)
        blocks = setting.port.blocks.get(name, ())
        if len(blocks) != 1 or any(setting.possible(s.selector) for s in setting.port.selects.get(name, ())):
            return
        for demand, _ in blocks[0].demands:
            yield setting.fill(demand)
            for item in demand.items if isinstance(demand, And) else (demand,):
                if isinstance(item, Atom) and item.name not in setting.fixed:
                    yield from self._asks(setting, item.name, seen)

    def _why_not(self, setting: Setting, name: str, depth: int) -> Iterator[Evidence]:
        """The first demand of an option that cannot hold, and in turn what keeps that from holding."""
        for block in setting.port.blocks.get(name, ()):
            for demand, item in block.demands:
                if setting.fill(demand) != NO:
                    continue
                words = f"within {show(demand)}" if item.fact.attribute == "source" else f"depends on {item.fact.value}"
                yield self.linux.evidence(item, f"config {name}: {words}")
                for part in demand.items if isinstance(demand, And) else (demand,):
                    if isinstance(part, Atom) and part.name not in setting.fixed and depth < _DEEPEST:
                        yield from self._why_not(setting, part.name, depth + 1)
                        return
                return


def _closed_by(expression: Expr, before: frozenset[str]) -> bool:
    return fill(expression, Known(lambda used: NO if used in before else None, {}, {})) == NO


def _is_source(item: Located, path: str) -> bool:
    return item.fact.attribute == "source" and item.fact.value == path


def _is_about(item: Located, names: set[str]) -> bool:
    if item.fact.attribute in {"needs", "set", "read"}:
        return False
    selects = item.fact.attribute in {"select", "imply"}
    return item.fact.subject.partition("#")[0] in names and (not selects or item.fact.value in names)
