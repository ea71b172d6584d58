"""A program -> its exit code, what it printed up to a cap, and how long it took; never outlived, never left unreaped.

Each child leads a process group, so that what it starts itself is stopped with it, and Ctrl-C at a terminal reaches
the daemon alone.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# What a child may take to end by itself once it is asked, before it is ended: daemons have five seconds in all.
GRACE = 3.0
# After its group was killed, a pipe may still be held by one that left the group.
_LAST_WORDS = 0.5
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a child ended. code is negative for a signal, None where it could not be started; late: it was stopped."""

    code: int | None
    out: bytes
    err: bytes
    late: bool
    seconds: float

    @property
    def said(self) -> str:
        """The last lines of standard error, for a log: at most so much as fits one."""
        lines = self.err.decode("utf-8", "replace").split("\n")
        return " / ".join(line.strip() for line in lines if line.strip())[-1000:]


async def run(
    command: Sequence[str | Path],
    *,
    timeout: float,
    cap: int,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
    text: bytes | None = None,
    stop: signal.Signals = signal.SIGINT,
) -> Ran:
    """Run it to its end, or to `timeout` seconds. Of each stream `cap` bytes are kept, the rest is read and dropped.

    Cancelled, it first stops the child: `stop` to its group, then SIGKILL after GRACE.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=nothing if text is None else pipe, stdout=pipe, stderr=pipe, cwd=folder, env=environ,
            start_new_session=True, limit=_CHUNK,
        )  # fmt: skip
    except OSError as error:
        return Ran(code=None, out=b"", err=f"{command[0]}: {error.strerror}".encode(), late=False, seconds=0)
    work = asyncio.gather(
        _fed(process.stdin, text), _taken(process.stdout, cap), _taken(process.stderr, cap), process.wait()
    )
    late = False
    try:
        await asyncio.wait_for(asyncio.shield(work), timeout)
    except asyncio.TimeoutError:
        late = True
    finally:
        if not work.done():
            await _ended(process, work, stop)
    _, out, err, _ = work.result() if work.done() and not work.cancelled() else (None, b"", b"", None)
    return Ran(code=process.returncode, out=out, err=err, late=late, seconds=round(loop.time() - began, 3))


async def _ended(
    process: asyncio.subprocess.Process, work: asyncio.Future[tuple[None, bytes, bytes, int]], stop: signal.Signals
) -> None:
    """Ask, wait, kill, reap; also while we are being cancelled."""
    for sign, patience in ((stop, GRACE), (signal.SIGKILL, _LAST_WORDS)):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, sign)
        done, _ = await asyncio.wait({work}, timeout=patience)
        if done:
            return
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    await process.wait()


async def _fed(stream: asyncio.StreamWriter | None, text: bytes | None) -> None:
    if stream is None or text is None:
        return
    # One that reads nothing, or not all, may still do its work.
    with suppress(BrokenPipeError, ConnectionResetError):
        stream.write(text)
        await stream.drain()
    stream.close()
    with suppress(BrokenPipeError, ConnectionResetError):
        await stream.wait_closed()


async def _taken(stream: asyncio.StreamReader | None, cap: int) -> bytes:
    """What comes first; a stream is read to its end even so, or its writer would wait for ever."""
    kept = bytearray()
    while stream is not None and (chunk := await stream.read(_CHUNK)):
        kept += chunk[: max(0, cap - len(kept))]
    return bytes(kept)
