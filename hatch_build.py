"""Build hook: compile the shipped facts and their answers into data/shipped.db, which the wheel carries."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileShipped(BuildHookInterface):  # type: ignore[type-arg]
    """For wheels, editable ones too; a source distribution carries the text alone."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from matrix.operations.compile import compile_shipped  # noqa: PLC0415
        finally:
            sys.path.pop(0)
        compile_shipped(root / "data")
