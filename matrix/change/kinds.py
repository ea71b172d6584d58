"""What was said before and after of a topic -> the kind of change, by what the topic is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.change.logic import always, implies
from matrix.change.picture import Kind, Picture, Side, Topic
from matrix.change.said import step
from matrix.errors import UsageError
from matrix.expression import ExpressionError, Known, Range, fill, parse, show
from matrix.model import Truth
from matrix.versions import parse as version
from matrix.versions import rustc_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matrix.change.said import Said

# int() takes quadratic time over long digits.
_LONG = 10
# Behind all that there are.
_NO_TIER = 9
# MAINTAINERS says what these are worth: Supported is somebody's paid work.
_LEVELS = ("Obsolete", "Orphan", "Odd Fixes", "Maintained", "Supported")


def kind_of_change(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    """The kind of a difference. old and new are what the pictures say of the topic, or of two that are one."""
    topic = new.topic if new.said is not None else old.topic
    return _BY_ABOUT.get(topic.about, _plain)(before, after, old, new)


def _plain(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    del before, after
    if old.said is None:
        return Kind.ADDED
    return Kind.DROPPED if new.said is None else Kind.CHANGED


# --- what is yes, no or unknown, under a condition ----------------------------------------------


def _truth(said: Said | None) -> tuple[Truth, str]:
    """What is answered, and under which condition. A missing statement is unknown."""
    return (Truth.UNKNOWN, "") if said is None else (said.truth, said.condition)


def _verdict(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    (was, condition), (is_, left) = _truth(old.said), _truth(new.said)
    if was is is_ is Truth.YES:
        return _conditions(condition, left, ranges(after))
    if was is is_ is Truth.NO:
        if _step(new.said) > _step(old.said):
            return Kind.BECAME_UNKNOWN if _was_unknown(after, new, old) else Kind.PROMOTED
        return Kind.SETTLED if _was_unknown(before, old, new) else Kind.DEMOTED
    if was is is_:
        # Of what is unknown: more of the ladder is known to be yes, or less, or as much under another condition.
        if _step(new.said) == _step(old.said):
            return _conditions(condition, left, ranges(after))
        return Kind.PROMOTED if _step(new.said) > _step(old.said) else Kind.BECAME_UNKNOWN
    if is_ is Truth.YES:
        return Kind.ADDED
    if is_ is Truth.UNKNOWN:
        return Kind.BECAME_UNKNOWN
    return Kind.DROPPED if was is Truth.YES else Kind.SETTLED


def _step(said: Said | None) -> int:
    return -1 if said is None else step(said)


def _was_unknown(picture: Picture, side: Side, other: Side) -> bool:
    """Whether the rung that blocks the other side's cell is unknown on this one: nothing was won or lost, then."""
    if side.said is None or other.said is None:
        return False
    if other.said.at and other.said.at in side.said.also.split(","):
        return True
    target = picture.said.get(Topic("target", *side.topic[1:]))
    return other.said.at == "target" and target is not None and target.said.truth is Truth.UNKNOWN


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
                lows.append(rustc_number(statement.said.at))
            except UsageError:
                return {}
    return {"RUSTC_VERSION": Range(min(lows))} if lows else {}


# --- what a document or a table says --------------------------------------------------------------


def _level(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    del before, after
    if old.said is None:
        return Kind.ADDED
    if new.said is None:
        return Kind.RETRACTED
    was, is_ = old.said.word, new.said.word
    if was in _LEVELS and is_ in _LEVELS:
        return Kind.PROMOTED if _LEVELS.index(is_) > _LEVELS.index(was) else Kind.DEMOTED
    return Kind.CHANGED


def _constraint(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    """More words constrain more: `riscv64` became `riscv64` and LLVM/Clang."""
    row = Topic("level", (new.topic if new.said is not None else old.topic).subject)
    if old.said is None:
        return Kind.NARROWED if row in before.said else Kind.ADDED
    if new.said is None:
        return Kind.WIDENED if row in after.said else Kind.RETRACTED
    was, is_ = _words(old.said.also), _words(new.said.also)
    return Kind.NARROWED if was < is_ else Kind.WIDENED if was > is_ else Kind.CONDITION_CHANGED


def _words(constraint: str) -> frozenset[str]:
    return frozenset(w.strip("`.,;") for w in constraint.split()) - {"and", "or", "only", ""}


def _clause(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    del before
    if old.said is None:
        return Kind.ADDED
    if new.said is None:
        return Kind.REDUNDANT if always(old.topic.attribute, ranges(after)) else Kind.DROPPED
    return _conditions(old.topic.attribute, new.topic.attribute, ranges(after))


def _requirement(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    """An override that came is measured against the general minimum that held until then, one that went likewise."""
    topic = (new if new.said is not None else old).topic
    general = Topic("requirement", topic.subject)
    was = old.said or before.side(general).said
    is_ = new.said or after.side(general).said
    if was is None or is_ is None:
        return _plain(before, after, old, new)
    try:
        low, high = version(was.at), version(is_.at)
    except UsageError:
        return Kind.CHANGED
    if low != high:
        return Kind.RAISED if high > low else Kind.LOWERED
    if was.word != is_.word:
        return Kind.NARROWED if is_.word == "=" else Kind.WIDENED
    return Kind.REDUNDANT


def _rust_target(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    if old.said is None or new.said is None:
        return _plain(before, after, old, new)
    was, is_ = _tier(old.said), _tier(new.said)
    return Kind.PROMOTED if is_ < was else Kind.DEMOTED if is_ > was else Kind.CHANGED


def _tier(said: Said) -> tuple[int, bool]:
    """The tier, and whether host tools are missing: smaller is better. A target without a tier comes last."""
    return _number(said.at, _NO_TIER), said.also != "host-tools"


def _number(written: str, otherwise: int) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < _LONG else otherwise


# --- what is there or not ---------------------------------------------------------------------------


def _release(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    del before, after, old
    return Kind.DROPPED if new.said is None else Kind.RELEASED


def _contradiction(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    del before, after
    return Kind.APPEARED if _cases(new.said) > _cases(old.said) else Kind.RESOLVED


def _cases(said: Said | None) -> int:
    """How many cases are counted; none where there is no contradiction."""
    return 0 if said is None else _number(said.at, 0)


def _source(before: Picture, after: Picture, old: Side, new: Side) -> Kind:
    del before, after
    return Kind.RECOVERED if new.said is None else Kind.BROKE if old.said is None else Kind.CHANGED


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
