"""Packs -> a bare git repository of some of upstream's objects, which git itself has checked one by one.

    cache = await ObjectCache.open(folder / "linux.git")
    pack = await fetch_pack(..., into=cache.incoming())
    await cache.add_pack(pack)
    await cache.set_ref("refs/heads/master", commit)
    files = await cache.paths(commit)          # {"Makefile": ("100644", "e5a1..."), ...}
    missing = {blobs wanted} - await cache.has(blobs wanted)

It holds commits without their history and trees without all their files: git must never be asked to complete, count or
collect it. Nothing in it is precious: a cache that is lost or broken is deleted, and fetched anew.

The order of writing makes every moment a sound one to be killed at: the boundary of history first (git reads over
boundaries of commits it lacks), then the objects, then the ref.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.errors import FetchError, StoreError
from matrix.fetch.git import SETTINGS, GitError, run_git

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matrix.fetch.packstream import PackInfo

# Left by a git that was killed. A pack whose index is missing is overlooked by git, and written anew.
_LEFTOVERS = (
    "incoming/*", "objects/pack/tmp_*", "objects/pack/.tmp*", "objects/tmp_*", "objects/??/tmp_obj_*",
    "*.lock", "refs/**/*.lock", "shallow.new*",
)  # fmt: skip
_OID = re.compile(r"[0-9a-f]{40}")
# A head of Linux that moved leaves two packs of 165 kB in all, and one poll from nothing costs some 6 MB.
MOST_PACKS = 200
# A Linux is some 6,000 trees. An object has a byte of its own and, of nothing, eight of zlib's.
MOST_OBJECTS, _FEW_OBJECTS, _LEAST = 1_000_000, 10_000, 9
LARGEST_CACHE = 512 << 20


class ObjectCache:
    """The repository at `path`. One process writes to it at a time; any number may read."""

    def __init__(self, path: Path, *, timeout: timedelta = timedelta(minutes=5), largest: int = 256 << 20) -> None:
        self.path, self._timeout, self._largest = path, timeout, largest

    @staticmethod
    async def open(path: Path, *, timeout: timedelta = timedelta(minutes=5), largest: int = 256 << 20) -> ObjectCache:
        """The cache at `path`, made where there is none. timeout bounds each git command, largest one pack's bytes.

        Raises: StoreError.
        """
        cache = ObjectCache(path, timeout=timeout, largest=largest)
        if not _exists(path):
            await _create(path, timeout)
        try:
            await run_git(path, "rev-parse", "--git-dir", timeout=timeout)
            # By this folder a cache that is broken is known to be one.
            _make_folder(path / "incoming")
        except (OSError, StoreError):
            raise StoreError(f"{path}: found no sound git repository, expected the object cache (delete it)") from None
        return cache

    def incoming(self) -> Path:
        """A new empty file for a pack to arrive in.

        Raises: StoreError.
        """
        try:
            descriptor, name = tempfile.mkstemp(dir=self.path / "incoming", suffix=".pack")
            os.close(descriptor)
        except OSError as error:
            raise StoreError(f"{self.path}: found {error.strerror}, expected room for a pack") from None
        return Path(name)

    async def add_pack(self, pack: PackInfo) -> None:
        """Have git check the pack and take it in; its file is gone then, whether git did or not.

        Raises: FetchError where git does not accept it; StoreError where it cannot be written.
        """
        try:
            # git makes room for all of them before it has seen one.
            size = pack.path.stat().st_size
            if pack.objects > min(MOST_OBJECTS, max(_FEW_OBJECTS, size // _LEAST)):
                raise FetchError(pack.host, f"names {pack.objects} objects in a pack of {size} bytes")
            self._note_shallow(self.shallow() | pack.shallow)
            with pack.path.open("rb") as file:
                # A pack's objects are hashed one by one, so an altered byte anywhere is found here.
                await self._git(
                    "index-pack", "--stdin", "--fix-thin", f"--max-input-size={self._largest}", source=file.fileno()
                )
            self._note_shallow(self.shallow() - pack.unshallow)
        except OSError as error:
            raise StoreError(f"{pack.path}: found {error.strerror}, expected a pack") from None
        except GitError as error:
            if error.ours:
                raise
            raise FetchError(pack.host, f"sent what is not a pack that git accepts ({error.said})") from None
        finally:
            pack.path.unlink(missing_ok=True)

    async def has(self, oids: Iterable[str]) -> set[str]:
        """Those objects that are here.

        Raises: StoreError.
        """
        asked = sorted(set(oids))
        if not asked:
            return set()
        told = await self._git("cat-file", "--batch-check=%(objectname)", text="\n".join(asked) + "\n")
        return {line for line in told.decode("ascii", "replace").split("\n") if _OID.fullmatch(line)}

    async def paths(self, commit: str, keep: Callable[[str], bool] | None = None) -> dict[str, tuple[str, str]]:
        """The paths of the commit that `keep` says yes to (all without it), each with its mode and its object's name.

        A mode is as git writes it ("100644"); the objects may be missing.

        Raises: StoreError.
        """
        listing = await self._git("ls-tree", "-r", "-z", "--full-tree", commit)
        oids = {}
        # One entry at a time: the kernel has 90,000, and a list of them all is the largest thing of a whole refresh.
        for entry in re.finditer(rb"([0-7]{6}) [a-z]+ ([0-9a-f]{40})\t([^\0]+)\0", listing):
            path = entry[3].decode("utf-8", "surrogateescape")
            if keep is None or keep(path):
                oids[path] = (sys.intern(entry[1].decode("ascii")), entry[2].decode("ascii"))
        return oids

    async def refs(self) -> dict[str, str]:
        """Every ref with the object that it stands for: the commits that are here with all their trees.

        Raises: StoreError.
        """
        listing = await self._git("for-each-ref", "--format=%(objectname) %(refname)")
        pairs = (line.partition(" ") for line in listing.decode("utf-8", "surrogateescape").splitlines())
        return {name: oid for oid, _, name in pairs}

    async def set_ref(self, name: str, oid: str) -> None:
        """Let the ref (full name) stand for the object, which is here.

        Raises: StoreError.
        """
        await self._git("update-ref", "--no-deref", "--end-of-options", name, oid)

    async def is_sound(self) -> bool:
        """Whether git finds every pack whole, and the trees of every commit that a ref stands for.

        Read whole, it takes seconds: asked where something went wrong. Raises: StoreError where git cannot look.
        """
        packs = sorted(str(path) for path in self.path.glob("objects/pack/pack-*.idx"))
        try:
            commits = sorted(set((await self.refs()).values()))
            if packs:
                await self._git("verify-pack", "--", *packs)
            if commits:
                # Of files only those that are read are here.
                walk = ("rev-list", "--objects", "--quiet", "--filter=blob:none", "--stdin")
                await self._git(*walk, text="".join(f"{commit}\n" for commit in commits))
            self.shallow()
        except GitError as error:
            if error.ours:
                raise
            return False
        except StoreError:
            return False
        return True

    def drop(self) -> None:
        """Delete all of it: what is in it can be fetched again.

        Raises: StoreError, also where this is no cache that was made here.
        """
        if self.path.is_symlink() or not (self.path / "incoming").is_dir():
            raise StoreError(f"{self.path}: found no sound git repository, expected the object cache (delete it)")
        try:
            shutil.rmtree(self.path)
        except OSError as error:
            raise StoreError(f"{error.filename}: found {error.strerror}, expected to delete it") from None

    def is_full(self) -> bool:
        """Whether so much was gathered that it is time to begin anew: each poll of a head that moved leaves packs."""
        packs = list(self.path.glob("objects/pack/pack-*.pack"))
        return len(packs) > MOST_PACKS or sum(path.stat().st_size for path in packs) > LARGEST_CACHE

    def shallow(self) -> frozenset[str]:
        """The commits whose parents are not here.

        Raises: StoreError.
        """
        try:
            return frozenset((self.path / "shallow").read_text("ascii").split())
        except FileNotFoundError:
            return frozenset()
        except (OSError, UnicodeDecodeError):
            raise StoreError(f"{self.path / 'shallow'}: found no list of commits, expected one") from None

    def prune(self) -> int:
        """Delete what a kill left behind: how many files. Only for the one process that writes.

        Raises: StoreError.
        """
        orphans = [p for p in self.path.glob("objects/pack/pack-*.pack") if not p.with_suffix(".idx").exists()]
        leftovers = [p for pattern in _LEFTOVERS for p in self.path.glob(pattern) if p.is_file()] + orphans
        try:
            for path in leftovers:
                path.unlink(missing_ok=True)
            for unfinished in self.path.parent.glob(f".{self.path.name}.*.new"):
                shutil.rmtree(unfinished)
        except OSError as error:
            raise StoreError(f"{error.filename}: found {error.strerror}, expected to delete it") from None
        return len(leftovers)

    def _note_shallow(self, commits: frozenset[str]) -> None:
        if commits == self.shallow():
            return
        place = self.path / f"shallow.new{os.getpid()}"
        with place.open("w", encoding="ascii") as file:
            file.writelines(f"{commit}\n" for commit in sorted(commits))
            file.flush()
            os.fsync(file.fileno())
        place.replace(self.path / "shallow")

    async def _git(self, *arguments: str, source: int = asyncio.subprocess.DEVNULL, text: str = "") -> bytes:
        return await run_git(self.path, *arguments, timeout=self._timeout, source=source, text=text)


async def _create(path: Path, timeout: timedelta) -> None:
    """A whole repository at once: it is made beside its place, and moved there."""
    place = path.parent / f".{path.name}.{os.getpid()}.new"
    try:
        _make_folder(place)
        options = ("--quiet", "--bare", "--template=", "--object-format=sha1", "--initial-branch=none")
        await run_git(place, "init", *options, timeout=timeout)
        # Also for those who read it in another way.
        for name in ("gc.auto", "maintenance.auto", "protocol.allow"):
            await run_git(place, "config", name, SETTINGS[name], timeout=timeout)
        _move(place, path)
    except OSError as error:
        raise StoreError(f"{path}: found {error.strerror}, expected to make a git repository there") from None
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _exists(path: Path) -> bool:
    # A dangling link is there too; making a repository in its place would fail without saying why.
    return os.path.lexists(path)


def _make_folder(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)


def _move(place: Path, path: Path) -> None:
    place.rename(path)
