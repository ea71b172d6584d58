"""An answer -> the text that `archmatrix is` prints: 80 columns, what decides first, every claim with its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matrix.expression import atoms, parse
from matrix.model import Truth
from matrix.places import AGE
from matrix.render import style
from matrix.render.history.words import since_words
from matrix.render.layout import field, hang, wrap
from matrix.render.links import evidence_url
from matrix.render.phrases import (
    compilers_words,
    explained,
    needs_words,
    target_words,
    verdict_words,
    versions_words,
)
from matrix.resolve.rust_targets import listed_targets, rust_target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matrix.model import Evidence, Registry, Verdict
    from matrix.query.answer import Answer, VariantAnswer
    from matrix.query.question import Scene

_LABEL = 12


def answer_text(registry: Registry, answer: Answer) -> str:
    """The whole answer, ending in one newline. The age stands in it as places.AGE."""
    lines = list(_headline(registry, answer))
    if len(answer.variants) == 1:
        lines += _one(registry, answer, answer.variants[0])
    else:
        lines += _several(registry, answer)
    if answer.meaning.see_also:
        lines += ["", *field("see also", ", ".join(answer.meaning.see_also))]
    if answer.checked_at is not None:
        lines += ["", f"{'checked':<{_LABEL}}{AGE}"]
    return style.safe_lines(lines)


def _headline(registry: Registry, answer: Answer) -> Iterable[str]:
    name, truth = answer.meaning.name, answer.found
    single = answer.variants[0] if len(answer.variants) == 1 else None
    condition = single.condition if single else ""
    words = verdict_words(truth, condition)
    if single is None and truth is Truth.YES and any(v.condition for v in answer.variants):
        words = "yes, under the conditions below"
    if answer.scene.question.strict and truth is Truth.NO and single and single.answer is Truth.YES:
        words = f"no (--strict): only if {condition}"
    if answer.too_old and answer.checked_at is not None:
        truth = answer.truth
        words = f"cannot tell (--max-age): last checked on {answer.checked_at:%Y-%m-%d}, when it was: {words}"
    meant = single.variant.title if single else f"{len(answer.variants)} variants"
    same = single is not None and single.variant.id == name
    yield from wrap(f"{style.bold(name)}: {style.truth(words, truth)}")
    yield from wrap(f"Rust in the kernel on {meant}{'' if same or single is None else f' ({single.variant.id})'}", 2)
    yield from wrap(versions_words(registry, answer.scene), 2)
    for said in answer.scene.said:
        yield from wrap(f"note: {said}", 2)
    for gone in answer.dropped:
        yield from wrap(f"note: not {gone.variant.id}: {gone.verdicts[0].rungs[0].because}", 2)


def _one(registry: Registry, answer: Answer, found: VariantAnswer) -> Iterable[str]:
    scene = answer.scene
    fields = list(_fields(registry, answer, found))
    yield from ["", *fields] if fields else []
    yield ""
    for verdict in found.verdicts:
        yield from _backend(registry, verdict)
    yield from _remarks(registry, found)
    if found.contradictions:
        yield ""
        for item in found.contradictions:
            yield from field("contradicts", item.says)
            yield from wrap(", ".join(f"{side.path}:{side.line}" for side in item.sides), _LABEL)
    yield ""
    yield from _evidence(registry, scene, found.best)


def _fields(registry: Registry, answer: Answer, found: VariantAnswer) -> Iterable[str]:
    scene, variant = answer.scene, found.variant
    if found.by_compiler:
        yield from field("C compiler", compilers_words(found.by_compiler))
    if found.condition:
        yield from field("condition", f"{found.condition}{_stands(found.best)}")
        if numbers := explained(found.condition):
            yield from field("", numbers)
    if found.requirements:
        yield from field("needs", needs_words(found.requirements, scene.question.cc))
    for passed in found.passed if found.best.rungs[3].truth is not Truth.NO else ():
        yield from field("target", target_words(passed, *_tier(scene, found, passed.name)))
    if (found.best.rungs[3].truth is Truth.NO or not found.passed) and (listed := _listed(scene, found)):
        yield from field("rustc lists", listed)
    if found.general and found.best.rungs[3].truth is not Truth.NO:
        yield from field("also asks", "; ".join(found.general) + f" (archmatrix options {variant.id})")
    if found.spans:
        yield from field("since", since_words(found.spans))
    if variant.note:
        yield from field("note", variant.note)
    if note := registry.arches[variant.arch].dropped:
        yield from field("note", f"arch/{variant.arch} was dropped in Linux {note}")


def _stands(verdict: Verdict) -> str:
    """Where the condition stands: the first piece of the kernel rung's evidence that names its first symbol."""
    symbol = next(atoms(parse(verdict.condition)), "")
    for item in verdict.rungs[3].evidence:
        if re.search(rf"(?<!\w){re.escape(symbol)}(?!\w)", item.says):
            return f" ({item.path}:{item.line})"
    return ""


