"""How this package came to be here -> its distribution, and whether another one claims the package's name."""

from __future__ import annotations

import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

from matrix import DISTRIBUTION, __version__
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.metadata import Distribution

_ADVICE = "install archmatrix where it is alone: pipx install archmatrix, or uvx archmatrix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What runs now, and what the environment's metadata says of it.

    version is the code's own; recorded is that of the distribution's metadata, None where it was not installed: it runs
    from a checkout. folder is where the package lies. others are the other distributions that have a package of its
    name, each with its version.
    """

    version: str
    recorded: str | None
    folder: Path
    others: tuple[str, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with it and what to do, a sentence each; () where nothing is."""
        found = []
        if self.others:
            names = ", ".join(self.others)
            found.append(f"found {names} beside archmatrix, which has a package named matrix too; {_ADVICE}")
        if self.recorded not in {None, self.version}:
            found.append(
                f"found metadata of archmatrix {self.recorded} beside the code of {self.version}, expected one version;"
                " install it again"
            )
        return tuple(found)


def installation(path: Sequence[str] | None = None) -> Installation:
    """What can be told from the metadata on a path, by default Python's own. It takes as long as many questions."""
    ours, others = None, []
    for found in distributions(path=list(sys.path if path is None else path)):
        name = found.metadata["Name"] or ""
        if name.lower() == DISTRIBUTION:
            # The first is the one that is imported.
            ours = ours or found.version
        elif _claims(found):
            others.append(f"{name} {found.version}")
    return Installation(
        version=__version__,
        recorded=ours,
        folder=Path(__file__).parents[1],
        others=tuple(sorted(set(others))),
    )


def _claims(found: Distribution) -> bool:
    """Whether a distribution has a package of our name: its list of files says so, or that of its packages."""
    files, packages = found.read_text("RECORD") or "", found.read_text("top_level.txt") or ""
    return "\nmatrix/__init__.py," in f"\n{files}" or "matrix" in packages.split()
