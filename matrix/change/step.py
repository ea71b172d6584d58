"""What changed from one release of a project to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.value import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from matrix.change.picture import Change
    from matrix.model import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStep:
    """The changes between two releases of one project, the other projects being the same on both sides.

    exact says that nothing was released between the two, so that the changes came with `after`; else they came
    somewhere between.
    """

    before: Revision
    after: Revision
    exact: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A change as it was observed: id grows and never changes, moment (aware UTC) is when it was first seen.

    cause is "upstream", or "ours" where our own data or code changed and upstream did not.
    """

    id: int
    moment: datetime
    cause: str
    change: Change
