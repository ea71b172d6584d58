"""Two addresses and a command line -> that command, with these as the public repositories and few sources to read.

    python -m tests.poll.driver http://127.0.0.1:1/l.git http://127.0.0.1:1/p.git refresh --db facts.db

It imports nothing of the tests: it is started, and killed, hundreds of times.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from matrix.cli import surroundings
from matrix.cli.main import main
from matrix.fetch import Limits, Policy
from matrix.model import Upstream
from matrix.operations import compile as compiling
from matrix.operations import journal, stores
from matrix.registry import data_folder, load
from matrix.retry import Retry
from matrix.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.model import Registry

SOURCES = ("linux-min-tools", "linux-arch-support", "linux-llvm", "linux-changes", "llvm-targets")
MIB = 1024 * 1024
POLICY = Policy(
    home="https://example.org/archmatrix",
    file=Limits(raw=MIB, decoded=MIB),
    pack=Limits(raw=16 * MIB, decoded=16 * MIB),
    retries=1,
    retry=Retry(first=timedelta(milliseconds=1), ceiling=timedelta(milliseconds=2), jitter=1.0),
)


def small_registry() -> Registry:
    """The sources above alone, each believed from one fact on."""
    known = load(data_folder())
    sources = {i: replace(known.sources[i], floor=1, documents=1, shrink=30) for i in SOURCES}
    return replace(known, sources=sources, upstreams={})


def upstreams(linux: Iterable[str], llvm: Iterable[str]) -> dict[str, Upstream]:
    """The two repositories at these addresses."""
    return {
        "linux": Upstream(
            id="linux", project="linux", urls=tuple(linux), branch="HEAD", versions=r"v([0-9]+\.[0-9]+)", since="7.0"
        ),
        "llvm": Upstream(
            id="llvm", project="llvm", urls=tuple(llvm), branch="HEAD", versions=r"llvmorg-([0-9]+\.[0-9]+\.[0-9]+)"
        ),
    }


def _registry() -> Registry:
    return replace(small_registry(), upstreams=upstreams([sys.argv[1]], [sys.argv[2]]))


if __name__ == "__main__":
    surroundings.registry = _registry
    surroundings.network_policy = lambda: POLICY
    # No archive of a distribution is asked for.
    surroundings.distros = lambda _: {}
    # What ships says nothing of the two repositories, and takes seconds to resolve.
    for room in (compiling, journal, stores):
        room.shipped_store = lambda _: Store.memory()
    sys.exit(main(sys.argv[3:]))
