"""The text of data/sources.toml -> projects and sources.

    [project.llvm]
    name = "LLVM"
    tag = "llvmorg-{version}"
    url.release = "https://.../llvmorg-{version}/{path}#L{line}"

    [upstream.llvm]
    project = "llvm"
    urls = ["https://.../llvm-project.git"]
    branch = "HEAD"
    versions = 'llvmorg-([0-9.]+)'

    [source.llvm-targets]
    project = "llvm"
    paths = ["llvm/CMakeLists.txt"]
    extractor = "llvm_targets"
    floor = 15

The head of the file says what each key means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from matrix.model import Project, Source, Upstream
from matrix.registry.schema import (
    FLAG,
    ID,
    TEXT,
    VERSION,
    WHOLE,
    Each,
    Place,
    Rule,
    one_of,
    parse,
    text_like,
    texts,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matrix.registry.schema import Shape

FILE = "sources.toml"


def _template(*required: str, optional: tuple[str, ...] = ()) -> Rule:
    allowed = {*required, *optional}

    def accepts(value: object) -> bool:
        holes = set(re.findall(r"\{([^{}]*)\}", value)) if isinstance(value, str) else set()
        return holes <= allowed and holes.issuperset(required)

    return Rule("a text with " + ", ".join(f"{{{hole}}}" for hole in required), accepts)


def _one_group(value: object) -> bool:
    try:
        return isinstance(value, str) and re.compile(value).groups == 1
    except re.error:
        return False


_URL = _template("path", "line", optional=("version", "commit"))
PROJECT: Shape = {
    "name": TEXT,
    "tag": _template("version"),
    "url": {"mainline": _URL.or_else(""), "release": _URL, "prerelease": _URL, "head": _URL},
}
SOURCE: Shape = {
    "project": TEXT,
    "paths": texts("paths", least=1),
    "extractor": text_like(re.compile(r"[a-z][a-z0-9_]*"), "the name of a module of matrix/extract"),
    "floor": WHOLE,
    "shrink": WHOLE.or_else(30),
    "documents": WHOLE.or_else(1),
    "silence": one_of("no", "unknown").or_else("unknown"),
    "listing": FLAG.or_else(False),
    "since": VERSION.or_else(""),
    "until": VERSION.or_else(""),
}
UPSTREAM: Shape = {
    "project": TEXT,
    "urls": texts("https addresses of git repositories", re.compile(r"https://[^\s?#]+\Z").match, least=1),
    "branch": TEXT.or_else(""),
    "versions": Rule("a regular expression with one group, the version", _one_group),
    "since": VERSION.or_else(""),
    "series": FLAG.or_else(False),
    "hosts": texts("host names", re.compile(r"[a-z0-9.-]+\Z").match).or_else(()),
}
SHAPE: Shape = {"project": Each(PROJECT, ID), "upstream": Each(UPSTREAM, ID, least=0), "source": Each(SOURCE, ID)}


@dataclass(frozen=True, slots=True)
class Sources:
    """What data/sources.toml holds. `ids` are the sources it declares, with those that have faults."""

    projects: Mapping[str, Project]
    sources: Mapping[str, Source]
    upstreams: Mapping[str, Upstream]
    ids: frozenset[str]


def read_sources(text: str) -> tuple[Sources, list[str]]:
    """Read data/sources.toml; the second value lists its faults."""
    found, faults = parse(FILE, text, SHAPE)
    projects, sources, upstreams = (found["project"], found["source"], found["upstream"]) if found else ({}, {}, {})
    for kind, id_, keys in (*(("source", *i) for i in sources.items()), *(("upstream", *i) for i in upstreams.items())):
        if keys and keys["project"] not in projects:
            place = Place(FILE).at(kind, id_, "project")
            faults.append(place.fault(repr(keys["project"]), f"one of {', '.join(projects)}"))
    read = Sources(
        projects=MappingProxyType({i: _project(i, keys) for i, keys in projects.items() if keys}),
        sources=MappingProxyType({i: Source(id=i, **keys) for i, keys in sources.items() if keys}),
        upstreams=MappingProxyType({i: Upstream(id=i, **keys) for i, keys in upstreams.items() if keys}),
        ids=frozenset(sources),
    )
    return read, faults


def _project(id_: str, keys: Mapping[str, Any]) -> Project:
    url = {kind: template for kind, template in keys["url"].items() if template}
    return Project(id=id_, name=keys["name"], tag=keys["tag"], url=MappingProxyType(url))
