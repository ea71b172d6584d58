"""What `archmatrix config` costs for a .config of 10,000 lines, as whole processes.

    bench/config.py [--runs N] [--lines N] [FILE]

The package is copied and its facts compiled, as in a wheel; FILE is measured instead of one that is made. Processor
time (user and system) and the clock, medians. Exits 1 where the target is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
# Seconds of processor time.
TARGET = 0.3
SETTINGS = (
    "CC_IS_GCC=y GCC_VERSION=140200 CLANG_VERSION=0 RUSTC_VERSION=0 PAHOLE_VERSION=130 X86=y 64BIT=y X86_64=y "
    "MODULES=y MODVERSIONS=y DEBUG_KERNEL=y DEBUG_INFO_DWARF5=y BPF_SYSCALL=y DEBUG_INFO_BTF=y SMP=y"
)


def made(lines: int) -> str:
    """A whole configuration of that many lines: what answers rest on, and as many drivers as it takes."""
    head = [
        "#",
        "# Automatically generated file; DO NOT EDIT.",
        "# Linux/x86 6.12.107 Kernel Configuration",
        "#",
        *(f"CONFIG_{setting}" for setting in SETTINGS.split()),
    ]
    drivers = [
        f"CONFIG_DRIVER_{number}=m" if number % 3 else f"# CONFIG_DRIVER_{number} is not set"
        for number in range(lines - len(head))
    ]
    return "\n".join([*head, *drivers, ""])


def cost(folder: Path, *words: str) -> tuple[float, float]:
    """Processor time and the clock of one process, in seconds. Its exit code is an answer, 0 or 1."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "ARCHMATRIX_DB": str(folder / "none.db")}
    before, start = os.times(), time.perf_counter()
    done = subprocess.run([sys.executable, *words], cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=False)
    after = os.times()
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}")
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return used, time.perf_counter() - start


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--lines", type=int, default=10_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("matrix", "data"):
            shutil.copytree(CHECKOUT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        cost(folder, "-m", "matrix.operations.compile")
        file = folder / ".config"
        file.write_bytes(args.file.read_bytes() if args.file else made(args.lines).encode())
        command = ("-m", "matrix", "config", str(file))
        cost(folder, *command)
        runs, base = [], []
        for _ in range(args.runs):
            base.append(cost(folder, "-I", "-c", "pass"))
            runs.append(cost(folder, *command))
    used, clock = (statistics.median(run[i] for run in runs) for i in (0, 1))
    bare = statistics.median(run[0] for run in base)
    print(f"config, {args.file or f'{args.lines} lines'}: {used:.3f} s of processor time (target {TARGET}),")
    print(f"{used / bare:.1f} x `python -I -c pass`, {clock:.3f} s by the clock")
    return int(used > TARGET)


if __name__ == "__main__":
    sys.exit(main())
