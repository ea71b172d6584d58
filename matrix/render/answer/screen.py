"""An answer -> what `archmatrix is` prints: at most a screen, the answer as a sentence first, what to type next last.

In this order: the answer, the versions and when they were read, what is in the way with its lines, what is ready, what
would have to change, whom to ask, the other backends, since when, what is nearby. The rest is behind -v and `why`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matrix.cell import RungName, Status
from matrix.expression import YES, And, Not, Or, atoms, show
from matrix.model import Truth
from matrix.places import AGE, FROM
from matrix.render import style
from matrix.render.answer.headline import condition_place, headline_words, note_lines, since_aside
from matrix.render.history.words import since_briefly
from matrix.render.layout import WIDTH, cut, field, wrap
from matrix.render.phrases import (
    age_label,
    answer_words,
    cell_words,
    compilers_words,
    elsewhere_words,
    explained,
    labels_words,
    means_words,
    needs_words,
    reading_words,
    rung_words,
    sentence_words,
    target_words,
    window_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matrix.cell import Cell, Rung
    from matrix.expression import Expr
    from matrix.model import Registry
    from matrix.query.answer import Answer, VariantAnswer

_LINES, _COLUMN = 20, 12
# More places than these stand behind `why`.
_PLACES = 3
# What would have to become another, by the rung that is no. {srcarch} is the port's folder.
_CHANGES = {
    RungName.PORT: "a port of Linux",
    RungName.CODEGEN: "a backend in LLVM",
    RungName.TARGET: "a target in rustc, or a specification that the kernel generates",
    RungName.KERNEL: "a select of HAVE_RUST in arch/{srcarch} that holds for it, and a --target",
}
# Where HAVE_RUST is selected, and what is passed is for another machine.
_ANOTHER_TARGET = "a --target in arch/{srcarch} that fits it"


def answer_screen(registry: Registry, answer: Answer) -> str:
    """The screen, ending in one newline. The age stands in it as places.AGE."""
    lines = list(_head(registry, answer))
    if len(answer.variants) == 1:
        lines += _fitting(list(_one(registry, answer, answer.variants[0])), _LINES - _shown(lines))
    else:
        lines += _several(answer)
    return style.safe_lines(lines)


class _Part(NamedTuple):
    """Some lines, and how soon they give way where the screen is full: 0 never, else the highest first."""

    rank: int
    lines: list[str]


def _shown(lines: Iterable[str]) -> int:
    """How many lines will be seen at most: of those that hold for a time only, one is."""
    timed = [line.startswith(FROM) for line in lines]
    return len(timed) - max(0, sum(timed) - 1)


def _fitting(parts: list[_Part], room: int) -> list[str]:
    """The lines of the parts, without those that there is no room for."""
    while sum(len(part.lines) for part in parts) > room and (last := max(parts, key=lambda part: part.rank)).rank:
        parts.remove(last)
    return [line for part in parts for line in part.lines]


def _head(registry: Registry, answer: Answer) -> Iterator[str]:
    scene, truth = answer.scene, answer.found
    single = answer.variants[0] if len(answer.variants) == 1 else None
    words = headline_words(answer)
    sentence = sentence_words(registry, scene, single.best, single.variant) if single else ""
    says = f". {sentence}" if sentence else ""
    named = single is not None and single.variant.id != answer.meaning.name
    aside = f" ({single.variant.id})" if single and named else ""
    meant = f": {len(answer.variants)} variants" if single is None else ""
    shown = truth if not answer.too_old else answer.truth
    name = answer.meaning.name
    first, *rest = wrap(f"{name}: {words}{meant}{says}{aside}")
    # Coloured once it is wrapped: codes take no room.
    yield first.replace(f"{name}: {words}", f"{style.bold(name)}: {style.truth(words, shown)}", 1)
    yield from rest
    if single and (means := means_words(single.variant, single.condition)):
        yield from wrap(means, 2)
    if read := reading_words(answer.meaning):
        yield from wrap(read, 2)
    for other in elsewhere_words(answer.meaning):
        yield from wrap(f"note: {other}", 2)
    yield from wrap(labels_words(registry, scene), 2)
    if answer.checked_at is not None:
        yield f"  {age_label(polled=answer.polled)} {AGE}"
    yield from note_lines(registry, answer)


def _one(registry: Registry, answer: Answer, found: VariantAnswer) -> Iterator[_Part]:
    name = answer.meaning.name
    yield _Part(9, [""])
    yield from _admitted(answer, found) if found.answer is Truth.YES else _refused(answer, found)
    yield from _backends(registry, found)
    if found.asks:
        yield _part("to ask", ", ".join(found.asks), 5)
    if found.spans:
        # There is no room for a history of conditions that are not this one.
        yield _part("since", since_briefly(found.spans, within=not since_aside(found)), 6)
    if dropped := registry.arches[found.variant.arch].dropped:
        yield _part("dropped", f"arch/{found.variant.arch} in Linux {dropped}")
    if answer.meaning.see_also:
        told = {id_: f" {answer_words(truth, YES)}" for id_, truth in answer.nearby}
        words = ", ".join(f"{id_}{told.get(id_, '')}" for id_ in answer.meaning.see_also)
        yield _part("nearby", words, 3 if told else 8)
    commands = ["options", "history", *(["contradictions"] if found.contradictions else [])]
    yield _part("more", f"archmatrix why {name} (or {', '.join(commands)}, is -v)")


def _admitted(answer: Answer, found: VariantAnswer) -> Iterator[_Part]:
    scene, terms, cell = answer.scene, found.terms, found.best
    if found.condition != YES:
        condition = show(found.condition)
        beside = [explained(condition), compilers_words(found.by_compiler)]
        yield _part(
            "condition", "; ".join([f"{condition}{condition_place(cell)}", *(words for words in beside if words)])
        )
    if along := window_words(found.window, Truth.YES, cell.condition) if found.window else "":
        yield _part("by version", along)
    for target in terms.targets or ():
        yield _part("target", target_words(target, terms))
    if terms.requirements:
        yield _part("needs", needs_words(terms.requirements, scene.question.cc, found.by_compiler))
    if clashing := list(dict.fromkeys(name for option in terms.general for name in _denied(option.remains))):
        yield _Part(4, [cut(f"{'clashes':<{_COLUMN}}{', '.join(clashing)}")])
    for remark in cell.at(RungName.KERNEL).remarks:
        yield _part("beware", remark)


def _denied(tree: Expr) -> Iterator[str]:
    """The options that an expression wants off, first of all: `!A || B` names A."""
    if isinstance(tree, Not):
        yield from atoms(tree.item)
    elif isinstance(tree, (And, Or)):
        yield from (name for item in tree.items[: None if isinstance(tree, And) else 1] for name in _denied(item))


def _refused(answer: Answer, found: VariantAnswer) -> Iterator[_Part]:
    cell = found.best
    stopping = [r for r in cell.blockers if r.name is not RungName.ATTESTED or cell.rung is RungName.ATTESTED]
    if found.answer is Truth.UNKNOWN:
        stopping += [rung for rung in cell.unproven if rung.name is cell.rung]
    for number, rung in enumerate(stopping):
        yield _part("" if number else "in the way", _because(rung))
    ready = [r for r in cell.rungs if r.truth is Truth.YES and r.name in {RungName.CODEGEN, RungName.TARGET}]
    if ready:
        yield _part("ready", "; ".join(rung.because for rung in ready), 2)
    # With tools named it may be the tools.
    if found.answer is Truth.NO and answer.scene.question.names_only("linux"):
        words = [_change(rung, found) for rung in stopping if rung.name in _CHANGES]
        yield _part("to change", "; ".join(words), 1)


def _change(rung: Rung, found: VariantAnswer) -> str:
    """What would have to become another where a rung is no."""
    passed = {(target.evidence.path, target.evidence.line) for target in found.terms.targets or ()}
    unfit = rung.name is RungName.KERNEL and any((e.path, e.line) in passed for e in rung.evidence)
    return (_ANOTHER_TARGET if unfit else _CHANGES[rung.name]).format(srcarch=found.variant.srcarch)


def _because(rung: Rung) -> str:
    """Why a rung is no or unknown, with the places that say so."""
    places = list(dict.fromkeys(f"{e.path}:{e.line}" if e.line else e.path for e in rung.evidence))
    # No path is parted, and one as wide as the screen stands behind `why`, where there is another.
    shown = [place for place in places if len(place) < WIDTH - _COLUMN - 2][:_PLACES] or places[:1]
    stands = f" ({', '.join(shown)})" if shown else ""
    return f"{rung_words(rung)}{stands}"


def _backends(registry: Registry, found: VariantAnswer) -> Iterator[_Part]:
    """The status of each other backend, those that say one and the same together."""
    best, groups = found.best, dict[str, list[str]]()
    for cell in found.cells:
        if cell.backend != best.backend:
            same = cell.status is best.status is Status.BLOCKED and cell.decisive == best.decisive
            words = "the same" if same else _briefly(cell)
            groups.setdefault(words, []).append(registry.backends[cell.backend].title)
    if groups:
        said = "; ".join(f"{', '.join(titles)}: {words}" for words, titles in groups.items())
        yield _part("other ways", said)


def _briefly(cell: Cell) -> str:
    if cell.status is Status.UNKNOWN and cell.rung is RungName.ATTESTED:
        return "nobody attests it"
    return cell_words(cell)


def _several(answer: Answer) -> Iterable[str]:
    """A line for each variant: its answer, and for a no or a doubt where it stops."""
    yield ""
    wide = max(len(v.variant.id) for v in answer.variants)
    for found in answer.variants:
        words = answer_words(found.answer, found.condition)
        if found.by_compiler:
            words += f" ({compilers_words(found.by_compiler)})"
        if found.answer is not Truth.YES:
            words = f"{words}: {found.best.decisive.because}"
        head = f"{found.variant.id:<{wide}} "
        yield cut(f"{head} {style.truth(words, found.answer)}")
    first = answer.variants[0].variant.id
    yield from ["", *field("more", f"archmatrix is {first} (or is {answer.meaning.name} -v, table)", _COLUMN)]


def _part(label: str, words: str, rank: int = 0) -> _Part:
    return _Part(rank, field(label, words, _COLUMN))
