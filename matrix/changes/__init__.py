"""Two states of what is known -> where they differ, as bare facts (facts) or as what people call a change (compare)."""

from matrix.changes.compare import apply, compare
from matrix.changes.facts import Difference, differences
from matrix.changes.logic import implies
from matrix.changes.picture import ABOUT, Change, Kind, Picture, Side, Statement, Topic
from matrix.changes.said import Said
from matrix.changes.step import Event, ReleaseStep

__all__ = [
    "ABOUT",
    "Change",
    "Difference",
    "Event",
    "Kind",
    "Picture",
    "ReleaseStep",
    "Said",
    "Side",
    "Statement",
    "Topic",
    "apply",
    "compare",
    "differences",
    "implies",
]
