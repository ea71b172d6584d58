"""Refreshes over the network, from a forge on this machine with 50 ms latency, beside nvchecker at the same addresses.

    bench/poll.py [--rounds N] [--nvchecker PROGRAM] [--only made|real]

made: 300 tables in one repository; changed, then unchanged under a moved head. Whole processes, each round in another
order, medians. nvchecker is installed into a virtual environment of its own (needs a package index) and runs as it
comes, with a `regex` entry for each file; all speak HTTP/2 over TLS and read the same bundle of authorities.

real: the newest tree of each project in ARCHMATRIX_TREES, else in .trees, the kernel's with made-up paths up to the
90,000 that it has; and mrustc, where ARCHMATRIX_MRUSTC names a git repository of it. Exits 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import certifi

from matrix.registry import data_folder, load
from matrix.store import Store
from tests.forge.repos import Repository, tree_files
from tests.forge.server import Forge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.forge.message import Entry

CHECKOUT = Path(__file__).resolve().parent.parent
TREES = Path(os.environ.get("ARCHMATRIX_TREES") or CHECKOUT / ".trees")
MRUSTC = os.environ.get("ARCHMATRIX_MRUSTC")
KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "PIP_INDEX_URL", "PIP_CONFIG_FILE", "PIP_CERT")
LATENCY = 0.05
FILES = 300
# The mean of all files that data/sources.toml reads of the newest trees.
BYTES = 6700
KERNEL_PATHS = 90_000
STABLE = "linux-stable"
WATCH_EVERY = 0.005

COMMAND, ALONE, PEER, HEADS = (
    "`archmatrix refresh`", "the same, answers not resolved", "nvchecker", "nvchecker, asking for heads alone"
)  # fmt: skip
# The command as it is, but for what it does once all is recorded.
_ALONE = (
    "import sys\nfrom matrix.operations import compile as c\nc.keep_answers = lambda *_: None\n"
    "from matrix.__main__ import main\nsys.exit(main())"
)


class Target(NamedTuple):
    """What was found against the most that it may be."""

    what: str
    found: float
    most: float

    @property
    def missed(self) -> bool:
        return self.found > self.most


@dataclass
class Memory:
    """The most that one process held, and that all did at one moment, in MB; 0 where nobody watched."""

    largest: float = 0
    together: float = 0

    def __str__(self) -> str:
        return f"{self.largest:.0f} | {self.together:.0f}" if self.together else "|"


@dataclass(frozen=True)
class Ran:
    """One process: seconds, requests by kind (see asked), bytes in both directions below TLS."""

    seconds: float
    requests: Counter[str]
    received: int
    memory: Memory

    @property
    def asked(self) -> str:
        return ", ".join(f"{n} {word}" if n > 1 else word for word, n in sorted(self.requests.items())) or "nothing"


class User:
    """One user's store, cache and copy of the package, whose data/ names the forge instead of the public hosts."""

    def __init__(self, folder: Path, sources: str, environ: Mapping[str, str], words: Sequence[str]) -> None:
        self.app, self.store = folder / "app", folder / "facts.db"
        self.environ = {**environ, "HOME": str(folder), "ARCHMATRIX_DB": str(self.store)}
        self.environ["ARCHMATRIX_CACHE"] = str(folder / "cache")
        # A copy: nobody's edit in the checkout changes a run half way.
        shutil.copytree(CHECKOUT / "matrix", self.app / "matrix", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(data_folder(), self.app / "data", ignore=shutil.ignore_patterns("*.db"))
        (self.app / "data/sources.toml").write_text(sources)
        subprocess.run([sys.executable, "-m", "compileall", "-q", "matrix"], cwd=self.app, check=True)
        subprocess.run([sys.executable, "-m", "matrix.operations.compile"], cwd=self.app, env=self.environ, check=True)
        self.command = [sys.executable, *words, "refresh"]

    def refresh(self, forge: Forge, *, watched: bool = False) -> Ran:
        return run(forge, self.command, self.app, self.environ, watched=watched)

    def forget_capabilities(self) -> None:
        """As if the hosts had never said what they can do."""
        with Store.open(self.store) as store:
            for upstream in load(self.app / "data").upstreams.values():
                store.polls.record_host(upstream.urls[0], "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--nvchecker", metavar="PROGRAM", help="an nvchecker that is installed already")
    parser.add_argument("--only", choices=("made", "real"))
    args = parser.parse_args()
    targets: list[Target] = []
    with tempfile.TemporaryDirectory() as name, Forge() as forge:
        work = Path(name)
        forge.latency = LATENCY
        authorities = work / "authorities.pem"
        forge.write_authority(work / "forge.pem")
        authorities.write_text(Path(certifi.where()).read_text() + (work / "forge.pem").read_text())
        environ = {name: os.environ[name] for name in KEPT if name in os.environ} | {"SSL_CERT_FILE": str(authorities)}
        if args.only != "real":
            targets += made(forge, work / "made", environ, args.nvchecker or installed(work / "peer"), args.rounds)
        if args.only != "made":
            targets += real(forge, work / "real", environ)
    print("| target | found | at most | |\n|---|--:|--:|---|")
    for target in targets:
        print(f"| {target.what} | {target.found:.3g} | {target.most:g} | {'missed' if target.missed else 'met'} |")
    return 1 if any(target.missed for target in targets) else 0


# --- 300 files ------------------------------------------------------------------------------------------------------


def made(forge: Forge, work: Path, environ: dict[str, str], nvchecker: str, rounds: int) -> list[Target]:
    work.mkdir()
    repository = Repository.create(work / "made.git", dict(tables()))
    repository.repack()
    forge.add("llvm/llvm-project", repository)
    address = f"{forge.https.url}/llvm/llvm-project"
    sources = tables_alone(pointed({"llvm": f"{address}.git"}))
    users = {
        COMMAND: User(work / "command", sources, environ, ["-m", "matrix"]),
        ALONE: User(work / "alone", sources, environ, ["-c", _ALONE]),
    }
    first = {name: user.refresh(forge) for name, user in users.items()}[COMMAND]
    unchanged = [users[COMMAND].refresh(forge) for _ in range(3)]
    users[COMMAND].forget_capabilities()
    forgotten = users[COMMAND].refresh(forge)
    print(f"{FILES} files of {BYTES} bytes; nvchecker {version(nvchecker)}; latency {1000 * LATENCY:.0f} ms\n")
    print(f"first: {first.asked}; unchanged: {unchanged[0].asked}; capabilities forgotten: {forgotten.asked}\n")

    peers = {
        PEER: [nvchecker, "-c", str(entries(work / "regex", address, _REGEX))],
        HEADS: [nvchecker, "-c", str(entries(work / "heads", address, _HEADS))],
    }
    ran: dict[tuple[str, str], list[Ran]] = {}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        for what in ("changed", "moved"):
            if what == "changed":
                repository.touch(FILES, "table/*")
            else:
                repository.commit({"README": f"{number}\n"})
            names = [*users, *peers]
            for name in names[number % len(names) :] + names[: number % len(names)]:
                done = users[name].refresh(forge) if name in users else run(forge, peers[name], work, environ)
                ran.setdefault((what, name), []).append(done)
    seconds = {key: statistics.median(r.seconds for r in runs) for key, runs in ran.items()}
    received = {key: statistics.median(r.received for r in runs) for key, runs in ran.items()}
    print(f"| {FILES} files | | s | x nvchecker | bytes | x nvchecker | requests |\n|---|---|--:|--:|--:|--:|---|")
    for (what, name), runs in ran.items():
        time_ratio = seconds[what, name] / seconds[what, PEER]
        ratio = received[what, name] / received[what, PEER]
        numbers = f"{seconds[what, name]:.2f} | {time_ratio:.2f} | {received[what, name]:.0f} | {ratio:.4f}"
        print(f"| {what} | {name} | {numbers} | {runs[-1].asked} |")
    print()
    found = [
        Target(f"{what}: {name}, x nvchecker", seconds[what, name] / seconds[what, PEER], most)
        for what, most in (("changed", 0.65), ("moved", 0.5))
        for name in users
    ]
    found.append(Target("moved: bytes, x nvchecker", received["moved", COMMAND] / received["moved", PEER], 0.01))
    found += quiet("unchanged", unchanged[-1], 1, 1) + quiet("capabilities forgotten", forgotten, 1, 2)
    return found


def tables() -> Iterator[tuple[str, str]]:
    """An LLVM of tables that its own extractor would not read: what they say is not the point, but that it is read."""
    said = {"MAJOR": "23", "MINOR": "0", "PATCH": "0", "SUFFIX": "git"}
    yield "cmake/Modules/LLVMVersion.cmake", "".join(f"set(LLVM_VERSION_{k} {v})\n" for k, v in said.items())
    rule = "=============  ================  ===================\n"
    ports = ("alpha", "arm", "arm64", "csky", "m68k", "riscv", "s390", "sparc", "x86")
    rows = "".join(f"``{port}``".ljust(15) + "Maintained        \\-\n" for port in ports)
    table = f"{rule}Architecture   Level of support  Constraints\n{rule}{rows}{rule}\n# state 0\n"
    for number in range(FILES):
        chosen = random.Random(number)  # the same text in every run
        words = ""
        while len(words) < BYTES - len(table):
            words += " ".join(f"word{chosen.randrange(3000)}" for _ in range(10)) + "\n"
        yield f"table/a{number % 16:02}/f{number:04}.rst", f"{words}\n{table}"


def tables_alone(sources: str) -> str:
    """The tables as all that is read of LLVM."""
    others = "".join(
        block.rstrip() + '\nuntil = "15"\n\n' if block.startswith("[source.llvm-") else block
        for block in blocks(sources)
    )
    lines = (
        '[source.bench-tables]\nproject = "llvm"\npaths = ["table/*/*.rst"]\nextractor = "linux_arch_support"\n'
        f'floor = {FILES}\ndocuments = {FILES}\nsilence = "unknown"\n'
    )
    return f"{others}\n{lines}"


_REGEX = r'source = "regex", url = "{url}", regex = "# state (\\d+)\\n*$"'
_HEADS = 'source = "httpheader", url = "{url}", header = "ETag", regex = "[0-9a-f]{{40}}"'


def entries(place: Path, address: str, entry: str) -> Path:
    """A configuration of nvchecker with an entry for each table, and nothing else that is not its default."""
    lines = [f'__config__ = {{oldver = "{place}-old.json", newver = "{place}-new.json"}}']
    paths = [path for path, _ in tables() if path.startswith("table/")]
    lines += [f'"{path}" = {{{entry.format(url=f"{address}/raw/main/{path}")}}}' for path in paths]
    place.with_suffix(".toml").write_text("\n".join(lines) + "\n")
    return place.with_suffix(".toml")


def installed(folder: Path) -> str:
    """nvchecker in a fresh virtual environment, with the HTTP library that it prefers (pycurl, which it asks for)."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    subprocess.run([folder / "bin/python", "-m", "pip", "-q", "install", "nvchecker"], check=True)
    return str(folder / "bin/nvchecker")


def version(nvchecker: str) -> str:
    return subprocess.run([nvchecker, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]


# --- real trees -----------------------------------------------------------------------------------------------------


def real(forge: Forge, work: Path, environ: dict[str, str]) -> list[Target]:
    known = load(data_folder())
    addresses = {}
    for project, upstream in (("linux", STABLE), ("rust", "rust"), ("gcc", "gcc"), ("llvm", "llvm")):
        if not (tree := newest(project)):
            print(f"left out: found no tree of {project} in {TREES} (scripts/get-trees brings them)", file=sys.stderr)
            continue
        repository = Repository.create(work / f"{project}.git")
        if project == "linux":
            repository.commit(dict(kernel(tree)), tag=f"v{tree.name.partition('-')[2]}")
        else:
            tag = known.projects[project].tag.replace("{version}", tree.name.partition("-")[2])
            repository.add_tree(tree, tag=tag)
        repository.repack()
        forge.add(f"real/{upstream}", repository)
        addresses[upstream] = f"{forge.https.url}/real/{upstream}.git"
    if MRUSTC:
        forge.add("real/mrustc", partial(MRUSTC, work / "mrustc.git"))
        addresses["mrustc"] = f"{forge.https.url}/real/mrustc.git"
    if not addresses:
        return []
    words = ["-m", "matrix"]
    timed, watched = (User(work / name, pointed(addresses), environ, words) for name in ("timed", "watched"))
    rows = {"first": timed.refresh(forge), "second, nothing moved": timed.refresh(forge)}
    found = quiet("real trees, second", rows["second, nothing moved"], len(addresses), len(addresses))
    users = {"all": watched}
    if STABLE in addresses:
        users[f"the kernel alone, {KERNEL_PATHS} paths"] = User(
            work / "kernel", pointed({STABLE: addresses[STABLE]}), environ, words
        )
    for name, user in users.items():
        rows[f"{name}, first"] = user.refresh(forge, watched=True)
        rows[f"{name}, second"] = user.refresh(forge, watched=True)
    print(f"{', '.join(addresses)}\n")
    print("| refresh | s | requests | bytes | largest process, MB | all at one moment, MB |\n|---|--:|---|--:|--:|--:|")
    for name, r in rows.items():
        print(f"| {name} | {r.seconds:.2f} | {r.asked} | {r.received} | {r.memory} |")
    print()
    for name, r in rows.items():
        if r.memory.together:
            found.append(Target(f"{name}: peak memory, MB", max(r.memory.largest, r.memory.together), 100))
    return found


def partial(place: str, copy: Path) -> Repository:
    """A repository that sends parts of itself, as the public hosts' do; its objects stay where they are."""
    subprocess.run(["git", "clone", "-q", "--mirror", "--shared", place, str(copy)], check=True)
    with (copy / "config").open("a") as config:
        config.write("[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n")
    return Repository(copy, branch="master")


def newest(project: str) -> Path | None:
    found = [p for p in TREES.glob(f"{project}-*") if p.is_dir()] if TREES.is_dir() else []
    return max(found, key=lambda p: [int(n) for n in re.findall(r"\d+", p.name)], default=None)


def kernel(tree: Path) -> Iterator[tuple[str, bytes]]:
    """The kernel's files, and made-up paths up to the number that a whole tree has."""
    count = 0
    for path, mode, body in tree_files(tree):
        if mode != "120000":
            yield path, body
            count += 1
    for number in range(KERNEL_PATHS - count):
        yield f"drivers/vendor{number % 140:03}/product{number % 4200 // 140:02}/unit-{number:06}.c", b"int x;\n"


# --- both -----------------------------------------------------------------------------------------------------------


def pointed(addresses: Mapping[str, str]) -> str:
    """data/sources.toml with these repositories alone, each at that address: nothing in it leads to another host.

    Raises: ValueError.
    """
    kept = []
    for block in blocks((data_folder() / "sources.toml").read_text()):
        found = re.match(r"\[upstream\.([^]]+)\]", block)
        if not found:
            kept.append(block)
        elif found[1] in addresses:
            kept.append(_pointed(block, addresses[found[1]].removesuffix(".git")))
    return "".join(kept)


def _pointed(block: str, here: str) -> str:
    block = re.sub(r"(?ms)^urls = \[.*?\]$", f'urls = ["{here}.git"]', block)
    block = re.sub(r'(?m)^(feeds\.\w+ = )"https://[^/"]+/[^/"]+/[^/"]+/([^"]+)"$', rf'\1"{here}/\2"', block)
    # All that it has is asked with a token only, and there is none.
    block = re.sub(r"(?m)^(api|repository|checks|milestones|labels\.\w+) = .*\n", "", block)
    if elsewhere := [url for url in re.findall(r'https?://[^"]+', block) if not url.startswith(here)]:
        raise ValueError(f"sources.toml: found {elsewhere}, expected nothing but {here}")
    return block


def blocks(sources: str) -> list[str]:
    """The text, cut before each table's header."""
    return re.split(r"(?m)^(?=\[[a-z]+\.)", sources)


def quiet(what: str, ran: Ran, repositories: int, most: int) -> list[Target]:
    """The two things that an unchanged refresh must hold: few requests, and no file's content."""
    brought = ran.requests["fetch"] + ran.requests["file"]
    return [
        Target(f"{what}: requests to {repositories} repositories", sum(ran.requests.values()), most),
        Target(f"{what}: requests that brought content", brought, 0),
    ]


def run(forge: Forge, command: list[str], folder: Path, environ: Mapping[str, str], *, watched: bool = False) -> Ran:
    """One whole process. Watching its memory takes time of its own: it is for runs that are not timed."""
    forge.settle()
    forge.forget()
    most = Memory()
    start = time.perf_counter()
    child = subprocess.Popen(
        command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    watcher = threading.Thread(target=watch, args=(child.pid, most))
    if watched:
        watcher.start()
    assert child.stdout
    said = child.stdout.read()
    child.wait()
    seconds = time.perf_counter() - start
    if watched:
        watcher.join()
    forge.settle()
    if child.returncode or forge.crashes:
        sys.exit(f"{command}: exit code {child.returncode}, {forge.crashes}\n{said[-2000:]}")
    requests = Counter(asked(entry) for entry in forge.log)
    received = forge.traffic.bytes_in + forge.traffic.bytes_out
    return Ran(seconds, requests, received, most)


def asked(entry: Entry) -> str:
    """A request in a word: git's own, "able" for what the host can do, "feed", or "file" for a file by its name."""
    if entry.command:
        return entry.command
    return "able" if "/info/refs" in entry.path else "feed" if entry.path.endswith(".atom") else "file"


def watch(process: int, most: Memory) -> None:
    """Until the process ends: what it and its descendants hold. (What the system keeps for a parent to read when it
    has ended is no less than that parent's own size.)"""
    words = Path(f"/proc/{process}/cmdline").read_bytes()
    while True:
        held, waiting = 0.0, [process]
        while waiting:
            one = waiting.pop()
            try:
                # A child that is not yet the program it will be is its parent once more, memory and all.
                if one == process or Path(f"/proc/{one}/cmdline").read_bytes() != words:
                    part, peak = memory(one)
                    held += part
                    most.largest = max(most.largest, peak)
                for children in Path(f"/proc/{one}/task").glob("*/children"):
                    waiting += map(int, children.read_text().split())
            except (OSError, ValueError):
                continue
        if not held:
            return
        most.together = max(most.together, held)
        time.sleep(WATCH_EVERY)


def memory(process: int) -> tuple[float, float]:
    """What a process holds now, each shared page divided by those that share it, and the most it held, in MB.

    Raises: OSError where it is gone.
    """
    now = sum(map(int, re.findall(r"^Pss: +(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)))
    peak = sum(map(int, re.findall(r"^VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)))
    return now / 1024, peak / 1024


if __name__ == "__main__":
    sys.exit(main())
