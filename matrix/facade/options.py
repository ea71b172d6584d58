"""The keywords of a question, named as the options of the command line -> where it is asked, and what is asked."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from matrix.errors import UsageError
from matrix.operations.wishes import (
    CLOCKS_DIFFER,
    TOOL_OPTIONS,
    VERSION_OPTIONS,
    AsWritten,
    of_its_tools,
    parse_compiler,
    read_wish,
)
from matrix.operations.workplace import Workplace
from matrix.registry import data_folder, load_compiled
from matrix.store import default_path, is_there
from matrix.value import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matrix.model import Distro
    from matrix.operations.ask import Wish


class FactsAsked(TypedDict, total=False):
    """Which facts are asked.

    store is the file of a store that `archmatrix refresh` keeps. Without it it is the one that the command line uses,
    where there is one, laid over the shipped facts; None means the shipped facts alone. as_of asks what was known then:
    an aware datetime, or text such as "2026-03-01" or "30d".
    """

    store: str | os.PathLike[str] | None
    as_of: str | datetime


class VersionsAsked(FactsAsked, total=False):
    """Which versions are asked about, each as a person writes it: "7.1", "v7.1", "6.12.8-amd64", "newest".

    kernel is Linux; llvm the LLVM inside rustc. cc is the C compiler: "gcc", "clang-19", "gcc=13.3". distro has the
    kernel and the compilers of a distribution, "debian-13"; what another keyword names stays. tree is the asker's own
    source: a folder or repository of Linux, or text such as "rust@1.95.0=~/rust". exact infers nothing between versions
    that were read.
    """

    kernel: str
    rustc: str
    gcc: str
    llvm: str
    mrustc: str
    cc: str
    bindgen: str
    libclang: str
    pahole: str
    distro: str
    exact: bool
    tree: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


class CellsAsked(VersionsAsked, total=False):
    """Which cells besides: backend limits them to one, "rustc-llvm" or "gccrs"."""

    backend: str


class TableAsked(CellsAsked, total=False):
    """Under which conditions besides.

    set has Kconfig symbols with their values, {"KASAN": "n"}, or texts as of --set. max_age calls too old what was last
    checked longer ago: a timedelta, or "30d".
    """

    set: Mapping[str, str] | Sequence[str]
    max_age: str | timedelta


class QuestionAsked(TableAsked, total=False):
    """How the answer is meant besides: strict counts a yes under conditions as a no."""

    strict: bool


def opened(options: Mapping[str, object], taken: type, names: Sequence[str] = ()) -> tuple[Workplace, Wish]:
    """The workplace and the wish, with what a distribution has. Raises: TypeError, UsageError, RegistryError."""
    work, plain, distro = opened_plain(options, taken)
    return work, plain if distro is None else of_its_tools(plain, distro, names)


def opened_plain(options: Mapping[str, object], taken: type) -> tuple[Workplace, Wish, Distro | None]:
    """The same with what the keywords themselves name, and the distribution beside it.

    taken is the class above whose keywords there are: another one is a TypeError, as of any function.
    """
    known: frozenset[str] = taken.__optional_keys__  # type: ignore[attr-defined]
    if unknown := sorted(options.keys() - known):
        names = ", ".join(sorted(known))
        raise TypeError(f"got an unexpected keyword argument {unknown[0]!r}, expected one of {names}")
    given = {name: value for name, value in options.items() if name == "store" or value is not None}
    work = _workplace(given)
    wish = _wish(given, work)
    return work, wish, _distro(given, work, wish.as_of)


def _workplace(options: Mapping[str, object]) -> Workplace:
    data = data_folder()
    if "store" not in options:
        store = default_path()
    elif options["store"] is None:
        store = data / os.devnull / "none"
    else:
        store = Path(str(options["store"])).expanduser()
        if not is_there(store):
            raise UsageError(f"store {store}: found no such file, expected a store; `archmatrix refresh` makes one")
    return Workplace(registry=load_compiled(data), data=data, store=store, clock=_now, tell=_tell)


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _tell(said: str) -> None:
    """What the command line would print beside an answer."""
    warnings.warn(said, stacklevel=2)


def _wish(options: Mapping[str, object], work: Workplace) -> Wish:
    as_of, age = options.get("as_of"), options.get("max_age")
    now = work.clock()
    written = AsWritten(
        versions={p: str(options[o]) for p, o in VERSION_OPTIONS.items() if o in options},
        cc=parse_compiler(str(options["cc"])) if "cc" in options else None,
        tools={tool: str(options[tool]) for tool in TOOL_OPTIONS if tool in options},
        settings=_settings(options.get("set", ())),
        backend=str(options.get("backend", "")),
        strict=bool(options.get("strict")),
        exact=bool(options.get("exact")),
        max_age=None if age is None or isinstance(age, timedelta) else str(age),
        as_of=None if as_of is None else as_of.isoformat() if isinstance(as_of, datetime) else str(as_of),
        trees=_trees(options.get("tree", ())),
    )
    wish = read_wish(written, now)
    if isinstance(age, timedelta):
        return replace(wish, not_before=now - age, not_after=now + CLOCKS_DIFFER)
    return wish


def _settings(written: object) -> list[str]:
    if isinstance(written, Mapping):
        return [f"{name}={value}" for name, value in written.items()]
    return [str(one) for one in _several(written)]


def _trees(written: object) -> list[str]:
    """A path is Linux, whatever is in its name; text is read as that of --tree."""
    return [f"linux={os.fspath(one)}" if isinstance(one, os.PathLike) else str(one) for one in _several(written)]


def _several(written: object) -> Iterable[object]:
    """What may be given alone. Raises: TypeError."""
    if isinstance(written, (str, os.PathLike)):
        return (written,)
    if isinstance(written, Iterable):
        return written
    raise TypeError(f"got {written!r}, expected text, a path, or several of them")


def _distro(options: Mapping[str, object], work: Workplace, as_of: datetime | None) -> Distro | None:
    if "distro" not in options:
        return None
    from matrix.operations.distros import with_indexes  # noqa: PLC0415  # few questions name one
    from matrix.registry.distros import load_archives, load_distros, resolve_distro  # noqa: PLC0415

    declared = load_distros(work.data, work.registry.variants)
    return resolve_distro(with_indexes(work, declared, lambda: load_archives(work.data), as_of), str(options["distro"]))
