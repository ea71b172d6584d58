"""Every command with its options, built once for parsing, help and shell completion."""

from __future__ import annotations

import argparse
import textwrap

from matrix import __version__

EXITS = """exit codes, the same for all commands:
  0  yes; done; no difference; up to date
  1  no; changes found; out of date; differs
  2  usage: an unknown name, a version that does not parse
  3  cannot tell
  4  a refresh that failed in part
  5  our own store or data is unusable"""

_VERSIONS = {
    "--kernel": "Linux: 7.1 (the newest known of it), 7.1.13, v7.1, or what uname -r says",
    "--rustc": "rustc; only a version that is named enters the kernel's conditions",
    "--gcc": "GCC, for rustc_codegen_gcc and gccrs, and for the kernel's C with --cc gcc",
    "--llvm": "LLVM, and clang with --cc clang",
    "--mrustc": "mrustc",
}


def build() -> argparse.ArgumentParser:
    """The whole parser; `archmatrix COMMAND --help` shows two examples for each command."""
    parser = argparse.ArgumentParser(
        prog="archmatrix",
        description=_wrapped(
            "Can Rust be used in the Linux kernel on this architecture, with these compilers, and if not, "
            "what stands in the way?"
        ),
        epilog=EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"archmatrix {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _questions(commands)
    _tables(commands)
    _past(commands)
    _upkeep(commands)
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, about: str, *examples: str
) -> argparse.ArgumentParser:
    shown = "\n".join(f"  archmatrix {example}" for example in examples)
    return commands.add_parser(
        name,
        help=about,
        description=_wrapped(f"{about[0].upper()}{about[1:]}."),
        epilog=f"examples:\n{shown}\n\n{EXITS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _wrapped(words: str) -> str:
    """A paragraph of help: the formatter that keeps the tables as they are wraps nothing."""
    return textwrap.fill(words, 78)


def _questions(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = _command(
        commands,
        "is",
        "say whether Rust can be used in the kernel on NAME",
        "is riscv64",
        "is armv7l --kernel 6.18 --cc gcc",
    )
    _names(found, nargs="*", also=" (without one: this machine's)")
    _context(found)
    found.add_argument("--strict", action="store_true", help="count a yes under conditions as no")
    _max_age(found)

    found = _command(
        commands,
        "why",
        "show every rung of the ladder for NAME, with its evidence and the rule that decided",
        "why loongarch32",
        "why m68k --backend gccrs",
    )
    _names(found, nargs="+")
    _context(found)

    found = _command(
        commands,
        "options",
        "show which kernel options exclude or condition Rust on NAME",
        "options x86_64",
        "options arm64 --kernel 6.12",
    )
    _names(found, nargs="+")
    _context(found, backend=False)


def _tables(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = _command(
        commands,
        "table",
        "show the support matrix: variants against backends",
        "table",
        "table --by arch --format markdown",
    )
    found.add_argument("--by", choices=["variant", "arch"], default="variant", help="what a row is (default: variant)")
    found.add_argument(
        "--format", choices=["text", "markdown", "json", "csv"], default="text", help="how to write it (default: text)"
    )
    found.add_argument("--status", action="append", metavar="STATUS", help="only rows with a cell of this status")
    _context(found)
    _max_age(found)

    found = _command(
        commands,
        "names",
        "show what a name means, or every variant with its names",
        "names ppc64el",
        "names",
    )
    _names(found, nargs="?")
    _context(found, backend=False)

    found = _command(
        commands,
        "versions",
        "show which versions of which project are known, from when and from where",
        "versions",
        "versions --json",
    )
    _context(found, backend=False)

    found = _command(
        commands,
        "contradictions",
        "show where upstream sources contradict each other",
        "contradictions",
        "contradictions --kernel 6.12 --rule levels-differ",
    )
    found.add_argument("--rule", help="only those that this rule found")
    _context(found, backend=False)


def _past(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = _command(
        commands,
        "history",
        "show what NAME was at every known release, and since when it is what it is",
        "history riscv64",
        "history loongarch32 --along rust --backend llvm",
    )
    _names(found, nargs=None)
    found.add_argument(
        "--along",
        choices=["linux", "rust", "gcc", "llvm", "mrustc"],
        default="linux",
        help="whose releases (default: linux); the others stay as they are chosen",
    )
    _context(found)

    found = _command(
        commands,
        "diff",
        "show what changed between two moments, or between two sets of versions; exit 1 where something did",
        "diff linux@6.12..linux@7.1 --arch arm",
        "diff 30d --format markdown",
    )
    found.add_argument(
        "first", metavar="A", help="a day, a time, 30d, last (before the last change), or PROJECT@VERSION,...; or A..B"
    )
    found.add_argument("second", metavar="B", nargs="?", help="the same; without it: now, or the newest releases")
    _filters(found)
    for option, about in _VERSIONS.items():
        found.add_argument(option, metavar="V", help=f"on both sides: {about}")
    found.add_argument("--cc", choices=["gcc", "clang"], help="the C compiler that builds the kernel")
    found.add_argument(
        "--format", choices=["text", "markdown", "json"], default="text", help="how to write it (default: text)"
    )
    found.add_argument("--json", action="store_true", help="the same as --format json")
    _store(found)

    found = _command(
        commands,
        "log",
        "show what refreshes observed to change, the newest first",
        "log --since 30d",
        "log --arch riscv --kind narrowed --json",
    )
    found.add_argument("--since", metavar="TIME", help="only since a day, a time, or how long ago (12h, 30d, 2w)")
    _filters(found)
    found.add_argument("--limit", type=int, metavar="N", help="only the newest N")
    found.add_argument("--json", action="store_true", help="write JSON")
    _store(found)


def _filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--arch", metavar="X", help="only what concerns this architecture, in any naming system")
    parser.add_argument("--backend", metavar="B", help="only what concerns this backend: rustc-llvm, gccrs, ...")
    parser.add_argument("--kind", action="append", metavar="K", help="only this kind: added, narrowed, renamed, ...")
    parser.add_argument("--about", action="append", metavar="F", help="only this family: support, rust-target, ...")


def _upkeep(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = _command(
        commands,
        "refresh",
        "bring what is known up to date: from the public repositories, or from source trees on this machine",
        "refresh",
        "refresh --tree linux=~/linux --tree mrustc@v0.12.0=~/mrustc.git",
    )
    _trees(found, required=False, also="record what these trees say instead of asking the network")
    found.add_argument(
        "--git",
        action="append",
        default=[],
        metavar="PROJECT=DIR",
        help="record every release that this clone of the project has, instead of asking the network",
    )
    found.add_argument("--project", action="append", metavar="P", help="only this project's repositories")
    found.add_argument("--history", action="store_true", help="every release from where the history begins")
    found.add_argument("--dry-run", action="store_true", help="print what would be asked of which host, ask nothing")
    found.add_argument("--probe", action="store_true", help="one request to each address, and what answered")
    found.add_argument(
        "--token-file",
        metavar="FILE",
        help="the token for the API that has milestones, CI and issues (default: $GITHUB_TOKEN; without one: skipped)",
    )
    _wait(found)
    found.add_argument("--json", action="store_true", help="write JSON")
    _store(found)

    found = _command(
        commands,
        "status",
        "show how each source fared when it was last polled, and what is held back",
        "status",
        "status --runs --json",
    )
    found.add_argument("--runs", action="store_true", help="also the last runs")
    found.add_argument("--json", action="store_true", help="write JSON")
    _store(found)

    found = _command(
        commands,
        "accept",
        "believe what was held back of a source",
        "accept linux-kconfig",
        "accept rust-platform-support --db facts.db",
    )
    found.add_argument("source", metavar="SOURCE", help="the source's id, as status names it")
    _wait(found)
    _store(found)

    found = _command(
        commands,
        "check",
        "compare what is known with your own tree, each difference with both lines",
        "check ~/linux",
        "check rust@1.95.0=~/rust --json",
    )
    found.add_argument("place", metavar="DIR", help="a directory or git repository; PROJECT=DIR where it is not Linux")
    found.add_argument("--against", metavar="V", help="the known version to compare with (default: the tree's own)")
    found.add_argument("--json", action="store_true", help="write JSON")
    _store(found)

    found = _command(
        commands,
        "prune",
        "drop upstream files that can be fetched again; facts and events stay",
        "prune --bodies --dry-run",
        "prune --bodies",
    )
    found.add_argument("--bodies", action="store_true", help="the git caches of polls, and the feeds")
    found.add_argument("--dry-run", action="store_true", help="only say how much it would be")
    _wait(found)
    _store(found)

    found = _command(
        commands,
        "report",
        "write the reports: matrix, a page per arch and backend, contradictions, changes, feeds, badges, JSON",
        "report",
        "report --check",
    )
    found.add_argument("--output", default="reports", metavar="DIR", help="the folder to write (default: reports)")
    found.add_argument("--check", action="store_true", help="write nothing; exit 1 when the folder is out of date")
    found.add_argument(
        "--store",
        action="store_true",
        help="from your store too, with what refreshes observed (default: shipped facts)",
    )
    _store(found)

    found = _command(
        commands,
        "daemon",
        "refresh every project on its own schedule, rewrite the reports when something changed, and tell people",
        "daemon",
        "daemon --reports ~/matrix --commit --listen 127.0.0.1:8740",
    )
    found.add_argument(
        "--config", metavar="FILE", help="its configuration (default: daemon.toml in your config folder)"
    )
    found.add_argument("--reports", metavar="DIR", help="keep the Markdown reports in this folder up to date")
    found.add_argument("--commit", action="store_true", help="commit them to the git repository that DIR is in")
    found.add_argument("--listen", metavar="HOST:PORT", help="serve /healthz, /metrics and the reports there")
    found.add_argument("--log-format", choices=["text", "json"], help="how events are logged (default: text)")
    _store(found)

    found = _command(
        commands,
        "facts",
        "write the facts of source trees as the text that is shipped with the package",
        "facts --output data/facts --tree linux=~/linux",
        "facts --check --tree linux=~/linux",
    )
    _trees(found, required=True)
    found.add_argument(
        "--output", default="data/facts", metavar="DIR", help="the folder to write (default: data/facts)"
    )
    found.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file would change")
    found.add_argument(
        "--observed", metavar="TIME", help="when the trees were read (UTC, 2026-11-20T12:00:00Z; default: now)"
    )

    found = _command(
        commands,
        "completion",
        "write the completion script of a shell",
        "completion bash",
        "completion zsh",
    )
    found.add_argument("shell", choices=["bash", "zsh", "tcsh"])


def _names(parser: argparse.ArgumentParser, *, nargs: str | None, also: str = "") -> None:
    parser.add_argument(
        "name",
        nargs=nargs,
        metavar="NAME",
        help=f"an architecture in any naming system: kernel, uname -m, Debian, Gentoo, GNU, Rust, Go, OCI{also}",
    )


def _context(parser: argparse.ArgumentParser, *, backend: bool = True) -> None:
    for option, about in _VERSIONS.items():
        parser.add_argument(option, metavar="V", help=about)
    parser.add_argument("--cc", choices=["gcc", "clang"], help="the C compiler that builds the kernel")
    if backend:
        parser.add_argument("--backend", metavar="B", help="only this backend: rustc-llvm, rustc-gcc, gccrs, ...")
    parser.add_argument("--json", action="store_true", help="write JSON")
    parser.add_argument(
        "--as-of", metavar="TIME", help="what was known then: a day (2026-03-01), a time, or how long ago (30d)"
    )
    _trees(parser, required=False)
    _store(parser)


def _trees(
    parser: argparse.ArgumentParser, *, required: bool, also: str = "answer from it, store nothing; default: linux"
) -> None:
    parser.add_argument(
        "--tree",
        action="append",
        required=required,
        default=[],
        metavar="[PROJECT[@VERSION]=]DIR",
        help="a directory or git repository with the upstream source (PROJECT: linux, rust, gcc, llvm, mrustc; "
        + ("may be given several times)" if required else f"{also})"),
    )


def _max_age(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-age",
        metavar="AGE",
        help="cannot tell (exit 3) from what was last checked longer ago than this: 12h, 30d, 2w",
    )


def _wait(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--wait", type=float, default=60.0, metavar="S", help="wait this long for a refresh under way (default: 60)"
    )


def _store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--db", metavar="FILE", help="the store to use (default: $ARCHMATRIX_DB, else your data folder)"
    )
