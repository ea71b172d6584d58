"""What was held against somebody's compilers and trees -> text, and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix.model import Truth
from matrix.query.verified import Grounds, MismatchKind
from matrix.render import style
from matrix.render.answer.check import check_text, compared_json
from matrix.render.contract import document
from matrix.render.layout import wrap
from matrix.render.phrases import CANNOT_TELL, revision_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matrix.model import Evidence, Registry
    from matrix.query.verified import Compared, Mismatch, Verified

# More differences than this of one compiler are counted and not shown; --json has all.
_MOST = 20


def verify_text(registry: Registry, found: Verified) -> str:
    """The verdict, then each compiler with what it was compared with and where it differs."""
    lines = [*_verdict(found)]
    for one in found.compilers:
        lines += ["", *_compiler(registry, one)]
    for tree in found.trees:
        text = check_text(registry, tree.known, tree.tree, tree.differences, tree.where)
        lines += ["", *text.rstrip("\n").split("\n")]
        lines += [f"not read: {words}" for words in tree.unread]
    for words in found.unread:
        lines += ["", *wrap(f"tree: nothing was compared: {words}")]
    return style.safe_lines(lines)


def _verdict(found: Verified) -> Iterator[str]:
    compared = sum(one.compared for one in found.compilers if one.counts)
    differing = sum(f.kind is MismatchKind.DIFFERS for one in found.compilers if one.counts for f in one.findings)
    differing += sum(len(tree.differences) for tree in found.trees)
    trees = f" and {len(found.trees)} tree{'s' if len(found.trees) > 1 else ''}" if found.trees else ""
    truth = {0: Truth.YES, 1: Truth.NO, 3: Truth.UNKNOWN}[found.exit_code]
    word = {0: "no difference", 1: f"{differing} difference{'s' if differing != 1 else ''}", 3: CANNOT_TELL}
    rest = "nothing could be compared" if found.exit_code == 3 else f"{compared} statements{trees} were compared"
    yield f"{style.truth(word[found.exit_code], truth)}: {rest}"


def _compiler(registry: Registry, one: Compared) -> Iterator[str]:
    head = " ".join(part for part in (one.tool, one.version) if part)
    first, *rest = wrap(f"{head} ({', '.join(part for part in (one.path, one.built) if part)})")
    yield f"{style.bold(head)}{first[len(head) :]}"
    yield from rest
    if one.problem:
        yield from wrap(f"nothing was compared: {one.problem}", 2)
        yield from wrap("; ".join(one.said), 2) if one.said else ()
        return
    yield from wrap(_against(registry, one), 2)
    for words in one.said:
        yield from wrap(words, 2)
    real = [f for f in one.findings if f.kind is MismatchKind.DIFFERS]
    for finding in real[:_MOST]:
        yield from _finding(finding)
    if len(real) > _MOST:
        yield f"  and {len(real) - _MOST} more differences (--json)"
    if not real:
        yield "  no difference"
    for finding in one.findings:
        if finding.kind is MismatchKind.BUILD:
            yield from _finding(finding)


def _against(registry: Registry, one: Compared) -> str:
    name = registry.projects[one.project].name
    labels = " and ".join(one.labels)
    counted = f"{one.compared} statements"
    if one.basis is Grounds.SAME:
        return f"against {counted} of {name} {labels}"
    left = f"; {one.left} on which they differ were left out" if one.left else ""
    if one.basis is Grounds.BETWEEN:
        return f"against {counted}, as far as {name} {labels} say alike{left}"
    return f"beside {counted} of {name} {labels}, the nearest that was read: what differs proves nothing"


def _finding(finding: Mismatch) -> Iterator[str]:
    mark = "differs" if finding.kind is MismatchKind.DIFFERS else "build"
    why = f" ({finding.why})" if finding.why else ""
    yield from wrap(f"{mark}: {finding.about}{why}", 2)
    yield from wrap(f"- held: {finding.held}{_stands(finding.evidence)}", 6)
    yield from wrap(f"+ seen: {finding.seen}", 6)


def _stands(evidence: Sequence[Evidence]) -> str:
    places = dict.fromkeys(f"{e.revision} {e.path}{f':{e.line}' if e.line else ''}" for e in evidence)
    return f" ({', '.join(places)})" if places else ""


def verify_json(registry: Registry, found: Verified) -> dict[str, Any]:
    """The same as a document."""
    body = {
        "exit_code": found.exit_code,
        "compilers": [
            {
                "tool": one.tool,
                "path": one.path,
                "version": one.version or None,
                "built": one.built or None,
                "project": one.project or None,
                "grounds": one.basis.name.lower() if one.basis else None,
                "against": list(one.labels),
                "compared": one.compared,
                "left_out": one.left,
                "notes": list(one.said),
                "problem": one.problem or None,
                "differences": [_finding_json(f) for f in one.findings if f.kind is MismatchKind.DIFFERS],
                "choices_of_the_build": [_finding_json(f) for f in one.findings if f.kind is MismatchKind.BUILD],
            }
            for one in found.compilers
        ],
        "trees": [
            {
                **compared_json(tree.known, tree.tree, tree.differences, tree.unread),
                "title": revision_words(registry, tree.tree),
            }
            for tree in found.trees
        ],
        "not_compared": list(found.unread),
    }
    return document("verify", body)


def _finding_json(finding: Mismatch) -> dict[str, Any]:
    return {
        "about": finding.about,
        "held": finding.held,
        "seen": finding.seen,
        "why": finding.why or None,
        "places": [
            {"project": e.project, "version": e.revision, "path": e.path, "line": e.line or None}
            for e in finding.evidence
        ],
    }
