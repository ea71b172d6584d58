"""A tree, and what its project writes about itself -> the Revision that it is.

Where each project says its version:

    linux   Makefile: VERSION = 7, PATCHLEVEL = 2, SUBLEVEL = 0, EXTRAVERSION = -rc2; localversion-next: -next-20260501
    rust    src/version: 1.97.0; src/ci/channel (in git, not in every archive): stable, beta, nightly
    gcc     gcc/BASE-VER: 17.0.0; gcc/DEV-PHASE: experimental, prerelease, or empty for a release
    llvm    cmake/Modules/LLVMVersion.cmake, until 19 llvm/CMakeLists.txt: set(LLVM_VERSION_MAJOR 22), ... MINOR, PATCH,
            set(LLVM_VERSION_SUFFIX git) on main
    gccrs   as GCC, of which it is a branch
    mrustc  nowhere: only its tags do

A file says which release it leads to or comes from, not that it is one: between 7.1 and 7.2-rc1 every commit of the
kernel says 7.1. So where git knows the commit, a tag decides what is a release.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import TreeError, UsageError
from matrix.model import Revision
from matrix.trees.folder import Folder
from matrix.versions import Version, canonical, kind, parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import TypeAlias

    from matrix.trees.repository import Repository

    Tree: TypeAlias = Folder | Repository

# What the files may say at a candidate's tag other than the candidate itself.
_CANDIDATES = {"gcc": ("", "prerelease"), "llvm": ("",)}
_CHANNELS = {"stable": "", "beta": "-beta", "nightly": "-nightly", "dev": "-dev"}
_PHASES = {"": "", "experimental": "-experimental", "prerelease": "-prerelease"}


def read_version(project: str, tree: Tree) -> str | None:
    """The version that the tree's own files say, as a label; None where the project, or this tree, says none.

    Raises: TreeError when the file that should say it has another shape.
    """
    stated = _stated(project, tree)
    return stated.version if stated else None


def identify(project: str, tree: Tree, claimed: str | None = None, *, tag: str = "{version}") -> Revision:
    """Which revision of `project` the tree is; `claimed` is the version that the asker wrote, if any.

    The label is the tag's version where the files are a tag's; for any other commit `git describe` by the project's
    `tag` template, or the version in the files with the commit (17.0.0-experimental-g1234abcd) where the nearest tag
    belongs to another series; without git the version in the files, or the claim.

    Raises: TreeError when nothing says a version, or the claim and the files contradict each other.
    """
    stated = _stated(project, tree)
    claim = _claim(project, tree, claimed)
    if stated and claim and not _agree(project, parse(stated.version), parse(claim)):
        raise TreeError(f"{tree.where}: {stated.path}: found {project} {stated.version}, expected {claim} as asked")
    label = claim or _label(project, tree, stated, tag)
    try:
        label = canonical(project, label)
        what = kind(project, label)
    except UsageError:
        raise TreeError(
            f"{tree.where}: found {label!r}, expected a version of {project}; say it: {_hint(project, tree)}"
        ) from None
    return Revision(project=project, label=label, kind=what, commit=tree.commit, date=_date(tree, stated))


class _Stated(NamedTuple):
    version: str
    path: str


def _stated(project: str, tree: Tree) -> _Stated | None:
    reader = _READERS.get(project)
    return reader(tree) if reader else None


def _claim(project: str, tree: Tree, claimed: str | None) -> str:
    """The version that was asked for, in the project's spelling; "" where a branch or commit was, or nothing."""
    if not isinstance(tree, Folder):
        return canonical(project, tree.tagged) if tree.tagged else ""
    return canonical(project, claimed) if claimed else ""


def _agree(project: str, stated: Version, claim: Version) -> bool:
    """Whether a claim can hold for files that say `stated`."""
    same = parse(".".join(map(str, stated.numbers))) == parse(".".join(map(str, claim.numbers)))
    if not same or claim.moving:
        return same
    if claim.stage == "rc" and stated.stage in _CANDIDATES.get(project, ()):
        return True
    return (stated.stage, stated.count) == (claim.stage, claim.count)


def _label(project: str, tree: Tree, stated: _Stated | None, tag: str) -> str:
    described = tree.describe(tag)
    if not described and not stated:
        raise TreeError(
            f"{tree.where}: found nothing that says which version of {project} it is"
            f" ({_WHERE.get(project, 'no file does, and no tag')}); say it: {_hint(project, tree)}"
        )
    dirty = "-dirty" if tree.modified else ""
    # Rust and GCC tag their release branches: what `describe` finds from the main branch is years old.
    if described and (not stated or _series(described) == _series(stated.version)):
        return described + dirty
    version = stated.version if stated else described
    return f"{version}-g{tree.head[:8]}{dirty}" if tree.head else version


