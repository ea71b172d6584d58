"""Two small public repositories on a forge, what data/ would say of them, and one refresh of it after another."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from matrix.fetch import Client
from matrix.model import Upstream
from matrix.poll.network import Poll
from matrix.store import Store
from tests.extract.test_linux_changes import FILE as CHANGES
from tests.extract.test_linux_llvm import FILE as CLANG
from tests.extract.test_linux_min_tools import FILE as TOOLS
from tests.forge.repos import Repository, made_files
from tests.poll.driver import POLICY, upstreams

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matrix.fetch import Policy
    from matrix.model import Registry
    from matrix.poll.network import Polled
    from tests.forge.server import Forge

CHECKOUT = Path(__file__).parent.parent.parent
START = datetime(2026, 12, 20, 12, 0, tzinfo=timezone.utc)
DAY = timedelta(days=1)

MAKEFILE = "VERSION = 7\nPATCHLEVEL = {minor}\nSUBLEVEL = 0\nEXTRAVERSION = {extra}\n"
RELEASED, COMING = MAKEFILE.format(minor=1, extra=""), MAKEFILE.format(minor=2, extra="-rc1")
SUPPORT = "Documentation/rust/arch-support.rst"
TOOL = "scripts/min-tool-version.sh"
CHANGED = "Documentation/process/changes.rst"
LLVM = "Documentation/kbuild/llvm.rst"
TARGETS = "llvm/CMakeLists.txt"
_RULE = "============  ================  ======================\n"
PORTS = ("alpha", "arm", "arm64", "csky", "m68k", "riscv", "s390", "sparc", "x86")


def support(ports: Iterable[str] = PORTS, level: str = "Maintained") -> str:
    """A table of arch-support.rst: one fact a port."""
    rows = "".join(f"``{port}``".ljust(14) + level.ljust(18) + "\\-\n" for port in ports)
    return f"{_RULE}Architecture  Level of support  Constraints\n{_RULE}{rows}{_RULE}"


def targets(*names: str, major: int = 22, suffix: str = "") -> str:
    """LLVM's two lists: one fact a target; and its version."""
    version = f"set(LLVM_VERSION_MAJOR {major})\nset(LLVM_VERSION_MINOR 1)\nset(LLVM_VERSION_PATCH 0)\n"
    ending = f"set(LLVM_VERSION_SUFFIX {suffix})\n" if suffix else ""
    listed = "\n  ".join(names)
    lists = f"set(LLVM_ALL_TARGETS\n  {listed}\n  )\nset(LLVM_ALL_EXPERIMENTAL_TARGETS\n  M68k\n)\n"
    return version + ending + lists


def make_linux(place: Path) -> Repository:
    """v7.0 (an older release), v7.1, and a head on the way to 7.2; thirty files that nobody reads."""
    made = Repository.create(
        place,
        {
            "Makefile": MAKEFILE.format(minor=0, extra=""),
            SUPPORT: support(),
            TOOL: TOOLS,
            CHANGED: CHANGES,
            LLVM: CLANG,
            **made_files(30),
        },
        tag="v7.0",
    )
    made.commit({"Makefile": RELEASED}, tag="v7.1")
    made.commit({"Makefile": COMING})
    return made


def make_llvm(place: Path) -> Repository:
    """llvmorg-22.1.0, and a head on the way to 23."""
    files = {TARGETS: targets("AArch64", "ARM", "X86"), **made_files(10)}
    made = Repository.create(place, files, tag="llvmorg-22.1.0")
    made.commit({TARGETS: targets("AArch64", "ARM", "X86", major=23, suffix="git")})
    return made


class Fared(NamedTuple):
    """How a source fares: failures in a row, the error, and how long before the last poll it last succeeded."""

    failures: int
    error: str
    ago: timedelta | None


