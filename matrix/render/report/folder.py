"""The whole matrix and what changed -> the files of reports/.

    README.md  contradictions.md  arch/*.md  backend/*.md   the matrix, for people
    matrix.json  matrix.schema.json                         the same for machines
    changes/*.md  feeds/**/*.atom                           what changed
    badges/*.svg                                            one for each arch, and for each arch and backend

Deterministic: the same facts give the same bytes. Dates are absolute, and nothing asks what time it is.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from matrix.cell import RungName
from matrix.model import Truth
from matrix.render import markdown
from matrix.render.answer.names import described
from matrix.render.changes.atom import feeds
from matrix.render.changes.pages import arch_changes, change_pages
from matrix.render.history.words import since_words
from matrix.render.links import evidence_url
from matrix.render.phrases import (
    answer_words,
    compilers_words,
    conditional_words,
    decides_words,
    needs_words,
    target_words,
    versions_words,
)
from matrix.render.report.document import SCHEMA, matrix_json, matrix_text, schema_text
from matrix.render.report.templating import fill, templates
from matrix.render.table.badges import badges
from matrix.render.table.markdown import table_markdown
from matrix.resolve.contradictions import RULES, rule_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matrix.cell import Contradiction
    from matrix.changes import Event, Step
    from matrix.model import Backend, Evidence, Registry
    from matrix.query.answer import VariantAnswer
    from matrix.query.question import Scene
    from matrix.render.links import UrlOf
    from matrix.render.report.document import Bounds
    from matrix.table import Table


def report(
    registry: Registry,
    scene: Scene,
    tables: tuple[Table, Table],
    answers: Mapping[str, VariantAnswer],
    contradictions: Sequence[Contradiction],
    *,
    url_of: UrlOf,
    steps: Sequence[Step] = (),
    events: Sequence[Event] = (),
    since: Bounds | None = None,
    until: Bounds | None = None,
) -> dict[str, str]:
    """Each file's path below reports/ -> its text.

    tables are the matrix by variant and by arch, answers is keyed by variant id. url_of gives the addresses of lines
    at any version that the steps and events speak of. since and until are matrix_json's.
    """
    pages = _Pages(registry, scene)
    files = pages.all(tables[0], answers, contradictions, steps, url_of)
    document = matrix_json(registry, scene, answers, contradictions, since=since, until=until)
    return {
        **files,
        "matrix.json": matrix_text(document),
        SCHEMA: schema_text(),
        **change_pages(registry, steps, events, url_of),
        **feeds(registry, steps, events, url_of),
        **badges(registry, tables[1]),
    }


class _Pages:
    """The templates, and values made ready for them."""

    def __init__(self, registry: Registry, scene: Scene) -> None:
        self.registry, self.scene = registry, scene
        self.environment = templates()

    def all(
        self,
        table: Table,
        answers: Mapping[str, VariantAnswer],
        contradictions: Sequence[Contradiction],
        steps: Sequence[Step],
        url_of: UrlOf,
    ) -> dict[str, str]:
        matrix = table_markdown(table, pages=True)
        arches = list(self.registry.arches)
        files = {
            "README.md": self.render("index.md.j2", matrix=matrix, contradictions=len(contradictions), arches=arches),
            "contradictions.md": self.render("contradictions.md.j2", rules=self.rules(contradictions)),
        }
        for arch in self.registry.arches.values():
            own = [self.variant(a) for a in answers.values() if a.variant.arch == arch.id]
            changes = arch_changes(self.registry, steps, arch.id, url_of)
            files[f"arch/{arch.id}.md"] = self.render("arch.md.j2", arch=arch, variants=own, changes=changes)
        for backend in self.registry.backends.values():
            rows = self.backend_table(backend, answers.values())
            files[f"backend/{backend.id}.md"] = self.render("backend.md.j2", backend=backend, table=rows)
        return files

    def render(self, template: str, **values: object) -> str:
        return fill(self.environment, template, versions=versions_words(self.registry, self.scene), **values)

    def variant(self, found: VariantAnswer) -> dict[str, Any]:
        titles = {b.id: b.title for b in self.registry.backends.values()}
        rows = [
            [
                titles[cell.backend],
                conditional_words(cell),
                *(rung.truth.value for rung in cell.rungs),
                decides_words(cell),
            ]
            for cell in found.cells
        ]
        heads = ["backend", "status", *(name.value for name in RungName), "what decides"]
        return {
            "variant": found.variant,
            "described": described(found.variant),
            "words": answer_words(found.answer, found.condition),
            "fields": list(self._fields(found)),
            "table": markdown.table(heads, [[markdown.escape(c) for c in row] for row in rows]),
            "rungs": self._rungs(found, titles),
            "remarks": list(dict.fromkeys(r for cell in found.cells for r in cell.remarks)),
            "contradictions": [self.case(c) for c in found.contradictions],
        }

    def _fields(self, found: VariantAnswer) -> Any:  # noqa: ANN401  # pairs of label and words
        if found.by_compiler:
            yield "C compiler", compilers_words(found.by_compiler)
        terms = found.terms
        if terms.requirements:
            yield "needs", needs_words(terms.requirements, "")
        admitted = found.best.at(RungName.KERNEL).truth is not Truth.NO
        for target in terms.targets or () if admitted else ():
            yield "target", target_words(target, terms)
        if found.spans:
            yield "since", since_words(found.spans)
        symbols = [*found.variant.on, *(f"!{name}" for name in found.variant.off)]
        yield "Kconfig", " && ".join(symbols)

    def _rungs(self, found: VariantAnswer, titles: Mapping[str, str]) -> list[dict[str, Any]]:
        """Each distinct rung once, with the backends that have it where these are not all."""
        holders: dict[Any, list[str]] = {}
        for cell in found.cells:
            for rung in cell.rungs:
                holders.setdefault(rung, []).append(titles[cell.backend])
        return [
            {
                "name": rung.name.value,
                "truth": rung.truth,
                "because": rung.because,
                "backends": "" if len(having) == len(found.cells) else ", ".join(having),
                "evidence": [self.evidence(e) for e in rung.evidence],
            }
            for rung, having in sorted(holders.items(), key=lambda h: _ORDER.index(h[0].name))
        ]

    def evidence(self, item: Evidence) -> str:
        address = evidence_url(self.registry, self.scene, item)
        name = f"{self.registry.projects[item.project].name} {item.revision}"
        place = f"{item.path}:{item.line}" if item.line else item.path
        return f"{markdown.link(markdown.escape(f'{name} {place}'), address)}: {markdown.escape(item.says)}"

    def case(self, item: Contradiction) -> dict[str, Any]:
        return {"subject": item.subject, "says": item.says, "sides": [self.evidence(s) for s in item.sides]}

    def rules(self, found: Sequence[Contradiction]) -> list[dict[str, Any]]:
        about = {rule_name(rule): (rule.__doc__ or "").split("\n")[0] for rule in RULES}
        return [
            {
                "name": name,
                "title": name.replace("-", " "),
                "about": about[name],
                "cases": [self.case(c) for c in cases],
            }
            for name, cases in groupby(found, key=lambda c: c.rule)
        ]

    def backend_table(self, backend: Backend, answers: Any) -> str:  # noqa: ANN401  # VariantAnswers
        rows = []
        for found in answers:
            cell = next(c for c in found.cells if c.backend == backend.id)
            arch = f"[{found.variant.arch}](../arch/{found.variant.arch}.md)"
            words = conditional_words(cell), decides_words(cell)
            rows.append([arch, found.variant.id, *map(markdown.escape, words)])
        return markdown.table(["arch", "variant", "status", "what decides"], rows)


_ORDER = tuple(RungName)
