"""One refresh at a time on one store, and one daemon: locks that the system drops when their holders die."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from matrix.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

REFRESH, DAEMON = "a refresh under way", "a daemon that has this store"
_ENDINGS = {REFRESH: ".lock", DAEMON: ".daemon.lock"}
_PAUSE = 0.2


def holder(store: Path, what: str = DAEMON) -> str:
    """Who holds the store's lock now ("process 4711"), "" for nobody. Nothing is made and nothing waited for."""
    try:
        handle = os.open(_place(store, what), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        # A shared lock: two processes that only ask do not hinder each other.
        return "" if _taken(handle, fcntl.LOCK_SH) else _signed(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(store: Path, *, wait: float, tell: Callable[[str], None], what: str = REFRESH) -> Iterator[None]:
    """Hold the store's lock. Another holder is waited for up to `wait` seconds, and named.

    Raises: StoreError where it is still held then, or where the lock cannot be made.
    """
    place = _place(store, what)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"{place}: found {error.strerror}, expected to lock it") from None
    try:
        _take(handle, place, wait, tell, what)
        _sign(handle, place)
        yield
    finally:
        os.close(handle)


def _place(store: Path, what: str) -> Path:
    return store.with_name(store.name + _ENDINGS[what])


def _sign(handle: int, place: Path) -> None:
    """Write down who holds it, for those who wait."""
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}\n".encode(), 0)
    except OSError as error:
        raise StoreError(f"{place}: found {error.strerror}, expected to write who holds it") from None


def _take(handle: int, place: Path, wait: float, tell: Callable[[str], None], what: str) -> None:
    until = time.monotonic() + wait
    told = False
    while not _taken(handle):
        if time.monotonic() >= until:
            raise StoreError(
                f"{place}: found {what} ({_signed(handle)}), expected none; try later", then="archmatrix status"
            )
        if not told:
            tell(f"waiting for {what.replace('a ', 'the ', 1)} ({_signed(handle)})")
            told = True
        time.sleep(_PAUSE)


def _signed(handle: int) -> str:
    return os.pread(handle, 100, 0).decode("utf-8", "replace").strip() or "another process"


def _taken(handle: int, how: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
