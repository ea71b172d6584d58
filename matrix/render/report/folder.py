"""The whole matrix and what changed -> the files of reports/, with pages in Markdown or in HTML.

    README.md  contradictions.md  arch/*.md  backend/*.md   the matrix, for people
    matrix.json  matrix.schema.json                         the same for machines
    changes/*.md  feeds/**/*.atom                           what changed
    badges/*.svg                                            one for each arch, and for each arch and backend

In HTML each page has .html in the place of .md, README.md is index.html, and there is style.css. What is not a page is
there as well, so that either folder is whole by itself.

Deterministic: the same facts give the same bytes. Dates are absolute, and nothing asks what time it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from matrix.cell import Weight
from matrix.render.changes.atom import feeds
from matrix.render.changes.pages import arch_changes, change_pages
from matrix.render.html import STYLE, STYLE_FILE, page_html
from matrix.render.markdown import page_markdown
from matrix.render.page import HTML, MARKDOWN
from matrix.render.report.arch import arch_page
from matrix.render.report.document import matrix_json, matrix_text
from matrix.render.report.pages import backend_page, contradictions_page, index_page, wrong_block
from matrix.render.schema import schema_text
from matrix.render.table.badges import badges

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matrix.cell import Contradiction
    from matrix.change import Event, ReleaseStep
    from matrix.grid import Table
    from matrix.model import Registry
    from matrix.query.answer import VariantAnswer
    from matrix.query.scene import Scene
    from matrix.render.links import UrlOf
    from matrix.render.page import Page
    from matrix.render.report.document import Bounds
    from matrix.resolve.levels import Level

_MADE = "<!-- Made by `archmatrix report`. Do not edit: `archmatrix report --check` would notice. -->\n"
_SCHEMA = "matrix.schema.json"


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that is told. tables are the matrix by variant and by arch, answers is keyed by variant id, levels by arch.

    url_of gives the addresses of lines at any version that the steps and events speak of. since and until are
    matrix_json's. base is the address of the pages for browsers, for the feeds; "" where none is known.
    """

    registry: Registry
    scene: Scene
    tables: tuple[Table, Table]
    answers: Mapping[str, VariantAnswer]
    contradictions: Sequence[Contradiction]
    levels: Mapping[str, Sequence[Level]]
    url_of: UrlOf
    steps: Sequence[ReleaseStep]
    events: Sequence[Event]
    since: Bounds
    until: Bounds
    base: str = ""

    def markdown(self) -> dict[str, str]:
        """Each file's path below reports/ -> its text."""
        pages = {MARKDOWN.file(name): _MADE + page_markdown(page) for name, page in self._pages.items()}
        told = feeds(self.registry, self.steps, self.events, self.url_of, base=self.base)
        return {**pages, **self._beside, **told}

    def html(self) -> dict[str, str]:
        """The same for a browser."""
        pages = {HTML.file(name): page_html(page, name) for name, page in self._pages.items()}
        told = feeds(self.registry, self.steps, self.events, self.url_of, HTML, base=self.base)
        return {**pages, **self._beside, **told, STYLE_FILE: STYLE}

    @cached_property
    def _pages(self) -> dict[str, Page]:
        registry, scene, answers = self.registry, self.scene, self.answers.values()
        weighty = sum(c.weight is not Weight.OTHER for c in self.contradictions)
        pages = {
            "index": index_page(registry, scene, self.tables[0], weighty),
            "contradictions": contradictions_page(registry, scene, self.contradictions),
        }
        for arch in registry.arches.values():
            own = [a for a in answers if a.variant.arch == arch.id]
            changes = list(arch_changes(registry, self.steps, arch.id, self.url_of))
            pages[f"arch/{arch.id}"] = arch_page(registry, scene, arch, own, self.levels.get(arch.id, ()), changes)
        for backend in registry.backends.values():
            pages[f"backend/{backend.id}"] = backend_page(registry, scene, backend, answers)
        pages |= change_pages(registry, self.steps, self.events, self.url_of)
        return {name: replace(page, blocks=[*page.blocks, wrong_block()]) for name, page in pages.items()}

    @cached_property
    def _beside(self) -> dict[str, str]:
        """What is the same whatever the pages are."""
        told = matrix_json(
            self.registry, self.scene, self.answers, self.contradictions, since=self.since, until=self.until
        )
        return {
            "matrix.json": matrix_text(told),
            _SCHEMA: schema_text("matrix"),
            **badges(self.registry, self.tables[1]),
        }
