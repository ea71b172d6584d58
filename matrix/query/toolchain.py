"""The tools that a question is evaluated with where nobody named them: the newest known that the kernel accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.cell import Tool
from matrix.choose import Chosen, choose, understood
from matrix.errors import UsageError
from matrix.resolve.requirement import minimums, policy
from matrix.value import dataclass, field, replace
from matrix.versions import parse, rustc_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matrix.model import Revision
    from matrix.query.question import Question
    from matrix.resolve.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """rust is the choice of rustc's facts; rustc its version where it meets what the kernel asks, else "".

    cc_version is the version of the C compiler that was named, named_cc_version the same where its version was named;
    both "" where no compiler was. named are the versions of the other tools that were named, without what a
    distribution hangs on. said are sentences to print.
    """

    rust: Chosen
    rustc: str
    cc_version: str
    named_cc_version: str
    named: Mapping[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()


def toolchain(
    *, linux: Facts | None, known: Iterable[Revision], question: Question, choices: Mapping[str, Chosen]
) -> Toolchain:
    """Choose them. Raises: UsageError for a version of the C compiler or of a tool that does not parse."""
    chosen = _chosen(linux, known, question, choices)
    named, said = _named(question)
    return replace(chosen, named=named, said=(*chosen.said, *said))


def _chosen(
    linux: Facts | None, known: Iterable[Revision], question: Question, choices: Mapping[str, Chosen]
) -> Toolchain:
    named_cc, cc_version = _compiler(question, choices)
    if question.names("rust"):
        return Toolchain(rust=choices["rust"], rustc="", cc_version=cc_version, named_cc_version=named_cc)
    rust, rustc, said = _rustc(linux, tuple(known), choices["rust"])
    return Toolchain(rust=rust, rustc=rustc, cc_version=cc_version, named_cc_version=named_cc, said=said)


def _rustc(linux: Facts | None, known: tuple[Revision, ...], newest: Chosen) -> tuple[Chosen, str, tuple[str, ...]]:
    """The newest known release that meets what the kernel asks; else the newest, which then enters nothing."""
    asks = [i for i in minimums(linux, Tool.RUSTC) if not i.fact.when] if linux else []
    if linux is None or not asks or newest.revision is None:
        return newest, "", ()
    least = rustc_number(asks[0].fact.value)
    told = policy(linux, Tool.RUSTC)
    exactly = told is not None and told.fact.value == "exactly"
    fitting = [
        r
        for r in known
        if r.kind == "release" and (number := rustc_number(r.label)) >= least and (number == least or not exactly)
    ]
    if fitting:
        chosen = choose(fitting, None)
        return chosen, chosen.label, ()
    sign = "=" if exactly else ">="
    needs = f"Linux {linux.revision.label} needs rustc {sign} {asks[0].fact.value}"
    said = f"{needs}, which no rustc that is known here meets; what rustc can do is read from {newest.revision.label}"
    return newest, "", (said,)


def _named(question: Question) -> tuple[dict[str, str], tuple[str, ...]]:
    """The versions of the tools that were named, and what is to be said of them."""
    named: dict[str, str] = {}
    said: list[str] = []
    for tool, written in question.tools.items():
        try:
            version, words = understood(written, tool)
        except UsageError as error:
            raise UsageError(f"--{tool}: {error}") from None
        named[tool] = version.text
        said += words
    return named, tuple(said)


def _compiler(question: Question, choices: Mapping[str, Chosen]) -> tuple[str, str]:
    """The version that was named of the C compiler, and the one that is evaluated."""
    if not question.cc:
        return "", ""
    if question.cc_version:
        try:
            parse(question.cc_version)
        except UsageError as error:
            raise UsageError(f"--cc: {error}") from None
        return question.cc_version, question.cc_version
    # GCC is one release for all it does here; the LLVM that is named is the one in rustc, and no C compiler.
    project = {"gcc": "gcc", "clang": "llvm"}[question.cc]
    choice = choices[project]
    label = choice.label
    return (label, label) if question.cc == "gcc" and question.names("gcc") else ("", label)
