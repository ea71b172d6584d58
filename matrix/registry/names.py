"""Variants and the listed meanings -> every name that can be asked for; a name -> what it means.

The rules, in order:

1. A variant's id is that variant alone.
2. A Kconfig symbol in capitals is that symbol, where it means something else than the same word in lower case (PPC64).
3. A name under [meanings] of data/arches.toml means the variants listed there.
4. A name that one variant alone holds in a system of RESOLVING means that variant. Several holders without an
   entry in [meanings] are a fault of the data: no program can know which of them is meant.
5. Any other name is taken apart by the grammar (matrix/registry/grammar.py), with the words of data/names.toml.

A kernel name is a folder under arch/ or a value of ARCH=, a gnu name a triple, a rust name a target. Names of GCC's
folders (gcc), of rustc's `target_arch` (rustc) and of LLVM resolve only by rule 3: they name parts of compilers, and
one part often serves machines that a person keeps apart (`rs6000`, `pa`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from matrix.errors import GoneError, UsageError
from matrix.model import Backend, Meaning, Registry, Variant
from matrix.value import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matrix.registry.grammar import Grammar, ReadName

# Written in data/arches.toml under names; the others follow from other keys.
WRITTEN = (
    *("uname", "debian", "raspbian", "alpine", "gentoo", "rpm", "buildroot", "gcc", "llvm", "go", "oci", "qemu"),
    "kconfig",
)
SYSTEMS = ("kernel", "gnu", "rust", "rustc", *WRITTEN)
RESOLVING = ("kernel", "uname", "debian", "gentoo", "gnu", "rust", "go", "oci")
# Where a word that means something else is worth a line: what people install, build for and configure by that name.
ELSEWHERE = ("uname", "debian", "raspbian", "alpine", "gentoo", "rpm", "go", "qemu", "buildroot", "kconfig")
# name -> system -> the variants that have the name there
_Holders = dict[str, dict[str, list[str]]]


def index_names(
    variants: Mapping[str, Variant], meanings: Mapping[str, tuple[str, ...]]
) -> tuple[Mapping[str, Meaning], list[str]]:
    """Every name that is listed -> its meaning; the second value lists names that several hold unlisted."""
    holders = _holders(variants.values())
    meant: dict[str, tuple[str, ...]] = {id_: (id_,) for id_ in variants} | dict(meanings)
    faults = []
    for name in sorted(holders.keys() - meant.keys()):
        ids = tuple(dict.fromkeys(i for system in RESOLVING for i in holders[name].get(system, ())))
        if len(ids) > 1:
            from matrix.registry.schema import ARCHES_FILE, Place  # noqa: PLC0415  # to ask for a name takes no TOML

            place = Place(ARCHES_FILE).at("meanings", name)
            faults.append(place.fault("nothing", f"a list, for {', '.join(ids)} have this name"))
        elif ids:
            meant[name] = ids
    known = {name: ids for name, ids in meant.items() if variants.keys() >= set(ids)}
    names = {name: _meaning(variants, holders, name, ids) for name, ids in sorted(known.items())}
    for symbol in sorted({symbol for v in variants.values() for symbol in v.names.get("kconfig", ())}):
        ids = tuple(holders[symbol.lower()]["kconfig"])
        if (same := names.get(symbol.lower())) and set(same.variants) != set(ids) and symbol.lower() not in variants:
            meaning = _meaning(variants, holders, symbol.lower(), ids)
            names[symbol] = replace(meaning, name=symbol, systems=("kconfig",))
    return MappingProxyType(names), faults


def _meaning(variants: Mapping[str, Variant], holders: _Holders, name: str, ids: tuple[str, ...]) -> Meaning:
    holding = holders.get(name, {})
    others = {id_ for held in holding.values() for id_ in held}
    ports = {variants[id_].arch for id_ in ids}
    near = others.union(id_ for id_, variant in variants.items() if variant.arch in ports).difference(ids)
    return Meaning(
        name=name,
        systems=tuple(system for system in SYSTEMS if not set(ids).isdisjoint(holding.get(system, ()))),
        variants=ids,
        see_also=tuple(id_ for id_ in variants if id_ in near),
        elsewhere=() if name in variants else _elsewhere(variants, holding, ids),
    )


def _elsewhere(
    variants: Mapping[str, Variant], holding: Mapping[str, list[str]], ids: tuple[str, ...]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The systems in which the name means other variants than these, each with what it means there."""
    found = ((system, _hosts_apart(variants, holding[system])) for system in ELSEWHERE if system in holding)
    return tuple((system, held) for system, held in found if set(held) != set(ids))


def _hosts_apart(variants: Mapping[str, Variant], held: Iterable[str]) -> tuple[str, ...]:
    """The variants without User-mode Linux, which has its host's names: whoever says amd64 means the machine."""
    held = tuple(held)
    return tuple(id_ for id_ in held if not variants[id_].subarch) or held


