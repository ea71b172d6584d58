"""Two pictures -> the changes that lead from one to the other, each with its kind and both sides."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from matrix.change.kinds import kind_of_change, ranges
from matrix.change.logic import always, symbols
from matrix.change.picture import ABOUT, Change, Kind, Picture, Statement, Topic
from matrix.change.said import says_the_same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def compare(before: Picture, after: Picture) -> tuple[Change, ...]:
    """All changes, in the order of what they are about, then by name; () where both say the same."""
    gone = {t for t in before.said if t not in after.said}
    new = {t for t in after.said if t not in before.said}
    changes = []
    for old_topic, new_topic in (*_renamed(before, after, gone, new), *_rewritten(after, gone, new)):
        gone.discard(old_topic)
        new.discard(new_topic)
        changes.append(_change(before, after, old_topic, new_topic))
    kept = (t for t, s in before.said.items() if t in after.said and not says_the_same(s.said, after.said[t].said))
    changes += [_change(before, after, topic, topic) for topic in (*gone, *new, *kept)]
    return tuple(sorted(changes, key=_order))


def apply(picture: Picture, changes: Iterable[Change]) -> Picture:
    """The picture after the changes; evidence and notes come with them."""
    listed = tuple(changes)
    said = dict(picture.said)
    for change in listed:
        said.pop(change.before.topic, None)
    for change in listed:
        after = change.after
        if after.said is not None:
            said[after.topic] = Statement(after.said, after.evidence, after.note)
    return Picture(said, picture.silent)


def _change(before: Picture, after: Picture, old_topic: Topic, new_topic: Topic) -> Change:
    old, new = before.side(old_topic), after.side(new_topic)
    kind = Kind.RENAMED if _is_rename(old_topic, new_topic) else kind_of_change(before, after, old, new)
    return Change(kind=kind, before=old, after=new)


def _is_rename(old: Topic, new: Topic) -> bool:
    return old.about == "rust-target" and old != new


def _order(change: Change) -> tuple[int, Topic]:
    topic = change.topic
    return ABOUT.index(topic.about) if topic.about in ABOUT else len(ABOUT), topic


def _renamed(before: Picture, after: Picture, gone: set[Topic], new: set[Topic]) -> Iterator[tuple[Topic, Topic]]:
    """Targets that kept what they are (the note: ISA, width, byte order) and all of the name but its first part.

    i686-unknown-redox became i586-unknown-redox. Two that could be meant are none: which became which cannot be told.
    """
    by_rest: dict[tuple[str, str], tuple[list[Topic], list[Topic]]] = defaultdict(lambda: ([], []))
    for side, (picture, topics) in enumerate(((before, gone), (after, new))):
        for topic in topics:
            note = picture.said[topic].note if topic.about == "rust-target" else ""
            if note:
                by_rest[note, topic.subject.partition("-")[2]][side].append(topic)
    yield from sorted((old[0], fresh[0]) for old, fresh in by_rest.values() if len(old) == len(fresh) == 1)


def _rewritten(after: Picture, gone: set[Topic], new: set[Topic]) -> Iterator[tuple[Topic, Topic]]:
    """Clauses that share symbols, the closest first: one was written anew as the other.

    One that every tool which is still accepted meets was taken out for that, whatever else came in.
    """
    met = ranges(after)
    old = [t for t in sorted(gone) if t.about == "clause" and not always(t.attribute, met)]
    fresh = [t for t in sorted(new) if t.about == "clause"]
    pairs = [(_likeness(a, b), a, b) for a in old for b in fresh if a.subject == b.subject]
    for likeness, a, b in sorted(pairs, key=lambda p: (-p[0], p[1], p[2])):
        if likeness and a in old and b in fresh:
            old.remove(a)
            fresh.remove(b)
            yield a, b


def _likeness(a: Topic, b: Topic) -> float:
    """How much of what two clauses are about is the same; 0 to 1."""
    left, right = symbols(a.attribute), symbols(b.attribute)
    return len(left & right) / len(left | right) if left | right else 0.0
