"""Evidence -> the address of that line at that version, by the templates of data/sources.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.model import Evidence, Project, Registry, Revision
    from matrix.query.question import Scene


def url(projects: Mapping[str, Project], revision: Revision, path: str, line: int) -> str:
    """The address of a line (from 1; 0 for the file as a whole) of a file at a revision; "" where no template fits."""
    project = projects.get(revision.project)
    template = project.url.get(_kind(revision, project.url)) if project else None
    if template is None or ("{commit}" in template and not revision.commit):
        return ""
    found = template.format(version=revision.label, commit=revision.commit, path=quote(path), line=line)
    return found if line else found.partition("#")[0]


def _kind(revision: Revision, templates: Mapping[str, str]) -> str:
    """The kernel's mainline tags (7.1) stand in another tree than its point releases (7.1.13)."""
    mainline = revision.kind == "release" and revision.label.count(".") == 1
    return "mainline" if mainline and "mainline" in templates else revision.kind


def evidence_url(registry: Registry, scene: Scene, item: Evidence) -> str:
    """The address of a piece of evidence; "" where it stands in the asker's own tree or has none."""
    revision = scene.revisions.get(item.project)
    if revision is None or item.project in scene.own:
        return ""
    return url(registry.projects, revision, item.path, item.line)
