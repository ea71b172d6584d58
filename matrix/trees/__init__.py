"""A directory or a git repository on this machine -> upstream files at one revision, and which revision that is.

    tree = open_tree("linux.git", "v7.1.13", tag="v{version}")
    tree.match(["arch/*/Kconfig"])        # ["arch/alpha/Kconfig", ...]
    for path, body in tree.read(paths): ...
    identify("linux", tree, tag="v{version}")   # Revision(project="linux", label="7.1.13", ...)

Nothing here asks the network, follows a symbolic link or writes into the tree.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from matrix.errors import TreeError, UsageError
from matrix.trees.folder import Folder
from matrix.trees.git import Git, is_bare, is_repository
from matrix.trees.identity import VERSION_FILES, identify, read_version
from matrix.trees.objects import Digest, Objects, Walked
from matrix.trees.repository import Repository
from matrix.trees.spec import Spec, parse_spec
from matrix.versions import parse

if TYPE_CHECKING:
    from typing import TypeAlias

Tree: TypeAlias = "Folder | Repository"

__all__ = [
    "VERSION_FILES", "Digest", "Folder", "Git", "Objects", "Repository", "Spec", "Tree", "Walked",
    "identify", "open_repository", "open_tree", "parse_spec", "read_version",
]  # fmt: skip


def open_tree(where: str | Path, revision: str | None = None, *, tag: str = "{version}") -> Tree:
    """The upstream tree at `where`: a directory, a git work tree or a git repository (bare too).

    With a revision, git's files at that tag, branch or commit: a version is looked for under the project's `tag`
    template first. Without one, a work tree's files as they lie there, and a bare repository's HEAD. A directory
    that is no repository has one state: its `revision` must be a version, which `identify` holds against the files.

    Raises: TreeError.
    """
    place = Path(where).expanduser()
    if not place.exists():
        raise TreeError(f"{where}: found nothing, expected a directory or a git repository")
    if not place.is_dir():
        raise TreeError(f"{where}: found a file, expected a directory or a git repository (unpack an archive first)")
    root = place.resolve()
    git = Git(root) if is_repository(root) else None
    if git is not None:
        git.check()
        if revision is not None or is_bare(root):
            return Repository.at(git, "HEAD" if revision is None else revision, tag=tag)
    elif revision is not None:
        _expect_version(root, revision)
    return Folder(root, git)


def open_repository(where: str | Path) -> Git:
    """The git repository at `where`, with or without a work tree.

    Raises: TreeError.
    """
    place = Path(where).expanduser()
    if not place.is_dir() or not is_repository(place.resolve()):
        found = "a folder without one" if place.is_dir() else "a file" if place.exists() else "nothing"
        raise TreeError(f"{where}: found {found}, expected a git repository")
    git = Git(place.resolve())
    git.check()
    return git


def _expect_version(root: Path, revision: str) -> None:
    try:
        parse(revision)
    except UsageError:
        raise TreeError(
            f"{root}: found a directory that is no git repository, expected one, to read revision {revision!r} from"
        ) from None
