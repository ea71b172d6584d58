"""The options that are open -> what `archmatrix options` prints: at most a screen, a sentence first.

    arm-v7: Linux 7.2.6 admits Rust if !KASAN; of every architecture 5 conditions are open

Below it each condition with its place, those of the variant first; what is met here is counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from matrix.cell import OptionKind
from matrix.expression import YES, show
from matrix.model import Truth
from matrix.render import style
from matrix.render.answer.options import ADMITS, AS_WRITTEN, comes_to
from matrix.render.layout import Field, alike_lines, field, fitting, wrap
from matrix.render.phrases import labels_words, release_words, tied_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matrix.cell import Option, Rung
    from matrix.model import Registry, Variant
    from matrix.query.features import Feature
    from matrix.query.scene import Scene

# On the screen, by kind.
_LABELS = {
    OptionKind.CONDITION: "of its own",
    OptionKind.EXCLUDES: "config RUST",
    OptionKind.HOST: "this host",
    OptionKind.EXCLUDED: "with Rust",
}
_LINES, _COLUMN = 20, 12


class Optioned(NamedTuple):
    """One variant with its options and its kernel rung."""

    variant: Variant
    options: tuple[Option, ...]
    kernel: Rung


def options_screen(
    registry: Registry, scene: Scene, name: str, found: Sequence[Optioned], asked: Sequence[Feature]
) -> str:
    """What is open, at most a screen: a sentence, the variant's own conditions, then those of every architecture."""
    below = [*wrap(labels_words(registry, scene), 2)]
    if len(found) == 1:
        ((variant, _, kernel),) = found
        meant = "" if variant.id == name else f" ({variant.id})"
        head = wrap(f"{name}: {_sentence(registry, scene, found[0])}{meant}")
        below += wrap(kernel.because, 2)
    else:
        head = wrap(f"{name}: {len(found)} variants")
        below += ["", *alike_lines((one.variant.id, _briefly(one)) for one in found)]
    fields = [f for f in _fields(found) if f.items]
    if asked:
        fields.append(Field("features", [_features_words(asked)]))
    more = field("more", f"archmatrix options {name} -v (or config .config)", _COLUMN)
    room = max(_LINES - len(head) - len(below) - len(more) - 2, len(fields) + 1)
    # Coloured once it is wrapped: codes take no room.
    head[0] = head[0].replace(name, style.bold(name), 1)
    return style.safe_lines([*head, *below, *([""] if fields else []), *fitting(fields, room), "", *more])


def _sentence(registry: Registry, scene: Scene, one: Optioned) -> str:
    linux = scene.revisions["linux"]
    who = release_words(registry, linux) if linux else "this kernel"
    count = sum(o.kind is OptionKind.EXCLUDES and o.remains != YES for o in one.options)
    are_open = "1 condition is open" if count == 1 else f"{count} conditions are open"
    return f"{who} {_admits(one)}{f'; of every architecture {are_open}' if count else ''}"


def _briefly(one: Optioned) -> str:
    """Of one variant among several: its own conditions, or why it has none."""
    return _admits(one) if one.kernel.truth is Truth.YES else f"{_admits(one)}: {one.kernel.because}"


def _admits(one: Optioned) -> str:
    """`admits Rust if !KASAN`."""
    hangs = one.kernel.truth is Truth.YES and one.kernel.condition != YES
    return f"{ADMITS[one.kernel.truth]}{f' if {show(one.kernel.condition)}' if hangs else ''}"


def _fields(found: Sequence[Optioned]) -> Iterator[Field]:
    """The open options by kind, each once; of several variants only what concerns more than one of them."""
    for kind, label in _LABELS.items():
        if kind is OptionKind.CONDITION and len(found) > 1:
            continue  # stands beside each
        every = [o for one in found for o in one.options if o.kind is kind]
        items = list(dict.fromkeys(_open_words(o, single=len(found) == 1) for o in every if o.remains != YES))
        met = len({o.written for o in every}) - len({o.written for o in every if o.remains != YES})
        yield Field(label, [*items, *([f"{met} met here: -v"] if met else [])], "-v")


def _open_words(option: Option, *, single: bool) -> str:
    """`!CFI || HAVE_CFI_ICALL_NORMALIZE_INTEGERS_RUSTC, here: !CFI (init/Kconfig:2219)`."""
    written = option.written.removeprefix("depends on ")
    state = comes_to(option) if single else ""
    tied = "".join(f"; {tied_words(tied)}" for tied in option.tied)
    place = f" ({option.evidence.path}:{option.evidence.line})"
    if option.kind is OptionKind.EXCLUDED:
        return f"{option.config}: {comes_to(option)}{place}"
    here = f", {state}" if state not in {"", AS_WRITTEN} else ""
    return f"{written}{here}{tied}{place}"


def _features_words(asked: Sequence[Feature]) -> str:
    """`12 unstable features: 6 unstable in this rustc, 6 stable by now`."""
    states = {f.name: _state(f.state) for f in asked}
    counts = [f"{n} {word}" for word in dict.fromkeys(_STATES.values()) if (n := list(states.values()).count(word))]
    unknown = list(states.values()).count("")
    return f"{len(states)} unstable features: {', '.join([*counts, *([f'{unknown} not known'] if unknown else [])])}"


# What the state of a feature begins with or holds, and what that comes to; the first that fits.
_STATES = {
    "removed": "gone from this rustc",
    "unstable": "unstable in this rustc",
    "accepted": "stable by now",
    "stable": "stable by now",
}


def _state(said: str) -> str:
    return next((word for sign, word in _STATES.items() if re.search(rf"\b{sign}\b", said)), "")