def _series(label: str) -> tuple[int, ...]:
    try:
        return (*parse(label).numbers, 0)[:2]
    except UsageError:
        return ()


def _date(tree: Tree, stated: _Stated | None) -> datetime | None:
    """A commit's date; for plain files when the one that says the version was written (archives keep that)."""
    if tree.commit or not isinstance(tree, Folder):
        return tree.date
    return tree.written(stated.path) if stated else None


def _hint(project: str, tree: Tree) -> str:
    place = tree.root if isinstance(tree, Folder) else tree.git.root
    return f"{project}@VERSION={place}"


# --- one reader a project ------------------------------------------------------------------------


def _linux(tree: Tree) -> _Stated | None:
    text = _text(tree, "Makefile")
    if text is None:
        return None
    values = dict(
        re.findall(r"^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)[ \t]*=[ \t]*(\S*)[ \t]*$", text, re.MULTILINE)
    )
    numbers = [values.get(name, "") for name in ("VERSION", "PATCHLEVEL", "SUBLEVEL")]
    if not all(map(_is_number, numbers)):
        raise _other(tree, "Makefile", "VERSION, PATCHLEVEL and SUBLEVEL, each a number")
    shown = numbers[:2] if numbers[2] == "0" else numbers
    following = (_text(tree, "localversion-next") or "").strip()
    return _Stated(".".join(shown) + values.get("EXTRAVERSION", "") + following, "Makefile")


def _rust(tree: Tree) -> _Stated | None:
    path = "src/version"
    text = _text(tree, path)
    if text is None:
        return None
    version, channel = text.strip(), (_text(tree, "src/ci/channel") or "stable").strip()
    if not _is_release(version):
        raise _other(tree, path, "a version such as 1.95.0")
    if channel not in _CHANNELS:
        raise _other(tree, "src/ci/channel", f"one of {', '.join(_CHANNELS)}")
    return _Stated(version + _CHANNELS[channel], path)


def _gcc(tree: Tree) -> _Stated | None:
    path = "gcc/BASE-VER"
    text = _text(tree, path)
    if text is None:
        return None
    version, phase = text.strip(), (_text(tree, "gcc/DEV-PHASE") or "").strip()
    if not _is_release(version):
        raise _other(tree, path, "a version such as 16.2.0")
    if phase not in _PHASES:
        raise _other(tree, "gcc/DEV-PHASE", "nothing, experimental or prerelease")
    return _Stated(version + _PHASES[phase], path)


def _llvm(tree: Tree) -> _Stated | None:
    for path in ("cmake/Modules/LLVMVersion.cmake", "llvm/CMakeLists.txt"):
        text = _text(tree, path)
        if text is None:
            continue
        shape = r"^[ \t]*set\([ \t]*LLVM_VERSION_(MAJOR|MINOR|PATCH|SUFFIX)[ \t]*\"?([\w.-]*)\"?[ \t]*\)"
        values = dict(re.findall(shape, text, re.MULTILINE))
        numbers = [values.get(name, "") for name in ("MAJOR", "MINOR", "PATCH")]
        if all(map(_is_number, numbers)):
            return _Stated(".".join(numbers) + values.get("SUFFIX", ""), path)
        if any(numbers):
            raise _other(tree, path, "set(LLVM_VERSION_MAJOR ...), MINOR and PATCH, each a number")
    return None


_READERS: dict[str, Callable[[Tree], _Stated | None]] = {
    "gcc": _gcc,
    "gccrs": _gcc,
    "linux": _linux,
    "llvm": _llvm,
    "rust": _rust,
}
# Every file that the readers may open, so that a caller can bring them first.
VERSION_FILES: dict[str, tuple[str, ...]] = {
    "gcc": ("gcc/BASE-VER", "gcc/DEV-PHASE"),
    "gccrs": ("gcc/BASE-VER", "gcc/DEV-PHASE"),
    "linux": ("Makefile", "localversion-next"),
    "llvm": ("cmake/Modules/LLVMVersion.cmake", "llvm/CMakeLists.txt"),
    "rust": ("src/version", "src/ci/channel"),
}
_WHERE = {
    "gcc": "looked for gcc/BASE-VER",
    "linux": "looked for Makefile",
    "llvm": "looked for cmake/Modules/LLVMVersion.cmake and llvm/CMakeLists.txt",
    "mrustc": "only its tags do",
    "rust": "looked for src/version",
}


def _text(tree: Tree, path: str) -> str | None:
    """The file's text, None where the tree has none; bytes that are no text match no shape above."""
    if not tree.match([path]):
        return None
    return next(body for _, body in tree.read([path])).decode("utf-8", "replace")


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,9}", text) is not None


def _is_release(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9}){2}", text) is not None


def _other(tree: Tree, path: str, expected: str) -> TreeError:
    return TreeError(f"{tree.where}: {path}: found another text, expected {expected}")
