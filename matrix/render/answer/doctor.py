"""What the doctor found -> text that fits a screen, and JSON."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from matrix.expression import YES, show
from matrix.machine.tools import PLAIN_NAMES
from matrix.model import Truth
from matrix.query.diagnosis import Right
from matrix.render import style
from matrix.render.answer.cells import need_json
from matrix.render.answer.data import evidence_json, scene_json
from matrix.render.contract import document
from matrix.render.layout import hang, wrap
from matrix.render.links import evidence_url
from matrix.render.phrases import CANNOT_TELL, COMPILER_NAMES, alike_words, revision_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matrix.machine.availability import ScriptSaid
    from matrix.machine.tools import Installed
    from matrix.model import Registry
    from matrix.query.diagnosis import Agreement, Build, Diagnosis, Judged, KernelReach, ToDo
    from matrix.render.links import UrlOf

_MARKS = {Truth.YES: "ok", Truth.NO: "no", Truth.UNKNOWN: "?", None: "-"}
_COLUMN = 15
_LONGEST = 300  # characters of a script's words
_REFERS = "Please see Documentation/"  # where they all end
# What is information here, and is left out where it was not found.
_ONLY_WHERE_FOUND = frozenset({"gccrs", "mrustc"})


def doctor_text(registry: Registry, found: Diagnosis) -> str:
    """The verdict, a line a tool, the kernels that can be built, what to do."""
    lines = [*_verdict(found), *wrap(_about(registry, found), 2), ""]
    for judged in found.tools:
        if judged.tool.path or judged.tool.name not in _ONLY_WHERE_FOUND:
            lines += _tool_lines(judged)
    if not found.hopeless:
        for remark in dict.fromkeys(r for build in found.builds for r in build.remarks):
            lines += wrap(f"remark: {remark}")
    lines += _agreement_lines(found.scripts)
    if found.reach:
        lines += _reach_lines(found.reach)
    if found.todo:
        lines += ["", style.bold("to do")]
        for todo in found.todo:
            lines += _todo_lines(todo)
    return style.safe_lines(lines)


def _verdict(found: Diagnosis) -> Iterator[str]:
    linux = found.scene.revisions.get("linux")
    label = f"Linux {linux.label if linux else found.scene.question.versions.get('linux', '')}"
    word = {Truth.YES: "yes", Truth.NO: "no", Truth.UNKNOWN: CANNOT_TELL}[found.truth]
    said = list(_verdict_parts(found))
    if found.truth is Truth.YES:
        words = f"these tools suffice to build Rust in {label}: {'; '.join(said)}"
    elif found.truth is Truth.NO:
        words = f"Rust cannot be built in {label} with what is here: {'; '.join(said)}"
    else:
        words = f"whether these tools suffice for Rust in {label}: {'; '.join(said)}"
    first, *rest = wrap(f"{found.name}: {word}: {words}")
    head = f"{found.name}: {word}"
    yield (
        f"{style.bold(found.name)}: {style.truth(word, found.truth)}{first[len(head) :]}"
        if first.startswith(head)
        else first
    )
    yield from rest


def _verdict_parts(found: Diagnosis) -> Iterator[str]:
    if found.hopeless:
        yield f"no tools would do: {found.hopeless}"
        return
    several = len({build.variant for build in found.builds}) > 1
    for variant in dict.fromkeys(build.variant for build in found.builds):
        own = [build for build in found.builds if build.variant == variant]
        good = [build for build in own if build.truth is found.truth]
        head = f"{variant} " if several else ""
        if any(build.truth is Truth.YES for build in own):
            yield head + " and ".join(_with(build) for build in own if build.truth is Truth.YES)
        elif good:
            reasons = dict.fromkeys(build.because for build in good)
            if len(reasons) == 1:
                yield head + next(iter(reasons))
            else:
                yield head + "; ".join(f"with {COMPILER_NAMES[build.cc]}: {build.because}" for build in good)


def _with(build: Build) -> str:
    condition = f", if {show(build.condition)}" if build.condition != YES else ""
    inferred = alike_words(build.inferred) if build.inferred else ""
    return f"with {COMPILER_NAMES[build.cc]}{condition}{inferred}"


def _about(registry: Registry, found: Diagnosis) -> str:
    scene = found.scene
    linux = scene.revisions.get("linux")
    words = [revision_words(registry, linux)] if linux else []
    words += [found.distribution.name or "no distribution that /etc/os-release names"]
    return "; ".join([*words, *scene.said])


def _tool_lines(judged: Judged) -> list[str]:
    tool = judged.tool
    mark = _MARKS[judged.truth]
    padded = f"{mark:<3}"
    shown = style.truth(padded, judged.truth) if judged.truth is not None else padded
    head = f"{shown} {PLAIN_NAMES.get(tool.name, tool.name):<{_COLUMN - 5}} "
    return hang(head, _tool_words(judged), _COLUMN)


def _tool_words(judged: Judged) -> str:
    tool, needed = judged.tool, judged.needed
    parts = [_what(tool)]
    if needed and not tool.usable:
        parts.append(f"needed: {'=' if needed.exactly else '>='} {needed.version}")
    if judged.because and judged.because != tool.problem:
        stands = f" ({judged.evidence[0].path}:{judged.evidence[0].line})" if judged.evidence else ""
        parts.append(f"{judged.because}{stands}")
    if judged.told:
        parts.append(f"make must be told {judged.told}")
    if judged.others:
        parts.append(f"also {_others(judged.others)}")
    return "; ".join(parts)


def _what(tool: Installed) -> str:
    """`1.95.0, LLVM 22.1.2, 320 targets, /usr/bin/rustc`."""
    if not tool.path:
        return "not found"
    if tool.problem:
        return f"{tool.path} {tool.problem}"
    words = [tool.version] if tool.name != "rust-src" else []
    if tool.llvm:
        words.append(f"LLVM {tool.llvm}")
    if tool.name in {"gcc", "gccrs"}:
        words += tool.targets
    elif tool.targets:
        words.append(f"{len(tool.targets)} targets")
    place = f"loaded by {tool.path}" if tool.name == "libclang" and tool.called.startswith("bindgen") else tool.path
    return ", ".join([*words, place])


_SHOWN = 3


def _others(others: Sequence[Installed]) -> str:
    """`bindgen-0.71 0.71.1`; of compilers for other machines, `for aarch64, riscv64`."""
    elsewhere = [tool for tool in others if tool.name == "gcc" and tool.usable and tool.targets]
    if len(elsewhere) == len(others):
        return f"for {', '.join(dict.fromkeys(tool.targets[0].partition('-')[0] for tool in elsewhere))}"
    words = [f"{tool.called} {tool.version or f'({tool.problem[:60]})'}" for tool in others[:_SHOWN]]
    more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
    return f"{', '.join(words)}{more}"


def _agreement_lines(found: Sequence[Agreement]) -> list[str]:
    """What the script says, and where we differ both sides and who is right; once where it says it with each CC."""
    said: dict[str, list[str]] = {}
    for one in found:
        said.setdefault("\n".join(_agreed(one)), []).append(f"CC={one.said.cc}")
    lines = []
    for words, compilers in said.items():
        head, *rest = words.split("\n")
        lines += wrap(head.replace("CC", " and ".join(compilers), 1))
        lines += [line for part in rest for line in wrap(part, 2)]
    return lines


def _agreed(one: Agreement) -> Iterator[str]:
    said = one.said
    verdict = "could not be asked" if said.unable else "is content" if said.content else "refuses"
    because = f": {one.because}" if one.because else ""
    yield f"the tree's own check {verdict} with CC; {one.right.value}{because}"
    words = " ".join(said.words).partition(_REFERS)[0].strip()
    if words and not said.unable:
        yield f"it says: {words if len(words) <= _LONGEST else f'{words[:_LONGEST]}...'}"
    if one.right not in {Right.BOTH, Right.UNKNOWN}:
        yield f"we say: {'; '.join(one.reasons) or 'these tools suffice for it'}"


def _reach_lines(reach: Sequence[KernelReach]) -> list[str]:
    """A line a kernel; neighbours for which nothing can be built, for one reason, as one."""
    lines = ["", style.bold("what these tools can build, by the newest known kernel of each series")]
    groups: list[tuple[list[str], str]] = []
    for one in reach:
        words = _reached(one)
        if groups and groups[-1][1] == words:
            groups[-1][0].append(one.kernel)
        else:
            groups.append(([one.kernel], words))
    for kernels, words in groups:
        head = ", ".join(kernels)
        lines += (
            hang(f"  {head:<10} ", words, max(13, len(head) + 3)) if len(head) < 30 else wrap(f"{head}: {words}", 2)
        )
    return lines


def _reached(one: KernelReach) -> str:
    if not one.variants:
        return f"{'nothing' if one.truth is Truth.NO else CANNOT_TELL}: {one.because}"
    compilers: dict[tuple[str, ...], list[str]] = {}
    for variant, ccs in one.variants.items():
        compilers.setdefault(ccs, []).append(variant)
    parts = (f"{', '.join(v)} ({' or '.join(COMPILER_NAMES[cc] for cc in ccs)})" for ccs, v in compilers.items())
    return "; ".join(parts)


def _todo_lines(todo: ToDo) -> list[str]:
    lines = wrap(todo.command, 2)
    if todo.tools:
        lines += wrap(f"for {', '.join(todo.tools)}", 6)
    if todo.unread:
        lines += wrap(f"not read in the distribution's own pages, check first: {', '.join(todo.unread)}", 6)
    ways: dict[str, list[str]] = {}
    for tool, (version, command) in todo.otherwise.items():
        ways.setdefault(command, []).append(f"{tool} is older than {version}")
    for command, when in ways.items():
        lines += wrap(f"where {' or '.join(when)}: {command}", 6)
    return lines


def doctor_json(registry: Registry, found: Diagnosis) -> dict[str, Any]:
    """The same as a document."""
    scene = found.scene

    def stands(items: Sequence[Any]) -> list[dict[str, Any]]:
        return evidence_json(registry, scene, items)

    body = {
        "answer": found.truth.value,
        "exit_code": found.exit_code,
        "name": found.name,
        **scene_json(scene),
        "distribution": {
            "ids": list(found.distribution.ids),
            "title": found.distribution.name or None,
            "packages": found.packaged.id if found.packaged else None,
        },
        "tools": [_judged_json(j, stands, partial(evidence_url, registry, scene)) for j in found.tools],
        "builds": [
            {
                "variant": b.variant,
                "cc": b.cc,
                "answer": b.truth.value,
                "because": b.because or None,
                "condition": show(b.condition) if b.condition != YES else None,
                "remarks": list(b.remarks),
                "inferred_from": b.inferred or None,
                "evidence": stands(b.evidence),
            }
            for b in found.builds
        ],
        "hopeless": found.hopeless or None,
        "kernels": [
            {
                "kernel": r.kernel,
                "answer": r.truth.value,
                "because": r.because or None,
                "variants": [{"id": variant, "ccs": list(ccs)} for variant, ccs in r.variants.items()],
            }
            for r in found.reach
        ],
        "script": [
            {
                "cc": a.said.cc,
                "answer": _script_answer(a.said),
                "says": list(a.said.words),
                "ours": list(a.reasons),
                "right": a.right.name.lower(),
                "because": a.because or None,
            }
            for a in found.scripts
        ],
        "todo": [
            {
                "command": t.command,
                "tools": list(t.tools),
                "unchecked": list(t.unread),
                "otherwise": _otherwise(t),
                "sources": list(t.sources),
            }
            for t in found.todo
        ],
    }
    return document("doctor", body)


def _script_answer(said: ScriptSaid) -> str:
    """Whether the tree's script is content; unknown where it could not be run."""
    truth = Truth.UNKNOWN if said.unable else Truth.YES if said.content else Truth.NO
    return truth.value


def _otherwise(todo: ToDo) -> list[dict[str, str]]:
    return [{"tool": t, "older_than": version, "command": way} for t, (version, way) in todo.otherwise.items()]


def _judged_json(judged: Judged, stands: Any, url_of: UrlOf) -> dict[str, Any]:  # noqa: ANN401
    return {
        **_tool_json(judged.tool),
        "answer": judged.truth.value if judged.truth else None,
        "needs": [need_json(judged.needed, url_of)] if judged.needed else [],
        "because": judged.because or None,
        "evidence": stands(judged.evidence),
        "told": judged.told or None,
        "others": [_tool_json(other) for other in judged.others],
    }


def _tool_json(tool: Installed) -> dict[str, Any]:
    return {
        "tool": tool.name,
        "path": tool.path or None,
        "called": tool.called or None,
        "version": tool.version or None,
        "compiles_for": list(tool.targets),
        "problem": tool.problem or None,
        "host": tool.host or None,
        "llvm": tool.llvm or None,
        "note": tool.note or None,
    }
