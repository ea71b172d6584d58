"""What someone wishes to know, at a workplace -> an open question: what is known, the scene, and what to ask of it."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from matrix.moment import moment_words
from matrix.operations.stores import kept_cells, open_stores
from matrix.query.knowledge import Knowledge
from matrix.query.question import Question
from matrix.query.scene import set_context, set_scene
from matrix.registry import resolve_backend, resolve_name
from matrix.store import Run, Store
from matrix.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from matrix.cell import Cell
    from matrix.grid import Table
    from matrix.model import Registry, Revision
    from matrix.operations.workplace import Workplace
    from matrix.query.answer import Answer
    from matrix.query.line import Kept, Line
    from matrix.query.scene import Scene
    from matrix.resolve.context import Context
    from matrix.trees import Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked about, all of it optional.

    versions are as a person writes them, by project; backend by any of its names; cc is "gcc" or "clang", cc_version
    its version, tools the versions of bindgen, libclang and pahole; sets are Kconfig symbols, each with the value that
    it is to have ("MODVERSIONS", "y"). exact forbids to infer. trees are the asker's own:
    such a project is known from its tree alone, whatever else is known of it. as_of asks what was known then,
    not_before calls too old what was last checked before, not_after what is said to be checked later (all aware UTC).
    also are sources that take the whole tree to read: of the asker's own they are read where one is asked for.
    said are sentences to print with the answer.
    """

    versions: Mapping[str, str] = field(default_factory=dict)
    cc: str = ""
    cc_version: str = ""
    tools: Mapping[str, str] = field(default_factory=dict)
    sets: tuple[tuple[str, str], ...] = ()
    backend: str = ""
    strict: bool = False
    exact: bool = False
    not_before: datetime | None = None
    not_after: datetime | None = None
    as_of: datetime | None = None
    trees: tuple[Spec, ...] = ()
    also: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question whose stores are open: what is known, and the scene that was chosen from it."""

    registry: Registry
    knowledge: Knowledge
    scene: Scene
    kept: Callable[[], Kept]

    def line(self, project: str = "linux") -> Line:
        """The releases of a project along which the question can be asked."""
        from matrix.query.line import Line  # noqa: PLC0415  # not every question has an answer and a past

        return Line(self.registry, self.knowledge, self.scene, project, self.kept())

    def answers(self, names: Iterable[str]) -> tuple[Answer, ...]:
        """The answer for each name. Raises: UsageError for an unknown one."""
        from matrix.query.answer import Answers  # noqa: PLC0415

        meanings = [resolve_name(self.registry, name) for name in names]
        found = Answers(self.registry, self.scene, self.line())
        return tuple(found.name(meaning) for meaning in meanings)


@contextmanager
def ask(work: Workplace, wish: Wish, *, deciding: bool = True) -> Iterator[OpenQuestion]:
    """Open what a question rests on; deciding as `set_scene` has it.

    Raises: UsageError, TreeError, StoreError, RegistryError.
    """
    with _opened(work, wish) as opened:
        scene = set_scene(work.registry, opened.knowledge, opened.question, opened.said, deciding=deciding)
        if wish.sets:
            from matrix.query.settings import checked_sets  # noqa: PLC0415  # most questions set nothing

            scene = checked_sets(scene)
        yield OpenQuestion(work.registry, opened.knowledge, scene, partial(kept_cells, work, opened.stores))


@contextmanager
def ask_context(work: Workplace, wish: Wish) -> Iterator[Context]:
    """The same for what is asked of the kernel's ports alone. Raises: likewise."""
    with _opened(work, wish) as opened:
        yield set_context(work.registry, opened.knowledge, opened.question)


class _Opened(NamedTuple):
    stores: Sequence[Store]
    knowledge: Knowledge
    question: Question
    said: tuple[str, ...]


@contextmanager
def _opened(work: Workplace, wish: Wish) -> Iterator[_Opened]:
    with ExitStack() as stack:
        stores = stack.enter_context(open_stores(work))
        only: dict[str, Store] = {}
        chosen: dict[str, Revision] = {}
        said = list(wish.said)
        for revision, store, notes in _own_trees(work, wish):
            only[revision.project] = stack.enter_context(store)
            chosen[revision.project] = revision
            said += notes
        knowledge = Knowledge(stores, only, wish.as_of)
        if wish.as_of is not None:
            said.append(_as_of_words(wish.as_of, knowledge))
        question = Question(
            versions=wish.versions,
            chosen=chosen,
            cc=wish.cc,
            cc_version=wish.cc_version,
            tools=wish.tools,
            sets=wish.sets,
            backend=resolve_backend(work.registry, wish.backend).id if wish.backend else "",
            strict=wish.strict,
            exact=wish.exact,
            not_before=wish.not_before,
            not_after=wish.not_after,
        )
        yield _Opened(stores, knowledge, question, tuple(said))


def answers(work: Workplace, wish: Wish, names: Iterable[str]) -> tuple[Scene, tuple[Answer, ...]]:
    """The scene, and in it the answer for each name. Raises: as `ask` does."""
    names = list(names)
    for name in names:
        resolve_name(work.registry, name)  # before any store is opened: an unknown name is told at once
    with ask(work, wish) as question:
        return question.scene, question.answers(names)


def table(work: Workplace, wish: Wish, *, by: str, wanted: Callable[[Cell], bool] | None = None) -> tuple[Table, Scene]:
    """The matrix by "variant" or "arch", only rows with a wanted cell; its scene."""
    from matrix.query.matrix import matrix_table  # noqa: PLC0415

    with ask(work, wish) as question:
        return matrix_table(work.registry, question.scene, by=by, wanted=wanted), question.scene


def _own_trees(work: Workplace, wish: Wish) -> Iterator[tuple[Revision, Store, list[str]]]:
    """Each tree, read once into a store that ends with the question: what it is, and what was not read of it."""
    if not wish.trees:
        return
    from matrix.operations.trees import open_trees  # noqa: PLC0415  # a plain question needs no git and no extractor
    from matrix.poll.tree import read_tree  # noqa: PLC0415

    sources = [source for source in work.registry.sources.values() if not source.joined or source.id in wish.also]
    for tree, revision in open_trees(work.registry, wish.trees):
        now = work.clock()
        read = read_tree(tree, revision, sources, now)
        store = Store.memory()
        store.facts.record(Run(kind="tree", started=now, finished=now, outcome="complete"), [read.snapshot])
        notes = [f"{o.source.id} was not read: {o.error}" for o in read.failures]
        yield read.snapshot.revision, store, notes


def _as_of_words(as_of: datetime, knowledge: Knowledge) -> str:
    words = f"as of {moment_words(as_of)}: what had been observed by then, read with today's rules"
    first = knowledge.first_seen()
    if first is None or first > as_of:
        began = f", the first observation is of {moment_words(first)}" if first else ""
        return f"{words}; nothing had been{began}"
    return words
