"""A cell, its rungs and its terms -> JSON values: the same wherever they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.expression import YES, show
from matrix.render.phrases import cell_words, range_words, version_words
from matrix.versions import decode_rustc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.cell import Cell, KernelTarget, Option, Rung, Terms
    from matrix.expression import Expr
    from matrix.model import Evidence
    from matrix.render.links import UrlOf
    from matrix.resolve.window import RustcRange


def cell_json(cell: Cell, url_of: UrlOf) -> dict[str, Any]:
    """One cell. status is as it is printed; rung is where it is blocked or unknown, unknown the rungs before that."""
    return {
        "backend": cell.backend,
        "status": cell_words(cell),
        "answer": cell.answer.value,
        "condition": condition_json(cell.condition),
        "rung": cell.rung.value if cell.rung else None,
        "unknown": [name.value for name in cell.unknown],
        "blockers": [rung.name.value for rung in cell.blockers],
        "unproven": [rung.name.value for rung in cell.unproven],
        "unread": list(cell.unread),
        "basis": cell.basis.value,
        "remarks": list(cell.remarks),
        "rungs": [rung_json(rung, url_of) for rung in cell.rungs],
    }


def condition_json(condition: Expr) -> str | None:
    """A Kconfig expression as text, null for none."""
    return None if condition == YES else show(condition)


def rung_json(rung: Rung, url_of: UrlOf) -> dict[str, Any]:
    """One rung."""
    return {
        "rung": rung.name.value,
        "answer": rung.truth.value,
        "because": rung.because,
        "rule": rung.rule,
        "condition": condition_json(rung.condition),
        "evidence": [line_json(item, url_of(item)) for item in rung.evidence],
    }


def terms_json(terms: Terms, url_of: UrlOf) -> dict[str, Any]:
    """What holds of a variant whatever the backend is; targets is null where it was not read what the kernel passes."""
    listed = terms.listed
    return {
        "needs": [
            {"tool": r.tool.value, "version": r.version, "exactly": r.exactly, "text": str(r)}
            for r in terms.requirements
        ],
        "targets": None if terms.targets is None else [_target(target) for target in terms.targets],
        "listed": {
            "name": listed.name,
            "tier": listed.tier,
            "host_tools": listed.host_tools or None,
            "std": listed.std or None,
            "evidence": line_json(listed.evidence, url_of(listed.evidence)),
        }
        if listed
        else None,
        "general": [option_json(option, url_of) for option in terms.general],
    }


def _target(target: KernelTarget) -> dict[str, Any]:
    when = condition_json(target.when)
    return {"name": target.name, "when": when, "custom": target.custom, "tier": target.tier}


def window_json(window: Sequence[RustcRange]) -> list[dict[str, Any]]:
    """What the kernel says along rustc's versions; from and to are included, to is null for no end.

    to is the last number before the next range begins: 1.81.99 before 1.82.0.
    """
    return [
        {
            "rustc": range_words(one, window[0].first),
            "from": decode_rustc(one.first),
            "to": None if one.last is None else decode_rustc(one.last),
            "answer": one.answer.value,
            "condition": condition_json(one.condition),
            "read": one.read,
        }
        for one in window
    ]


def option_json(option: Option, url_of: UrlOf) -> dict[str, Any]:
    """Remains is what it comes to for the variant: "y" where it is met, "n" where it cannot hold."""
    return {
        "config": option.config,
        "kind": option.kind.value,
        "written": option.written,
        "remains": show(option.remains) or "y",
        "versions": {tied.symbol: version_words(tied.test) for tied in option.tied},
        "evidence": line_json(option.evidence, url_of(option.evidence)),
    }


def line_json(item: Evidence, address: str) -> dict[str, Any]:
    """One piece of evidence with its address, "" for none; line counts from 1, null for the file as a whole."""
    return {
        "project": item.project,
        "version": item.revision,
        "path": item.path,
        "line": item.line or None,
        "says": item.says,
        "url": address or None,
    }
