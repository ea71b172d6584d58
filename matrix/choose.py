"""What a person writes for a version -> the known revision that it means, or the known ones on both sides of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.errors import UsageError
from matrix.value import dataclass
from matrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from matrix.model import Revision
    from matrix.versions import Version

# What `uname -r` and distributions hang on: 7.1.13-1-amd64, 1.85.1+dfsg1-1, "1.95.0 (59807616e 2026-04-14)".
_WITH_SUFFIX = re.compile(r"([0-9]+(?:\.[0-9]+)+(?:-rc[0-9]+)?)([-+~_ ].*)", re.DOTALL)
# What people write around a version: linux-6.12, 6.12.y.
_NAMED = re.compile(r"(?:linux|kernel|rustc|rust|gcc|clang|llvm|llvmorg|releases/gcc|mrustc)-(?=[v0-9])")
_BRANCH = re.compile(r"([0-9]+\.[0-9]+)\.[xy]")
# What people call the newest release; what kernel.org develops as mainline is known by its releases alone.
_NEWEST = frozenset({"newest", "latest", "stable", "mainline", "current"})
_LONGTERM = frozenset({"longterm", "lts"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a version means among what is known: the revision, or None with the known ones on both sides of it.

    said holds sentences to print: what was cut, which member of a series was taken, what is missing. older and newer
    are the known releases next to it, None where there is none. read is what was asked for without what was cut
    ("7.1.13" of 7.1.13-1-amd64), "" where nothing was. exact says that the revision itself was named, not the newest of
    several. stands_in says that the revision's files speak for a version that was not read: its label is `read`.
    """

    revision: Revision | None
    said: tuple[str, ...] = ()
    older: Revision | None = None
    newer: Revision | None = None
    read: str = ""
    exact: bool = False
    stands_in: bool = False

    @property
    def neighbours(self) -> tuple[Revision, ...]:
        """Those next to it, the older first."""
        return tuple(revision for revision in (self.older, self.newer) if revision is not None)

    @property
    def label(self) -> str:
        """The version that is meant: the chosen revision's, or what was asked for where that was not read."""
        return self.read if self.revision is None or self.stands_in else self.revision.label


def choose(known: Iterable[Revision], asked: str | None, longterm: Collection[str] = ()) -> Chosen:
    """The revision of one project's `known` that `asked` means; docs/semantics.md section 3.

    None is the newest release, and so are newest, stable and mainline; longterm is the newest of the series of that
    name. X, X.Y and X.Y.y are the newest known release of that series. vX.Y, X.Y.0 and any longer or suffixed label are
    that revision itself or nothing: never the nearest.

    Raises: UsageError when `asked` does not parse.
    """
    ranked = sorted(((parse(r.label), r) for r in known), key=lambda pair: pair[0])
    releases = [(v, r) for v, r in ranked if r.kind == "release"]
    project = ranked[0][1].project if ranked else ""
    if asked is None:
        return _newest(releases, ranked)
    if (word := asked.strip().lower()) in _NEWEST:
        return _by_word(word, _newest(releases, ranked))
    if word in _LONGTERM:
        if not longterm:
            raise UsageError(f"version: got {asked!r} of {project or 'a project'} that has no such series")
        return _by_word(word, _newest([(v, r) for v, r in releases if _label(v) in longterm], ranked))
    wanted, said = understood(asked, project)
    # "v7.1" is a tag's own spelling, "7.1" a series'.
    series = asked.strip()[:1] not in ("v", "V") and _is_series(wanted)
    members = [r for v, r in releases if _in_series(v, wanted)] if series else []
    if members:
        newest = members[-1]
        if newest.label != wanted.text:
            said += (f"{newest.project} {wanted} is read as {newest.label}, the newest known of that series",)
        return Chosen(newest, said, read=wanted.text)
    exact = [] if series else [r for v, r in ranked if v == wanted]
    if exact:
        return Chosen(exact[-1], said, read=wanted.text, exact=True)
    older = next((r for v, r in reversed(releases) if v < wanted), None)
    newer = next((r for v, r in releases if v > wanted), None)
    return Chosen(None, (*said, _not_known(wanted, older, newer)), older, newer, wanted.text)


def _newest(releases: Sequence[tuple[Version, Revision]], ranked: Sequence[tuple[Version, Revision]]) -> Chosen:
    if releases:
        return Chosen(releases[-1][1])
    name = ranked[0][1].project if ranked else "the project"
    return Chosen(None, (f"no release of {name} is known",), next((r for _, r in ranked[-1:]), None))


def _by_word(word: str, newest: Chosen) -> Chosen:
    """What a word such as `stable` means is said: it moves."""
    if newest.revision is None:
        return newest
    said = f"{newest.revision.project} {word} is read as {newest.revision.label}, the newest known"
    return Chosen(newest.revision, (said,), read=word)


def _label(version: Version) -> str:
    return ".".join(map(str, (*version.numbers, 0)[:2]))


def understood(asked: str, project: str) -> tuple[Version, tuple[str, ...]]:
    """`asked` parsed, after cutting what is a distribution's, and what to say about the cut."""
    text = _NAMED.sub("", asked.strip())
    bare = text[1:] if text[:1] in ("v", "V") else text
    if branch := _BRANCH.fullmatch(bare):
        return parse(branch[1]), ()
    try:
        version = parse(bare)
        rest = ""
    except UsageError:
        suffixed = _WITH_SUFFIX.fullmatch(bare)
        if not suffixed:
            raise
        version, rest = parse(suffixed[1]), suffixed[2]
    # 6.6.87.2-microsoft-standard: the fourth number is a builder's; the kernel has had three since 3.0.
    if project == "linux" and len(version.numbers) == 4:
        kept = ".".join(map(str, version.numbers[:3]))
        rest = text[len(text) - len(bare) + len(kept) :]
        version = parse(kept)
    if not rest:
        return version, ()
    return version, (
        f"{project or 'version'} {text} is read as {version}: {rest.strip()!r} is no part of upstream's version",
    )


def _is_series(version: Version) -> bool:
    return len(version.numbers) <= 2 and not version.stage and not version.moving


def _in_series(version: Version, series: Version) -> bool:
    width = len(series.numbers)
    return (*version.numbers, 0, 0)[:width] == series.numbers


def _not_known(wanted: Version, older: Revision | None, newer: Revision | None) -> str:
    if older is not None and newer is not None:
        return f"{older.project} {wanted} was not read; known next to it: {older.label} and {newer.label}"
    if older is not None:
        return f"{older.project} {wanted} is newer than all that was read; the newest is {older.label}"
    if newer is not None:
        return f"{newer.project} {wanted} is older than all that was read; the oldest is {newer.label}"
    return f"{wanted} is not known"
