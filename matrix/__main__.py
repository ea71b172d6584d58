"""`archmatrix` and `python -m matrix`."""

import sys


def main() -> int:
    """Answer from the compiled pages where the words allow it; else the whole command line.

    Whatever happens, while modules are imported too, ends in an exit code that says so.
    """
    try:
        try:
            from matrix.fast import answer  # noqa: PLC0415

            code = answer(sys.argv[1:])
        except OSError as error:
            # All that it reads it leaves to the command line where it cannot be read.
            from matrix.cli.ending import unwritten  # noqa: PLC0415

            return unwritten(error)
        if code is not None:
            return code
        if sys.argv[1:2] and sys.argv[1] in {"is", "why", "options", "names"}:
            # A question keeps the many values that it makes, and ends: nothing is gained by looking for garbage.
            import gc  # noqa: PLC0415

            gc.set_threshold(100_000, 20, 20)
        from matrix.cli.main import main as run  # noqa: PLC0415

        return run(sys.argv[1:])
    except BaseException as error:  # noqa: BLE001  # Ctrl-C too
        _end_at_once()
        from matrix.cli.ending import ended_by  # noqa: PLC0415

        return ended_by(error, sys.argv[1:])
    finally:
        _end_at_once()


def _end_at_once() -> None:
    """Nothing is left to be undone: from here on Ctrl-C ends the process without a trace."""
    # What signal wraps with enums, which would cost as much as the rest of a plain query.
    import _signal  # type: ignore[import-not-found]  # noqa: PLC0415

    # Who was started with Ctrl-C ignored goes on ignoring it.
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)


if __name__ == "__main__":
    sys.exit(main())
