"""What a person writes for a Kconfig setting -> a symbol and its value, which the kernel must know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.query.scene import Scene
    from matrix.resolve.kconfig import Port

# What a symbol of a type can be set to: as a pattern, and in words.
_VALUES = {"bool": ("[yn]", "y or n"), "tristate": ("[ymn]", "y, m or n"), "int": ("[0-9]+", "a number")}
_SETTING = re.compile(r"(?:CONFIG_)?([A-Za-z0-9_]+)(?:=(y|m|n|[0-9]{1,9}))?")


def parse_settings(written: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """`SYM=y`, `SYM` (the same), `CONFIG_SYM=n`, `SYM=64`. Raises: UsageError, also where a symbol has two values."""
    found: dict[str, str] = {}
    for one in written:
        match = _SETTING.fullmatch(one.strip())
        if match is None:
            raise UsageError(f"--set: got {one[:60]!r}, expected a Kconfig symbol with y, m, n or a number: KASAN=y")
        name, value = match[1], match[2] or "y"
        if found.setdefault(name, value) != value:
            raise UsageError(f"--set: got {name}={found[name]} and {name}={value}, expected one value of it")
    return tuple(found.items())


def check_sets(scene: Scene) -> None:
    """That a kernel which is asked knows each symbol that is set, and that the value is of its type.

    Raises: UsageError, naming symbols that are spelt nearly so.
    """
    sets = scene.question.sets
    if not sets:
        return
    # Which ports are asked about is not known yet: a symbol of any will do.
    ports = [port for s in (scene, *scene.sides) for arch in _ports(s) if (port := s.context.port(arch)) is not None]
    for name, value in sets if ports else ():
        defining = [port for port in ports if name in port.blocks]
        if not defining:
            raise _unknown(name, ports)
        types = {block.type for port in defining for block in port.blocks[name] if block.type}
        wanted = _values(types)
        if wanted and not re.fullmatch(wanted, value):
            raise UsageError(f"--set {name}={value}: found a {'/'.join(sorted(types))}, expected {_words(types)}")


def _ports(scene: Scene) -> list[str]:
    return sorted(set(scene.context.symbols.values()))


def _values(types: set[str]) -> str:
    return _VALUES.get(next(iter(types)), ("", ""))[0] if len(types) == 1 else ""


def _words(types: set[str]) -> str:
    return _VALUES[next(iter(types))][1]


def _unknown(name: str, ports: Iterable[Port]) -> UsageError:
    from difflib import get_close_matches  # noqa: PLC0415  # for a mistake alone

    known = {symbol for port in ports for symbol in port.blocks}
    near = get_close_matches(name.upper(), known, 3, 0.7)
    meant = f"; did you mean {' or '.join(near)}?" if near else ""
    return UsageError(
        f"--set {name}: found no such symbol among those that an answer about Rust can rest on"
        f" (archmatrix options NAME shows them){meant}",
        then="archmatrix options x86_64",
    )
