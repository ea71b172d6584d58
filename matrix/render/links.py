"""Evidence -> the address of that line at that version, by the templates of data/sources.toml."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

from matrix.model import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matrix.model import Project, Registry, Revision
    from matrix.query.scene import Scene

# The address of a piece of evidence; "" where it has none.
UrlOf = Callable[[Evidence], str]


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


def addresses(registry: Registry, revisions: Iterable[Revision]) -> UrlOf:
    """The addresses of evidence of these revisions, found by project and label.

    What stands at another revision has none, and neither has a tree as a whole. To keep lines of the asker's own tree
    from being sought upstream, leave its revision out.
    """
    known = {(r.project, r.label): r for r in revisions}

    def find(item: Evidence) -> str:
        revision = known.get((item.project, item.revision))
        return url(registry.projects, revision, item.path, item.line) if revision and item.path else ""

    return find


def evidence_url(registry: Registry, scene: Scene, item: Evidence) -> str:
    """The address of a piece of evidence; "" where it stands in the asker's own tree or has none."""
    if item.project in scene.own:
        return ""
    named = (s.revisions.get(item.project) for s in (scene, *scene.sides))
    revision = next((r for r in named if r is not None and r.label == item.revision), None)
    if revision is None:
        return ""
    return url(registry.projects, revision, item.path, item.line)
