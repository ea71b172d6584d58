"""A query as a whole process, from a wheel in a fresh virtual environment, beside what else answers such questions.

    bench/cold_start.py [--rounds N] [--runs N] [--json FILE]

Needs a package index. Trees (for a store of the user's own, and for the kernel's get_feat.py) are found through
ARCHMATRIX_TREES, else in .trees. What is measured is processor time, user and system, of the whole process: how long it
waits for others on a busy machine is not its own. The commands are run in turn, so that a machine that is slower for a
while is slower for all, and the bare interpreter between any two of them; the medians over all rounds are compared.
Exits 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parent.parent
TREES = Path(os.environ.get("ARCHMATRIX_TREES") or CHECKOUT / ".trees")
KERNEL = TREES / "linux-7.1.13"
KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "PIP_INDEX_URL", "PIP_CONFIG_FILE", "PIP_CERT")

BASE, IS, OLD_SHIM, TABLE = "python -I -c pass", "is riscv64", "is riscv64, the venv's first pip", "table"
OWN_STORE, OWN_TABLE, RESOLVED = "is riscv64, own store", "table, own store", "is riscv64 --kernel 6.12"
WHY, OPTIONS, NAMES = "why riscv64", "options x86_64", "names ppc64el"
TUXMAKE, GET_FEAT = "tuxmake --print-support-matrix", "get_feat.py list --arch riscv"


class Target(NamedTuple):
    """`what` takes at most `most` times as long as `than`."""

    what: str
    most: float
    than: str


TARGETS = (
    Target(IS, 1.3, BASE),
    Target(OLD_SHIM, 1.6, BASE),
    Target(OWN_STORE, 1.6, BASE),
    Target(IS, 0.25, TUXMAKE),
    Target(IS, 1.0, GET_FEAT),
    Target(TABLE, 3.0, BASE),
    Target(OWN_TABLE, 3.0, BASE),
    Target(RESOLVED, 12.0, BASE),
    Target(WHY, 12.0, BASE),
    Target(OPTIONS, 10.0, BASE),
    Target(NAMES, 6.0, BASE),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=20, help="of each command in a round")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the medians (ms) there")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        commands = prepare(work)
        times: dict[str, list[float]] = {name: [] for name, _, _ in commands}
        for number in range(args.rounds):
            print(f"round {number + 1} of {args.rounds}", file=sys.stderr)
            for _ in range(args.runs):
                for name, command, environ in commands:
                    times[name].append(measure(command, environ))
                    times[BASE].append(measure(*commands[0][1:]))
    medians = {name: median(found) for name, found in times.items()}
    print(table(medians))
    if args.json:
        args.json.write_text(json.dumps({name: round(ms, 2) for name, ms in medians.items()}, indent=2) + "\n")
    return 1 if any(missed(target, medians) for target in TARGETS) else 0


def prepare(work: Path) -> list[tuple[str, list[str], dict[str, str]]]:
    """Everything installed, every command run once: each with its name, its words and its environment."""
    environ = {name: os.environ[name] for name in KEPT if name in os.environ}
    plain = environ | {"HOME": str(work / "home"), "XDG_DATA_HOME": str(work / "none")}
    own = plain | {"ARCHMATRIX_DB": str(work / "own" / "facts.db")}
    (wheel,) = build_wheel(work / "wheel")
    old, new = venv(work / "old", wheel), venv(work / "new", "-U", "pip", wheel)
    archmatrix = str(new / "archmatrix")
    commands = [
        (BASE, [str(new / "python"), "-I", "-c", "pass"], plain),
        (IS, [archmatrix, "is", "riscv64"], plain),
        (TABLE, [archmatrix, "table"], plain),
        *((name, [archmatrix, *name.split()], plain) for name in (RESOLVED, WHY, OPTIONS, NAMES)),
        (TUXMAKE, [str(venv(work / "peer", "tuxmake") / "tuxmake"), "--print-support-matrix"], plain),
    ]
    commands.insert(2, (OLD_SHIM, [str(old / "archmatrix"), "is", "riscv64"], plain))
    if specs := tree_specs():
        subprocess.run([archmatrix, "refresh", *specs], env=own, check=True, stdout=subprocess.DEVNULL)
        commands.append((OWN_STORE, [archmatrix, "is", "riscv64"], own))
        commands.append((OWN_TABLE, [archmatrix, "table"], own))
    script, features = KERNEL / "tools/docs/get_feat.py", KERNEL / "Documentation/features"
    if script.is_file() and features.is_dir():
        python = str(Path(sys.executable).resolve())  # not a virtual environment's: it needs none
        words = [python, str(script), "--directory", str(features), "list", "--arch", "riscv"]
        commands.append((GET_FEAT, words, plain))
    else:
        print(f"left out: {script} is not there with Documentation/features", file=sys.stderr)
    for name, command, variables in commands:
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1) or (name != BASE and not done.stdout):
            sys.exit(f"{name}: exit code {done.returncode}, {done.stderr.strip() or 'nothing printed'}")
    return commands


def build_wheel(folder: Path) -> list[Path]:
    pip = [sys.executable, "-m", "pip", "-q", "wheel", "--no-deps", "-w", str(folder), str(CHECKOUT)]
    subprocess.run(pip, check=True)
    return list(folder.glob("*.whl"))


def venv(folder: Path, *packages: str | Path) -> Path:
    """A fresh virtual environment with the packages, installed one after the other; where its programs are."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    upgrade = packages[:2] if packages[0] == "-U" else ()
    for wanted in (upgrade, packages[len(upgrade) :]):
        if wanted:
            subprocess.run([folder / "bin/python", "-m", "pip", "-q", "install", *wanted], check=True)
    return folder / "bin"


def tree_specs() -> list[str]:
    """`--tree linux=DIR` for every tree there is."""
    found = sorted(p for p in TREES.glob("*-*") if p.is_dir()) if TREES.is_dir() else []
    return [word for p in found for word in ("--tree", f"{p.name.partition('-')[0]}={p}")]


def measure(command: list[str], environ: dict[str, str]) -> float:
    """The processor time of the whole process, user and system, in milliseconds."""
    nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    process = os.posix_spawn(command[0], command, environ, file_actions=nowhere)
    _, _, used = os.wait4(process, 0)
    return 1000 * (used.ru_utime + used.ru_stime)


def missed(target: Target, medians: dict[str, float]) -> bool:
    return {target.what, target.than} <= medians.keys() and medians[target.what] > target.most * medians[target.than]


def table(medians: dict[str, float]) -> str:
    """Markdown: each command as a ratio to the base, then each target."""
    lines = ["| whole process | ms | x base |", "|---|--:|--:|"]
    lines += [f"| `{name}` | {ms:.1f} | {ms / medians[BASE]:.2f} |" for name, ms in medians.items()]
    lines += ["", "| target | found | |", "|---|--:|---|"]
    for target in TARGETS:
        words = f"`{target.what}` at most {target.most:g} x `{target.than}`"
        if not {target.what, target.than} <= medians.keys():
            lines.append(f"| {words} | | not measured |")
            continue
        found = medians[target.what] / medians[target.than]
        lines.append(f"| {words} | {found:.2f} | {'missed' if missed(target, medians) else 'met'} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
