"""The matrix as a whole, a backend, the contradictions -> a page each."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from matrix.cell import Weight
from matrix.project import ISSUES
from matrix.render.page import (
    BREAK,
    Code,
    Grid,
    Heading,
    Id,
    Image,
    Item,
    Items,
    Link,
    Page,
    PageLink,
    Paragraph,
    Strong,
    joined,
)
from matrix.render.phrases import conditional_words, decides_words, versions_words, wrong_words
from matrix.render.report.evidence import case_item, words_grid
from matrix.render.table.blocks import table_blocks
from matrix.resolve.contradictions import RULES
from matrix.resolve.contradictions.scope import rule_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matrix.cell import Contradiction
    from matrix.grid import Table
    from matrix.model import Backend, Registry
    from matrix.query.answer import VariantAnswer
    from matrix.query.scene import Scene
    from matrix.render.page import Inline, Inlines, Part

# What each status asks of the rungs.
_LEGEND = (
    ("status", "port", "codegen", "target", "kernel", "attested"),
    ("supported", "yes", "yes", "yes", "yes", "yes"),
    ("conditional", "yes", "yes", "yes", "yes, under the condition in the footnote", "yes"),
    ("? attested", "no rung is no, and this is the first that is not known", "", "", "", ""),
    ("no: kernel", "the first rung that is no; those before it are yes", "", "", "", ""),
    ("no: kernel (codegen ?)", "the same, and a rung before it is not known", "", "", "", ""),
)


def index_page(registry: Registry, scene: Scene, table: Table, contradictions: int) -> Page:
    """The matrix, what its words mean, and where all else stands."""
    return Page(
        "Rust in the Linux kernel, by architecture and compiler",
        [
            Paragraph((versions_words(registry, scene),)),
            *table_blocks(table, pages=True),
            Paragraph(("What the words mean:",)),
            words_grid(_LEGEND[0], _LEGEND[1:]),
            Paragraph(("Unknown is never no. Evidence for every cell stands on the page of its arch. See also:",)),
            Items(list(_elsewhere(contradictions))),
            *_badges(registry),
        ],
    )


def _elsewhere(contradictions: int) -> Iterator[Item]:
    between = f" between upstream's own sources ({contradictions} of them)"
    yield Item((PageLink(("contradictions",), "contradictions"), between))
    yield Item((
        PageLink(("what changed",), "changes/index"),
        " from release to release, with the lines of both sides, as a feed too: ",
        Link(("of", BREAK, "everything"), "feeds/all.atom"),
        ", and of each arch and backend (their pages link to it)",
    ))  # fmt: skip
    yield Item((
        Link(("matrix.json",), "matrix.json"), ", the whole for machines, as ",
        Link(("matrix.schema.json",), "matrix.schema.json"), " describes it",
    ))  # fmt: skip


def _badges(registry: Registry) -> Iterator[Part]:
    yield Paragraph((
        "Badges, files that no service has to serve: one for each arch as below, and one for each arch and backend",
        BREAK,
        "(", Code("badges/ARCH-BACKEND.svg"), '). "2 of 7" counts the arch\'s variants.',
    ))  # fmt: skip
    shown = [PageLink((Image(arch, f"badges/{arch}.svg"),), f"arch/{arch}") for arch in registry.arches]
    yield Paragraph(tuple(span for badge in shown for span in (badge, BREAK)))


def wrong_block() -> Paragraph:
    """What every page ends with: how to report what is wrong on it."""
    words = wrong_words("`archmatrix why NAME`")
    before, address, after = words.partition(ISSUES) if ISSUES else (words, "", "")
    # Between backticks stands what is typed.
    spans: list[Inline] = [Code(part) if at % 2 else part for at, part in enumerate(before.split("`"))]
    return Paragraph((*spans, Link((address,), address), after) if address else tuple(spans))


def contradictions_page(registry: Registry, scene: Scene, listed: Sequence[Contradiction]) -> Page:
    """Each rule that found something, with its cases."""
    about = {rule_name(rule): (rule.__doc__ or "").split("\n")[0] for rule in RULES}
    blocks: list[Part] = [
        Paragraph((versions_words(registry, scene),)),
        Paragraph(("Each was found by a rule, none is typed in. ", PageLink(("The matrix",), "index"))),
    ]
    shown = [c for c in listed if c.weight is not Weight.OTHER]
    for name, own in groupby(shown, key=lambda c: c.rule):
        cases = list(own)
        blocks += [
            Heading(2, (name.replace("-", " "),)),
            Paragraph((f"{about[name]} (", Id(name), f", {len(cases)} found)")),
            Items([case_item(registry, scene, c, (Strong(c.subject), f": {c.says}")) for c in cases]),
        ]
    if beside := len(listed) - len(shown):
        words = f"{beside} more are about targets that no kernel has: "
        blocks.append(Paragraph((words, Code("archmatrix contradictions --all"), ".")))
    return Page("Where upstream contradicts itself", blocks)


def backend_page(registry: Registry, scene: Scene, backend: Backend, answers: Iterable[VariantAnswer]) -> Page:
    """Where each variant stands with it."""
    rows: list[list[Inlines]] = []
    for answer in answers:
        cell = next(c for c in answer.cells if c.backend == backend.id)
        arch = PageLink((answer.variant.arch,), f"../arch/{answer.variant.arch}")
        rows.append([(arch,), (Id(answer.variant.id),), (conditional_words(cell),), (decides_words(cell),)])
    heads = ("arch", "variant", "status", "what decides")
    return Page(
        backend.title,
        [
            Paragraph((backend.about,)),
            Paragraph(tuple(_origin(backend))),
            Paragraph((versions_words(registry, scene),)),
            Grid([(head,) for head in heads], rows),
            Paragraph((
                PageLink(("All backends",), "../index"), ", ", PageLink(("what changed",), "../changes/index"), ", ",
                Link(("feed",), f"../feeds/backend/{backend.id}.atom"),
            )),
        ],
    )  # fmt: skip


def _origin(backend: Backend) -> Iterator[Inline]:
    yield f"Code generator: {backend.generator}. Repositories: "
    yield from _links(backend.repositories)
    yield "."
    if backend.in_development:
        yield " In development, ahead of these: "
        yield from _links(backend.in_development)
        yield "."


def _links(addresses: Iterable[str]) -> Inlines:
    return joined([(Link((address,), address),) for address in addresses])
