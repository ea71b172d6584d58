"""Parsed arguments -> the registry, what is known, and the question: what most commands start from."""

from __future__ import annotations

import os
import platform
import re
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.cli.output import complain
from matrix.errors import OldStoreError, UsageError
from matrix.query.knowledge import Knowledge
from matrix.query.line import Kept, Line
from matrix.query.moments import parse_ago, parse_moment
from matrix.query.question import PROJECTS, Question, Scene, set_scene
from matrix.registry import data_folder, load, resolve_backend
from matrix.shipped import DATABASE, data_stamp, shipped_store
from matrix.store import Run, Store, default_path, is_writable
from matrix.versions import parse

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from matrix.fetch import Policy
    from matrix.model import Registry, Revision
    from matrix.poll.tree import TreeRead
    from matrix.render.links import UrlOf
    from matrix.trees import Git, Tree

_LONGEST_TOKEN = 4096
_OPTIONS = {"linux": "kernel", "rust": "rustc", "gcc": "gcc", "llvm": "llvm", "mrustc": "mrustc"}


def now() -> datetime:
    """The present moment (aware UTC). The one place where a command reads the clock."""
    return datetime.now(timezone.utc)


def recording_clock(store: Store) -> Callable[[], datetime]:
    """The clock for what is recorded: never before what was recorded or shipped already.

    A clock that was set back, or starts in 1970, would else put what is seen now before what was seen long ago.
    """
    with shipped_store(data_folder()) as shipped:
        floors = [m for m in (store.facts.last_moment(), shipped.facts.last_moment()) if m is not None]
    floor = max(floors) + timedelta(microseconds=1) if floors else None
    return lambda: now() if floor is None else max(now(), floor)


def registry() -> Registry:
    """What data/ declares. Raises: RegistryError."""
    return load(data_folder())


def store_path(args: argparse.Namespace) -> Path:
    """Where the user's store is, or would be."""
    chosen = getattr(args, "db", None)
    return Path(chosen).expanduser() if chosen else default_path()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the arguments ask, of what is known, and the scene that they set. kept are cells resolved before."""

    knowledge: Knowledge
    scene: Scene
    kept: Kept

    def line(self, known: Registry, project: str = "linux") -> Line:
        """The releases of a project along which the question can be asked."""
        return Line(known, self.knowledge, self.scene, project, self.kept)


@contextmanager
def open_scene(args: argparse.Namespace, known: Registry) -> Iterator[Scene]:
    """The versions and facts that the arguments ask for, from the user's store, the shipped facts and --tree."""
    with open_question(args, known) as asked:
        yield asked.scene


@contextmanager
def open_question(args: argparse.Namespace, known: Registry) -> Iterator[Asked]:
    """The same with what it was chosen from."""
    with ExitStack() as stack:
        open_stores = [stack.enter_context(s) for s in stores(args)]
        versions = named(args)
        only: dict[str, Store] = {}
        said: list[str] = []
        for read in read_trees(args, known, versions):
            revision = read.snapshot.revision
            store = stack.enter_context(Store.memory())
            store.facts.record(Run(kind="tree", started=now(), finished=now(), outcome="complete"), [read.snapshot])
            only[revision.project] = store
            versions[revision.project] = f"v{revision.label}"
            said += [f"{o.source.id} was not read: {o.error}" for o in read.failures]
        as_of = as_of_moment(args)
        knowledge = Knowledge(open_stores, only, as_of)
        if as_of is not None:
            said.append(_as_of_words(as_of, knowledge))
        backend = getattr(args, "backend", None)
        question = Question(
            versions=versions,
            cc=getattr(args, "cc", None) or "",
            backend=resolve_backend(known, backend).id if backend else "",
            strict=getattr(args, "strict", False),
            not_before=_not_before(getattr(args, "max_age", None)),
        )
        scene = set_scene(known, knowledge, question, tuple(said))
        yield Asked(knowledge, scene, kept(open_stores))


