"""The commands that keep things up: refresh, status, accept, check, prune, report, facts, daemon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli.parser.arguments import command, store, trees, wait

if TYPE_CHECKING:
    from matrix.cli.parser.arguments import Commands


def add_upkeep(commands: Commands) -> None:
    """Add them."""
    found = command(
        commands,
        "refresh",
        "bring what is known up to date: from the public repositories, or from source trees on this machine",
        "refresh",
        "refresh --tree linux=~/linux --tree mrustc@v0.12.0=~/mrustc.git",
    )
    trees(found, required=False, also="record what these trees say instead of asking the network")
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
    wait(found)
    found.add_argument("--json", action="store_true", help="write JSON")
    store(found)

    found = command(
        commands,
        "status",
        "show how each source fared when it was last polled, and what is held back",
        "status",
        "status --runs --json",
    )
    found.add_argument("--runs", action="store_true", help="also the last runs")
    found.add_argument("--json", action="store_true", help="write JSON")
    store(found)

    found = command(
        commands,
        "accept",
        "believe what was held back of a source",
        "accept linux-kconfig",
        "accept rust-platform-support --db facts.db",
    )
    found.add_argument("source", metavar="SOURCE", help="the source's id, as status names it")
    wait(found)
    store(found)

    found = command(
        commands,
        "check",
        "compare what is known with your own tree, each difference with both lines",
        "check ~/linux",
        "check rust@1.95.0=~/rust --json",
    )
    found.add_argument("place", metavar="DIR", help="a directory or git repository; PROJECT=DIR where it is not Linux")
    found.add_argument("--against", metavar="V", help="the known version to compare with (default: the tree's own)")
    found.add_argument("--json", action="store_true", help="write JSON")
    store(found)

    found = command(
        commands,
        "prune",
        "drop upstream files that can be fetched again; facts and events stay",
        "prune --bodies --dry-run",
        "prune --bodies",
    )
    found.add_argument("--bodies", action="store_true", help="the git caches of polls, and the feeds")
    found.add_argument("--dry-run", action="store_true", help="only say how much it would be")
    wait(found)
    store(found)

    _add_report(commands)
    found = command(
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
    store(found)

    found = command(
        commands,
        "facts",
        "write the facts of source trees as the text that is shipped with the package",
        "facts --output data/facts --tree linux=~/linux",
        "facts --check --tree linux=~/linux",
    )
    trees(found, required=True)
    found.add_argument(
        "--output", default="data/facts", metavar="DIR", help="the folder to write (default: data/facts)"
    )
    found.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file would change")
    found.add_argument(
        "--observed", metavar="TIME", help="when the trees were read (UTC, 2026-11-20T12:00:00Z; default: now)"
    )


def _add_report(commands: Commands) -> None:
    found = command(
        commands,
        "report",
        "write the reports: matrix, a page per arch and backend, contradictions, changes, feeds, badges, JSON",
        "report",
        "report --check",
    )
    found.add_argument("--output", default="reports", metavar="DIR", help="the folder to write (default: reports)")
    found.add_argument("--html", metavar="DIR", help="write all of it there too, with pages for a browser")
    found.add_argument(
        "--base-url", metavar="URL", help="where the pages for browsers are published: the feeds then lead there"
    )
    found.add_argument("--check", action="store_true", help="write nothing; exit 1 when a folder is out of date")
    found.add_argument(
        "--store",
        action="store_true",
        help="from your store too, with what refreshes observed (default: shipped facts)",
    )
    store(found)