@dataclass
class World:
    """The forge with its two repositories, and one user's store and cache. Each poll is a day after the one before."""

    forge: Forge
    folder: Path
    linux: Repository
    llvm: Repository
    registry: Registry
    now: datetime = START
    policy: Policy = POLICY
    asked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # What asks the hosts: one that is made like it may stand in.
    client: Callable[..., Client] = Client
    # Whether the stable releases are polled as well, from the same repository under another name.
    stable: bool = False

    @property
    def store(self) -> Path:
        return self.folder / "facts.db"

    @property
    def caches(self) -> Path:
        return self.folder / "cache"

    @property
    def host(self) -> str:
        """The host of the kernel's repository, as errors name it."""
        return self.forge.url.removeprefix("http://")

    @property
    def other(self) -> str:
        """The host of LLVM's."""
        return self.forge.other.url.removeprefix("http://")

    @property
    def upstreams(self) -> dict[str, Upstream]:
        found = upstreams(
            self.asked.get("linux", (f"{self.forge.url}/torvalds/linux.git",)),
            self.asked.get("llvm", (f"{self.forge.other.url}/llvm/llvm-project.git",)),
        )
        if self.stable:
            urls = (f"{self.forge.url}/mirror/linux.git",)
            points = r"v([0-9]+\.[0-9]+\.[0-9]+)"
            found["stable"] = Upstream(id="stable", project="linux", urls=urls, branch="", versions=points)
        return found

    def poll(self, *, history: bool = False) -> dict[str, Polled]:
        """One refresh, as the command makes it; a day passes."""
        self.now += DAY
        with Store.open(self.store) as store:
            polled = asyncio.run(self._poll(store, history=history))
        self.forge.settle()
        return {p.upstream.id: p for p in polled}

    async def _poll(self, store: Store, *, history: bool) -> tuple[Polled, ...]:
        async with self.client(self.policy, clock=lambda: self.now, backoffs=store.polls.waits()) as client:
            floor = store.facts.last_moment() or self.now
            poll = Poll(
                registry=self.registry,
                store=store,
                caches=self.caches,
                client=client,
                clock=lambda: self.now,
                moments=lambda: max(self.now, floor),
                whole_history=history,
            )
            try:
                return await poll.run(self.upstreams.values())
            finally:
                for host, until in client.backoffs.items():
                    store.polls.record_host(host, "", until)

    def facts(self, project: str = "") -> set[tuple[str, ...]]:
        """All that is known: project, revision, source, and the statement."""
        with Store.open(self.store, readonly=True) as store:
            assert store.faults() == []
            return {
                (r.project, r.label, f.source, f.fact.subject, f.fact.attribute, f.fact.value, f.fact.when)
                for r in store.facts.revisions()
                if project in ("", r.project)
                for f in store.facts.of(r.project, r.label)
            }

    def revisions(self, project: str) -> list[str]:
        """The labels known, in the order in which they were first recorded."""
        with Store.open(self.store, readonly=True) as store:
            return [r.label for r in store.facts.revisions(project)]

    def fared(self) -> dict[str, Fared]:
        """How each source fares, by id."""
        with Store.open(self.store, readonly=True) as store:
            return {
                s.source: Fared(s.failures, s.error, s.succeeded and self.now - s.succeeded)
                for s in store.polls.states()
            }

    def checked(self, project: str, label: str) -> datetime | None:
        with Store.open(self.store, readonly=True) as store:
            return store.facts.checked(project, label)

    def label(self, repository: Repository) -> str:
        """What a head is called."""
        version = "7.2-rc1" if repository is self.linux else "23.1.0git"
        return f"{version}-g{repository.head[:8]}"

    def requests(self) -> list[tuple[str, str]]:
        """What was asked since the log was forgotten: (repository's owner, command or "able"), sorted."""
        return sorted((entry.path.split("/")[1], entry.command or "able") for entry in self.forge.log)


GOOD = Fared(0, "", timedelta(0))


def driven(world: World, *words: str, **more: Any) -> subprocess.Popen[str]:
    """A command on the world's store, as a process of its own."""
    urls = [url for u in world.upstreams.values() for url in u.urls]
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(world.folder), "PYTHONPATH": str(CHECKOUT),
        "ARCHMATRIX_CACHE": str(world.caches),
        # One that has no room would write half of a .pyc, and later ones would read it.
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "tests.poll.driver", *urls, *words, "--db", str(world.store)],
        env=environment,
        cwd=world.folder.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )
