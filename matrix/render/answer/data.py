"""An answer -> JSON values, every piece of evidence with its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.render.links import evidence_url
from matrix.render.said import said_words

if TYPE_CHECKING:
    from matrix.model import Evidence, Registry, Revision, Rung, Verdict
    from matrix.query.answer import Answer, VariantAnswer
    from matrix.query.line import Span
    from matrix.query.question import Scene


def answer_json(registry: Registry, answer: Answer) -> dict[str, Any]:
    """The whole answer. answer is "yes", "no" or "unknown"; times are ISO 8601 in UTC."""
    scene = answer.scene
    return {
        "name": answer.meaning.name,
        "answer": answer.truth.value,
        "exit_code": answer.exit_code,
        "versions": {p: revision_json(r) for p, r in scene.revisions.items()},
        "named": dict(scene.question.versions),
        "cc": scene.question.cc or None,
        "notes": list(scene.said),
        "variants": [_variant(registry, scene, v) for v in answer.variants],
        "not_in_this_kernel": [v.variant.id for v in answer.dropped],
        "see_also": list(answer.meaning.see_also),
        "too_old": answer.too_old,
        "checked_at": answer.checked_at.isoformat() if answer.checked_at else None,
    }


def revision_json(revision: Revision | None) -> dict[str, Any] | None:
    """A revision, or null where the named version is not known."""
    if revision is None:
        return None
    date = revision.date.isoformat() if revision.date else None
    return {"version": revision.label, "kind": revision.kind, "commit": revision.commit or None, "date": date}


def _variant(registry: Registry, scene: Scene, found: VariantAnswer) -> dict[str, Any]:
    return {
        "id": found.variant.id,
        "title": found.variant.title,
        "arch": found.variant.arch,
        "answer": found.answer.value,
        "status": found.best.status.value,
        "condition": found.condition or None,
        "by_compiler": {b.cc: {"answer": b.answer.value, "condition": b.condition or None} for b in found.by_compiler},
        "needs": [
            {"tool": r.tool, "version": r.version, "exactly": r.exactly, "text": str(r)} for r in found.requirements
        ],
        "targets": [{"name": p.name, "when": p.when or None, "custom": p.custom} for p in found.passed],
        "spans": [span_json(s) for s in found.spans],
        "backends": [_verdict(registry, scene, v) for v in found.verdicts],
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


def _verdict(registry: Registry, scene: Scene, verdict: Verdict) -> dict[str, Any]:
    return {
        "backend": verdict.backend,
        "status": verdict.status.value,
        "answer": verdict.answer.value,
        "condition": verdict.condition or None,
        "blockers": [r.name for r in verdict.blockers],
        "remarks": list(verdict.remarks),
        "rungs": [_rung(registry, scene, r) for r in verdict.rungs],
    }


def _rung(registry: Registry, scene: Scene, rung: Rung) -> dict[str, Any]:
    return {
        "rung": rung.name,
        "answer": rung.truth.value,
        "because": rung.because,
        "rule": rung.rule,
        "condition": rung.condition or None,
        "evidence": [evidence_json(registry, scene, e) for e in rung.evidence],
    }


def evidence_json(registry: Registry, scene: Scene, item: Evidence) -> dict[str, Any]:
    """One piece of evidence; line counts from 1, null for the file as a whole."""
    return line_json(item, evidence_url(registry, scene, item))


def line_json(item: Evidence, address: str) -> dict[str, Any]:
    """The same with its address given; "" for none."""
    return {
        "project": item.project,
        "version": item.revision,
        "path": item.path,
        "line": item.line or None,
        "says": item.says,
        "url": address or None,
    }
