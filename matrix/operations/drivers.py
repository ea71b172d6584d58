"""A workplace and what is asked -> the options of a kernel that need Rust, and where each can be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.operations.ask import ask
from matrix.query.drivers import find_defconfigs, find_drivers
from matrix.resolve.drivers import RUST_OPTIONS
from matrix.value import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matrix.operations.ask import Wish
    from matrix.operations.workplace import Workplace
    from matrix.query.drivers import Defconfigs, Drivers


def drivers(work: Workplace, wish: Wish, symbols: Sequence[str], variants: Iterable[str]) -> Drivers:
    """All options, or those of the symbols, on the variants of these ids. Raises: UsageError for an unknown symbol."""
    with ask(work, replace(wish, also=(RUST_OPTIONS,))) as question:
        asked = [work.registry.variants[id_] for id_ in variants]
        return find_drivers(question.scene, question.knowledge, symbols, asked)


def defconfigs(work: Workplace, wish: Wish, variants: Iterable[str]) -> Defconfigs:
    """The lines of the kernel's default configurations that set Rust or what needs it. Raises: as `ask` does."""
    with ask(work, replace(wish, also=(RUST_OPTIONS,))) as question:
        return find_defconfigs(question.scene, [work.registry.variants[id_] for id_ in variants])
