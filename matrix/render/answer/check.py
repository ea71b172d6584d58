"""Differences between what is known and a tree -> text and JSON."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from matrix.render import style
from matrix.render.contract import document
from matrix.render.layout import wrap
from matrix.render.phrases import revision_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.change import Difference
    from matrix.model import Located, Registry, Revision


def check_text(registry: Registry, held: Revision, tree: Revision, found: Sequence[Difference], place: str) -> str:
    """Each difference by source: `-` what is known, `+` what the tree says, each with its line."""
    names = revision_words(registry, held), revision_words(registry, tree)
    lines = wrap(f"known: {names[0]}; {place}: {names[1]}")
    if not found:
        lines.append("no difference")
    for source, items in groupby(found, key=lambda d: d.source):
        lines += ["", style.bold(source)]
        for item in items:
            lines.append(f"  {item.subject}: {item.attribute}")
            lines += [_side("-", i) for i in item.before]
            lines += [_side("+", i) for i in item.after]
    return style.safe_lines(lines)


def _side(sign: str, item: Located) -> str:
    when = f" if {item.fact.when}" if item.fact.when else ""
    return f"    {sign} {item.path}:{item.fact.line}: {item.fact.value}{when}"


def check_json(held: Revision, tree: Revision, found: Sequence[Difference], failures: Sequence[str]) -> dict[str, Any]:
    """The same as a document; failures are sources of the tree that could not be read, each with why."""
    return document("check", compared_json(held, tree, found, failures))


def compared_json(
    held: Revision, tree: Revision, found: Sequence[Difference], failures: Sequence[str]
) -> dict[str, Any]:
    """What of it `verify` says of each tree too."""
    return {
        "project": held.project,
        "known_version": held.label,
        "tree_version": tree.label,
        "failures": list(failures),
        "differences": [
            {
                "source": d.source,
                "subject": d.subject,
                "attribute": d.attribute,
                "known": [_statement(i) for i in d.before],
                "tree": [_statement(i) for i in d.after],
            }
            for d in found
        ],
    }


def _statement(item: Located) -> dict[str, Any]:
    return {
        "path": item.path,
        "line": item.fact.line or None,
        "value": item.fact.value,
        "when": item.fact.when or None,
    }
