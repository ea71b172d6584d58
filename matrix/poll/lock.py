"""One refresh at a time on one store: a lock that the system drops when its holder dies."""

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

_PAUSE = 0.2


@contextmanager
def locked(store: Path, *, wait: float, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the store's lock. Another holder is waited for up to `wait` seconds, and named.

    Raises: StoreError where it is still held then, or where the lock cannot be made.
    """
    place = store.with_name(store.name + ".lock")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"{place}: found {error.strerror}, expected to lock it") from None
    try:
        _take(handle, place, wait, tell)
        _sign(handle, place)
        yield
    finally:
        os.close(handle)


def _sign(handle: int, place: Path) -> None:
    """Write down who holds it, for those who wait."""
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}\n".encode(), 0)
    except OSError as error:
        raise StoreError(f"{place}: found {error.strerror}, expected to write who holds it") from None


def _take(handle: int, place: Path, wait: float, tell: Callable[[str], None]) -> None:
    until = time.monotonic() + wait
    told = False
    while not _taken(handle):
        holder = os.pread(handle, 100, 0).decode("utf-8", "replace").strip() or "another process"
        if time.monotonic() >= until:
            raise StoreError(f"{place}: found a refresh under way ({holder}), expected none; try later")
        if not told:
            tell(f"waiting for the refresh under way ({holder})")
            told = True
        time.sleep(_PAUSE)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
