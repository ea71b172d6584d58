"""Changes -> what `archmatrix diff` prints: at most a screen, what became of people's kernels first.

    Linux 6.12.107 (2026-08-28) -> Linux 7.1.13 (2026-09-02): 61 changes; Rust is new
      on arm-v6 and arm-v7

    new         arm-v6: if CPU_32v7 && !KASAN (arch/arm/Kconfig:139)
                arm-v7: if !KASAN (arch/arm/Kconfig:139)
    needs       rustc >= 1.78.0 -> >= 1.85.0

A field that there is no room for says how many it has, and what shows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.change import Kind
from matrix.model import Truth
from matrix.render import style
from matrix.render.changes.about import OF_VARIANTS
from matrix.render.changes.groups import sections
from matrix.render.changes.words import headline, label, telling, transition, what
from matrix.render.layout import Field, fitting, wrap
from matrix.render.phrases import and_words
from matrix.render.said import hangs_words, said_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from matrix.change import Change, Side
    from matrix.model import Registry

_LINES = 20
# More names than these are counted in a sentence.
_NAMED = 6
_FAMILIES = {
    "release": "released",
    "requirement": "needs",
    "clause": "config RUST",
    "level": "documented",
    "constraint": "documented",
    "source": "sources",
}
_TOOLS = ("rustc", "bindgen", "llvm", "gcc")
# All families but those of single cells, rungs and targets: in the order of a reader's interest.
_GENERAL = ("released", "needs", "config RUST", "documented")


def changes_summary(registry: Registry, changes: Iterable[Change], before: str, after: str, *, whole: bool) -> str:
    """The screen, ending in one newline.

    before and after name the sides. whole says that no change of an answer was filtered away, so that it may be said
    that there is none.
    """
    listed = list(changes)
    answers = [c for c in listed if c.topic.about == "support" and _yes(c)]
    told = _sentence(answers) if answers else "no answer became another" if whole and listed else ""
    lines = wrap(f"{before} -> {after}: {changes_words(listed)}{f'; {told}' if told else ''}")
    fields = [f for f in _fields(registry, listed, answers, (before, after)) if f.items]
    if fields:
        lines += ["", *fitting(fields, _LINES - len(lines) - 3)]
        lines += ["", "-v shows both sides' lines; --about, --arch, --backend and --kind narrow it"]
    return style.safe_lines(lines)


def changes_words(changes: Sequence[Change]) -> str:
    """`no change`, `1 change`, `61 changes`."""
    return {0: "no change", 1: "1 change"}.get(len(changes), f"{len(changes)} changes")


def _fields(
    registry: Registry, changes: list[Change], answers: list[Change], sides: tuple[str, str]
) -> Iterator[Field]:
    for name, (chosen, words) in _ANSWERS.items():
        yield Field(name, _grouped(registry, [c for c in answers if chosen(c)], words), "--about support")
    told = [c for c in changes if not _said_above(registry, c, sides)]
    for name in _GENERAL:
        own = sorted((c for c in told if _family(c) == name), key=_first_tools)
        abouts = dict.fromkeys(c.topic.about for c in own)
        elsewhere = " ".join(f"--about {about}" for about in abouts)
        yield Field(name, [_general(registry, c) for c in own], elsewhere, joined=name == "needs")
    others = [c for c in changes if c.topic.about == "support" and not _yes(c)]
    yield Field("other ways", list(_ways(registry, others)), "--about support")
    rungs = [c for c in changes if c.topic.about in OF_VARIANTS and c.topic.about != "support"]
    yield Field("rungs", list(_rungs(registry, rungs)), "-v")
    compact = {"rust-target": "targets", "contradiction": "disputed"}
    for about, name in compact.items():
        own = [c for c in changes if c.topic.about == about]
        groups = [group for section in sections(registry, own) for group in section.blocks]
        items = [f"{', '.join(g.heads)}: {', '.join(i.labels[0] for i in g.items)}" for g in groups]
        yield Field(name, items, f"--about {about}", len(own))
    rest = [c for c in changes if c.topic.about not in {*OF_VARIANTS, *compact} and _family(c) not in _GENERAL]
    yield Field("sources", [headline(registry, c) for c in rest], "--about source")


def _first_tools(change: Change) -> tuple[bool, int]:
    """What every builder of Rust meets first: minimum versions without a condition, of Rust's tools before others."""
    topic = change.topic
    if topic.about != "requirement":
        return False, 0
    return bool(topic.attribute), _TOOLS.index(topic.subject) if topic.subject in _TOOLS else len(_TOOLS)


def _family(change: Change) -> str:
    return _FAMILIES.get(change.topic.about, "")


def _yes(change: Change) -> bool:
    return any(_is_yes(side) for side in (change.before, change.after))


