"""Variants -> those that the chosen kernel cannot be built for, each with why: what `names` adds to a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.model import Truth
from matrix.resolve.port import port

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.model import Variant
    from matrix.resolve.context import Context


def absent_ports(context: Context, variants: Iterable[Variant]) -> dict[str, str]:
    """Why the kernel has no port for a variant, by its id; the others are not in it, nor those that cannot be told."""
    rungs = {variant.id: port(context, variant) for variant in variants}
    return {id_: rung.because for id_, rung in rungs.items() if rung.truth is Truth.NO}
