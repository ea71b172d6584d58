"""What is asked about, as a person or a program writes it -> the wish that operations take."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from matrix.errors import UsageError
from matrix.operations.ask import Wish
from matrix.query.moments import parse_ago, parse_moment
from matrix.query.question import PROJECTS
from matrix.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from datetime import datetime

    from matrix.model import Distro
    from matrix.trees import Spec

# The option that names a project's version, and those that name a tool's.
VERSION_OPTIONS = {"linux": "kernel", "rust": "rustc", "gcc": "gcc", "llvm": "llvm", "mrustc": "mrustc"}
TOOL_OPTIONS = ("bindgen", "libclang", "pahole")

_COMPILER = re.compile(r"(gcc|clang)(?:[-=]([0-9]+(?:\.[0-9]+){0,2}))?")


class Compiler(NamedTuple):
    """The C compiler that was named: "gcc" or "clang", and its version as written, "" for none."""

    name: str
    version: str


def parse_compiler(text: str) -> Compiler:
    """`gcc`, `clang-19`, `gcc=13.3`. Raises: UsageError."""
    named = _COMPILER.fullmatch(text.strip().lower())
    if named is None:
        raise UsageError(f"got {text[:40]!r}, expected gcc or clang, or such as clang-19 or gcc=13.3")
    return Compiler(named[1], named[2] or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class AsWritten:
    """The options of a question as they were written; "", () and None where they were not.

    versions are by project, tools by tool; cc is the C compiler; settings are those of --set, trees those of --tree.
    """

    versions: Mapping[str, str] = field(default_factory=dict)
    cc: Compiler | None = None
    tools: Mapping[str, str] = field(default_factory=dict)
    settings: Sequence[str] = ()
    backend: str = ""
    strict: bool = False
    exact: bool = False
    max_age: str | None = None
    as_of: str | None = None
    trees: Sequence[str] = ()


# Between the machine that recorded and the one that asks.
CLOCKS_DIFFER = timedelta(days=1)


def read_wish(written: AsWritten, now: datetime) -> Wish:
    """What is asked about, without what a distribution has. Raises: UsageError."""
    return Wish(
        versions=written.versions,
        cc=written.cc.name if written.cc else "",
        cc_version=written.cc.version if written.cc else "",
        tools=written.tools,
        sets=_sets(written.settings),
        backend=written.backend,
        strict=written.strict,
        exact=written.exact,
        not_before=_not_before(written.max_age, now),
        not_after=None if written.max_age is None else now + CLOCKS_DIFFER,
        as_of=None if written.as_of is None else parse_moment(written.as_of, now, "--as-of"),
        trees=own_trees(written.trees, written.versions),
    )


def of_its_tools(wish: Wish, distro: Distro, names: Sequence[str]) -> Wish:
    """The wish with what a distribution has; on one of its architectures where that alone is asked about."""
    from matrix.operations.distros import with_distro  # noqa: PLC0415  # few questions name a distribution

    return with_distro(wish, distro, distro.arches.get(names[0].lower()) if len(names) == 1 else None)


def _sets(written: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The Kconfig symbols that --set sets. Raises: UsageError."""
    if not written:
        return ()
    from matrix.query.settings import parse_settings  # noqa: PLC0415  # most questions set none

    return parse_settings(written)


def _not_before(written: str | None, now: datetime) -> datetime | None:
    """The moment that a duration lies back: 12h, 30d, 2w. Raises: UsageError."""
    if written is None:
        return None
    moment = parse_ago(written, now)
    if moment is None:
        raise UsageError(f"--max-age: got {written!r}, expected hours, days or weeks, such as 12h, 30d or 2w")
    return moment


def own_trees(written: Sequence[str], versions: Container[str]) -> tuple[Spec, ...]:
    """Each --tree that is to be asked about. Raises: UsageError, also where its project is named twice."""
    specs = trees_named(written) if written else ()
    taken: set[str] = set()
    for spec in specs:
        if spec.project in versions or spec.project in taken:
            option = f"--{VERSION_OPTIONS[spec.project]}"
            raise UsageError(f"{option} and --tree: found both for {spec.project}, expected one of them")
        taken.add(spec.project)
    return specs


def trees_named(written: Sequence[str]) -> tuple[Spec, ...]:
    """What stands after --tree; a place alone is Linux. Raises: UsageError."""
    from matrix.trees import parse_spec  # noqa: PLC0415  # most questions name no tree

    return tuple(parse_spec(one if "=" in one else f"linux={one}", PROJECTS) for one in written)
