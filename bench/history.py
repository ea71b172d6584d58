"""The history of one file in a local clone, with every content hashed, against `git rev-list` of the same path.

    ARCHMATRIX_MRUSTC=REPO.git bench/history.py [--path PATH] [--rounds N]

Both are asked in turn in this process; medians. Exits 1 where the target is missed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from matrix.poll.clone import path_history
from matrix.trees import open_repository

if TYPE_CHECKING:
    from collections.abc import Callable

TARGET = 1.6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--path", default="src/trans/target.cpp", help="the file (default: mrustc's list of targets)")
    parser.add_argument("--rounds", type=int, default=25)
    args = parser.parse_args()
    place = os.environ.get("ARCHMATRIX_MRUSTC")
    if not place:
        parser.error("found no ARCHMATRIX_MRUSTC, expected a git repository of mrustc")
    git = open_repository(place)
    commits = int(git.run("rev-list", "--count", "HEAD"))
    listed: list[float] = []
    read: list[float] = []
    for _ in range(args.rounds):
        listed.append(seconds(lambda: git.run("rev-list", "HEAD", "--", args.path)))
        read.append(seconds(lambda: list(path_history(git, args.path))))
    changes = list(path_history(git, args.path))
    megabytes = sum(digest.size for _, digest in {change.file for change in changes if change.file}) / 1e6
    ratio = statistics.median(read) / statistics.median(listed)
    print(f"{commits} commits, {len(changes)} that changed {args.path}, {megabytes:.1f} MB of contents\n")
    print("| history of one path | ms | x rev-list | target |\n|---|--:|--:|--:|")
    print(f"| git rev-list | {1000 * statistics.median(listed):.0f} | 1.00 | |")
    print(f"| path_history | {1000 * statistics.median(read):.0f} | {ratio:.2f} | at most {TARGET:g} |")
    return 1 if ratio > TARGET else 0


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
