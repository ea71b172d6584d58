"""The data dictionary of an export: every table and column, once, for the files, for their description and the docs."""

from __future__ import annotations

from typing import Literal, NamedTuple

# moment is a point of time in UTC; none is NULL in a database and an empty field in CSV.
ColumnType = Literal["text", "integer", "boolean", "moment"]


class Column(NamedTuple):
    """One column. required: it is never none. refers names the table whose column of the same name, or key, it is."""

    name: str
    type: ColumnType
    about: str
    required: bool = False
    refers: str = ""


class Sheet(NamedTuple):
    """One table. key are the columns that tell its rows apart; rows stand in a fixed order."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


def _key(name: str, about: str, refers: str = "", type_: ColumnType = "text") -> Column:
    return Column(name, type_, about, required=True, refers=refers)


_PROJECT = _key("project", "linux, rust, gcc, llvm, mrustc, or a repository that runs ahead of one", "projects")
_VERSION = _key("version", "the release, or `git describe` of a head")
_SOURCE = _key("source", "the kind of upstream file, of data/sources.toml", "sources")
_PATH = _key("path", "the file inside the project")
_KERNEL = _key("kernel", "the release of Linux", "kernels")
_VARIANT = _key("variant", "the variant", "variants")
_BACKEND = _key("backend", "the way from Rust to machine code", "backends")
_EVIDENCE = Column("evidence", "integer", "the line that says so", refers="evidence")
_CONDITION = Column("condition", "text", "the Kconfig expression under which it holds; none: always")
_POSITION = _key("position", "its place among those of one key, from 0", type_="integer")
_LINE = _key("line", "counted from 1; 0 is the file as a whole", type_="integer")

SHEETS = (
    Sheet(
        "about",
        "What this export was made of: the program's version, and the moment that was asked about.",
        ("key",),
        (_key("key", "what is said"), Column("value", "text", "what it is")),
    ),
    Sheet(
        "projects",
        "The upstream projects.",
        ("project",),
        (_key("project", "its id"), _key("name", "its name for people")),
    ),
    Sheet(
        "revisions",
        "Every version of a project of which something is known.",
        ("project", "version"),
        (
            _PROJECT,
            _VERSION,
            _key("kind", "release, prerelease or head"),
            Column("commit_id", "text", "the git commit, where the source said it"),
            Column("date", "moment", "when it was made, where the source said it"),
        ),
    ),
    Sheet(
        "sources",
        "The kinds of upstream files that are read.",
        ("source",),
        (
            _key("source", "its id"),
            _PROJECT,
            _key("extractor", "what reads it; docs/facts.md says what it says"),
            _key("silence", "what it means that a subject is missing from it: no, or unknown"),
            Column("since", "text", "the first version with the file; none: all"),
            Column("until", "text", "the last version with the file; none: all"),
            _key("paths", "patterns of its files, separated by blanks"),
        ),
    ),
    Sheet(
        "documents",
        "The upstream files in which something was read, at each version.",
        ("project", "version", "source", "path"),
        (
            _PROJECT,
            _VERSION,
            _SOURCE,
            _PATH,
            _key("sha256", "of the file's bytes"),
            _key("observed_at", "when this content was first seen there", type_="moment"),
            _key("checked_at", "when it was last looked at", type_="moment"),
            Column("url", "text", "its public address"),
        ),
    ),
    Sheet(
        "facts",
        "What upstream's files say, in upstream's spelling; docs/facts.md explains subject, attribute and value.",
        ("fact",),
        (
            _key("fact", "a number, of this export alone", type_="integer"),
            _PROJECT,
            _VERSION,
            _SOURCE,
            _PATH,
            _LINE,
            _key("subject", "what it is about"),
            _key("attribute", "what is said of it"),
            Column("value", "text", "what that is"),
            _CONDITION,
        ),
    ),
    Sheet(
        "ports",
        "The kernel's ports: the folders under arch/.",
        ("port",),
        (
            _key("port", "its folder"),
            _key("title", "its name for people"),
            _key("symbol", "the Kconfig symbol that is y in this port alone"),
            Column("dropped", "text", "the first kernel without it"),
            Column("note", "text", "what else is to be known"),
        ),
    ),
    Sheet(
        "variants",
        "What people mean by an architecture: a port with its width, byte order and ISA level fixed.",
        ("variant",),
        (
            _key("variant", "its id"),
            _key("port", "its port", "ports"),
            _key("title", "its name for people"),
            _key("bits", "32 or 64", type_="integer"),
            _key("endian", "big or little"),
            Column("isa", "text", "the level of its ISA, in a word"),
            Column("srcarch", "text", "SRCARCH in the kernel's makefiles"),
            Column("make", "text", "the ARCH= values that build it, separated by blanks"),
            Column("llvm", "text", "its backend in LLVM"),
            Column("rust_targets", "text", "the targets that rustc lists for it, separated by blanks"),
            Column("gnu_triples", "text", "what GCC and binutils call it, separated by blanks"),
            Column("symbols_on", "text", "the Kconfig symbols that it fixes to y, separated by blanks"),
            Column("symbols_off", "text", "those that it fixes to n, separated by blanks"),
            Column("dropped", "text", "the first kernel without it"),
            Column("note", "text", "what else is to be known"),
        ),
    ),
    Sheet(
        "names",
        "What each listed name means; the grammar of docs/names.md reads many more.",
        ("name", "variant"),
        (
            _key("name", "the name, in lower case but for Kconfig symbols"),
            _VARIANT,
            Column("systems", "text", "the naming systems in which it has that name, separated by blanks"),
        ),
    ),
    Sheet(
        "backends",
        "The ways from Rust source to machine code.",
        ("backend",),
        (
            _key("backend", "its id"),
            _key("title", "its name for people"),
            _key("generator", "its code generator"),
            _key("about", "what it is"),
        ),
    ),
    Sheet(
        "kernels",
        "The releases of Linux for which cells are given, and the versions of the rest with which they were evaluated.",
        ("kernel",),
        (
            _key("kernel", "the release"),
            Column("rust", "text", "the newest known rustc that it accepts; none: no known one"),
            Column("gcc", "text", "the newest known GCC"),
            Column("llvm", "text", "the newest known LLVM"),
            Column("mrustc", "text", "the newest known mrustc"),
        ),
    ),
    Sheet(
        "cells",
        "The answer for each kernel, variant and backend; docs/semantics.md says what the words mean.",
        ("kernel", "variant", "backend"),
        (
            _KERNEL,
            _VARIANT,
            _BACKEND,
            _key("answer", "yes, no or unknown"),
            _key("status", "supported, conditional, unknown or blocked"),
            Column("rung", "text", "where it is blocked or unknown; none beside a yes"),
            _key("words", "the status as tables print it"),
            Column("condition", "text", "the Kconfig expression that a yes hangs on; none: nothing"),
            _key("because", "what decides, in a sentence"),
            _EVIDENCE,
        ),
    ),
    Sheet(
        "rungs",
        "The five steps of each cell.",
        ("kernel", "variant", "backend", "rung"),
        (
            _KERNEL,
            _VARIANT,
            _BACKEND,
            _key("rung", "port, codegen, target, kernel or attested"),
            _POSITION,
            _key("answer", "yes, no or unknown"),
            _key("because", "what decides, in a sentence"),
            _key("rule", "the rule that decided", "rules", "integer"),
            Column("condition", "text", "the Kconfig expression that a yes hangs on; none: nothing"),
        ),
    ),
    Sheet(
        "rules",
        "The rules that decide rungs.",
        ("rule",),
        (_key("rule", "a number, of this export alone", type_="integer"), _key("says", "what it says")),
    ),
    Sheet(
        "rung_evidence",
        "The lines that each rung rests on.",
        ("kernel", "variant", "backend", "rung", "position"),
        (
            _KERNEL,
            _VARIANT,
            _BACKEND,
            _key("rung", "the step"),
            _POSITION,
            _EVIDENCE._replace(required=True),
        ),
    ),
    Sheet(
        "targets",
        "The targets that each kernel passes to rustc.",
        ("kernel", "variant", "position"),
        (
            _KERNEL,
            _VARIANT,
            _POSITION,
            _key("target", "the target triple, or the LLVM target of a specification that the kernel generates"),
            _key("written", "what --target= gets"),
            _CONDITION,
            _key("custom", "whether the kernel generates its specification", type_="boolean"),
            Column("tier", "integer", "rustc's tier; none: not stated, or a custom one"),
            _EVIDENCE,
        ),
    ),
    Sheet(
        "requirements",
        "The tools that each kernel asks for.",
        ("kernel", "variant", "tool"),
        (
            _KERNEL,
            _VARIANT,
            _key("tool", "rustc, bindgen, gcc, ..."),
            _key("version", "the version"),
            _key("exactly", "whether that one alone will do; else it is the least", type_="boolean"),
            _EVIDENCE,
        ),
    ),
    Sheet(
        "contradictions",
        "Where two upstream sources cannot both be right.",
        ("contradiction",),
        (
            _key("contradiction", "a number, of this export alone", type_="integer"),
            _KERNEL,
            _key("rule", "the rule that found it"),
            _key("subject", "what it is about: a variant, a port or a target"),
            _key("weight", "what hangs on it"),
            _key("says", "what is wrong, in a sentence"),
        ),
    ),
    Sheet(
        "contradiction_sides",
        "The lines that contradict each other.",
        ("contradiction", "position"),
        (
            _key("contradiction", "which one", "contradictions", "integer"),
            _POSITION,
            _EVIDENCE._replace(required=True),
        ),
    ),
    Sheet(
        "evidence",
        "Lines of upstream files that something rests on.",
        ("evidence",),
        (
            _key("evidence", "a number, of this export alone", type_="integer"),
            _PROJECT,
            _VERSION,
            Column("path", "text", "the file inside the project; none: the project as a whole"),
            _LINE,
            _key("says", "what stands there, in its own words or in a few of ours"),
            Column("url", "text", "its public address"),
        ),
    ),
    Sheet(
        "dictionary",
        "What each column means: this table.",
        ("table_name", "column_name"),
        (
            _key("table_name", "the table"),
            _key("column_name", "the column"),
            _key("type", "text, integer, boolean or moment (UTC)"),
            _key("required", "whether it is never none", type_="boolean"),
            Column("refers", "text", "the table whose key it is"),
            _key("about", "what it means"),
        ),
    ),
)


def dictionary_rows() -> list[tuple[object, ...]]:
    """The rows of `dictionary`: every column of every table, in their order."""
    return [
        (sheet.name, column.name, column.type, column.required, column.refers or None, column.about)
        for sheet in SHEETS
        for column in sheet.columns
    ]
