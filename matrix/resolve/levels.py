"""Facts of a kernel -> what its documents call the support of a port: three words for three things.

arch-support.rst says it of Rust, llvm.rst of clang, MAINTAINERS of the port itself. They are shown beside each other,
and never held against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.model import Evidence
    from matrix.resolve.context import Context

_TOLD = (
    ("Rust", "linux-arch-support", "rust-level"),
    ("clang", "linux-llvm", "clang-level"),
    ("the port", "linux-maintainers", "maintainers-status"),
)


class Level(NamedTuple):
    """What a document calls the support of something: of Rust, of clang, of the port."""

    of: str
    word: str
    evidence: Evidence


def support_levels(context: Context, srcarch: str) -> Iterator[Level]:
    """The levels of a port; a document that was not read or does not list it says nothing."""
    for of, source, attribute in _TOLD:
        linux = context.known(source)
        told = linux.first(source, srcarch, attribute) if linux else None
        if linux is not None and told is not None:
            yield Level(of, told.fact.value, linux.evidence(told))
