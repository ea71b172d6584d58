"""What a source said before and says now -> whether that much change is believable, and if not, why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.changes import differences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.model import Located, Source


def unbelievable(source: Source, before: Sequence[Located], now: Sequence[Located]) -> str:
    """One sentence where more than `source.shrink` percent of what was said is gone or changed, else "".

    New statements do not count: files grow. Without a before there is nothing to hold against.
    """
    if not before:
        return ""
    lost = sum(len(d.before) for d in differences(before, now))
    if lost * 100 <= source.shrink * len(before):
        return ""
    percent = lost * 100 // len(before)
    return f"{lost} of {len(before)} facts ({percent} %) would be gone or changed, more than {source.shrink} %"
