"""A command -> what it wrote and how it ended, within bounds of time and bytes, in an empty folder of its own.

A tool that is asked for its version is somebody else's program: it may wait for ever, write without end, crash, or be
a wrapper around sudo. It gets no standard input, no terminal and no shell; all that it started ends with it.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from matrix.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_CHUNK = 65536
# From linux/prctl.h: what is started from here on can gain no privileges by set-user-id files or capabilities.
_NO_NEW_PRIVILEGES = 38


class Alarm(Protocol):
    """What calls back later, unless it is cancelled before: threading.Timer, or a test's own."""

    def start(self) -> None:
        """Begin to wait."""

    def cancel(self) -> None:
        """Do not call back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolBounds:
    """How long a command may run, in seconds, and how many bytes it may write to both its outputs together."""

    seconds: float = 10.0
    bytes: int = 2 * 1024 * 1024
    alarm: Callable[[float, Callable[[], None]], Alarm] = field(default=threading.Timer)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRan:
    """What a command wrote, up to where it was stopped, and what was wrong with how it ended, "" for nothing."""

    out: str = ""
    err: str = ""
    problem: str = ""


def run_tool(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    limits: ToolBounds | None = None,
    files: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> ToolRan:
    """Run an executable (absolute path) with its arguments and this environment alone.

    files are written to the empty folder in which it runs, by name. Where folder is given it runs there instead: only
    for what belongs to that place, such as a tree's own script.
    """
    bounds = limits or ToolBounds()
    with ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="archmatrix-", ignore_cleanup_errors=True)))
            for name, text in (files or {}).items():
                (folder / name).write_text(text, "utf-8")
        try:
            process = _started(list(command), environment, folder)
        except (OSError, ValueError) as error:
            return ToolRan(problem=f"cannot be started: {getattr(error, 'strerror', None) or error}")
        with process:
            return _Watched(process, bounds).ended()


def _started(command: list[str], environment: Mapping[str, str], folder: Path) -> subprocess.Popen[bytes]:
    """The process, started by a thread that has given up gaining privileges: what it starts inherits that."""
    begun: list[subprocess.Popen[bytes]] = []
    failed: list[Exception] = []

    def begin() -> None:
        try:
            _give_up_privileges()
            begun.append(
                subprocess.Popen(
                    command,
                    cwd=folder,
                    env=dict(environment),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=True,
                )
            )
        except (OSError, ValueError) as error:
            failed.append(error)

    thread = threading.Thread(target=begin)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return begun[0]


def _give_up_privileges() -> None:
    """For this thread and all that it starts; a system without the call has set-user-id files refused by name alone."""
    import ctypes  # noqa: PLC0415  # only where something is run

    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


class _Watched:
    """A process that is read until it ends, or until a bound is reached."""

    def __init__(self, process: subprocess.Popen[bytes], limits: ToolBounds) -> None:
        self.process, self.limits = process, limits
        self.stopped = ""
        self.written = {"out": bytearray(), "err": bytearray()}

    def ended(self) -> ToolRan:
        """Read all, then take leave of what is left of it."""
        woken, wake = os.pipe()
        try:
            alarm = self.limits.alarm(self.limits.seconds, lambda: _write(wake))
            alarm.start()
            try:
                self._read(woken)
            finally:
                alarm.cancel()
                _join(alarm)
        finally:
            self._end_all()
            os.close(woken)
            os.close(wake)
        out, err = (self.written[name].decode("utf-8", "replace") for name in ("out", "err"))
        return ToolRan(out=out, err=err, problem=self.stopped or _ending(self.process.returncode, err or out))

    def _read(self, woken: int) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(woken, selectors.EVENT_READ, "")
            for name, stream in (("out", self.process.stdout), ("err", self.process.stderr)):
                if stream is not None:
                    selector.register(stream, selectors.EVENT_READ, name)
            while len(selector.get_map()) > 1:
                for key, _ in selector.select():
                    if not key.data:
                        self.stopped = f"did not end within {self.limits.seconds:g} s"
                        return
                    chunk = os.read(key.fd, _CHUNK)
                    if not chunk:
                        selector.unregister(key.fileobj)
                    self.written[key.data] += chunk
                    if sum(map(len, self.written.values())) > self.limits.bytes:
                        self.stopped = f"wrote more than {self.limits.bytes} bytes"
                        return
            self._wait(selector)

    def _wait(self, selector: selectors.BaseSelector) -> None:
        """Both outputs are closed; the process itself may go on all the same."""
        try:
            handle = os.pidfd_open(self.process.pid)
        except (AttributeError, OSError):  # a system without it
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(self.limits.seconds)
            return
        try:
            selector.register(handle, selectors.EVENT_READ, "process")
            if not any(key.data for key, _ in selector.select()):
                self.stopped = f"did not end within {self.limits.seconds:g} s"
        finally:
            selector.unregister(handle)
            os.close(handle)

    def _end_all(self) -> None:
        """The whole group: the leader is not yet waited for, so that its number is nobody else's."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _write(handle: int) -> None:
    with suppress(OSError):
        os.write(handle, b"x")


def _join(alarm: object) -> None:
    """A timer's thread has ended before the pipe is closed that it writes to."""
    if isinstance(alarm, threading.Thread):
        alarm.join()


_LONGEST = 100  # characters of what a failing tool says first


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."


def _ending(code: int, said: str) -> str:
    """What an exit code comes to; "" for 0."""
    if code == 0:
        return ""
    first = next((line.strip() for line in said.splitlines() if line.strip()), "")
    words = f": {_cut(first)}" if first else ""
    if code > 0:
        return f"ended with exit code {code}{words}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"crashed ({name}){words}"
