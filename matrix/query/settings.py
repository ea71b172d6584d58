"""What a person writes for a Kconfig setting -> a symbol and its value, which the kernel must know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.errors import UsageError
from matrix.expression import atoms
from matrix.value import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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


def checked_sets(scene: Scene) -> Scene:
    """The scene, once a kernel that is asked knows each symbol that is set, and the value is of its type.

    Where a version was not read and one of those beside it does not know the symbol, the scene says so. Raises:
    UsageError, naming symbols that are spelt nearly so, what has taken its place, or how to ask of another Kconfig.
    """
    sets = scene.question.sets
    if not sets:
        return scene
    # Which ports are asked about is not known yet: a symbol of any will do.
    known = [port for s in (scene, *scene.sides) for arch in _ports(s) if (port := s.context.port(arch)) is not None]
    said: list[str] = []
    for name, value in sets if known else ():
        defining = [port for port in known if name in port.blocks]
        if not defining:
            raise _unknown(name, known)
        _check_current(name, defining)
        types = {block.type for port in defining for block in port.blocks[name] if block.type}
        wanted = _values(types)
        if wanted and not re.fullmatch(wanted, value):
            raise UsageError(f"--set {name}={value}: found a {'/'.join(sorted(types))}, expected {_words(types)}")
        said += _lacking(name, defining, known)
    return replace(scene, said=(*scene.said, *said)) if said else scene


def _check_current(name: str, defining: Iterable[Port]) -> None:
    """That a kernel has the symbol for more than to carry an old .config over. Raises: UsageError."""
    for port in defining:
        if all(block.transitional for block in port.blocks[name]):
            found = f"a symbol that Linux {port.facts.revision.label} only has to carry an old .config over"
            heirs = " or ".join(sorted(_heirs(name, port))) or "what has taken its place"
            raise UsageError(f"--set {name}: found {found}, expected {heirs}")


def _heirs(name: str, port: Port) -> set[str]:
    """The symbols that start with the value of this one."""
    return {
        symbol
        for symbol, blocks in port.blocks.items()
        for block in blocks
        for value, _, _ in block.defaults
        if name in atoms(value)
    }


def _lacking(name: str, defining: Iterable[Port], known: Iterable[Port]) -> Iterator[str]:
    """The kernels beside one that was not read that do not have the symbol, where others have."""
    have = {port.facts.revision.label for port in defining}
    if lacking := sorted({port.facts.revision.label for port in known} - have):
        yield f"Linux {', '.join(lacking)} has no {name}: that it is set changes nothing there"


def _ports(scene: Scene) -> list[str]:
    return sorted(set(scene.context.symbols.values()))


def _values(types: set[str]) -> str:
    return _VALUES.get(next(iter(types)), ("", ""))[0] if len(types) == 1 else ""


def _words(types: set[str]) -> str:
    return _VALUES[next(iter(types))][1]


def _unknown(name: str, ports: Sequence[Port]) -> UsageError:
    from difflib import get_close_matches  # noqa: PLC0415  # for a mistake alone

    known = {symbol for port in ports for symbol in port.blocks}
    near = get_close_matches(name.upper(), known, 3, 0.7)
    meant = f"; did you mean {' or '.join(near)}?" if near else ""
    labels = ", ".join(dict.fromkeys(port.facts.revision.label for port in ports))
    return UsageError(
        f"--set {name}: found no such symbol among those that an answer about Rust in Linux {labels} can rest on"
        f" (archmatrix options NAME shows them){meant}; to ask of another kernel's: --tree DIR, or once"
        " archmatrix refresh --tree linux=DIR; of all that a .config sets: archmatrix config FILE --tree DIR",
        then="archmatrix options x86_64",
    )
