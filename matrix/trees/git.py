"""git commands in one repository -> their output, offline and the same whatever the user has configured."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING

from matrix.errors import TreeError, UsageError
from matrix.versions import parse

if TYPE_CHECKING:
    from pathlib import Path

# Another repository's, when we run inside a hook or `git bisect run`.
_INHERITED = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_DIR", "GIT_GRAFT_FILE", "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE", "GIT_INTERNAL_SUPER_PREFIX", "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
)  # fmt: skip
_SETTINGS = {
    # The repository was named by the asker; refusing bare ones guards against those found by accident.
    "safe.bareRepository": "all",
    # A repository's own configuration could name a program here, and git would run it.
    "core.fsmonitor": "false",
    # git before 2.45 (and its backports) does not know GIT_NO_LAZY_FETCH.
    "protocol.allow": "never",
}
_DESCRIBED = re.compile(r"(.+)-([0-9]+)-g([0-9a-f]+)")
_COMMITTER = re.compile(rb"^committer .*> ([0-9]{1,12}) [+-][0-9]{4}$", re.MULTILINE)


def is_repository(root: Path) -> bool:
    """Whether `root` is the top of a work tree, or a repository without one."""
    return (root / ".git").exists() or is_bare(root)


def is_bare(root: Path) -> bool:
    """Whether `root` is a repository without a work tree (or the .git of one)."""
    return not (root / ".git").exists() and all((root / name).exists() for name in ("HEAD", "objects", "refs"))


def commit_date(written: bytes) -> datetime | None:
    """The moment (aware UTC) that a commit's object has as seconds since 1970; None where no calendar has it.

    git takes any number, also one behind the year 9999.
    """
    try:
        return datetime.fromtimestamp(int(written), tz=timezone.utc)
    except (OverflowError, OSError, ValueError):
        return None


@dataclass(frozen=True)
class Git:
    """The repository at `root` (absolute, resolved), and none above it."""

    root: Path

    def check(self) -> None:
        """See that git accepts the repository.

        Raises: TreeError; for a repository of another user it says how to trust it.
        """
        self.run("rev-parse", "--git-dir")

    def run(self, *arguments: str) -> bytes:
        """The standard output of `git ARGUMENTS`.

        Raises: TreeError when git fails, with its own words.
        """
        done = self._finish(*arguments)
        if done.returncode:
            raise self.fault(done.stderr)
        return done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """`git ARGUMENTS` running, with pipes to and from it."""
        pipe = subprocess.PIPE
        try:
            return subprocess.Popen(
                self._command(arguments), env=self._environment(), stdin=pipe, stdout=pipe, stderr=pipe
            )
        except OSError as error:
            raise self._no_git(error) from None

    def resolve(self, name: str) -> str:
        """The commit (40 hex digits) that a tag, branch or commit stands for, "" where there is none.

        Raises: TreeError for what git would take for an option.
        """
        if name.startswith("-") or not name.isprintable() or not name:
            raise TreeError(f"{self.root}: found revision {name!r}, expected a tag, a branch or a commit")
        done = self._finish("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return done.stdout.decode("ascii").strip() if done.returncode == 0 else ""

    def date(self, commit: str) -> datetime | None:
        """When the commit was made (the committer's date), aware UTC; None where no calendar has it.

        Raises: TreeError.
        """
        match = _COMMITTER.search(self.run("cat-file", "commit", commit).partition(b"\n\n")[0])
        if not match:
            raise TreeError(f"{self.root}: commit {commit}: found no committer line, expected one")
        return commit_date(match[1])

    @cached_property
    def modified(self) -> bool:
        """Whether the work tree's tracked files differ from HEAD; asked once."""
        return bool(self.run("status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all"))

    def describe(self, commit: str, tag: str) -> str:
        """The nearest version by a tag of that template: "0.12.0" at the tag, "0.12.0-40-gbe69c747" 40 commits later.

        It is "" where no such tag is reachable from `commit`.
        """
        before, _, after = tag.partition("{version}")
        pattern = f"{before}[0-9]*{after}"
        done = self._finish("describe", "--tags", "--long", "--abbrev=8", f"--match={pattern}", commit)
        match = _DESCRIBED.fullmatch(done.stdout.decode("utf-8", "replace").strip())
        if done.returncode or not match:
            return ""
        version = match[1][len(before) : len(match[1]) - len(after)]
        label = version if match[2] == "0" else f"{version}-{match[2]}-g{match[3]}"
        try:
            return parse(label).text
        except UsageError:  # a tag that is no version, such as llvmorg-23-init
            return ""

    def fault(self, stderr: bytes) -> TreeError:
        """What git said, as ours."""
        lines = stderr.decode("utf-8", "replace").strip().split("\n")
        said = next((line for line in lines if line.startswith("fatal: ")), lines[-1]).removeprefix("fatal: ")
        if b"promisor remote" in stderr:
            return TreeError(f"{self.root}: found a partial clone without this content, expected it here ({said})")
        if "dubious ownership" in said:
            return TreeError(
                f"{self.root}: the repository belongs to another user, so git does not read it; if you trust it:"
                f" git config --global --add safe.directory {self.root}"
            )
        return TreeError(f"{self.root}: git: {said or 'failed without a word'}")

    def _finish(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                self._command(arguments),
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise self._no_git(error) from None

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        return ["git", "-C", str(self.root), *settings, *arguments]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in _INHERITED}
        return kept | {
            "GIT_CEILING_DIRECTORIES": str(self.root.parent),
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
        }

    def _no_git(self, error: OSError) -> TreeError:
        return TreeError(f"{self.root}: found no git to run ({error.strerror}), expected it in PATH")
