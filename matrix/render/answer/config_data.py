"""What was found of a .config -> JSON values, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.query.examination import differing
from matrix.render.answer.config import fragment, make_words, open_words, remedy_commands, tool_words
from matrix.render.links import evidence_url
from matrix.render.phrases import basis_words
from matrix.resolve.concrete.ways import VERSIONED

if TYPE_CHECKING:
    from matrix.model import Registry
    from matrix.query.examination import Examination, Lent, Sight
    from matrix.resolve.concrete.changes import Remedy
    from matrix.resolve.concrete.verdict import Clause, Gate


def config_json(registry: Registry, found: Examination) -> dict[str, Any]:
    """The whole answer. `clauses` are all of config RUST, `blocked_by` those of them that are n."""
    config, sight = found.config, found.sight
    clauses = [_clause(registry, found, clause) for clause in sight.finding.clauses] if sight else []
    return {
        "state": found.state.value,
        "config": {
            "name": found.name,
            "whole": config.whole,
            "symbols": len(config.values),
            "arch": config.arch or None,
            "version": config.version or None,
            "tools": config.tools,
            "compiler": config.compiler or None,
            "set_twice": list(config.twice),
            "unread_lines": [{"line": number, "text": text} for number, text in config.unread],
        },
        "port": found.srcarch,
        "variants": [variant.id for variant in sight.variants] if sight else [],
        "kernel": found.kernel,
        "basis": _basis(found),
        "read": [{"kernel": s.kernel.label, "state": s.finding.state.value} for s in found.sights],
        "rustc": _rustc(found, sight) if sight else None,
        "distribution": _lent(found.lent) if found.lent else None,
        "recorded": {"RUST": sight.finding.recorded} if sight else {},
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


def _basis(found: Examination) -> str:
    if found.scene.revisions["linux"] is not None:
        return "read"
    return "inferred" if found.inferred else "unknown"


def _rustc(found: Examination, sight: Sight) -> dict[str, Any]:
    return {
        "assumed": sight.rustc or None,
        "because": ("distribution" if _lends_rustc(found, sight) else sight.why) or None,
        "recorded": found.config.tools.get("rustc"),
        "needed": sight.needs.version if sight.needs else None,
    }


def _lends_rustc(found: Examination, sight: Sight) -> bool:
    return sight.why == "named" and found.lent is not None and "rustc" in found.lent.lent


def _lent(lent: Lent) -> dict[str, Any]:
    """Which versions the distribution says, and which the configuration itself."""
    return {
        "id": lent.distro.id,
        "basis": basis_words(lent.distro),
        "lent": {tool: version.removeprefix("v") for tool, version in lent.lent.items()},
        "own": dict(lent.own),
    }


def _clause(registry: Registry, found: Examination, clause: Clause) -> dict[str, Any]:
    return {
        "clause": clause.clause,
        "path": clause.evidence.path,
        "line": clause.evidence.line,
        "url": evidence_url(registry, found.scene, clause.evidence) or None,
        "value": clause.value.letter,
        "recorded": clause.recorded.letter,
        "values": dict(clause.values),
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
                "path": line.evidence.path,
                "line": line.evidence.line,
                "url": evidence_url(registry, found.scene, line.evidence) or None,
                "value": line.value.letter,
                "values": dict(line.values),
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
        "settings": {change.name: change.value for change in remedy.settings},
        "tools": [
            {"tool": change.value, "least": None, "words": tool_words(change)}
            if change.name == "cc"
            else {
                "tool": VERSIONED[change.name][0],
                "least": VERSIONED[change.name][1](int(change.value)),
                "words": tool_words(change),
            }
            for change in remedy.tools
        ],
        "commands": remedy_commands(remedy, found),
        "fragment": fragment(remedy),
        "follow": [{"symbol": name, "from": was, "to": now} for name, was, now in remedy.follow],
        "selected_by": [
            {
                "symbol": raised.symbol,
                "selector": raised.selector,
                "path": raised.evidence.path,
                "line": raised.evidence.line,
                "url": evidence_url(registry, found.scene, raised.evidence) or None,
            }
            for raised in remedy.raised
        ],
        "open": list(remedy.open),
    }


def config_diff_json(registry: Registry, first: Examination, second: Examination) -> dict[str, Any]:
    """Both answers, and the symbols of config RUST's clauses that differ."""
    return {
        "first": config_json(registry, first),
        "second": config_json(registry, second),
        "differs": [
            {"symbol": name, "first": a or None, "second": b or None} for name, a, b in differing(first, second)
        ],
    }
