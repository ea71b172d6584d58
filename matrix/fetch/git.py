"""A git command in the object cache -> its output; nothing of the surroundings reaches it, and it never outlives us.

git does the work it is trusted for (hashing objects, listing trees) and is kept from everything else: other
repositories, anybody's configuration, hooks, the network, more memory than a pack of source text can need.
"""

from __future__ import annotations

import asyncio
import os
import re
import resource
from contextlib import suppress
from typing import TYPE_CHECKING

from matrix.errors import StoreError
from matrix.fetch.faults import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta
    from pathlib import Path

SETTINGS = {
    "core.bigFileThreshold": "16m",
    "core.deltaBaseCacheLimit": "16m",
    "core.fsync": "all",
    # Both would walk history that is not here, and delete what they could not reach.
    "gc.auto": "0",
    "maintenance.auto": "false",
    "pack.threads": "1",
    # git before 2.45 (and its backports) does not know GIT_NO_LAZY_FETCH.
    "protocol.allow": "never",
    "safe.bareRepository": "all",
}
# What git says when the fault is this machine's and not that of what it was given.
_OURS = re.compile(
    r"No space left|File too large|quota exceeded|Read-only file system|Permission denied|Input/output error"
    r"|unable to (?:create|write|open|mkdir)|cannot (?:create|store|fsync)|fsync error"
)
_SIGXFSZ = 25
# What one git may take. Its own limits (above) hold for an object, and a pack has many.
_MEMORY, _SECONDS = 512 << 20, 120


class GitError(StoreError):
    """What git said of the repository at `path`. ours: it is the fault of this machine, whatever git was given."""

    def __init__(self, path: Path, said: str, *, ours: bool = False) -> None:
        self.said, self.ours = said, ours
        super().__init__(f"{path}: git: {said}")


async def run_git(
    path: Path, *arguments: str, timeout: timedelta, source: int = asyncio.subprocess.DEVNULL, text: str = ""
) -> bytes:
    """The output of `git ARGUMENTS` in the bare repository at `path`; its input is `text`, or the descriptor `source`.

    Raises: GitError where git fails or takes too long; StoreError where there is no git.
    """
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            "git", f"--git-dir={path}", *settings, *arguments,
            stdin=pipe if text else source, stdout=pipe, stderr=pipe, env=_environment(),
        )  # fmt: skip
    except OSError as error:
        raise StoreError(f"{path}: found no git to run ({error.strerror}), expected it in PATH") from None
    _bound(process.pid)
    seconds = timeout.total_seconds()
    try:
        output, errors = await asyncio.wait_for(process.communicate(text.encode() or None), seconds)
    except asyncio.TimeoutError:
        raise GitError(path, f"{arguments[0]} took longer than {seconds:g} seconds") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise GitError(path, _said(errors, process.returncode), ours=_is_ours(errors, process.returncode))
    return output


def _bound(pid: int) -> None:
    """Hold git to a bound on memory, and on the processor's time. Only Linux can."""
    if not hasattr(resource, "prlimit"):
        return
    for what, limit in ((resource.RLIMIT_DATA, _MEMORY), (resource.RLIMIT_CPU, _SECONDS)):
        # It may have ended, and we may be held to less already.
        with suppress(OSError, ValueError):
            resource.prlimit(pid, what, (limit, limit))


def _said(errors: bytes, code: int) -> str:
    lines = errors.decode("utf-8", "replace").strip().split("\n")
    words = next((line for line in lines if line.startswith(("fatal: ", "error: "))), lines[-1])
    ended = f"ended by signal {-code}" if code < 0 else "failed without a word"
    return one_line(words.removeprefix("fatal: ").removeprefix("error: ")) or ended


def _is_ours(errors: bytes, code: int) -> bool:
    return code == -_SIGXFSZ or bool(_OURS.search(errors.decode("utf-8", "replace")))


def _environment() -> Mapping[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        # One object. A few hundred bytes of deltas can otherwise ask for gigabytes.
        "GIT_ALLOC_LIMIT": "64m",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
