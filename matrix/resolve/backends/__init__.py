"""A backend's id -> its rules. The next backend is a file here, a row of this table, a stanza in data/backends.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.resolve.backends.cranelift import Cranelift
from matrix.resolve.backends.gccrs import Gccrs
from matrix.resolve.backends.mrustc import Mrustc
from matrix.resolve.backends.rustc_gcc import RustcGcc
from matrix.resolve.backends.rustc_llvm import RustcLlvm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.resolve.backends.protocol import Rules

BACKENDS: Mapping[str, Rules] = {
    "gccrs": Gccrs(),
    "mrustc": Mrustc(),
    "rustc-cranelift": Cranelift(),
    "rustc-gcc": RustcGcc(),
    "rustc-llvm": RustcLlvm(),
}


def rules_of(backend: str) -> Rules | None:
    """The rules of a backend by its id; None where there are none, and then nothing can be told of it."""
    return BACKENDS.get(backend)


def without_rules(backend: str) -> str:
    """In words: that data/ declares a backend and no rule speaks of it."""
    return f"backends.toml: backend.{backend}: found no rules, expected one of {', '.join(BACKENDS)}"
