"""Where an operation works: what data/ declares, where the stores lie, what time it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.shipped import data_stamp
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from matrix.model import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What every operation starts from, given by whoever asks: the command line, the daemon, a program.

    data is the folder of our TOML and the shipped facts; store is where the user's store is, or would be. clock gives
    the present moment (aware UTC). tell hears in a sentence what should be known before the end: whom one waits for.
    """

    registry: Registry
    data: Path
    store: Path
    clock: Callable[[], datetime]
    tell: Callable[[str], None] = lambda _: None

    @property
    def stamp(self) -> str:
        """What compiled answers must be made from to hold today."""
        return data_stamp(self.data)
