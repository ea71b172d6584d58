"""What a source said before and says now -> whether that much change is believable, and if not, why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matrix.model import Located, Source

_Statement = tuple[str, str, str, str]


def unbelievable(source: Source, before: Sequence[Located], now: Sequence[Located]) -> str:
    """One sentence where more than `source.shrink` percent of what was said is gone or changed, else "".

    New statements do not count: files grow. Nor does a file's new name: what it says counts. Without a before there is
    nothing to hold against.
    """
    if not before:
        return ""
    said = _statements(before)
    lost = len(said - _statements(now))
    if lost * 100 <= source.shrink * len(said):
        return ""
    percent = lost * 100 // len(said)
    return f"{lost} of {len(said)} facts ({percent} %) would be gone or changed, more than {source.shrink} %"


def _statements(items: Iterable[Located]) -> set[_Statement]:
    return {(i.fact.subject, i.fact.attribute, i.fact.value, i.fact.when) for i in items}
