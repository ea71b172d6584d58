"""A tree on this machine at one revision -> a snapshot of its files and facts, and what became of each source."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import MatrixError, ShapeError
from matrix.extract import gate
from matrix.model import Document
from matrix.store import Observation, ReadingKey, Snapshot
from matrix.text import LARGEST
from matrix.trees import Walked
from matrix.versions import in_version, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from matrix.model import Revision, Source
    from matrix.trees import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOutcome:
    """What became of one source of one revision. An error means that none of its files is recorded.

    absent: the revision is older or newer than the file (data/sources.toml: since, until). facts counts those newly
    read; bytes what was read to learn them.
    """

    source: Source
    documents: int = 0
    facts: int = 0
    bytes: int = 0
    error: MatrixError | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRead:
    """One project at one revision: the files to record, and each source's outcome in the order of sources.toml."""

    snapshot: Snapshot
    outcomes: tuple[SourceOutcome, ...]

    @property
    def failures(self) -> tuple[SourceOutcome, ...]:
        """The sources that could not be believed: their last good facts stay."""
        return tuple(o for o in self.outcomes if o.error is not None)


def read_tree(
    tree: Tree,
    revision: Revision,
    sources: Iterable[Source],
    now: datetime,
    known: Callable[[list[ReadingKey]], Mapping[ReadingKey, int]] = lambda _: {},
) -> TreeRead:
    """Read every source of the revision's project from the tree; one that fails does not keep the others back.

    `known` gives those keys whose content has been read before, with the number of facts: such a file is hashed and
    not parsed. `now` is when the files are observed (aware UTC).
    """
    version = parse(revision.label)
    observations: list[Observation] = []
    outcomes: list[SourceOutcome] = []
    for source in sources:
        if source.project != revision.project:
            continue
        if not in_version(source, version):
            outcomes.append(SourceOutcome(source=source, absent=True))
            continue
        try:
            seen, outcome = _read_source(tree, revision, source, now, known)
        except MatrixError as error:
            outcomes.append(SourceOutcome(source=source, error=error))
        else:
            observations += seen
            outcomes.append(outcome)
    unread = tuple((o.source.id, str(o.error)) for o in outcomes if o.error is not None)
    return TreeRead(snapshot=Snapshot(revision, tuple(observations), unread), outcomes=tuple(outcomes))


def _read_source(
    tree: Tree,
    revision: Revision,
    source: Source,
    now: datetime,
    known: Callable[[list[ReadingKey]], Mapping[ReadingKey, int]],
) -> tuple[list[Observation], SourceOutcome]:
    found = tree.match(source.paths)
    files = _files(tree, source, found)
    keys = [ReadingKey(source.id, f.path, f.sha256, source.extractor, gate.version_of(source)) for f in files]
    read_before = known(keys)
    observations = []
    for file, key in zip(files, keys, strict=True):
        document = Document(
            project=revision.project,
            revision=revision.label,
            path=file.path,
            sha256=file.sha256,
            observed_at=now,
            checked_at=now,
        )
        observation = Observation(source=source.id, document=document)
        if key not in read_before:
            observation = replace(observation, reading=gate.read(source, file.path, file.body()))
        observations.append(observation)
    facts = sum(len(o.reading.facts) for o in observations if o.reading is not None)
    # The floor is over all files of the source: those read before count too.
    gate.check_believable(
        source, found if source.joined else [f.path for f in files], facts + sum(read_before.values())
    )
    return observations, SourceOutcome(
        source=source, documents=len(files), facts=facts, bytes=sum(file.size for file in files)
    )


class _File(NamedTuple):
    """One file of a source; its body is fetched when it is asked for."""

    path: str
    sha256: str
    size: int
    body: Callable[[], bytes]


def _files(tree: Tree, source: Source, paths: list[str]) -> list[_File]:
    if source.joined:
        gate.check_files(source, paths)  # what too few say of the whole is no fault of theirs
        path, body = _common_folder(source.paths), _joined(tree.read(paths))
        return [_File(path, hashlib.sha256(body).hexdigest(), len(body), partial(bytes, body))]
    if isinstance(tree, Walked) and not source.listing:
        return [
            _File(path, digest.sha256, digest.size, partial(tree.body, path))
            for path, digest in zip(paths, tree.digests(paths), strict=True)
        ]
    bodies = [_listing(source, paths)] if source.listing else tree.read(paths)
    return [_File(path, hashlib.sha256(body).hexdigest(), len(body), partial(bytes, body)) for path, body in bodies]


def _listing(source: Source, paths: list[str]) -> tuple[str, bytes]:
    """A document of its own: what exists, one path a line, at the folder that all patterns share."""
    if not paths:
        raise ShapeError(path=source.paths[0], line=0, found="no such file (moved?)", expected="at least one")
    return _common_folder(source.paths), ("\n".join(paths) + "\n").encode()


def _joined(bodies: Iterable[tuple[str, bytes]]) -> bytes:
    """A document of all files, one after the other, each under its path: matrix/extract/linux_rust_options.py."""
    parts: list[bytes] = []
    size = 0
    for path, body in bodies:
        size += len(body)
        if size > LARGEST:
            raise ShapeError(path=path, line=0, found=f"{size} bytes up to here", expected=f"at most {LARGEST} in all")
        parts += [b"\f", path.encode(), b"\n", body, b"" if body.endswith(b"\n") else b"\n"]
    return b"".join([*parts, b"\f\n"])


def _common_folder(patterns: tuple[str, ...]) -> str:
    """The folder above the first wildcard: `arch/*/Kconfig` is `arch/`; the first path where there is no wildcard."""
    before, star, _ = patterns[0].partition("*")
    return before.rpartition("/")[0] + "/" if star else patterns[0]
