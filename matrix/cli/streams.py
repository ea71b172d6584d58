"""The standard streams, which may be closed, full or gone.

It imports nothing of ours: it also tells of a package that cannot be imported.
"""

from __future__ import annotations

import os
import sys


def forget(stream: object) -> None:
    """Send what is still to be written nowhere: Python would complain once more while closing the stream."""
    try:
        handle = os.open(os.devnull, os.O_WRONLY)
        os.dup2(handle, stream.fileno())  # type: ignore[attr-defined]
        os.close(handle)
    except (AttributeError, OSError, ValueError):
        pass  # none, or none of the system's


def say(text: str) -> None:
    """Write to standard error. What nobody can be told is no fault of the command's."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        forget(sys.stderr)
