"""Two states of what is known -> where they differ, as bare facts (facts) or as what people call a change (compare)."""

from matrix.change.compare import apply, compare
from matrix.change.facts import Difference, differences
from matrix.change.logic import implies
from matrix.change.picture import ABOUT, Change, Kind, Picture, Side, Statement, Topic
from matrix.change.said import Said
from matrix.change.step import Event, ReleaseStep

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
