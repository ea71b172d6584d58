"""Build hooks: data/ is compiled into data/shipped.db, which the wheel carries; addresses are the one setting's."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface


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


class Addresses(MetadataHookInterface):
    """project.urls, of those that matrix/project.py knows."""

    def update(self, metadata: dict[str, Any]) -> None:
        known = runpy.run_path(str(Path(self.root) / "matrix" / "project.py"))
        named = {"Homepage": known["HOME"], "Issues": known["ISSUES"], "Reports": known["REPORTS"]}
        metadata["urls"] = {name: address for name, address in named.items() if address}
