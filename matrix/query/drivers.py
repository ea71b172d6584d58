"""A scene -> the options of its kernel that need Rust, where each can be had, and the configurations that set them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from matrix.errors import UsageError
from matrix.resolve.defconfigs import config_lines, configurations
from matrix.resolve.drivers import RUST_OPTIONS, RustOptions, names_needing
from matrix.value import dataclass, field
from matrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matrix.model import Variant
    from matrix.query.knowledge import Knowledge
    from matrix.query.scene import Scene
    from matrix.resolve.defconfigs import ConfigLine
    from matrix.resolve.drivers import RustOption
    from matrix.resolve.facts import Facts

_NEAR = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """What was found. unread says why nothing could be, "" where something was.

    since maps a symbol to the label of the first release of an unbroken run of known ones in which it needs Rust, up to
    the chosen one; an asker's own tree has no past. variants are how many of those asked about the kernel has.
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


def find_drivers(scene: Scene, knowledge: Knowledge, symbols: Sequence[str], variants: Iterable[Variant]) -> Drivers:
    """All options, or those of the symbols, on these variants. Raises: UsageError for an unknown symbol."""
    linux = scene.context.known(RUST_OPTIONS)
    if linux is None:
        return Drivers(scene=scene, unread=scene.context.unread(RUST_OPTIONS))
    known = RustOptions(linux)
    names = [_symbol(known, written, linux) for written in symbols] or known.names
    options = known.on_variants(scene.context, variants, tuple(dict.fromkeys(names)))
    since = {} if "linux" in scene.own else _since(knowledge, linux, [option.symbol for option in options])
    return Drivers(scene=scene, options=options, since=since, variants=len(options[0].on) if options else 0)


def find_defconfigs(scene: Scene, variants: Iterable[Variant]) -> Defconfigs:
    """The lines of the kernel's default configurations that set Rust or what needs it, on these variants."""
    linux = scene.context.known(RUST_OPTIONS)
    if linux is None:
        return Defconfigs(scene=scene, unread=scene.context.unread(RUST_OPTIONS))
    return Defconfigs(scene=scene, lines=config_lines(scene.context, linux, variants), read=configurations(linux))


def _symbol(known: RustOptions, written: str, linux: Facts) -> str:
    """The symbol that is meant: `DRM_NOVA`, `drm_nova` or `CONFIG_DRM_NOVA`. Raises: UsageError."""
    name = written.strip().upper().removeprefix("CONFIG_")
    if name in known.names:
        return name
    label = linux.revision.label
    if name == "RUST":
        why = f"{written}: found Rust itself, expected an option that needs it; archmatrix is NAME tells"
        raise UsageError(why, then="archmatrix is NAME")
    near = difflib.get_close_matches(name, known.names, _NEAR, 0.6)
    near += [other for other in known.names if name in other and name and other not in near][:_NEAR]
    words = f"; near it: {', '.join(near)}" if near else "; archmatrix drivers lists them"
    then, meant = "archmatrix drivers", (written, near[0]) if near else None
    if known.defines(name):
        why = f"{written}: found an option of Linux {label} that does not need Rust, expected one that does"
        raise UsageError(why, then=then)
    why = f"{written}: found no option of that name that needs Rust in Linux {label}, expected one{words}"
    raise UsageError(why, then=then, meant=meant)


def _since(knowledge: Knowledge, linux: Facts, names: Sequence[str]) -> dict[str, str]:
    """Back from the chosen release, as far as each name needs Rust in every known one that was read for it."""
    chosen = parse(linux.revision.label)
    since = dict.fromkeys(names, linux.revision.label)
    left = set(names)
    older = [r for r in knowledge.revisions("linux") if r.kind == "release" and parse(r.label) < chosen]
    for revision in sorted(older, key=lambda r: parse(r.label), reverse=True):
        facts = knowledge.facts(revision)
        if not left or not facts.has(RUST_OPTIONS):
            continue
        left &= names_needing(facts)
        since.update(dict.fromkeys(left, revision.label))
    return since
