"""A cell, its rungs and its terms -> JSON values: the same wherever they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.expression import YES, show
from matrix.render.phrases import cell_words, range_words, version_words
from matrix.versions import decode_rustc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matrix.cell import Cell, KernelTarget, Option, Requirement, Rung, Terms
    from matrix.expression import Expr
    from matrix.model import Evidence, Truth
    from matrix.render.links import UrlOf
    from matrix.resolve.window import RustcRange


def cell_json(cell: Cell, url_of: UrlOf) -> dict[str, Any]:
    """One cell, whole."""
    return {
        "variant": cell.variant,
        **verdict_json(cell),
        "unread": list(cell.unread),
        "remarks": list(cell.remarks),
        "rungs": [rung_json(rung, url_of) for rung in cell.rungs],
    }


def verdict_json(cell: Cell) -> dict[str, Any]:
    """What a cell comes to. status is as it is printed; rung is where it is blocked or unknown."""
    return {
        "backend": cell.backend,
        "status": cell_words(cell),
        "answer": cell.answer.value,
        "condition": condition_json(cell.condition),
        "rung": cell.rung.value if cell.rung else None,
        "unknown_before": [name.value for name in cell.unknown],
        "blockers": [rung.name.value for rung in cell.blockers],
        "unproven": [rung.name.value for rung in cell.unproven],
        "basis": cell.basis.value,
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
        "evidence": lines_json(rung.evidence, url_of),
    }


def beside_json(beside: Iterable[tuple[str, Truth, Expr]]) -> list[dict[str, Any]]:
    """What the releases say that lie next to one that was not read."""
    return [
        {"release": words, "answer": truth.value, "condition": condition_json(condition)}
        for words, truth, condition in beside
    ]


def terms_json(terms: Terms, url_of: UrlOf) -> dict[str, Any]:
    """What holds of a variant whatever the backend is; targets is null where it was not read what the kernel passes."""
    listed = terms.listed
    return {
        "needs": [need_json(needed, url_of) for needed in terms.requirements],
        "targets": None if terms.targets is None else [_target(target) for target in terms.targets],
        "listed": {
            "target": listed.name,
            "tier": listed.tier,
            "host_tools": listed.host_tools or None,
            "std": listed.std or None,
            "evidence": lines_json([listed.evidence], url_of),
        }
        if listed
        else None,
        "general": [option_json(option, url_of) for option in terms.general],
    }


def need_json(needed: Requirement, url_of: UrlOf) -> dict[str, Any]:
    """The version that a kernel asks of a tool, with the lines that say so."""
    return {
        "tool": needed.tool.value,
        "version": needed.version,
        "up_to": needed.upto or None,
        "exactly": needed.exactly,
        "text": str(needed),
        "evidence": lines_json([needed.evidence], url_of),
        "policy": lines_json([needed.policy] if needed.policy else [], url_of),
    }


def _target(target: KernelTarget) -> dict[str, Any]:
    when = condition_json(target.when)
    return {"target": target.name, "when": when, "custom": target.custom, "tier": target.tier}


def window_json(window: Sequence[RustcRange]) -> list[dict[str, Any]]:
    """What the kernel says along rustc's versions; from and to are included, to is null for no end.

    to is the last number before the next range begins: 1.81.99 before 1.82.0.
    """
    return [
        {
            "text": range_words(one, window[0].first),
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
        "tied": [{"symbol": tied.symbol, "means": version_words(tied.test)} for tied in option.tied],
        "evidence": lines_json([option.evidence], url_of),
    }


def lines_json(items: Iterable[Evidence], url_of: UrlOf) -> list[dict[str, Any]]:
    """Pieces of evidence with their addresses; line counts from 1, null for the file as a whole."""
    return [
        {
            "project": item.project,
            "version": item.revision,
            "path": item.path,
            "line": item.line or None,
            "says": item.says,
            "url": url_of(item) or None,
        }
        for item in items
    ]
