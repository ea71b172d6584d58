"""A program's surroundings: nobody's store, and the scenes of the shipped facts set once."""

from __future__ import annotations

from tests.cli.conftest import home, run, scenes

__all__ = ["home", "run", "scenes"]
