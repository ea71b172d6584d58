"""What a person writes after --tree -> project, version and place.

linux=DIR                  the version is read from the tree
linux@7.1.13=DIR           and must be this
linux@v7.1.13=REPO.git     a git repository at that tag
mrustc@master=REPO.git     or branch, or commit
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

_SHAPE = "PROJECT=PLACE or PROJECT@VERSION=PLACE, such as linux@7.1.13=~/linux"
_PROJECT = re.compile(r"[a-z][a-z0-9_-]*")


class Spec(NamedTuple):
    """version is as written (a version, tag, branch or commit), None where only a place was given."""

    project: str
    version: str | None
    place: str


def parse_spec(spec: str, projects: Collection[str] = ()) -> Spec:
    """Take `spec` apart; where `projects` are given, its project must be one of them.

    Raises: UsageError.
    """
    left, equals, place = spec.partition("=")
    project, at, version = left.partition("@")
    if not equals or not place or not _PROJECT.fullmatch(project):
        raise UsageError(f"tree: got {spec!r}, expected {_SHAPE}")
    if projects and project not in projects:
        raise UsageError(f"tree: got project {project!r}, expected one of {', '.join(sorted(projects))}")
    if at and (not version or version.startswith("-") or not version.isprintable() or " " in version):
        raise UsageError(f"tree: got version {version!r}, expected a version, tag, branch or commit: {_SHAPE}")
    return Spec(project, version if at else None, place)
