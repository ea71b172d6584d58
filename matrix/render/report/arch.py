"""A port of the kernel and what is known of its variants -> its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.model import Truth
from matrix.render.answer.names import described
from matrix.render.history.words import since_words
from matrix.render.page import Code, Heading, Id, Item, Items, Link, Page, PageLink, Paragraph, Strong
from matrix.render.phrases import compilers_words, needs_words, target_words, verdict_words, versions_words
from matrix.render.report.evidence import case_item, decides, evidence_text, status_words, words_grid
from matrix.resolve.rust_targets import listed_targets, rust_target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matrix.model import Arch, Registry, Rung
    from matrix.query.answer import VariantAnswer
    from matrix.query.question import Scene
    from matrix.render.page import Block

_ORDER = ("port", "codegen", "target", "kernel", "attested")
_HEADS = ("backend", "status", *_ORDER, "what decides")


def arch_page(
    registry: Registry, scene: Scene, arch: Arch, variants: Iterable[VariantAnswer], changes: Sequence[Block]
) -> Page:
    """The page. changes is what releases changed for it."""
    blocks: list[Block] = [Paragraph((versions_words(registry, scene),))]
    if arch.dropped:
        blocks.append(Paragraph((Code(f"arch/{arch.id}"), f" was dropped in Linux {arch.dropped}.")))
    if arch.note:
        blocks.append(Paragraph((arch.note,)))
    blocks.append(
        Paragraph((
            PageLink(("All architectures",), "../index"), ", ", Link(("what changed",), "#what-changed"), ", ",
            Link(("feed",), f"../feeds/arch/{arch.id}.atom"), ", ", Link(("badge",), f"../badges/{arch.id}.svg"),
        ))
    )  # fmt: skip
    for found in variants:
        blocks += _Variant(registry, scene, found).blocks()
    blocks.append(Heading(2, ("What changed",)))
    blocks += changes or [Paragraph(("Nothing in the releases that are known.",))]
    return Page(arch.title, blocks)


class _Variant:
    def __init__(self, registry: Registry, scene: Scene, found: VariantAnswer) -> None:
        self.registry, self.scene, self.found = registry, scene, found
        self.titles = {b.id: b.title for b in registry.backends.values()}

    def blocks(self) -> Iterator[Block]:
        found, variant = self.found, self.found.variant
        yield Heading(2, (Id(variant.id), f": {verdict_words(found.answer, found.condition)}"))
        yield Paragraph((f"{described(variant)}.{f' {variant.note}.' if variant.note else ''}",))
        yield Items([Item((f"{label}: {words}",)) for label, words in self.fields()])
        yield words_grid(_HEADS, self.rows())
        yield Items(list(self.rungs()))
        if remarks := list(dict.fromkeys(r for v in found.verdicts for r in v.remarks)):
            yield Paragraph(("Remarks:",))
            yield Items([Item((remark,)) for remark in remarks])
        if found.contradictions:
            yield Paragraph(("Contradictions:",))
            yield Items([case_item(self.registry, self.scene, c, (c.says,)) for c in found.contradictions])

    def fields(self) -> Iterator[tuple[str, str]]:
        found = self.found
        if found.by_compiler:
            yield "C compiler", compilers_words(found.by_compiler)
        if found.requirements:
            yield "needs", needs_words(found.requirements, "")
        rust = self.scene.context.facts.get("rust")
        for passed in found.passed if found.best.rungs[3].truth is not Truth.NO else ():
            tier = rust_target(rust, passed.name).tier if rust else None
            best = next(iter(listed_targets(rust, found.variant.rust_targets)), None) if rust else None
            listed = f"{best.name}, tier {best.tier.fact.value}" if best and best.tier else ""
            yield "target", target_words(passed, tier.fact.value if tier else "", listed)
        if found.spans:
            yield "since", since_words(found.spans)
        symbols = [*found.variant.on, *(f"!{name}" for name in found.variant.off)]
        yield "Kconfig", " && ".join(symbols)

    def rows(self) -> Iterator[list[str]]:
        for verdict in self.found.verdicts:
            rungs = [r.truth.value for r in verdict.rungs]
            yield [self.titles[verdict.backend], status_words(verdict), *rungs, decides(verdict)]

    def rungs(self) -> Iterator[Item]:
        """Each distinct rung once, with the backends that have it where these are not all."""
        holders: dict[Rung, list[str]] = {}
        for verdict in self.found.verdicts:
            for rung in verdict.rungs:
                holders.setdefault(rung, []).append(self.titles[verdict.backend])
        for rung, having in sorted(holders.items(), key=lambda h: _ORDER.index(h[0].name)):
            backends = "" if len(having) == len(self.found.verdicts) else f" ({', '.join(having)})"
            words = f" {rung.truth.value}{backends}: {rung.because}"
            yield Item((Strong(rung.name), words), [evidence_text(self.registry, self.scene, e) for e in rung.evidence])