def as_of_moment(args: argparse.Namespace) -> datetime | None:
    """The moment that --as-of names, None for the present. Raises: UsageError."""
    written = getattr(args, "as_of", None)
    return None if written is None else parse_moment(written, now(), "--as-of")


def kept(open_stores: Sequence[Store]) -> Kept:
    """The cells that were resolved before with today's data and code, from the first store that has them."""
    return Kept(stamp(), lambda key: next((f for s in open_stores if (f := s.pages.spans(key)) is not None), None))


def addresses(known: Registry, knowledge: Knowledge) -> UrlOf:
    """The address of a line at any revision that is known."""
    from matrix.render import links  # noqa: PLC0415  # most questions have a scene, and ask of its revisions alone

    return links.addresses(known, (r for project in PROJECTS for r in knowledge.revisions(project)))


def _as_of_words(as_of: datetime, knowledge: Knowledge) -> str:
    words = f"as of {as_of:%Y-%m-%d %H:%M:%S} UTC: what had been observed by then, read with today's rules"
    first = knowledge.first_seen()
    if first is None or first > as_of:
        began = f", the first observation is of {first:%Y-%m-%d %H:%M:%S} UTC" if first else ""
        return f"{words}; nothing had been{began}"
    return words


def named(args: argparse.Namespace) -> dict[str, str]:
    """The versions that options name, by project."""
    return {p: v for p, o in _OPTIONS.items() if (v := getattr(args, o, None))}


def _not_before(written: str | None) -> datetime | None:
    """The moment that lies a duration back: 12h, 30d, 2w. Raises: UsageError."""
    if written is None:
        return None
    moment = parse_ago(written, now())
    if moment is None:
        raise UsageError(f"--max-age: got {written!r}, expected hours, days or weeks, such as 12h, 30d or 2w")
    return moment


def stores(args: argparse.Namespace) -> Iterator[Store]:
    """The user's store where there is one, then the shipped facts."""
    path = store_path(args)
    if path.exists():
        if (store := _user_store(path)) is not None:
            yield store
    elif getattr(args, "db", None):
        raise UsageError(f"--db {path}: found no such file, expected a store; `archmatrix refresh --db` makes one")
    yield shipped_store(data_folder())


def _user_store(path: Path) -> Store | None:
    """The user's store for reading. One of an older schema is brought to today's first; None where that cannot be."""
    try:
        return Store.open(path, readonly=True)
    except OldStoreError as error:
        if not is_writable(path):
            complain(f"{error}; until then answers rest on the shipped facts alone")
            return None
    with Store.open(path):
        pass
    return Store.open(path, readonly=True)


def read_trees(args: argparse.Namespace, known: Registry, versions: dict[str, str]) -> Iterator[TreeRead]:
    """Each --tree, read once and kept nowhere. Raises: TreeError, UsageError."""
    if not getattr(args, "tree", None):
        return
    from matrix.poll.tree import read_tree  # noqa: PLC0415  # the extractors are needed for nothing else

    for tree, revision in open_trees(args, known):
        if revision.project in versions:
            option = f"--{_OPTIONS[revision.project]}"
            raise UsageError(f"{option} and --tree: found both for {revision.project}, expected one of them")
        yield read_tree(tree, revision, known.sources.values(), now())


def open_trees(args: argparse.Namespace, known: Registry) -> Iterator[tuple[Tree, Revision]]:
    """Each --tree with the revision that it is. Raises: TreeError, UsageError."""
    from matrix.trees import identify, open_tree, parse_spec  # noqa: PLC0415

    for written in args.tree:
        spec = parse_spec(written if "=" in written else f"linux={written}", PROJECTS)
        tag = known.projects[spec.project].tag
        tree = open_tree(spec.place, spec.version, tag=tag)
        yield tree, identify(spec.project, tree, spec.version, tag=tag)


def open_clones(args: argparse.Namespace, known: Registry) -> Iterator[tuple[str, Git]]:
    """Each --git: the project and its repository. Raises: TreeError, UsageError."""
    from matrix.trees import open_repository, parse_spec  # noqa: PLC0415

    for written in args.git:
        spec = parse_spec(written, {u.project for u in known.upstreams.values() if u.versions})
        if spec.version is not None:
            raise UsageError(f"--git: got version {spec.version!r}, expected PROJECT=DIR: every release is read")
        yield spec.project, open_repository(spec.place)


