"""`archmatrix drivers`: which options need Rust, where each can be had, and who loses it for want of Rust."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cli import output, surroundings
from matrix.errors import UsageError
from matrix.exits import Exit, together
from matrix.model import Truth
from matrix.operations.drivers import defconfigs, drivers
from matrix.registry import resolve_name
from matrix.render.answer.drivers import (
    defconfigs_json,
    defconfigs_text,
    drivers_json,
    drivers_text,
    option_text,
)
from matrix.resolve.drivers import RUST_OPTIONS, Having

if TYPE_CHECKING:
    import argparse

    from matrix.operations.workplace import Workplace
    from matrix.query.scene import Scene
    from matrix.resolve.drivers import RustOption

_EXITS = {Truth.YES: Exit.YES, Truth.NO: Exit.NO, Truth.UNKNOWN: Exit.CANNOT_TELL}


def run(args: argparse.Namespace) -> int:
    """0 where it can be had, or all were listed; 1 where not; 3 where this kernel's options were not read."""
    work = surroundings.reading(args)
    variants = tuple(work.registry.variants) if args.arch is None else resolve_name(work.registry, args.arch).variants
    if args.defconfigs:
        return _defconfigs(work, args, variants)
    found = drivers(work, surroundings.wish(args), args.symbol, variants)
    if found.unread:
        return _cannot_tell(found.unread, found.scene)
    if args.json:
        output.write_json(drivers_json(work.registry, found))
    elif args.symbol:
        output.write("\n".join(option_text(work.registry, found, option) for option in found.options))
    else:
        output.write(drivers_text(work.registry, found, args.arch))
    if not args.symbol:
        return Exit.YES
    named = args.arch is not None
    return together(_EXITS[_answer(option, every=named)] for option in found.options)


def _defconfigs(work: Workplace, args: argparse.Namespace, variants: tuple[str, ...]) -> int:
    if args.symbol:
        raise UsageError("--defconfigs: found a symbol beside it, expected none: every line is shown")
    found = defconfigs(work, surroundings.wish(args), variants)
    if found.unread:
        return _cannot_tell(found.unread, found.scene)
    if args.json:
        output.write_json(defconfigs_json(work.registry, found))
    else:
        output.write(defconfigs_text(work.registry, found))
    return together(_EXITS[line.holds] for line in found.lines)


def _cannot_tell(unread: str, scene: Scene) -> int:
    """Why not, in the words of the tree that was to be read where one was; else what would settle it."""
    why = [said for said in scene.said if said.startswith(f"{RUST_OPTIONS} ")]
    hint = "a whole tree is expected" if "linux" in scene.own else "a whole tree has them"
    output.complain(f"{'; '.join(why) or unread}; {hint}", then="archmatrix drivers --tree DIR")
    return Exit.CANNOT_TELL


def _answer(option: RustOption, *, every: bool) -> Truth:
    """Whether it can be had: on every variant of the machine that was named, else on any."""
    having = [one.having for one in option.on]
    if (Having.CAN in having and not every) or all(h is Having.CAN for h in having):
        return Truth.YES if having else Truth.NO
    if every and any(h in {Having.LOST, Having.MISSING} for h in having):
        return Truth.NO
    return Truth.UNKNOWN if Having.UNKNOWN in having else Truth.NO
