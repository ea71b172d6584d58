"""The text of data/backends.toml -> backends.

[backend.rustc-gcc]
title = "rustc_codegen_gcc"
generator = "GCC (libgccjit)"
aliases = ["cg_gcc"]
repositories = ["https://github.com/rust-lang/rust"]
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from matrix.model import Backend
from matrix.registry.schema import ID, TEXT, TEXTS, Each, Place, parse_toml, texts
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.registry.schema import Shape

BACKENDS_FILE = "backends.toml"

BACKEND: Shape = {
    "title": TEXT,
    "about": TEXT,
    "generator": TEXT,
    "repositories": texts("texts, one at least", least=1),
    "in_development": TEXTS.or_else(()),
    "aliases": texts("lower-case texts", str.islower).or_else(()),
}
_SHAPE: Shape = {"backend": Each(BACKEND, ID)}


@dataclass(frozen=True, slots=True)
class Backends:
    """What data/backends.toml holds, by id."""

    backends: Mapping[str, Backend]


def read_backends(text: str) -> tuple[Backends, list[str]]:
    """Read data/backends.toml; the second value lists its faults."""
    document, faults = parse_toml(BACKENDS_FILE, text, _SHAPE)
    tables = document["backend"] if document else {}
    taken = {id_: id_ for id_ in tables}
    for id_, keys in tables.items():
        for alias in keys["aliases"] if keys else ():
            if taken.setdefault(alias, id_) != id_ or alias == id_:
                place = Place(BACKENDS_FILE).at("backend", id_, "aliases")
                faults.append(place.fault(repr(alias), f"a name that {taken[alias]} does not have"))
    return Backends(MappingProxyType({i: Backend(id=i, **keys) for i, keys in tables.items() if keys})), faults
