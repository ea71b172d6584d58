"""What was found of a .config -> JSON values, whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from matrix.query.examination import differing, rust_can_stay
from matrix.render import style
from matrix.render.answer.cells import need_json
from matrix.render.answer.config import (
    STATE_TRUTHS,
    fragment,
    lint_line,
    make_words,
    open_words,
    remedy_commands,
    tool_words,
)
from matrix.render.answer.data import evidence_json, settings_json
from matrix.render.contract import document
from matrix.render.links import evidence_url
from matrix.render.phrases import basis_words
from matrix.resolve.concrete.verdict import RUST
from matrix.resolve.concrete.ways import VERSIONED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.model import Registry
    from matrix.query.examination import Examination, Lent, Sight
    from matrix.resolve.concrete.changes import Remedy
    from matrix.resolve.concrete.verdict import Clause, Gate, RustState


def config_json(registry: Registry, found: Examination) -> dict[str, Any]:
    """The whole answer as a document."""
    return document("config-state", {"exit_code": found.exit_code, **_examined(registry, found)})


def lint_json(registry: Registry, found: Sequence[Examination], code: int) -> dict[str, Any]:
    """The configurations that have CONFIG_RUST=y, each with whether it can be, as a document; code is the exit code."""
    files = [
        {
            "file": one.name,
            "line": one.config.lines[RUST],
            "answer": rust_can_stay(one).value,
            "port": one.srcarch,
            "kernel": one.kernel,
            "basis": _basis(one),
            "blocked_by": [_clause(registry, one, c) for c in one.sight.finding.blocking] if one.sight else [],
            "text": style.without(lint_line(one)).rstrip("\n"),
        }
        for one in found
    ]
    return document("lint", {"exit_code": code, "files": files})


def _examined(registry: Registry, found: Examination) -> dict[str, Any]:
    """`clauses` are all of config RUST, `blocked_by` those of them that are n."""
    config, sight = found.config, found.sight
    clauses = [_clause(registry, found, clause) for clause in sight.finding.clauses] if sight else []
    return {
        **_state(found.state),
        "config": {
            "name": found.name,
            "whole": config.whole,
            "symbols": len(config.values),
            "arch": config.arch or None,
            "version": config.version or None,
            "tools": [{"tool": tool, "version": version} for tool, version in config.tools.items()],
            "cc": config.compiler or None,
            "set_twice": list(config.twice),
            "unread_lines": [{"line": number, "text": text} for number, text in config.unread],
        },
        "port": found.srcarch,
        "variant_ids": [variant.id for variant in sight.variants] if sight else [],
        "kernel": found.kernel,
        "basis": _basis(found),
        "notes": list(found.scene.said),
        "kernels_read": [{"kernel": s.kernel.label, **_state(s.finding.state)} for s in found.sights],
        "rustc": _rustc(registry, found, sight) if sight else None,
        "distribution": _lent(found.lent) if found.lent else None,
        "recorded": sight.finding.recorded if sight else None,
        "blocked_by": [c for c in clauses if not c["host"] and c["value"] == "n"],
        "clauses": clauses,
        "declared_by": [_gate(registry, found, gate) for gate in sight.finding.gates] if sight else [],
        "architecture_says_no": bool(sight and sight.finding.architecture),
        "later": _later(found),
        "unlike_recorded": [
            {"symbol": name, "recorded": was, "evaluated": now} for name, was, now in (sight.unlike if sight else ())
        ],
        "changes": [_remedy(registry, found, remedy) for remedy in found.remedies],
        "open": open_words(found, sight) if sight else [],
        "rustavailable": f"make {make_words((), found)}rustavailable",
    }


def _state(state: RustState) -> dict[str, str]:
    return {"state": state.name.lower(), "answer": STATE_TRUTHS[state].value}


def _basis(found: Examination) -> str:
    if found.scene.revisions["linux"] is not None:
        return "read"
    return "inferred" if found.inferred else "unknown"


def _rustc(registry: Registry, found: Examination, sight: Sight) -> dict[str, Any]:
    return {
        "assumed": sight.rustc or None,
        "because": ("distribution" if _lends_rustc(found, sight) else sight.why) or None,
        "recorded": found.config.tools.get("rustc"),
        "needs": [need_json(sight.needs, partial(evidence_url, registry, found.scene))] if sight.needs else [],
    }


def _lends_rustc(found: Examination, sight: Sight) -> bool:
    return sight.why == "named" and found.lent is not None and "rustc" in found.lent.lent


def _lent(lent: Lent) -> dict[str, Any]:
    """Which versions the distribution says, and which the configuration itself."""
    return {
        "id": lent.distro.id,
        "basis": basis_words(lent.distro),
        "lent": [{"tool": tool, "version": version.removeprefix("v")} for tool, version in lent.lent.items()],
        "own": [{"tool": tool, "version": version} for tool, version in lent.own.items()],
    }


def _clause(registry: Registry, found: Examination, clause: Clause) -> dict[str, Any]:
    return {
        "clause": clause.clause,
        "evidence": evidence_json(registry, found.scene, [clause.evidence]),
        "value": clause.value.letter,
        "recorded": clause.recorded.letter,
        "values": settings_json(clause.values),
        "open": sorted(clause.value.open),
        "host": clause.host,
    }


def _gate(registry: Registry, found: Examination, gate: Gate) -> dict[str, Any]:
    return {
        "symbol": gate.name,
        "value": gate.value.letter,
        "selects": [
            {
                "config": line.selector,
                "written": line.written,
                "evidence": evidence_json(registry, found.scene, [line.evidence]),
                "value": line.value.letter,
                "values": settings_json(line.values),
                "because": [_clause(registry, found, helper) for helper in line.helpers],
            }
            for line in gate.declaring
        ],
    }


def _later(found: Examination) -> dict[str, Any] | None:
    later = found.later
    if later is None:
        return None
    return {"kernel": later.kernel.label, "when": list(later.when), "path": later.path, "line": later.line}


def _remedy(registry: Registry, found: Examination, remedy: Remedy) -> dict[str, Any]:
    return {
        "settings": settings_json((change.name, change.value) for change in remedy.settings),
        "tools": [
            {"tool": change.value, "least": None, "text": tool_words(change)}
            if change.name == "cc"
            else {
                "tool": VERSIONED[change.name][0],
                "least": VERSIONED[change.name][1](int(change.value)),
                "text": tool_words(change),
            }
            for change in remedy.tools
        ],
        "commands": remedy_commands(remedy, found),
        "fragment": fragment(remedy),
        "follow": [{"symbol": name, "before": was, "after": now} for name, was, now in remedy.follow],
        "selected_by": [
            {
                "symbol": raised.symbol,
                "selector": raised.selector,
                "evidence": evidence_json(registry, found.scene, [raised.evidence]),
            }
            for raised in remedy.raised
        ],
        "open": list(remedy.open),
    }


def config_diff_json(registry: Registry, first: Examination, second: Examination) -> dict[str, Any]:
    """Both answers as a document, and the symbols of config RUST's clauses that differ."""
    body = {
        "first": _examined(registry, first),
        "second": _examined(registry, second),
        "differs": [
            {"symbol": name, "first": a or None, "second": b or None} for name, a, b in differing(first, second)
        ],
    }
    return document("config-diff", body)
