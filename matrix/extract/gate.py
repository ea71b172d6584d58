"""The one gate behind every extractor: bytes -> a reading, and whether a source's readings are believable."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from matrix.errors import ShapeError
from matrix.extract.table import EXTRACTORS
from matrix.model import Reading
from matrix.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matrix.model import Fact, Source


def version_of(source: Source) -> int:
    """The version of the source's extractor; a reading by another version is read again."""
    return EXTRACTORS[source.extractor].version


def read(source: Source, path: str, body: bytes) -> Reading:
    """What the source's extractor reads from one file. A fact said twice is kept once, at its first line.

    Raises: ShapeError, and nothing else, whatever the bytes; ModuleNotFoundError without the extra `refresh`.
    """
    extractor = EXTRACTORS[source.extractor]
    facts = extractor.extract(Text.decode(path, body))
    return Reading(
        sha256=hashlib.sha256(body).hexdigest(),
        source=source.id,
        extractor=source.extractor,
        version=extractor.version,
        facts=_once(facts),
    )


def _once(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    seen: dict[tuple[str, str, str, str], Fact] = {}
    for fact in facts:
        seen.setdefault((fact.subject, fact.attribute, fact.value, fact.when), fact)
    return tuple(seen.values())


def check_believable(source: Source, paths: Sequence[str], facts: int) -> None:
    """Refuse what is implausibly little over all files of a source: an empty parse is never "dropped everything".

    Raises: ShapeError.
    """
    check_files(source, paths)
    if facts < source.floor:
        raise ShapeError(path=_place(source), line=0, found=f"{facts} facts", expected=f"at least {source.floor}")


def check_files(source: Source, paths: Sequence[str]) -> None:
    """Refuse implausibly few files. Raises: ShapeError."""
    if len(paths) < source.documents:
        found = f"{len(paths)} files" if paths else "no such file (moved?)"
        raise ShapeError(path=_place(source), line=0, found=found, expected=f"at least {source.documents}")


def _place(source: Source) -> str:
    return source.paths[0] if len(source.paths) == 1 else f"{source.id} ({', '.join(source.paths)})"
