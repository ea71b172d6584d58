"""What is held true at one choice of versions, as a mapping that two of can be compared: topic -> statement."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from matrix.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.change.said import Said
    from matrix.model import Evidence

# What a topic can be about, in the order in which changes are told. docs/history.md says what is said of each.
ABOUT = (
    "release",
    "support",
    "port",
    "kernel",
    "codegen",
    "target",
    "passed",
    "level",
    "constraint",
    "clause",
    "requirement",
    "rust-target",
    "contradiction",
    "source",
)


class Topic(NamedTuple):
    """What a statement is about: ("support", "riscv64", "rustc-llvm"). attribute is "" where subject says it all."""

    about: str
    subject: str
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What holds of a topic.

    evidence is where it stands; it is no part of what is said, so that a moved line is no change. note is what
    decided, for people.
    """

    said: Said
    evidence: tuple[Evidence, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is said of each topic. A topic that is missing says nothing: a target that is not listed.

    silent says, by what a topic is about, where it would stand if it were there.
    """

    said: Mapping[Topic, Statement]
    silent: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)

    def side(self, topic: Topic) -> Side:
        """What is said of one topic, or that nothing is."""
        statement = self.said.get(topic)
        if statement is None:
            return Side(topic, None, self.silent.get(topic.about, ()))
        return Side(topic, statement.said, statement.evidence, statement.note)


class Side(NamedTuple):
    """One side of a change: a topic, what was said of it (None for nothing) and where."""

    topic: Topic
    said: Said | None
    evidence: tuple[Evidence, ...] = ()
    note: str = ""


class Kind(Enum):
    """What a change is, docs/history.md."""

    RELEASED = "released"
    ADDED = "added"
    DROPPED = "dropped"
    WIDENED = "widened"
    NARROWED = "narrowed"
    PROMOTED = "promoted"
    DEMOTED = "demoted"
    RENAMED = "renamed"
    CONDITION_CHANGED = "condition-changed"
    REDUNDANT = "redundant"
    RAISED = "raised"
    LOWERED = "lowered"
    APPEARED = "appeared"
    RESOLVED = "resolved"
    BROKE = "broke"
    RECOVERED = "recovered"
    RETRACTED = "retracted"
    BECAME_UNKNOWN = "became-unknown"
    SETTLED = "settled"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a picture has that the one before had not, and the other way round.

    before and after speak of two topics where one became the other: a renamed target, a clause that was written anew.
    """

    kind: Kind
    before: Side
    after: Side

    @property
    def topic(self) -> Topic:
        """What it is about now; what it was about where that is gone."""
        return self.before.topic if self.after.said is None else self.after.topic
