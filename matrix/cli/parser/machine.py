"""The commands about this machine: doctor, verify."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli.parser.arguments import Once, command, store, trees

if TYPE_CHECKING:
    from matrix.cli.parser.arguments import Commands


def add_machine(commands: Commands) -> None:
    """Add them."""
    found = command(
        commands,
        "doctor",
        "find the tools of a Rust kernel build on this machine, and say what is in the way and what to install",
        "doctor",
        "doctor --arch riscv64 --kernel 6.18",
    )
    found.add_argument("--arch", metavar="NAME", help="build for this architecture (default: this machine's)")
    found.add_argument("--kernel", action=Once, metavar="V", help="Linux (default: the newest known release)")
    trees(found, required=False, also="ask about it, and run its own scripts/rust_is_available.sh; default: linux")
    found.add_argument("--json", action="store_true", help="write JSON")
    store(found)

    found = command(
        commands,
        "verify",
        "hold what is known against your own compilers and trees, and show each difference with both sides",
        "verify --rustc rustc",
        "verify --rustc rustc --llc llc --gcc gcc",
    )
    for option, about in {
        "--rustc": "a rustc: its targets, its specifications, what it says by --print cfg",
        "--llvm-config": "an llvm-config: the backends that its LLVM was built with",
        "--llc": "an llc: likewise, by the targets that it registers",
        "--clang": "a clang: likewise",
        "--gcc": "a gcc: whether config.gcc has its target, and its languages",
    }.items():
        found.add_argument(option, action=Once, metavar="BIN", help=about)
    trees(found, required=False, also="compare its facts with those that are known; default: linux")
    found.add_argument("--json", action="store_true", help="write JSON")
    store(found)
