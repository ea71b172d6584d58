"""A workplace and what is asked -> the options of a kernel that need Rust, and where each can be had."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from matrix.errors import UsageError
from matrix.operations.ask import ask
from matrix.resolve.defconfigs import config_lines, configurations
from matrix.resolve.drivers import RUST_OPTIONS, RustOptions, names_needing
from matrix.value import dataclass, field, replace
from matrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from matrix.model import Variant
    from matrix.operations.ask import OpenQuestion, Wish
    from matrix.operations.workplace import Workplace
    from matrix.query.question import Scene
    from matrix.resolve.context import Context
    from matrix.resolve.defconfigs import ConfigLine
    from matrix.resolve.drivers import RustOption
    from matrix.resolve.facts import Facts

_NEAR = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """What was found. unread says why nothing could be, "" where something was.

    since maps a symbol to the first release of an unbroken run of known ones in which it needs Rust, up to the chosen
    one; the value is its label. variants are how many were asked about.
    """

    scene: Scene
    unread: str = ""
    options: tuple[RustOption, ...] = ()
    since: Mapping[str, str] = field(default_factory=dict)
    variants: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Defconfigs:
    """The lines of default configurations, and how many of these were read. unread likewise."""

    scene: Scene
    unread: str = ""
    lines: tuple[ConfigLine, ...] = ()
    read: int = 0


def drivers(work: Workplace, wish: Wish, symbols: Sequence[str], variants: Collection[str]) -> Drivers:
    """All options, or those of the symbols, on the variants of these ids. Raises: UsageError for an unknown symbol."""
    with ask(work, replace(wish, also=(RUST_OPTIONS,))) as question:
        scene = question.scene
        linux = scene.context.known(RUST_OPTIONS)
        if linux is None:
            return Drivers(scene=scene, unread=_unread(scene.context))
        known = RustOptions(linux)
        names = [_symbol(known, written, linux) for written in symbols] or known.names
        asked = [work.registry.variants[id_] for id_ in variants]
        options = known.on_variants(scene.context, asked, tuple(dict.fromkeys(names)))
        return Drivers(
            scene=scene,
            options=options,
            since=_since(question, linux, [option.symbol for option in options]),
            variants=len(options[0].on) if options else len(asked),
        )


def defconfigs(work: Workplace, wish: Wish, variants: Sequence[Variant]) -> Defconfigs:
    """The lines of the kernel's default configurations that set Rust or what needs it. Raises: as `ask` does."""
    with ask(work, replace(wish, also=(RUST_OPTIONS,))) as question:
        scene = question.scene
        linux = scene.context.known(RUST_OPTIONS)
        if linux is None:
            return Defconfigs(scene=scene, unread=_unread(scene.context))
        lines = config_lines(scene.context, linux, variants)
        return Defconfigs(scene=scene, lines=lines, read=configurations(linux))


def _unread(context: Context) -> str:
    return context.unread(RUST_OPTIONS)


def _symbol(known: RustOptions, written: str, linux: Facts) -> str:
    """The symbol that is meant: `DRM_NOVA`, `drm_nova` or `CONFIG_DRM_NOVA`. Raises: UsageError."""
    name = written.strip().upper().removeprefix("CONFIG_")
    if name in known.names:
        return name
    label = linux.revision.label
    if name == "RUST":
        raise UsageError(f"{written}: found Rust itself, expected an option that needs it; archmatrix is NAME tells")
    near = difflib.get_close_matches(name, known.names, _NEAR, 0.6)
    near += [other for other in known.names if name in other and name and other not in near][:_NEAR]
    words = f"; near it: {', '.join(near)}" if near else "; archmatrix drivers lists them"
    if known.defines(name):
        raise UsageError(f"{written}: found an option of Linux {label} that does not need Rust, expected one that does")
    raise UsageError(f"{written}: found no option of that name that needs Rust in Linux {label}, expected one{words}")


def _since(question: OpenQuestion, linux: Facts, names: Sequence[str]) -> dict[str, str]:
    """Back from the chosen release, as far as each name needs Rust in every known one that was read for it."""
    chosen = parse(linux.revision.label)
    since = dict.fromkeys(names, linux.revision.label)
    left = set(names)
    older = [
        r for r in question.knowledge.revisions("linux") if r.kind == "release" and parse(r.label) < chosen
    ]
    for revision in sorted(older, key=lambda r: parse(r.label), reverse=True):
        facts = question.knowledge.facts(revision)
        if not left or not facts.has(RUST_OPTIONS):
            continue
        left &= names_needing(facts)
        since.update(dict.fromkeys(left, revision.label))
    return since
