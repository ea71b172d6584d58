"""A port of the kernel and what is known of its variants -> its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import RungName
from matrix.model import Truth
from matrix.render.answer.names import described
from matrix.render.history.words import since_words
from matrix.render.page import Code, Heading, Id, Item, Items, Link, Page, PageLink, Paragraph, Strong
from matrix.render.phrases import (
    answer_words,
    compilers_words,
    conditional_words,
    decides_words,
    needs_words,
    target_words,
    versions_words,
)
from matrix.render.report.evidence import case_item, evidence_text, words_grid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matrix.cell import Rung
    from matrix.model import Arch, Registry
    from matrix.query.answer import VariantAnswer
    from matrix.query.scene import Scene
    from matrix.render.page import Part
    from matrix.resolve.levels import Level

_ORDER = tuple(RungName)
_HEADS = ("backend", "status", *(name.value for name in _ORDER), "what decides")


def arch_page(
    registry: Registry,
    scene: Scene,
    arch: Arch,
    variants: Iterable[VariantAnswer],
    levels: Sequence[Level],
    changes: Sequence[Part],
) -> Page:
    """The page. levels are what the kernel's documents call its support, changes what releases changed for it."""
    blocks: list[Part] = [Paragraph((versions_words(registry, scene),))]
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
    if levels:
        blocks.append(Paragraph(("What the kernel's documents call the support of",)))
        said = [Item((f"{of}: {word}",), [evidence_text(registry, scene, place)]) for of, word, place in levels]
        blocks.append(Items(said))
    for answer in variants:
        blocks += _Variant(registry, scene, answer).blocks()
    blocks.append(Heading(2, ("What changed",)))
    blocks += changes or [Paragraph(("Nothing in the releases that are known.",))]
    return Page(arch.title, blocks)


class _Variant:
    def __init__(self, registry: Registry, scene: Scene, answer: VariantAnswer) -> None:
        self.registry, self.scene, self.found = registry, scene, answer
        self.titles = {b.id: b.title for b in registry.backends.values()}

    def blocks(self) -> Iterator[Part]:
        found, variant = self.found, self.found.variant
        yield Heading(2, (Id(variant.id), f": {answer_words(found.answer, found.condition)}"))
        yield Paragraph((f"{described(variant)}.{f' {variant.note}.' if variant.note else ''}",))
        yield Items([Item((f"{label}: {words}",)) for label, words in self.fields()])
        yield words_grid(_HEADS, self.rows())
        yield Items(list(self.rungs()))
        if remarks := list(dict.fromkeys(r for cell in found.cells for r in cell.remarks)):
            yield Paragraph(("Remarks:",))
            yield Items([Item((remark,)) for remark in remarks])
        if found.contradictions:
            yield Paragraph(("Contradictions:",))
            yield Items([case_item(self.registry, self.scene, c, (c.says,)) for c in found.contradictions])

    def fields(self) -> Iterator[tuple[str, str]]:
        found = self.found
        if found.by_compiler:
            yield "C compiler", compilers_words(found.by_compiler)
        terms = found.terms
        if terms.requirements:
            yield "needs", needs_words(terms.requirements, "", found.by_compiler)
        admitted = found.best.at(RungName.KERNEL).truth is not Truth.NO
        for target in terms.targets or () if admitted else ():
            yield "target", target_words(target, terms)
        if found.spans:
            yield "since", since_words(found.spans)
        symbols = [*found.variant.on, *(f"!{name}" for name in found.variant.off)]
        yield "Kconfig", " && ".join(symbols)

    def rows(self) -> Iterator[list[str]]:
        for cell in self.found.cells:
            rungs = (r.truth.value for r in cell.rungs)
            yield [self.titles[cell.backend], conditional_words(cell), *rungs, decides_words(cell)]

    def rungs(self) -> Iterator[Item]:
        """Each distinct rung once, with the backends that have it where these are not all."""
        holders: dict[Rung, list[str]] = {}
        for cell in self.found.cells:
            for rung in cell.rungs:
                holders.setdefault(rung, []).append(self.titles[cell.backend])
        for rung, having in sorted(holders.items(), key=lambda h: _ORDER.index(h[0].name)):
            backends = "" if len(having) == len(self.found.cells) else f" ({', '.join(having)})"
            words = f" {rung.truth.value}{backends}: {rung.because}"
            yield Item(
                (Strong(rung.name.value), words), [evidence_text(self.registry, self.scene, e) for e in rung.evidence]
            )
