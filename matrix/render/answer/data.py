"""An answer -> JSON values, every piece of evidence with its address."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from matrix.model import Truth
from matrix.query.question import PROJECTS
from matrix.render.answer.cells import beside_json, cell_json, condition_json, lines_json, terms_json, window_json
from matrix.render.answer.names import dropped_json, reading_json
from matrix.render.contract import document
from matrix.render.links import evidence_url
from matrix.render.phrases import cell_words, means_words
from matrix.render.said import status_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matrix.cell import Contradiction
    from matrix.errors import GoneError
    from matrix.model import Evidence, Registry, Revision
    from matrix.query.answer import Answer, VariantAnswer
    from matrix.query.line import Span
    from matrix.query.scene import Scene

# The other tools of which a version can be named.
_TOOLS = ("bindgen", "libclang", "pahole")


def answers_json(
    registry: Registry, scene: Scene, answers: Sequence[Answer], gone: Sequence[GoneError], exit_code: int
) -> dict[str, Any]:
    """The document of `is` and `why`: the names that mean something in their order, then those that are gone."""
    truth = {0: Truth.YES, 1: Truth.NO}.get(exit_code, Truth.UNKNOWN)
    told = [_answer(registry, answer) for answer in answers] + [_gone(port) for port in gone]
    return document("answers", {"answer": truth.value, "exit_code": exit_code, **scene_json(scene), "answers": told})


def scene_json(scene: Scene) -> dict[str, Any]:
    """The versions that a document rests on, what the asker named of them, and what is to be said about the choice.

    A version is null where the named one is not known; of what was named, null is what was not.
    """
    asked = scene.question
    return {
        "versions": {project: revision_json(revision) for project, revision in scene.revisions.items()},
        "named": {
            **{project: asked.versions.get(project) for project in PROJECTS},
            "cc": scene.compiler or None,
            **{tool: asked.tools.get(tool) for tool in _TOOLS},
            "settings": settings_json(asked.sets),
        },
        "newer_likely": [
            {"project": item.project, "newest": item.newest, "due_at": item.due.isoformat()} for item in scene.newer
        ],
        "notes": list(scene.said),
    }


def settings_json(settings: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Kconfig symbols with their values."""
    return [{"symbol": symbol, "value": value} for symbol, value in settings]


def _answer(registry: Registry, answer: Answer) -> dict[str, Any]:
    return {
        "name": answer.meaning.name,
        **reading_json(answer.meaning),
        "answer": answer.truth.value,
        "exit_code": answer.exit_code,
        "variants": [_variant(registry, answer.scene, v) for v in answer.variants],
        "not_in_this_kernel": [v.variant.id for v in answer.dropped],
        "dropped": None,
        "beside": beside_json(answer.beside),
        "see_also": list(answer.meaning.see_also),
        "nearby": [{"id": id_, "answer": truth.value} for id_, truth in answer.nearby],
        "too_old": answer.too_old,
        "polled": answer.polled,
        "checked_at": answer.checked_at.isoformat() if answer.checked_at else None,
    }


def _gone(gone: GoneError) -> dict[str, Any]:
    """The same fields for a port that no kernel with Rust has."""
    return {
        "name": gone.name,
        "parts": [],
        "elsewhere": [],
        "answer": Truth.NO.value,
        "exit_code": 1,
        "variants": [],
        "not_in_this_kernel": [],
        "dropped": dropped_json(gone),
        "beside": [],
        "see_also": [],
        "nearby": [],
        "too_old": False,
        "polled": False,
        "checked_at": None,
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
        "arch": found.variant.arch,
        "title": found.variant.title,
        "port_dropped_in": registry.arches[found.variant.arch].dropped or None,
        "answer": found.answer.value,
        "status": cell_words(found.best),
        "condition": condition_json(found.condition),
        "means": means_words(found.variant, found.condition) or None,
        "basis": found.best.basis.value,
        "by_compiler": [
            {"cc": b.cc, "answer": b.answer.value, "condition": condition_json(b.condition)} for b in found.by_compiler
        ],
        **terms_json(found.terms, url_of),
        "window": window_json(found.window),
        "spans": [span_json(s) for s in found.spans],
        "cells": [cell_json(cell, url_of) for cell in found.cells],
        "contradictions": [contradiction_json(registry, scene, c) for c in found.contradictions],
        "ask": list(found.asks),
    }


def span_json(span: Span, backend: str = "") -> dict[str, Any]:
    """The releases in which a cell was the same; backend is null for the one that answered.

    from and to are included; not_in is the last release in which it was not, null where none is known.
    """
    return {
        "backend": backend or None,
        "status": status_word(span.said),
        "answer": span.truth.value,
        "condition": span.condition or None,
        "from": span.first.label,
        "to": span.last.label,
        "not_in": span.before.label if span.before else None,
        "exact": span.exact,
    }


def contradiction_json(registry: Registry, scene: Scene, item: Contradiction) -> dict[str, Any]:
    """One case as values."""
    return {
        "rule": item.rule,
        "subject": item.subject,
        "weight": item.weight.name.lower(),
        "says": item.says,
        "sides": evidence_json(registry, scene, item.sides),
    }


def evidence_json(registry: Registry, scene: Scene, items: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Pieces of evidence as lines_json has them, with the addresses of a scene."""
    return lines_json(items, partial(evidence_url, registry, scene))
