"""Facts of a kernel -> what its documents call the support of a port, three words for three things; and whom to ask.

arch-support.rst says it of Rust, llvm.rst of clang, MAINTAINERS of the port itself. They are shown beside each other,
and never held against each other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matrix.model import Evidence
    from matrix.resolve.context import Context

_MAINTAINERS, _RUST = "linux-maintainers", "RUST"
_ADDRESS = re.compile(r"[^\s<>()]+@[^\s<>()]+")
_TOLD = (
    ("Rust", "linux-arch-support", "rust-level"),
    ("clang", "linux-llvm", "clang-level"),
    ("the port", _MAINTAINERS, "maintainers-status"),
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


def to_ask(context: Context, srcarch: str) -> tuple[str, ...]:
    """Addresses of those who keep a port and Rust in the kernel, as MAINTAINERS gives them, one of each.

    Lists and addresses without a person's name come first; people's are given where there is nothing else.
    """
    linux = context.known(_MAINTAINERS)
    if linux is None:
        return ()
    found: dict[str, None] = {}
    for subject in (srcarch, _RUST):
        people = linux.about(_MAINTAINERS, subject, "maintainer")
        shared = [item for item in people if "<" not in item.fact.value]
        told = [*shared, *linux.about(_MAINTAINERS, subject, "list")] or people
        found |= dict.fromkeys(address[0] for item in told[:1] if (address := _ADDRESS.search(item.fact.value)))
    return tuple(found)
