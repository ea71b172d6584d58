"""Known revisions -> text and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from matrix.render.answer.data import revision_json, scene_json
from matrix.render.contract import document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from matrix.model import Registry, Revision
    from matrix.query.scene import Scene

    Rows = Sequence[tuple[Revision, str, datetime | None]]


def versions_text(registry: Registry, scene: Scene, rows: Rows) -> list[str]:
    """A line a revision, with when it was checked and where it is known from; `*` marks what answers rest on."""
    cells = [
        (
            "*" if scene.revisions.get(r.project) == r else "",
            registry.projects[r.project].name,
            r.label,
            r.kind,
            f"{r.date:%Y-%m-%d}" if r.date else "",
            f"{moment:%Y-%m-%d}" if moment else "",
            origin,
        )
        for r, origin, moment in rows
    ]
    heads = ["", "project", "version", "kind", "date", "checked", "from"]
    lines = tabulate(cells, heads, tablefmt="plain", disable_numparse=True).splitlines()
    notes = [f"note: {said}" for said in scene.said]
    return [*(line.rstrip() for line in lines), *([""] if notes else []), *notes]


def versions_json(scene: Scene, rows: Rows) -> dict[str, Any]:
    """The same as a document."""
    revisions = [
        {
            "project": r.project,
            **(revision_json(r) or {}),
            "chosen": scene.revisions.get(r.project) == r,
            "checked_at": moment.isoformat() if moment else None,
            "origin": origin,
        }
        for r, origin, moment in rows
    ]
    return document("versions", {**scene_json(scene), "revisions": revisions})
