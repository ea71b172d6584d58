"""States of the daemon -> datagrams to the service manager that started it; nothing where none did.

The protocol is sd_notify(3): lines NAME=VALUE, sent to the socket that NOTIFY_SOCKET names.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Manager:
    """Who is told. place is NOTIFY_SOCKET ("" for nobody); watchdog how often, in seconds, a sign of life is due.

    A place that begins with @ is in the abstract namespace.
    """

    def __init__(self, place: str, watchdog: float | None, steady: Callable[[], float]) -> None:
        self._place = f"\0{place[1:]}" if place.startswith("@") else place
        self.watchdog, self._steady = watchdog, steady

    def ready(self, status: str) -> None:
        """All stands, or stands again after a reload."""
        self._send("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        """The configuration is read anew."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={int(self._steady() * 1_000_000)}")

    def alive(self) -> None:
        """A sign of life."""
        if self.watchdog is not None:
            self._send("WATCHDOG=1")

    def status(self, words: str) -> None:
        """What is being done, for people."""
        self._send(f"STATUS={words}")

    def stopping(self) -> None:
        """The end has begun."""
        self._send("STOPPING=1")

    def _send(self, *lines: str) -> None:
        if not self._place:
            return
        # Nobody there, or no room in its queue: that is no reason to stop.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as notify:
            notify.setblocking(False)
            notify.sendto("\n".join(lines).encode(), self._place)


def manager(place: str, microseconds: str, pid: str, own: int, steady: Callable[[], float]) -> Manager:
    """From the variables NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, and our own process id."""
    meant = pid in ("", str(own)) and microseconds.isascii() and microseconds.isdigit() and int(microseconds) > 0
    return Manager(place, int(microseconds) / 1_000_000 if meant else None, steady)
