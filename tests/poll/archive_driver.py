"""An archive's address and a command line -> that command, with one distribution that is a suite of that archive.

    python -m tests.poll.archive_driver http://127.0.0.1:1/sand refresh --project sand --db facts.db

It is started, and killed.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from matrix.cli import surroundings
from matrix.cli.main import main
from matrix.model import Archive, Distro, Schedule
from matrix.registry.distros import read_distros
from tests.poll.driver import POLICY

SAND = """
[distro.sand-1]
title = "Sand 1"
repository = "x"
day = "2026-10-01"
basis = "read"
cc = "gcc"
archive = "sand"
suite = "dune"
tool.rustc = { version = "1.80.0", source = "x" }
tool.bindgen = { version = "0.70.0", source = "x" }
tool.gcc = { version = "13.0.0", source = "x" }
arch.amd64 = { variants = ["x86_64"] }
[archive.sand]
title = "the archive of Sand"
url = "https://example.org"
"""


def sand() -> Distro:
    """The distribution."""
    return read_distros(SAND, {"x86_64", "riscv64"})[0]["sand-1"]


def sand_archive(url: str) -> Archive:
    """Its archive, at this address."""
    return Archive(id="sand", title="the archive of Sand", url=url, schedule=Schedule(every=timedelta(days=3)))


if __name__ == "__main__":
    surroundings.distros = lambda _: {"sand-1": sand()}
    surroundings.archives = lambda: {"sand": sand_archive(sys.argv[1])}
    surroundings.network_policy = lambda: POLICY
    sys.exit(main(sys.argv[2:]))
