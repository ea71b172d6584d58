"""What was said before and after of a topic -> the kind of change, by what the topic is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.changes.logic import always, implies
from matrix.changes.picture import Kind, Picture, Side, Topic, split
from matrix.errors import UsageError
from matrix.expression import ExpressionError, Known, Range, fill, parse, show
from matrix.versions import parse as version
from matrix.versions import rustc_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# The ladder of statuses that are no, from the bottom.
_LADDER = ("none", "codegen-only", "target-only")
# int() takes quadratic time over long digits.
_LONG = 10
_YES, _NO, _UNKNOWN = "yes", "no", "unknown"
# MAINTAINERS says what these are worth: Supported is somebody's paid work.
_LEVELS = ("Obsolete", "Orphan", "Odd Fixes", "Maintained", "Supported")


def kind(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    """The kind of a difference. old and new are what the pictures say of the topic, or of two that are one."""
    topic = new.topic if new.value is not None else old.topic
    return _BY_ABOUT.get(topic.about, _plain)(before, after, old, new)


def _plain(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    del before, after
    if old.value is None:
        return Kind.ADDED
    return Kind.DROPPED if new.value is None else Kind.CHANGED


# --- what is yes, no or unknown, under a condition ----------------------------------------------


def _truth(value: str | None) -> tuple[str, str]:
    """Take a value apart: "conditional: X" and "yes if X" are yes under X. A missing statement is unknown."""
    if value is None or value == _UNKNOWN:
        return _UNKNOWN, ""
    word, condition = split(value)
    return (_YES if word in {"conditional", "supported", _YES} else _NO), condition


def _verdict(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    (was, condition), (is_, left) = _truth(old.value), _truth(new.value)
    if was == is_ == _YES:
        return _conditions(condition, left, ranges(after))
    if was == is_ == _NO:
        if _step(new.value) > _step(old.value):
            return Kind.BECAME_UNKNOWN if _target_unknown(after, old) else Kind.PROMOTED
        return Kind.SETTLED if _target_unknown(before, new) else Kind.DEMOTED
    if is_ == _YES:
        return Kind.ADDED
    if is_ == _UNKNOWN:
        return Kind.BECAME_UNKNOWN
    return Kind.DROPPED if was == _YES else Kind.SETTLED


def _step(status: str | None) -> int:
    return _LADDER.index(status) if status in _LADDER else -1


def _target_unknown(picture: Picture, other: Side) -> bool:
    """Whether what the other side calls no for want of a target was unknown here: nothing was won or lost, then."""
    rung = picture.said.get(Topic("target", *other.topic[1:]))
    return other.value == "codegen-only" and rung is not None and rung.value == _UNKNOWN


def _conditions(old: str, new: str, met: Mapping[str, Range]) -> Kind:
    """How a condition changed. What the newer kernel's minimum tools meet anyway was no loss and no gain."""
    settled, left = _under(old, met), _under(new, met)
    wider, narrower = implies(settled, left), implies(left, settled)
    if wider and narrower:
        return Kind.REDUNDANT
    return Kind.WIDENED if wider else Kind.NARROWED if narrower else Kind.CONDITION_CHANGED


def _under(written: str, met: Mapping[str, Range]) -> str:
    try:
        return show(fill(parse(written), Known(lambda _: None, met, {})))
    except ExpressionError:
        return written


def ranges(picture: Picture) -> dict[str, Range]:
    """What the kernel's minimum rustc says of RUSTC_VERSION."""
    lows = []
    for topic, statement in picture.said.items():
        if topic[:2] == ("requirement", "rustc"):
            try:
                lows.append(rustc_number(statement.value.rpartition(" ")[2]))
            except UsageError:
                return {}
    return {"RUSTC_VERSION": Range(min(lows))} if lows else {}


# --- what a document or a table says --------------------------------------------------------------


def _level(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    del before, after
    if old.value is None:
        return Kind.ADDED
    if new.value is None:
        return Kind.RETRACTED
    if old.value in _LEVELS and new.value in _LEVELS:
        return Kind.PROMOTED if _LEVELS.index(new.value) > _LEVELS.index(old.value) else Kind.DEMOTED
    return Kind.CHANGED


def _constraint(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    """More words constrain more: `riscv64` became `riscv64` and LLVM/Clang."""
    row = Topic("level", (new.topic if new.value is not None else old.topic).subject)
    if old.value is None:
        return Kind.NARROWED if row in before.said else Kind.ADDED
    if new.value is None:
        return Kind.WIDENED if row in after.said else Kind.RETRACTED
    was, is_ = _words(old.value), _words(new.value)
    return Kind.NARROWED if was < is_ else Kind.WIDENED if was > is_ else Kind.CONDITION_CHANGED


def _words(constraint: str) -> frozenset[str]:
    return frozenset(w.strip("`.,;") for w in constraint.split()) - {"and", "or", "only", ""}


def _clause(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    del before
    if old.value is None:
        return Kind.ADDED
    if new.value is None:
        return Kind.REDUNDANT if always(old.topic.attribute, ranges(after)) else Kind.DROPPED
    return _conditions(old.topic.attribute, new.topic.attribute, ranges(after))


def _requirement(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    """An override that came is measured against the general minimum that held until then, one that went likewise."""
    topic = (new if new.value is not None else old).topic
    general = Topic("requirement", topic.subject)
    was = old.value or _value(before, general)
    is_ = new.value or _value(after, general)
    if was is None or is_ is None:
        return _plain(before, after, old, new)
    (policy, _, low), (now, _, high) = was.partition(" "), is_.partition(" ")
    try:
        if version(low) != version(high):
            return Kind.RAISED if version(high) > version(low) else Kind.LOWERED
    except UsageError:
        return Kind.CHANGED
    if policy != now:
        return Kind.NARROWED if now == "=" else Kind.WIDENED
    return Kind.REDUNDANT


def _value(picture: Picture, topic: Topic) -> str | None:
    found = picture.said.get(topic)
    return None if found is None else found.value


def _rust_target(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    if old.value is None or new.value is None:
        return _plain(before, after, old, new)
    was, is_ = _tier(old.value), _tier(new.value)
    return Kind.PROMOTED if is_ < was else Kind.DEMOTED if is_ > was else Kind.CHANGED


def _tier(value: str) -> tuple[int, bool]:
    """The tier, and whether host tools are missing: smaller is better. A target without a tier comes last."""
    digits = "".join(c for c in value.partition(",")[0] if c in "0123456789")
    return int(digits[:3] or 9), "host tools" not in value


# --- what is there or not ---------------------------------------------------------------------------


def _release(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    del before, after, old
    return Kind.DROPPED if new.value is None else Kind.RELEASED


def _contradiction(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    del before, after
    return Kind.APPEARED if _cases(new.value) > _cases(old.value) else Kind.RESOLVED


def _cases(value: str | None) -> int:
    """How many cases a value counts; none where there is no contradiction."""
    count = (value or "").partition(" ")[0]
    return int(count) if count.isascii() and count.isdigit() and len(count) < _LONG else 0


def _source(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    del before, after
    return Kind.RECOVERED if new.value is None else Kind.BROKE if old.value is None else Kind.CHANGED


_BY_ABOUT: dict[str, Callable[[Picture, Picture, Side, Side], Kind]] = {
    "release": _release,
    "support": _verdict,
    "port": _verdict,
    "kernel": _verdict,
    "codegen": _verdict,
    "target": _verdict,
    "level": _level,
    "constraint": _constraint,
    "clause": _clause,
    "requirement": _requirement,
    "rust-target": _rust_target,
    "contradiction": _contradiction,
    "source": _source,
}
