"""The text of data/backends.toml -> backends.

    [backend.rustc-gcc]
    title = "rustc_codegen_gcc"
    generator = "GCC (libgccjit)"
    aliases = ["cg_gcc"]
    repositories = ["https://github.com/rust-lang/rust"]
    rungs.codegen = ["gcc-config"]

A rung lists the sources that can decide it; an empty list means that no upstream file speaks on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from matrix.model import Backend
from matrix.registry.schema import ID, TEXT, TEXTS, Each, Place, parse, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.registry.schema import Shape

FILE = "backends.toml"
RUNGS = ("port", "codegen", "target", "kernel", "attested")

BACKEND: Shape = {
    "title": TEXT,
    "about": TEXT,
    "generator": TEXT,
    "repositories": texts("texts, one at least", least=1),
    "in_development": TEXTS.or_else(()),
    "aliases": texts("lower-case texts", str.islower).or_else(()),
    "rungs": dict.fromkeys(RUNGS, TEXTS),
}
SHAPE: Shape = {"backend": Each(BACKEND, ID)}


@dataclass(frozen=True, slots=True)
class Backends:
    """What data/backends.toml holds, by id."""

    backends: Mapping[str, Backend]


def read_backends(text: str) -> tuple[Backends, list[str]]:
    """Read data/backends.toml; the second value lists its faults."""
    found, faults = parse(FILE, text, SHAPE)
    tables = found["backend"] if found else {}
    taken = {id_: id_ for id_ in tables}
    for id_, keys in tables.items():
        for alias in keys["aliases"] if keys else ():
            if taken.setdefault(alias, id_) != id_ or alias == id_:
                place = Place(FILE).at("backend", id_, "aliases")
                faults.append(place.fault(repr(alias), f"a name that {taken[alias]} does not have"))
    return Backends(MappingProxyType({i: _backend(i, keys) for i, keys in tables.items() if keys})), faults


def unknown_sources(backends: Backends, sources: frozenset[str]) -> list[str]:
    """A fault for each source id that a rung lists and data/sources.toml does not declare."""
    return [
        Place(FILE).at("backend", id_, "rungs", rung).fault(repr(source), "the id of a source in sources.toml")
        for id_, backend in backends.backends.items()
        for rung, listed in backend.rungs.items()
        for source in listed
        if source not in sources
    ]


def _backend(id_: str, keys: Mapping[str, Any]) -> Backend:
    return Backend(id=id_, **{**keys, "rungs": MappingProxyType(keys["rungs"])})
