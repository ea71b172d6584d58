"""The text of data/sources.toml -> projects and sources.

    [project.llvm]
    name = "LLVM"
    tag = "llvmorg-{version}"
    url.release = "https://.../llvmorg-{version}/{path}#L{line}"
    every = "12h"
    jitter = "15m"
    budget = "2d"

    [upstream.llvm]
    project = "llvm"
    urls = ["https://.../llvm-project.git"]
    branch = "HEAD"
    versions = 'llvmorg-([0-9.]+)'
    api = "https://api..."
    repository = "llvm/llvm-project"
    labels.arm64 = ["backend:AArch64"]

    [source.llvm-targets]
    project = "llvm"
    paths = ["llvm/CMakeLists.txt"]
    extractor = "llvm_targets"
    floor = 15

The head of the file says what each key means.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from matrix.model import Project, Schedule, SelfDescription, Source, Upstream
from matrix.registry.schedule import DURATION, SCHEDULE, parse_duration, schedule, schedule_faults
from matrix.registry.schema import (
    FLAG,
    ID,
    RELEASE_NUMBER,
    TEXT,
    WHOLE,
    Each,
    Place,
    Rule,
    one_of,
    parse_toml,
    text_like,
    texts,
)
from matrix.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from matrix.registry.schema import Shape

SOURCES_FILE = "sources.toml"


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
    "first": RELEASE_NUMBER.or_else(""),
    "longterm": texts("series such as '6.12'", re.compile(r"[0-9]+(\.[0-9]+)*\Z").match).or_else(()),
    "rhythm": DURATION.or_else(""),
    **SCHEDULE,
}
_SOURCE: Shape = {
    "project": TEXT,
    "paths": texts("paths", least=1),
    "extractor": text_like(re.compile(r"[a-z][a-z0-9_]*"), "the name of a module of matrix/extract"),
    "floor": WHOLE,
    "shrink": WHOLE.or_else(30),
    "documents": WHOLE.or_else(1),
    "shown": texts("commands", re.compile(r"[a-z]+\Z").match).or_else(()),
    "silence": one_of("no", "unknown").or_else("unknown"),
    "listing": FLAG.or_else(False),
    "joined": FLAG.or_else(False),
    "since": RELEASE_NUMBER.or_else(""),
    "until": RELEASE_NUMBER.or_else(""),
}
# As fetch/address.py would have them.
_REPOSITORY = re.compile(r"(?:https://|http://(?:127(?:\.[0-9]{1,3}){3}|localhost|\[::1\])[:/])[^\s?#]+\Z")
_HTTPS = text_like(re.compile(r"https://[a-z0-9.-]+(?::[0-9]{1,5})?(?:/[^\s?#]*)?"), "an https address").or_else("")
UPSTREAM: Shape = {
    "project": TEXT,
    "urls": texts("https addresses of git repositories (or http to this machine)", _REPOSITORY.match, least=1),
    "branch": TEXT.or_else(""),
    "versions": Rule("a regular expression with one group, the version", _one_group).or_else(""),
    "since": RELEASE_NUMBER.or_else(""),
    "series": FLAG.or_else(False),
    "hosts": texts("host names", re.compile(r"[a-z0-9.-]+\Z").match).or_else(()),
    "feeds": {"commits": _HTTPS, "releases": _HTTPS},
    "api": _HTTPS,
    "repository": text_like(re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+"), "OWNER/NAME").or_else(""),
    "milestones": FLAG.or_else(False),
    "checks": FLAG.or_else(False),
    "labels": Each(texts("labels without a quotation mark", re.compile(r'[^"\s][^"]*\Z').match, least=1), ID, least=0),
}
_SITE = ("api", "repository", "milestones", "checks")
_SHAPE: Shape = {"project": Each(PROJECT, ID), "upstream": Each(UPSTREAM, ID, least=0), "source": Each(_SOURCE, ID)}


@dataclass(frozen=True, slots=True)
class Sources:
    """What data/sources.toml holds, by id."""

    projects: Mapping[str, Project]
    sources: Mapping[str, Source]
    upstreams: Mapping[str, Upstream]


def read_sources(text: str) -> tuple[Sources, list[str]]:
    """Read data/sources.toml; the second value lists its faults."""
    tables, faults = parse_toml(SOURCES_FILE, text, _SHAPE)
    projects, sources, upstreams = (tables["project"], tables["source"], tables["upstream"]) if tables else ({}, {}, {})
    for kind, id_, keys in (*(("source", *i) for i in sources.items()), *(("upstream", *i) for i in upstreams.items())):
        if keys and keys["project"] not in projects:
            place = Place(SOURCES_FILE).at(kind, id_, "project")
            faults.append(place.fault(repr(keys["project"]), f"one of {', '.join(projects)}"))
    for id_, keys in projects.items():
        faults += schedule_faults(Place(SOURCES_FILE).at("project", id_), keys) if keys else []
    faults += _incomplete({i: keys for i, keys in upstreams.items() if keys})
    read = Sources(
        projects=MappingProxyType({i: _project(i, keys) for i, keys in projects.items() if keys}),
        sources=MappingProxyType({i: Source(id=i, **keys) for i, keys in sources.items() if keys}),
        upstreams=MappingProxyType({i: _upstream(i, keys) for i, keys in upstreams.items() if keys}),
    )
    return read, faults


def _project(id_: str, keys: Mapping[str, Any]) -> Project:
    url = {kind: template for kind, template in keys["url"].items() if template}
    return Project(
        id=id_,
        name=keys["name"],
        tag=keys["tag"],
        url=MappingProxyType(url),
        schedule=schedule(keys, Schedule()),
        first=keys["first"],
        longterm=keys["longterm"],
        rhythm=rhythm.days if (rhythm := parse_duration(keys["rhythm"])) else 0,
    )


def _upstream(id_: str, keys: Mapping[str, Any]) -> Upstream:
    rest = {key: value for key, value in keys.items() if key not in {*_SITE, "feeds", "labels"}}
    labels = tuple((arch, label) for arch, names in keys["labels"].items() for label in names or ())
    site = SelfDescription(**keys["feeds"], **{key: keys[key] for key in _SITE}, labels=labels)
    return Upstream(id=id_, **rest, site=site)


def _incomplete(upstreams: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Keys that need others, and a second API: there is one token, and one host that it is for."""
    first = ""
    for id_, keys in upstreams.items():
        place = Place(SOURCES_FILE).at("upstream", id_)
        for key in ("repository", "milestones", "checks", "labels"):
            if keys[key] and not keys["api"]:
                yield place.at(key).fault("no api", "one, which is asked for it")
        if keys["api"] and not keys["repository"]:
            yield place.at("repository").fault("nothing", "OWNER/NAME, which api is asked for")
        host = keys["api"].removeprefix("https://").partition("/")[0]
        first = first or host
        if host and host != first:
            yield place.at("api").fault(repr(host), f"{first!r}, which the token is for")


def unknown_arches(sources: Sources, arches: Iterable[str]) -> list[str]:
    """The faults of labels under what is no arch."""
    known = frozenset(arches)
    return [
        Place(SOURCES_FILE).at("upstream", upstream.id, "labels").fault(repr(arch), "an arch of arches.toml")
        for upstream in sources.upstreams.values()
        for arch in dict.fromkeys(arch for arch, _ in upstream.site.labels)
        if arch not in known
    ]
