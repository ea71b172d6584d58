"""A moment -> what people are told of it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime


def moment_words(moment: datetime) -> str:
    """`2026-11-20 22:40:00 UTC`. moment is aware, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