def revisions(args: argparse.Namespace, projects: Sequence[str]) -> list[tuple[Revision, str, datetime | None]]:
    """Every known revision with where it is known from and when it was checked, oldest first within its project."""
    checked: dict[tuple[str, str], datetime] = {}
    found: dict[tuple[str, str], tuple[Revision, list[str]]] = {}
    as_of = as_of_moment(args)
    for store in stores(args):
        with store:
            for project in projects:
                for revision in store.facts.revisions(project, as_of=as_of):
                    if moment := store.facts.checked(project, revision.label):
                        held = checked.get((project, revision.label), moment)
                        checked[project, revision.label] = max(held, moment)
                    found.setdefault((project, revision.label), (revision, []))[1].append(_origin(store))
    ordered = sorted(found.values(), key=lambda f: (projects.index(f[0].project), parse(f[0].label)))
    return [(r, ", ".join(origins), checked.get((r.project, r.label))) for r, origins in ordered]


def _origin(store: Store) -> str:
    """Where a store's facts come from, in a word: its file, or that they came with the package."""
    return "shipped" if store.place == "memory" or Path(store.place).name == DATABASE else str(store.place)


def cache_folder() -> Path:
    """Where the objects of polled repositories are kept: nothing in it is precious."""
    if chosen := os.environ.get("ARCHMATRIX_CACHE"):
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path  # noqa: PLC0415  # only a refresh needs it

    return user_cache_path("archmatrix", appauthor=False)


def network_policy() -> Policy:
    """The limits that every request keeps, and the name that it gives."""
    from matrix.fetch import Policy  # noqa: PLC0415  # only a refresh needs the network

    return Policy(home="")


def api_token(args: argparse.Namespace) -> str:
    """The token for the REST API, from --token-file, else GITHUB_TOKEN; "" where none was given. Raises: UsageError."""
    written = getattr(args, "token_file", None)
    if written is None:
        origin, token = "GITHUB_TOKEN", os.environ.get("GITHUB_TOKEN", "").strip()
        if not token:
            return ""
    else:
        origin = f"--token-file {written}"
        try:
            with Path(written).expanduser().open("rb") as file:
                token = file.read(_LONGEST_TOKEN + 1).decode("ascii", "replace").strip()
        except OSError as error:
            raise UsageError(f"{origin}: found no readable file ({error.strerror}), expected one") from None
    # What is wrong with it is not shown: it may be a token but for a letter.
    if not re.fullmatch(r"[\x21-\x7e]+", token) or len(token) > _LONGEST_TOKEN:
        raise UsageError(f"{origin}: found no token, expected one line of letters, digits and signs")
    return token


def stamp() -> str:
    """What compiled answers must be made from to hold today."""
    return data_stamp(data_folder())


def compile_answers(known: Registry, store: Store) -> None:
    """Resolve ahead what plain queries ask, from the store laid over the shipped facts, and journal what changed."""
    from matrix.compile import compile_answers as compiled  # noqa: PLC0415  # only a refresh compiles

    with shipped_store(data_folder()) as shipped:
        done = compiled(known, Knowledge([store, shipped]), kept([store, shipped]))
    keep_journal(known, store)
    # A stamp that holds says that all before it was done.
    with store.transaction():
        store.pages.keep_spans(done.spans)
        store.pages.compile(stamp(), done.pages, done.verdicts, done.tiers)


def keep_journal(known: Registry, store: Store) -> None:
    """Journal what changed since the last look; where the answers hold, which sources broke or recovered."""
    from matrix.query import journal  # noqa: PLC0415  # only a refresh keeps it

    with shipped_store(data_folder()) as shipped:
        journal.keep_journal(known, store, Knowledge([store, shipped]), stamp(), now())


def this_machine() -> str:
    """The machine's own name for itself, as `uname -m` says it."""
    return platform.machine() or os.uname().machine
