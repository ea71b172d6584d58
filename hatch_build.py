"""Build hooks: what the wheel carries and nobody writes by hand.

The shipped facts and their answers, compiled into data/shipped.db; the manual page, made from the parser; and the
project's addresses, which are one setting's.
"""

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
        """Make both, and name the page among what is shared."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from matrix.cli.manual import manual  # noqa: PLC0415
            from matrix.operations.compile import compile_shipped  # noqa: PLC0415
        finally:
            sys.path.pop(0)
        compile_shipped(root / "data")
        page = root / "build" / "archmatrix.1"
        page.parent.mkdir(exist_ok=True)
        page.write_text(manual(), "utf-8")
        build_data["shared_data"][str(page)] = "share/man/man1/archmatrix.1"


class Addresses(MetadataHookInterface):
    """project.urls, of those that matrix/project.py knows."""

    def update(self, metadata: dict[str, Any]) -> None:
        known = runpy.run_path(str(Path(self.root) / "matrix" / "project.py"))
        named = {"Homepage": known["HOME"], "Issues": known["ISSUES"], "Reports": known["REPORTS"]}
        metadata["urls"] = {name: address for name, address in named.items() if address}
