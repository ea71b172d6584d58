"""Variants and the listed meanings -> every name that can be asked for; a name -> what it means.

The rules, in order:

1. A variant's id is that variant alone.
2. A name under [meanings] of data/arches.toml means the variants listed there.
3. A name that one variant alone holds in a system of RESOLVING means that variant. Several holders without an
   entry in [meanings] are a fault of the data: no program can know which of them is meant.

A kernel name is a folder under arch/ or a value of ARCH=, a gnu name a triple, a rust name a target. Names of GCC's
folders (gcc), of rustc's `target_arch` (rustc) and of LLVM resolve only by rule 2: they name parts of compilers, and
one part often serves machines that a person keeps apart (`rs6000`, `pa`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from matrix.errors import UsageError
from matrix.model import Backend, Meaning, Registry, Variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SYSTEMS = ("kernel", "uname", "debian", "gentoo", "gnu", "gcc", "rust", "rustc", "llvm", "go", "oci")
RESOLVING = ("kernel", "uname", "debian", "gentoo", "gnu", "rust", "go", "oci")
_Noun = TypeVar("_Noun")
# name -> system -> the variants that have the name there
_Holders = dict[str, dict[str, list[str]]]


def index_names(
    variants: Mapping[str, Variant], meanings: Mapping[str, tuple[str, ...]]
) -> tuple[Mapping[str, Meaning], list[str]]:
    """Every name that resolves -> its meaning; the second value lists names that several hold unlisted."""
    holders = _holders(variants.values())
    meant: dict[str, tuple[str, ...]] = {id_: (id_,) for id_ in variants} | dict(meanings)
    faults = []
    for name in sorted(holders.keys() - meant.keys()):
        ids = tuple(dict.fromkeys(i for system in RESOLVING for i in holders[name].get(system, ())))
        if len(ids) > 1:
            from matrix.registry.arches import ARCHES_FILE  # noqa: PLC0415  # to ask for a name takes no TOML
            from matrix.registry.schema import Place  # noqa: PLC0415

            place = Place(ARCHES_FILE).at("meanings", name)
            faults.append(place.fault("nothing", f"a list, for {', '.join(ids)} have this name"))
        elif ids:
            meant[name] = ids
    known = {name: ids for name, ids in meant.items() if variants.keys() >= set(ids)}
    siblings: dict[str, set[str]] = {}
    for id_, variant in variants.items():
        siblings.setdefault(variant.arch, set()).add(id_)
    place_of = {id_: place for place, id_ in enumerate(variants)}

    def meaning(name: str, ids: tuple[str, ...]) -> Meaning:
        holding = holders.get(name, {})
        others = {id_ for held in holding.values() for id_ in held}
        near = others.union(*(siblings[variants[id_].arch] for id_ in ids)).difference(ids)
        return Meaning(
            name=name,
            systems=tuple(system for system in SYSTEMS if not set(ids).isdisjoint(holding.get(system, ()))),
            variants=ids,
            see_also=tuple(sorted(near, key=place_of.__getitem__)),
        )

    names = {name: meaning(name, ids) for name, ids in sorted(known.items())}
    return MappingProxyType(names), faults


def resolve_name(registry: Registry, name: str) -> Meaning:
    """What `name`, in any case, means.

    Raises: UsageError for a name that nothing has, with the names nearest to it.
    """
    return _found("architecture", name, registry.names, registry.arches)


def resolve_backend(registry: Registry, name: str) -> Backend:
    """The backend with this id or alias, in any case.

    Raises: UsageError for a name that no backend has, with the names nearest to it.
    """
    named = {known: b for id_, b in registry.backends.items() for known in (id_, *b.aliases)}
    return _found("backend", name, named, registry.backends)


def _holders(variants: Iterable[Variant]) -> _Holders:
    holders: _Holders = {}
    for variant in variants:
        for system, names in (*variant.names.items(), ("rustc", variant.rustc)):
            for name in names:
                holders.setdefault(name.lower(), {}).setdefault(system, []).append(variant.id)
    return holders


def _found(what: str, name: str, named: Mapping[str, _Noun], common: Iterable[str]) -> _Noun:
    if (noun := named.get(name.lower())) is not None:
        return noun
    # Imported only for the message: it costs more than all the rest of a query.
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(name.lower(), named, n=5) or common
    raise UsageError(f"{what}: found {name!r}, expected a name such as {', '.join(near)}")
