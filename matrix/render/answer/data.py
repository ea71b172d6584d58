"""An answer -> JSON values, every piece of evidence with its address."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from matrix.render.answer.cells import cell_json, condition_json, line_json, terms_json, window_json
from matrix.render.answer.names import reading_json
from matrix.render.links import evidence_url
from matrix.render.phrases import cell_words, means_words
from matrix.render.said import said_words

if TYPE_CHECKING:
    from matrix.model import Evidence, Registry, Revision
    from matrix.query.answer import Answer, VariantAnswer
    from matrix.query.line import Span
    from matrix.query.scene import Scene


def answer_json(registry: Registry, answer: Answer) -> dict[str, Any]:
    """The whole answer. answer is "yes", "no" or "unknown"; times are ISO 8601 in UTC."""
    scene = answer.scene
    return {
        "name": answer.meaning.name,
        **reading_json(answer.meaning),
        "answer": answer.truth.value,
        "exit_code": answer.exit_code,
        "versions": {p: revision_json(r) for p, r in scene.revisions.items()},
        "newer_likely_from": {item.project: item.due.isoformat() for item in scene.newer},
        "named": dict(scene.question.versions),
        "cc": scene.compiler or None,
        "tools": dict(scene.question.tools),
        "notes": list(scene.said),
        "variants": [_variant(registry, scene, v) for v in answer.variants],
        "not_in_this_kernel": [v.variant.id for v in answer.dropped],
        "beside": [
            {"versions": words, "answer": truth.value, "condition": condition_json(condition)}
            for words, truth, condition in answer.beside
        ],
        "see_also": list(answer.meaning.see_also),
        "too_old": answer.too_old,
        "polled": answer.polled,
        "checked_at": answer.checked_at.isoformat() if answer.checked_at else None,
    }


def revision_json(revision: Revision | None) -> dict[str, Any] | None:
    """A revision, or null where the named version is not known."""
    if revision is None:
        return None
    date = revision.date.isoformat() if revision.date else None
    return {"version": revision.label, "kind": revision.kind, "commit": revision.commit or None, "date": date}


def _variant(registry: Registry, scene: Scene, found: VariantAnswer) -> dict[str, Any]:
    url_of = partial(evidence_url, registry, scene)
    return {
        "id": found.variant.id,
        "title": found.variant.title,
        "arch": found.variant.arch,
        "answer": found.answer.value,
        "status": cell_words(found.best),
        "condition": condition_json(found.condition),
        "means": means_words(found.variant, found.condition) or None,
        "basis": found.best.basis.value,
        "by_compiler": {
            b.cc: {"answer": b.answer.value, "condition": condition_json(b.condition)} for b in found.by_compiler
        },
        **terms_json(found.terms, url_of),
        "window": window_json(found.window),
        "spans": [span_json(s) for s in found.spans],
        "backends": [cell_json(cell, url_of) for cell in found.cells],
        "contradictions": [
            {"rule": c.rule, "says": c.says, "sides": [evidence_json(registry, scene, e) for e in c.sides]}
            for c in found.contradictions
        ],
    }


def span_json(span: Span) -> dict[str, Any]:
    """The releases in which a cell was the same; before is the last in which it was not, null where none is known."""
    return {
        "value": said_words(span.said),
        "answer": span.truth.value,
        "first": span.first.label,
        "last": span.last.label,
        "before": span.before.label if span.before else None,
        "exact": span.exact,
    }


def evidence_json(registry: Registry, scene: Scene, item: Evidence) -> dict[str, Any]:
    """One piece of evidence; line counts from 1, null for the file as a whole."""
    return line_json(item, evidence_url(registry, scene, item))
