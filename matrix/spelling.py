"""A word that is not known -> the one that was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ALIKE = 0.6


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is most like this one; "" where none is like it."""
    # Imported only for a mistake: it costs more than all the rest of a query.
    from difflib import get_close_matches  # noqa: PLC0415

    return next(iter(get_close_matches(word, list(known), 1, _ALIKE)), "")
