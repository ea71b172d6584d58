"""A folder of reports -> the same brought up to date, and one commit of it; what is not ours to touch stays.

A repository is left alone, with the reason, while its owner is in the midst of something: a merge or rebase, files
staged elsewhere, another git at work, no branch to commit to.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.daemon.child import run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matrix.daemon.child import Ran

_CAP = 256 * 1024
_REPORT_SECONDS = 600.0
_GIT_SECONDS = 60.0
# Files of git's own folder that stand for something under way.
_UNDER_WAY = {
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_LOG": "a bisection",
    "index.lock": "another git",
}
_NOBODY = ("-c", "user.name=archmatrix", "-c", "user.email=archmatrix@localhost")


class PublishError(Exception):
    """Reports could not be written or committed: why, in words fit for a log."""


async def write_reports(
    command: Sequence[str],
    folder: Path,
    pages: Path | None,
    store: Path,
    environ: Mapping[str, str],
    cwd: Path,
    *,
    base_url: str = "",
) -> int:
    """Render what is known into the folder, and for a browser into that of pages, where there is one.

    base_url is where the latter are published, "" where that is not known. How many files were written or removed.
    Raises: PublishError.
    """
    words = ["report", "--store", "--output", str(folder), "--db", str(store)]
    words += ["--html", str(pages)] if pages else []
    words += ["--base-url", base_url] if base_url else []
    ran = await run([*command, *words], timeout=_REPORT_SECONDS, cap=_CAP, environ=environ, folder=cwd)
    if ran.code != 0:
        raise PublishError(_ended("report", ran))
    return sum(line.startswith(b"written") for line in ran.out.split(b"\n"))


async def commit(folder: Path, subject: str, environ: Mapping[str, str]) -> str:
    """One commit of what changed in the folder: its name, "" where nothing did. Raises: PublishError."""
    git = _Git(folder, environ)
    where = (await git.ask("rev-parse", "--absolute-git-dir")).strip()
    for name, what in _UNDER_WAY.items():
        if (Path(where) / name).exists():
            raise PublishError(f"{folder}: found {what} under way ({where}/{name}), left its repository alone")
    if await git.code("symbolic-ref", "-q", "HEAD"):
        raise PublishError(f"{folder}: found no branch checked out, left its repository alone")
    # Names are told from the top of the work tree; what is ours begins with the folder's own path there.
    prefix = (await git.ask("rev-parse", "--show-prefix")).rstrip("\n")
    staged = (await git.ask("diff", "--cached", "--name-only", "-z", "--no-renames")).split("\0")
    if foreign := [name for name in staged if name and not name.startswith(prefix)]:
        raise PublishError(f"{folder}: found {foreign[0]} staged by somebody else, left its repository alone")
    await git.ask("add", "-A", "--", ".")
    if not await git.code("diff", "--cached", "--quiet", "--", "."):
        return ""
    author = () if await git.code("var", "GIT_COMMITTER_IDENT") == 0 else _NOBODY
    await git.ask(*author, "commit", "-q", "--no-edit", "-m", subject, "--", ".")
    return (await git.ask("rev-parse", "HEAD")).strip()


class _Git:
    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        # Nothing may wait for a person, and nothing around us may point git at another repository.
        kept = {name: value for name, value in environ.items() if not name.startswith("GIT_")}
        self._environ = {
            **kept,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_EDITOR": "true",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_LITERAL_PATHSPECS": "1",
            "LC_ALL": "C",
        }

    async def ask(self, *words: str) -> str:
        """What git says. Raises: PublishError."""
        ran = await self._run(words)
        if ran.code != 0:
            raise PublishError(f"{self._folder}: {_ended(f'git {_verb(words)}', ran)}")
        return os.fsdecode(ran.out)

    async def code(self, *words: str) -> int:
        """How git ends, where that is the answer."""
        ran = await self._run(words)
        return 1 if ran.code is None else ran.code

    async def _run(self, words: Sequence[str]) -> Ran:
        return await run(["git", *words], timeout=_GIT_SECONDS, cap=_CAP, folder=self._folder, environ=self._environ)


def _verb(words: Sequence[str]) -> str:
    return "commit" if words[0] == "-c" else words[0]


def _ended(what: str, ran: Ran) -> str:
    how = "took too long" if ran.late else f"ended with {ran.code}"
    return f"{what} {how}{f': {ran.said}' if ran.said else ''}"
