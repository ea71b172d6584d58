"""Reading all trees into an empty store, then once more: time, peak memory, and the size of the store.

    bench/refresh.py [--python PROGRAM]

The trees are those in ARCHMATRIX_TREES, else in .trees; a git repository of mrustc counts too where ARCHMATRIX_MRUSTC
names one. Exits 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parent.parent
TREES = Path(os.environ.get("ARCHMATRIX_TREES") or CHECKOUT / ".trees")
MRUSTC = os.environ.get("ARCHMATRIX_MRUSTC")
# Seconds for the twelve trees that the shipped facts are made of.
TARGETS = {"first": 20.0, "second": 2.0}


class Measured(NamedTuple):
    """Wall and processor time in seconds, the peak of resident memory and the store's size in MB, the last line."""

    wall: float
    processor: float
    memory: float
    size: float
    said: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="which Python, with archmatrix's dependencies")
    args = parser.parse_args()
    trees = sorted(p for p in TREES.glob("*-*") if p.is_dir()) if TREES.is_dir() else []
    if not trees:
        parser.error(f"found no trees in {TREES}: scripts/get-trees brings them")
    words = [word for p in trees for word in ("--tree", f"{p.name.partition('-')[0]}={p}")]
    if MRUSTC:
        words += ["--tree", f"mrustc@v0.12.0={MRUSTC}"]
    command = [args.python, "-m", "matrix", "refresh", *words]
    for tree in trees:  # what the disk costs is no part of it
        subprocess.run(["grep", "-rq", "no such text, surely", str(tree)], check=False)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "facts.db"
        results = {name: measure(command, store) for name in TARGETS}
    print(f"{len(words) // 2} trees; Python {platform.python_version()}\n")
    print("| refresh | s | target | processor s | peak memory MB | store MB | |\n|---|--:|--:|--:|--:|--:|---|")
    for name, m in results.items():
        numbers = f"{m.wall:.2f} | < {TARGETS[name]:g} | {m.processor:.2f} | {m.memory:.0f} | {m.size:.1f}"
        print(f"| {name} | {numbers} | {m.said} |")
    return 1 if any(m.wall >= TARGETS[name] for name, m in results.items()) else 0


def measure(command: list[str], store: Path) -> Measured:
    start = time.perf_counter()
    child = subprocess.Popen(
        command, cwd=CHECKOUT, env=os.environ | {"ARCHMATRIX_DB": str(store)}, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout
    said = child.stdout.read().strip().split("\n")[-1].partition("; recorded")[0]
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)  # else Popen waits for it again
    if child.returncode not in (0, 4):
        sys.exit(f"refresh: exit code {child.returncode}")
    size = sum(file.stat().st_size for file in store.parent.iterdir())
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, size / 1e6, said)


if __name__ == "__main__":
    sys.exit(main())
