"""The commands that ask: is, why, options; table, names, versions, contradictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli.parser.arguments import command, context, max_age, names, settings, store, verbose

if TYPE_CHECKING:
    from matrix.cli.parser.arguments import Commands


def add_questions(commands: Commands) -> None:
    """Add them."""
    found = command(
        commands,
        "is",
        "say whether Rust can be used in the kernel on NAME",
        "is riscv64",
        "is armv7l --kernel 6.18 --cc gcc",
    )
    names(found, nargs="*", also=" (without one: this machine's)")
    context(found)
    settings(found)
    found.add_argument(
        "--format",
        choices=["text", "json", "badge"],
        default="text",
        help="how to write it (default: text); badge is what an endpoint of shields shows",
    )
    found.add_argument("--strict", action="store_true", help="count a yes under conditions as no")
    verbose(found, "all that is known of it, with every place")
    max_age(found)

    found = command(
        commands,
        "why",
        "show every rung of the ladder for NAME, with its evidence and the rule that decided",
        "why loongarch32",
        "why m68k --backend gccrs",
    )
    names(found, nargs="+")
    context(found)
    settings(found)

    found = command(
        commands,
        "options",
        "show which kernel options exclude or condition Rust on NAME",
        "options x86_64",
        "options arm64 --kernel 6.12",
    )
    names(found, nargs="+")
    context(found, backend=False)
    settings(found)
    verbose(found, "also what is met here, and each unstable feature that the kernel asks for")

    found = command(
        commands,
        "config",
        "say whether CONFIG_RUST can be turned on in a .config, what stands in the way, and which settings would do",
        "config .config",
        "config /boot/config-6.12.107 --diff .config",
    )
    found.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="a .config, gz and xz too, or - for standard input (default: the running kernel's: /proc/config.gz, else"
        " /boot/config-RELEASE)",
    )
    found.add_argument("--diff", metavar="OTHER", help="a second .config: why one of them has Rust and the other not")
    found.add_argument("--arch", metavar="NAME", help="the architecture of a fragment that does not say it")
    context(found, backend=False)

    found = command(
        commands,
        "lint",
        "look for configurations that have CONFIG_RUST=y where it cannot be, a line each; for CI and pre-commit",
        "lint arch/arm64/configs/*_defconfig",
        "lint --arch ppc64le --kernel 6.18 board_defconfig",
    )
    found.add_argument("file", nargs="+", metavar="FILE", help="a .config, defconfig or fragment, gz and xz too")
    found.add_argument("--arch", metavar="NAME", help="the architecture of files that do not say it")
    found.add_argument(
        "--fail-on",
        choices=["no", "unknown"],
        default="unknown",
        help="what ends with another code than 0: a no alone, or what cannot be told too (default: unknown)",
    )
    context(found, backend=False)


def add_tables(commands: Commands) -> None:
    """Add them."""
    found = command(
        commands,
        "table",
        "show the support matrix: variants against backends",
        "table",
        "table --by arch --format markdown",
    )
    found.add_argument("--by", choices=["variant", "arch"], default="variant", help="what a row is (default: variant)")
    found.add_argument(
        "--format",
        choices=["text", "markdown", "json", "csv", "github-matrix", "prometheus"],
        default="text",
        metavar="FORM",
        help="how to write it: text, markdown, json, csv, prometheus, or github-matrix: what is worth building, for"
        " fromJSON in a workflow (default: text)",
    )
    found.add_argument("--conditional", action="store_true", help="github-matrix: also what hangs on the configuration")
    found.add_argument("--status", action="append", metavar="STATUS", help="only rows with a cell of this status")
    context(found)
    settings(found)
    max_age(found)

    found = command(
        commands,
        "window",
        "show which kernels these tools can build with Rust, or, of a kernel alone, which tools it takes",
        "window --rustc 1.85 --bindgen 0.71.1 --cc clang-19",
        "window --distro debian-13",
    )
    names(found, nargs="*", also="; of a distribution, its own too")
    found.add_argument(
        "--format", choices=["text", "markdown", "json"], default="text", help="how to write it (default: text)"
    )
    context(found)

    found = command(
        commands,
        "distros",
        "show the distributions whose kernel and compilers --distro names, or all that is known of one",
        "distros",
        "distros debian-13",
    )
    found.add_argument("distro", nargs="?", metavar="D", help="a distribution: debian-13, trixie, ...")
    found.add_argument("--json", action="store_true", help="write JSON")
    store(found)

    found = command(
        commands,
        "names",
        "show what a name means, or every variant with its names",
        "names ppc64el",
        "names",
    )
    names(found, nargs="?")
    context(found, backend=False)

    found = command(
        commands,
        "versions",
        "show which versions of which project are known, from when and from where",
        "versions",
        "versions --json",
    )
    context(found, backend=False)

    found = command(
        commands,
        "progress",
        "show what the projects behind the backends say of their own progress, at every known version",
        "progress",
        "progress --json",
    )
    context(found, backend=False)

    found = command(
        commands,
        "contradictions",
        "show where upstream sources contradict each other",
        "contradictions",
        "contradictions loongarch --kernel 6.12",
    )
    names(found, nargs="*", also=" (without one: all)")
    found.add_argument("--rule", metavar="RULE", help="only those that this rule found")
    found.add_argument("--all", action="store_true", help="also those about targets that no kernel has")
    context(found, backend=False)
