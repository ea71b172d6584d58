"""The default configurations of one kernel -> the lines that set Rust or what needs it, and whether they can hold.

A configuration of a port stands for those of the port's variants that it does not rule out by a symbol which they fix;
a fragment of kernel/configs may be merged on every port.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.model import Evidence, Truth
from matrix.resolve.drivers import RUST_OPTIONS, Having, OnVariant, RustOptions, unpacked
from matrix.resolve.kernel import kernel
from matrix.resolve.port import port
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from matrix.model import Located, Variant
    from matrix.resolve.context import Context
    from matrix.resolve.facts import Facts

_ROOT = "RUST"
_COMMON = "kernel/configs/"
_HAVING = {Truth.YES: Having.CAN, Truth.NO: Having.LOST, Truth.UNKNOWN: Having.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigLine:
    """`CONFIG_SYMBOL=value` in a default configuration; on are the variants that it can be meant for.

    without_rust says that the configuration is a whole one and does not set CONFIG_RUST: the line is then dropped.
    """

    path: str
    symbol: str
    value: str
    place: Evidence
    on: tuple[OnVariant, ...]
    without_rust: bool = False

    @property
    def holds(self) -> Truth:
        """Whether the line can be what it says on any of them."""
        if self.without_rust:
            return Truth.NO
        having = {one.having for one in self.on}
        if Having.CAN in having:
            return Truth.YES
        return Truth.UNKNOWN if Having.UNKNOWN in having else Truth.NO


def configurations(linux: Facts) -> int:
    """How many were read of this kernel."""
    read = linux.first(RUST_OPTIONS, "configs", "read")
    return int(read.fact.value) if read else 0


def config_lines(context: Context, linux: Facts, variants: Iterable[Variant]) -> tuple[ConfigLine, ...]:
    """Every such line, by path and line."""
    known = RustOptions(linux)
    needing = {_ROOT, *known.needing}
    files: dict[str, list[Located]] = {}
    for item in unpacked(linux.of(RUST_OPTIONS)):
        if item.fact.attribute == "set":
            files.setdefault(item.path, []).append(item)
    variants = [v for v in variants if port(context, v).truth is not Truth.NO]
    found: list[ConfigLine] = []
    for path, items in sorted(files.items()):
        stated = {item.fact.subject: item.fact.value for item in items}
        meant = list(_meant(path, stated, variants))
        lines = [i for i in items if i.fact.subject in needing and i.fact.value != "n"]
        names = sorted({i.fact.subject for i in lines} - {_ROOT})
        on = {option.symbol: option.on for option in known.on_variants(context, meant, names)}
        on[_ROOT] = tuple(_rust_on(context, variant) for variant in meant)
        whole = not path.endswith(".config")
        found += [
            ConfigLine(
                path=path,
                symbol=item.fact.subject,
                value=item.fact.value,
                place=linux.evidence(item, f"CONFIG_{item.fact.subject}={item.fact.value}"),
                on=on[item.fact.subject],
                without_rust=whole and stated.get(_ROOT) not in {"y", "m"},
            )
            for item in sorted(lines, key=lambda i: i.fact.line)
        ]
    return tuple(found)


def _meant(path: str, stated: Mapping[str, str], variants: list[Variant]) -> Iterator[Variant]:
    """The variants that a configuration can be for; all of its port where it rules out every one."""
    port_of = "" if path.startswith(_COMMON) else path.split("/")[1]
    own = [v for v in variants if not port_of or v.srcarch == port_of]
    fitting = [v for v in own if not _ruled_out(v, stated)]
    yield from fitting or own


def _ruled_out(variant: Variant, stated: Mapping[str, str]) -> bool:
    return any(stated.get(name) == "n" for name in variant.on) or any(
        stated.get(name) in {"y", "m"} for name in variant.off
    )


def _rust_on(context: Context, variant: Variant) -> OnVariant:
    rung = kernel(context, variant)
    return OnVariant(variant.id, _HAVING[rung.truth], rung.because, rung.condition, rung.evidence)
