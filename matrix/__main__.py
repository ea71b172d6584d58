"""`archmatrix` and `python -m matrix`."""

import sys


def main() -> int:
    """Answer from the compiled pages where the words allow it; else the whole command line."""
    from matrix.fast import answer  # noqa: PLC0415

    code = answer(sys.argv[1:])
    if code is not None:
        return code
    from matrix.cli.main import main as run  # noqa: PLC0415

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
