"""Changes -> sections for a reader: the kernel in general, a block a variant, rustc's targets, contradictions, sources.

A variant's block tells its cells first and then the rungs that explain them. Backends that changed alike share an item,
and variants that came to the same by the same lines share a block, wherever they came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matrix.change import Kind
from matrix.render.changes.about import OF_VARIANTS
from matrix.render.changes.words import kind_words, label, tiers

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from matrix.change import Change, Side
    from matrix.model import Evidence, Registry

_GENERAL = ("release", "requirement", "clause", "level", "constraint")
# Notes that say what decided; of other families they are no words for a reader.
_DECIDED = frozenset({*OF_VARIANTS, "contradiction", "source"})
# More of them say of each variant in turn what the lines say of all.
_MOST_NOTES = 3
# What touches somebody's build comes first.
_TARGET_KINDS = (Kind.RENAMED, Kind.DROPPED, Kind.DEMOTED, Kind.PROMOTED, Kind.CHANGED, Kind.ADDED)


class Shown(NamedTuple):
    """One side of an item: what decided, and the lines.

    missing says that the lines are where it would stand; repeated, that they were shown above in the block.
    """

    missing: bool
    notes: tuple[str, ...]
    lines: tuple[Evidence, ...]
    repeated: bool = False


class ToldLine(NamedTuple):
    """Changes that are told in one line, with what each is about."""

    labels: tuple[str, ...]
    changes: tuple[Change, ...]
    repeated: tuple[bool, bool] = (False, False)

    @property
    def change(self) -> Change:
        """The one that stands for all."""
        return self.changes[0]

    def sides(self) -> tuple[Shown, Shown]:
        """Before and after."""
        before = _shown([(c.before, c.after) for c in self.changes])
        after = _shown([(c.after, c.before) for c in self.changes])
        return before._replace(repeated=self.repeated[0]), after._replace(repeated=self.repeated[1])


class Group(NamedTuple):
    """heads are variants, or what the items have in common."""

    heads: tuple[str, ...]
    items: tuple[ToldLine, ...]


class Section(NamedTuple):
    """compact: so many items of so few words that a line has to do for each."""

    title: str
    blocks: tuple[Group, ...]
    compact: bool = False


def sections(registry: Registry, changes: Iterable[Change]) -> tuple[Section, ...]:
    """All of them; sections with nothing in them are left out."""
    listed = list(changes)
    elsewhere = {*OF_VARIANTS, "rust-target", "contradiction", "source"}
    general = [c for c in listed if c.topic.about not in elsewhere]
    general.sort(key=lambda c: _place(_GENERAL, c.topic.about))
    blocks = _variants(registry, [c for c in listed if c.topic.about in OF_VARIANTS])
    answers = tuple(b for b in blocks if any(i.change.topic.about == "support" for i in b.items))
    titled = (
        Section("the kernel in general", _plain(registry, general)),
        Section("architectures", answers),
        Section("steps of the ladder, without a change of an answer", tuple(b for b in blocks if b not in answers)),
        Section("targets of rustc", _targets([c for c in listed if c.topic.about == "rust-target"]), compact=True),
        Section("contradictions", _contradictions([c for c in listed if c.topic.about == "contradiction"])),
        Section("sources", _plain(registry, [c for c in listed if c.topic.about == "source"])),
    )
    return tuple(section for section in titled if section.blocks)


def _shown(pairs: Iterable[tuple[Side, Side]]) -> Shown:
    """One side of several changes, each with its other side."""
    listed = list(pairs)
    side = listed[0][0]
    notes = tuple(dict.fromkeys(s.note for s, _ in listed if s.note and s.topic.about in _DECIDED))
    lines = dict.fromkeys(line for pair in listed for line in _lines(*pair))
    return Shown(side.said is None, notes if len(notes) <= _MOST_NOTES else (), tuple(lines))


def _lines(side: Side, other: Side) -> tuple[Evidence, ...]:
    """What stands on both sides at the same revision changed nothing, and is left out where something remains."""
    own = tuple(e for e in side.evidence if e.path)
    return tuple(e for e in own if e not in other.evidence) or own


def _plain(registry: Registry, changes: Iterable[Change]) -> tuple[Group, ...]:
    items = tuple(ToldLine((label(registry, c.topic),), (c,)) for c in changes)
    return (Group((), items),) if items else ()


def _variants(registry: Registry, changes: Iterable[Change]) -> list[Group]:
    by_variant: dict[str, list[Change]] = {}
    for change in changes:
        by_variant.setdefault(change.topic.subject, []).append(change)
    order = {id_: place for place, id_ in enumerate(registry.variants)}
    blocks: dict[Hashable, Group] = {}
    for variant in sorted(by_variant, key=lambda v: (order.get(v, len(order)), v)):
        items = _items(registry, by_variant[variant])
        alike = tuple((i.labels, _said(i.change), _lines(i.change.after, i.change.before)) for i in items)
        if alike in blocks:
            first = blocks[alike]
            pairs = zip(first.items, items, strict=True)
            joined = tuple(a._replace(changes=a.changes + b.changes) for a, b in pairs)
            blocks[alike] = Group((*first.heads, variant), joined)
        else:
            blocks[alike] = Group((variant,), items)
    return list(blocks.values())


def _items(registry: Registry, changes: Iterable[Change]) -> tuple[ToldLine, ...]:
    backends = list(registry.backends)
    ordered = sorted(changes, key=lambda c: (OF_VARIANTS.index(c.topic.about), _place(backends, c.topic.attribute)))
    alike: dict[tuple[Hashable, tuple[tuple[Evidence, ...], tuple[Evidence, ...]]], list[Change]] = {}
    for change in ordered:
        sides = _lines(change.before, change.after), _lines(change.after, change.before)
        alike.setdefault((_said(change), sides), []).append(change)
    seen: set[tuple[Evidence, ...]] = set()
    items = []
    for (_, (before, after)), group in alike.items():
        repeated = before in seen, after in seen
        items.append(ToldLine(tuple(label(registry, c.topic) for c in group), tuple(group), repeated))
        seen |= {before, after} - {()}
    return tuple(items)


def _said(change: Change) -> Hashable:
    """What makes two changes one for a reader: all but the variant and the backend."""
    return change.topic.about, change.kind, change.before.said, change.after.said


def _place(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else len(names)


def _targets(changes: Iterable[Change]) -> tuple[Group, ...]:
    """By what happened to them: `promoted: tier 3 -> tier 2`."""
    by_target: dict[tuple[int, str], list[ToldLine]] = {}
    for change in changes:
        names = dict.fromkeys((change.before.topic.subject, change.after.topic.subject))
        head, name = f"{kind_words(change.kind)}: {tiers(change)}", " -> ".join(names)
        place = _TARGET_KINDS.index(change.kind) if change.kind in _TARGET_KINDS else len(_TARGET_KINDS)
        by_target.setdefault((place, head), []).append(ToldLine((name,), (change,)))
    return tuple(Group((head,), tuple(items)) for (_, head), items in sorted(by_target.items(), key=lambda f: f[0]))


def _contradictions(changes: Iterable[Change]) -> tuple[Group, ...]:
    """By rule: what appeared, then what was resolved."""
    by_words: dict[str, list[ToldLine]] = {}
    for change in sorted(changes, key=lambda c: (c.topic.subject, c.kind.value, c.topic.attribute)):
        by_words.setdefault(change.topic.subject, []).append(ToldLine((change.topic.attribute,), (change,)))
    return tuple(Group((rule.replace("-", " "),), tuple(items)) for rule, items in by_words.items())
