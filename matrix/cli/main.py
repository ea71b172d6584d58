"""Arguments -> one command's run, and every expected failure -> its exit code."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from matrix.cli.output import complain
from matrix.cli.parser import build
from matrix.errors import MatrixError, RegistryError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

OK, NO, USAGE, CANNOT_TELL, PARTIAL, BROKEN = range(6)

_MODULES = {"is": "is_"}


def main(argv: Sequence[str]) -> int:
    """Run one command line, without the program's name. argparse itself leaves with 2 on bad usage, 0 on --help."""
    args = build().parse_args(argv)
    # A command's module is imported when it is run: `is` needs no template engine.
    module = import_module(f"matrix.cli.commands.{_MODULES.get(args.command, args.command)}")
    try:
        code: int = module.run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has what it wanted. Python would complain once more while closing stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except (RegistryError, StoreError) as error:
        complain(str(error))
        return BROKEN
    except MatrixError as error:
        complain(str(error))
        return USAGE
    except KeyboardInterrupt:
        complain("stopped")
        return 130
    return code
