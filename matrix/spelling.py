"""A word that is not known -> the one that was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ALIKE = 0.6


def nearest(word: str, known: Iterable[str], *, alike: float = _ALIKE) -> str:
    """The known word that is most like this one; "" where none is like it.

    alike is the share of their letters that must stand alike, from 0 to 1.
    """
    # Imported only for a mistake: it costs more than all the rest of a query.
    from difflib import get_close_matches  # noqa: PLC0415

    return next(iter(get_close_matches(word, list(known), 1, alike)), "")