def resolve_name(registry: Registry, name: str) -> Meaning:
    """What `name` means: listed, in any case, or read by the grammar.

    Raises: UsageError for a name that does not read, with the names nearest to it; GoneError for one of a port that
    the kernel has dropped.
    """
    if (listed := registry.names.get(name) or registry.names.get(name.lower())) is not None:
        return listed
    found = _grammar(registry).read(name)
    if found.unread:
        raise _unread(registry, name, found.near)
    if found.says is not None:
        raise _not_here(registry, name, found)
    meaning = _meaning(registry.variants, {}, name.lower(), found.variants)
    return replace(meaning, read=found.parts)


def part_gone(registry: Registry, names: Iterable[str]) -> tuple[list[str], list[GoneError]]:
    """The names that something can be asked of, and those of ports that the kernel has dropped, each in order.

    Raises: UsageError for a name that does not read.
    """
    told = [(name, _port_gone(registry, name)) for name in names]
    return [name for name, gone in told if gone is None], [gone for _, gone in told if gone is not None]


def _port_gone(registry: Registry, name: str) -> GoneError | None:
    try:
        resolve_name(registry, name)
    except GoneError as gone:
        return gone
    return None


# The grammar of the registry that was asked last; several names are asked of one.
_last: list[tuple[Registry, Grammar]] = []


def _grammar(registry: Registry) -> Grammar:
    if not _last or _last[0][0] is not registry:
        _last[:] = [(registry, _new_grammar(registry))]
    return _last[0][1]


def _new_grammar(registry: Registry) -> Grammar:
    # Imported where a name is not listed: most are, and the grammar costs more than all the rest of such a question.
    from matrix.registry.grammar import Grammar, Traits  # noqa: PLC0415

    held: dict[str, dict[str, tuple[str, ...]]] = {system: {} for system in SYSTEMS}
    for name, holding in _holders(registry.variants.values()).items():
        for system, ids in holding.items():
            held[system][name] = _hosts_apart(registry.variants, ids)
    return Grammar(
        names={name: meaning.variants for name, meaning in registry.names.items() if name == name.lower()},
        held=held,
        words=registry.words.values(),
        variants={id_: Traits(v.arch, v.isa, v.bits, v.endian) for id_, v in registry.variants.items()},
    )


def _not_here(registry: Registry, name: str, found: ReadName) -> UsageError:
    """Why there is nothing to ask of what was read."""
    word = found.says
    assert word is not None  # noqa: S101  # asked by the caller
    if word.dropped:
        return GoneError(name, title=word.title, dropped=word.dropped)
    if word.part != "system":
        return _none_here(f"architecture: found {name!r}, {word.title}, expected what Linux runs on")
    arch = next((text for part, text in found.parts if part in {"architecture", "machine", "core"}), "")
    why = f"architecture: found {name!r}, a name for {word.title}, expected one for Linux"
    try:
        resolve_name(registry, arch)
    except UsageError:
        return _none_here(why)
    return UsageError(f"{why}, such as {arch}", meant=(name, arch))


def _none_here(why: str) -> UsageError:
    return UsageError(why, then="archmatrix names")


def _unread(registry: Registry, name: str, read: str) -> UsageError:
    # What was read of the name comes first; what looks like the rest alone may be another machine.
    near = list(dict.fromkeys([read, *_near(read, registry.names, ())]))[:5] if read else []
    near = near or _near(name, registry.names, ())
    expected = ", ".join(near or registry.arches)
    return UsageError(
        f"architecture: found {name!r}, expected a name such as {expected} (all: archmatrix names)",
        then="archmatrix names",
        meant=(name, near[0]) if near else None,
    )


def resolve_backend(registry: Registry, name: str) -> Backend:
    """The backend with this id or alias, in any case.

    Raises: UsageError for a name that no backend has, with the names nearest to it.
    """
    named = {known: b for id_, b in registry.backends.items() for known in (id_, *b.aliases)}
    if (backend := named.get(name.lower())) is not None:
        return backend
    near = _near(name, named, ())
    raise UsageError(
        f"backend: found {name!r}, expected a name such as {', '.join(near or registry.backends)}",
        meant=(name, near[0] if near else next(iter(registry.backends))),
    )


def _holders(variants: Iterable[Variant]) -> _Holders:
    holders: _Holders = {}
    for variant in variants:
        for system, names in (*variant.names.items(), ("rustc", variant.rustc)):
            for name in names:
                holders.setdefault(name.lower(), {}).setdefault(system, []).append(variant.id)
    return holders


def _near(name: str, named: Iterable[str], common: Iterable[str]) -> list[str]:
    """The names that look like this one; where none does, those that a person can start from."""
    # Imported only for the message: it costs more than all the rest of a query.
    from difflib import get_close_matches  # noqa: PLC0415

    return get_close_matches(name.lower(), named, n=5, cutoff=0.7) or list(common)
