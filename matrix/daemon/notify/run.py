"""A batch -> the standard input of a program."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from matrix.daemon.child import run
from matrix.daemon.notify.batch import HookError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.daemon.config import Exec
    from matrix.daemon.log import Log
    from matrix.daemon.notify.batch import Batch

_CAP = 16 * 1024


async def tell(hook: Exec, batch: Batch, log: Log, environ: Mapping[str, str]) -> None:
    """Run it once; what it prints is logged, up to a cap. It is stopped, with all it started, after its timeout.

    Raises: HookError unless it ends with 0.
    """
    variables = {**environ, "ARCHMATRIX_DELIVERY": batch.delivery}
    ran = await run(
        hook.command, timeout=hook.timeout, cap=_CAP, environ=variables, text=batch.body, stop=signal.SIGTERM
    )
    for stream, said in (("out", ran.out), ("err", ran.err)):
        if words := said.decode("utf-8", "replace").strip():
            log.info("hook-said", hook="exec", delivery=batch.delivery, stream=stream, said=words)
    if ran.code is None:
        raise HookError(f"it cannot be started: {ran.said}")
    if ran.late:
        raise HookError(f"it ran longer than {hook.timeout:g} seconds and was stopped")
    if ran.code:
        raise HookError(f"it ended by signal {-ran.code}" if ran.code < 0 else f"it ended with {ran.code}")