def _tier(scene: Scene, found: VariantAnswer, name: str) -> tuple[str, str]:
    """The tier of a target, and the best listed target of the variant with its tier; "" where not known."""
    rust = scene.context.facts.get("rust")
    if rust is None:
        return "", ""
    tier = rust_target(rust, name).tier
    best = next(iter(listed_targets(rust, found.variant.rust_targets)), None)
    listed = f"{best.name}, tier {best.tier.fact.value}" if best and best.tier else ""
    return (tier.fact.value if tier else ""), listed


def _listed(scene: Scene, found: VariantAnswer) -> str:
    """The best target that rustc lists for the variant, with what its table says of it; "" where there is none."""
    rust = scene.context.facts.get("rust")
    best = next(iter(listed_targets(rust, found.variant.rust_targets)), None) if rust else None
    if rust is None or best is None or best.tier is None:
        return ""
    words = [f"{best.name}, tier {best.tier.fact.value}"]
    for attribute, name in (("host-tools", "host tools"), ("std", "std")):
        if said := rust.first("rust-platform-support", best.name, attribute):
            words.append(f"{name}: {said.fact.value}")
    return f"{', '.join(words)} ({best.tier.path}:{best.tier.fact.line})"


def _backend(registry: Registry, verdict: Verdict) -> Iterable[str]:
    title = registry.backends[verdict.backend].title
    word = verdict.status.value
    head = f"{title:<21} {style.status(f'{word:<12}', verdict.status)} "
    yield from hang(head, _decides(verdict), 35)


def _remarks(registry: Registry, found: VariantAnswer) -> Iterable[str]:
    """Each remark once, with the backends that it is about where it is not about all."""
    about: dict[str, list[str]] = {}
    for verdict in found.verdicts:
        for remark in verdict.remarks:
            about.setdefault(remark, []).append(registry.backends[verdict.backend].title)
    if about:
        yield ""
    for remark, titles in about.items():
        said = len(titles) == len(found.verdicts) or remark.startswith(titles[0])
        yield from field("remark", remark if said else f"{', '.join(titles)}: {remark}")


def _decides(verdict: Verdict) -> str:
    if not verdict.blockers:
        return next(r.because for r in verdict.rungs if r.name == "kernel")
    first, *rest = verdict.blockers
    also = [r.name for r in rest if r.truth is Truth.NO]
    unproven = [r.name for r in rest if r.truth is Truth.UNKNOWN]
    words = f"{first.name}{'' if first.truth is Truth.NO else ' (unproven)'}: {first.because}"
    if also:
        words += f"; also {', '.join(also)}"
    # That nobody attests a build is said of every backend but rustc with LLVM, and decides nothing beside a no.
    if unproven and unproven != ["attested"]:
        words += f"; unproven: {', '.join(unproven)}"
    return words


def _several(registry: Registry, answer: Answer) -> Iterable[str]:
    yield ""
    wide = max(len(v.variant.id) for v in answer.variants)
    for found in answer.variants:
        words = verdict_words(found.answer, found.condition)
        if found.by_compiler:
            words += f" ({compilers_words(found.by_compiler)})"
        if found.answer is not Truth.YES:
            words += f" ({registry.backends[found.best.backend].title}): {_decides(found.best)}"
        head = f"{found.variant.id:<{wide}} {style.status(f'{found.best.status.value:<12}', found.best.status)} "
        yield from hang(head, words, wide + 14)
    yield ""
    names = ", ".join(v.variant.id for v in answer.variants[:2])
    yield from wrap(f"Each of these is a name of its own: archmatrix is {names.partition(',')[0]}", 0)


def _evidence(registry: Registry, scene: Scene, verdict: Verdict) -> Iterable[str]:
    if not any(rung.evidence for rung in verdict.rungs):
        return
    yield f"evidence ({registry.backends[verdict.backend].title})"
    seen: set[tuple[str, str, int]] = set()
    for rung in verdict.rungs:
        for item in rung.evidence:
            if (item.project, item.path, item.line) in seen:
                continue
            seen.add((item.project, item.path, item.line))
            yield from evidence_lines(registry, scene, item, 2)


def evidence_lines(registry: Registry, scene: Scene, item: Evidence, indent: int) -> Iterable[str]:
    """One piece of evidence: its place and words, then its address."""
    place = f"{item.path}:{item.line}" if item.line else item.path
    project = registry.projects[item.project].name
    yield from wrap(f"{project} {item.revision} {place}: {item.says}", indent)
    if address := evidence_url(registry, scene, item):
        yield f"{' ' * (indent + 2)}{address}"