def _truth(side: Side) -> Truth:
    return Truth.UNKNOWN if side.said is None else side.said.truth


def _is_yes(side: Side) -> bool:
    return _truth(side) is Truth.YES


def _is_new(change: Change) -> bool:
    return _is_yes(change.after) and _truth(change.before) is Truth.NO


def _is_lost(change: Change) -> bool:
    return _is_yes(change.before) and _truth(change.after) is Truth.NO


def _is_told(change: Change) -> bool:
    """What was a yes all along, perhaps: nobody had read what says so."""
    return _is_yes(change.after) and _truth(change.before) is Truth.UNKNOWN


def _is_unread(change: Change) -> bool:
    return _is_yes(change.before) and _truth(change.after) is Truth.UNKNOWN


def _is_other(change: Change) -> bool:
    return _is_yes(change.before) and _is_yes(change.after)


def _now(change: Change) -> str:
    return hangs_words(change.after.said.condition if change.after.said else "")


def _gone(change: Change) -> str:
    return said_words(change.after.said, " if ") if change.after.said else "nothing"


def _instead(change: Change) -> str:
    return f"{_now(change)} (was: {hangs_words(change.before.said.condition if change.before.said else '')})"


_ANSWERS: dict[str, tuple[Callable[[Change], bool], Callable[[Change], str]]] = {
    "new": (_is_new, _now),
    "lost": (_is_lost, _gone),
    "now known": (_is_told, _now),
    "unknown": (_is_unread, _gone),
    "condition": (_is_other, _instead),
}


def _sentence(answers: list[Change]) -> str:
    parts = {
        "Rust is new on": _is_new,
        "Rust is lost on": _is_lost,
        "now known to be there on": _is_told,
        "no longer known to be there on": _is_unread,
        "under other conditions on": _is_other,
    }
    words = []
    for verb, chosen in parts.items():
        names = list(dict.fromkeys(c.topic.subject for c in answers if chosen(c)))
        if names:
            words.append(f"{verb} {and_words(names) if len(names) <= _NAMED else f'{len(names)} variants'}")
    return ", ".join(words)


def _grouped(registry: Registry, changes: list[Change], words: Callable[[Change], str]) -> list[str]:
    """`arm-v6, arm-v7: if !KASAN (arch/arm/Kconfig:139)`: variants of which the same is said stand together."""
    by_words: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        line = telling(change.after, change.before)
        at = f" ({line.path}:{line.line})" if line is not None and line.line else ""
        # The backend that the kernel is written for needs no word.
        other = "" if change.topic.attribute == next(iter(registry.backends)) else label(registry, change.topic)
        by_words.setdefault((f"{words(change)}{at}", other), []).append(change.topic.subject)
    return [f"{', '.join(v)}{f' with {other}' if other else ''}: {said}" for (said, other), v in by_words.items()]


def _general(registry: Registry, change: Change) -> str:
    """`rustc >= 1.78.0 -> >= 1.85.0`; of a clause, the field says of what."""
    if change.kind in {Kind.RAISED, Kind.LOWERED}:
        return f"{label(registry, change.topic)} {transition(change)}"
    return what(change) if change.topic.about == "clause" else headline(registry, change)


def _said_above(registry: Registry, change: Change, sides: tuple[str, str]) -> bool:
    """Whether a release is one that the first line names on both sides."""
    if change.topic.about != "release":
        return False
    name = label(registry, change.topic)
    both = zip((change.before, change.after), sides, strict=True)
    return all(side.said is not None and f"{name} {side.said.at}" in words for side, words in both)


def _ways(registry: Registry, changes: list[Change]) -> Iterator[str]:
    """`rustc_codegen_gcc, mrustc: became unknown: no: kernel -> ? attested: arm-v6, arm-v7`."""
    by_what: dict[str, dict[str, list[str]]] = {}
    for change in changes:
        backends = by_what.setdefault(what(change), {})
        backends.setdefault(label(registry, change.topic), []).append(change.topic.subject)
    for said, backends in by_what.items():
        alike: dict[tuple[str, ...], list[str]] = {}
        for backend, variants in backends.items():
            alike.setdefault(tuple(variants), []).append(backend)
        for own, named in alike.items():
            yield f"{', '.join(named)}: {said}: {_names(own)}"


def _rungs(registry: Registry, changes: list[Change]) -> Iterator[str]:
    by_words: dict[str, list[str]] = {}
    for change in changes:
        by_words.setdefault(f"{label(registry, change.topic)}: {what(change)}", []).append(change.topic.subject)
    for said, variants in by_words.items():
        yield f"{said}: {_names(variants)}"


def _names(variants: Sequence[str]) -> str:
    return ", ".join(variants) if len(variants) <= _NAMED else f"{len(variants)} variants"
