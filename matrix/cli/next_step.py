"""An error and the command line that met it -> what to type next. Every error ends with it, in this form."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from matrix.errors import CannotTellError, FetchError, RegistryError, ShapeError, StoreError
from matrix.places import data_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.errors import MatrixError

_BY_FAULT = {
    # What a store holds can be observed again; the one that cannot be used is left as it is.
    StoreError: "archmatrix refresh --db OTHER.db",
    FetchError: "archmatrix refresh --probe",
    ShapeError: "archmatrix status",
    CannotTellError: "archmatrix versions",
}


def next_step(error: MatrixError, argv: Sequence[str]) -> str:
    """What to type: the same with the word that was meant, else what the error knows, else the command's help."""
    mended = _mended(argv, *error.meant) if error.meant else None
    if mended is not None:
        return shlex.join(["archmatrix", *mended])
    if error.then:
        return error.then
    if isinstance(error, RegistryError):
        return _data_again()
    named = next((words for kind, words in _BY_FAULT.items() if isinstance(error, kind)), "")
    return named or _help(argv)


def _data_again() -> str:
    """Of a package it comes with it; in a checkout somebody has changed it."""
    packaged = os.path.basename(os.path.dirname(data_folder())) == "matrix"  # noqa: PTH119, PTH120  # places has no paths
    return "pip install --force-reinstall archmatrix" if packaged else "git diff data"


def _help(argv: Sequence[str]) -> str:
    from matrix.cli.parser import is_command  # noqa: PLC0415  # an error may come from anywhere

    return f"archmatrix {argv[0]} --help" if argv and is_command(argv[0]) else "archmatrix help"


def _mended(argv: Sequence[str], typed: str, meant: str) -> list[str] | None:
    """The command line with the one word in the place of the other, alone or behind an option's `=`.

    A word that was named rightly beside it is not named twice.
    """
    for place, word in enumerate(argv):
        option, sign, value = word.partition("=")
        if word == typed and place and _stands_alone(argv, meant) and not argv[place - 1].startswith("--"):
            return [*argv[:place], *argv[place + 1 :]]
        if word == typed:
            return [*argv[:place], meant, *argv[place + 1 :]]
        if sign and option.startswith("--") and typed in {option, value}:
            whole = f"{meant}={value}" if typed == option else f"{option}={meant}"
            return [*argv[:place], whole, *argv[place + 1 :]]
    return None


def _stands_alone(argv: Sequence[str], meant: str) -> bool:
    """Whether a word is among those that are no option's value."""
    return any(word == meant and not before.startswith("--") for before, word in zip(["", *argv], argv, strict=False))
