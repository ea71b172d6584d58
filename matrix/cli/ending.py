"""What ended a command before its time -> its exit code, told on standard error in a line.

It imports nothing at the top that could be broken: it also tells of a package that cannot be imported.
"""

from __future__ import annotations

import os
import sys

from matrix.cli.streams import forget, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# With this set, a fault of ours shows where it happened.
DEBUG = "ARCHMATRIX_DEBUG"
_REPORT = "please report it, with what ARCHMATRIX_DEBUG=1 shows, to"


def ended_by(error: BaseException, argv: Sequence[str] = ()) -> int:
    """The exit code for an exception that nobody else has an answer to. argv is the command line that met it."""
    from matrix.errors import CannotTellError, MatrixError, MissingExtraError, RegistryError, StoreError  # noqa: PLC0415
    from matrix.exits import Exit  # noqa: PLC0415
    from matrix.extras import missing  # noqa: PLC0415

    if isinstance(error, ModuleNotFoundError):
        error = missing(error) or error
    if isinstance(error, MatrixError):
        from matrix.cli.next_step import next_step  # noqa: PLC0415
        from matrix.cli.output import complain  # noqa: PLC0415

        complain(str(error), then=next_step(error, argv))
        if isinstance(error, CannotTellError):
            return Exit.CANNOT_TELL
        ours = isinstance(error, (MissingExtraError, RegistryError, StoreError))
        return Exit.UNUSABLE if ours else Exit.USAGE
    if _is_of_ctrl_c(error):
        say("archmatrix: stopped\n")
        return Exit.STOPPED
    return _fault(error)


def _is_of_ctrl_c(error: BaseException | None) -> bool:
    """Whether Ctrl-C is behind it: what Python does at that moment may raise an error of its own instead."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, KeyboardInterrupt):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def unwritten(error: BaseException | None = None) -> int:
    """The exit code where standard output cannot be written; None where there is none."""
    from matrix.exits import Exit  # noqa: PLC0415

    why = "found it closed" if error is None else f"found {getattr(error, 'strerror', None) or error}"
    say(f"archmatrix: standard output: {_printable(why)}, expected to write there\n")
    forget(sys.stdout)
    return Exit.UNUSABLE


def _fault(error: BaseException) -> int:
    from matrix.exits import Exit  # noqa: PLC0415
    from matrix.project import whom  # noqa: PLC0415

    if os.environ.get(DEBUG):
        import traceback  # noqa: PLC0415

        say("".join(traceback.format_exception(error)))
    first = str(error).strip().partition("\n")[0]
    what = f"{type(error).__name__}: {first}" if first else type(error).__name__
    say(f"archmatrix: a fault of ours: {_printable(what)}; {_REPORT} {whom()}\n")
    return Exit.FAULT


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text)  # \N{} would load a table to be compiled
