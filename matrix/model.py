"""The nouns of archmatrix, as frozen values: what upstream says (Fact), where (Document), what follows (Verdict)."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from matrix.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# --- what upstream says ------------------------------------------------------------------------


class Fact(NamedTuple):
    """One statement of an upstream file, in upstream's spelling. A tuple: thousands are read for one answer.

    subject, attribute and value are text; docs/facts.md lists what each extractor emits. `when` is the
    condition under which the statement holds, as a Kconfig expression (see matrix.expression), or "" for
    always. `line` counts from 1 (0: the file as a whole); it is evidence and no part of the statement's identity.
    """

    subject: str
    attribute: str
    value: str
    when: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Revision:
    """A state of an upstream project: `linux` `7.1.13`.

    label is the version without prefix ("7.1.13"), or `git describe` for a head. kind is "release",
    "prerelease" or "head". commit and date are "" and None where the source did not say; date is aware UTC.
    """

    project: str
    label: str
    kind: str = "release"
    commit: str = ""
    date: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One upstream file at one revision. `sha256` is of its bytes."""

    project: str
    revision: str
    path: str
    sha256: str
    observed_at: datetime
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one extractor, at one version of itself, read from the bytes with this sha256."""

    sha256: str
    source: str
    extractor: str
    version: int
    facts: tuple[Fact, ...]


class Located(NamedTuple):
    """A fact with the file it stands in. A tuple and no dataclass: thousands are made for one answer.

    observed_at is when the file's content was first seen there, checked_at when last (aware UTC).
    """

    source: str
    path: str
    observed_at: datetime
    checked_at: datetime
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A kind of upstream file, from data/sources.toml.

    paths are glob patterns inside the repository (`*` stays within a folder, `**` does not). listing: the
    document is the sorted list of matching paths, one a line, and not a file's content. joined: it is all of them, one
    after the other. floor and documents
    are the fewest facts and files, over one revision, that are believable; shrink is how many percent of
    the facts may be gone or changed from one poll to the next before they are held back. shown are the commands whose
    output rests on a source that decides no rung. silence is "no" where a subject missing from the files means no, else
    "unknown". since and until bound the versions that have the file
    (inclusive; "" for unbounded).
    """

    id: str
    project: str
    paths: tuple[str, ...]
    extractor: str
    floor: int
    shrink: int = 30
    documents: int = 1
    shown: tuple[str, ...] = ()
    silence: str = "unknown"
    listing: bool = False
    joined: bool = False
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How often a project is refreshed by the daemon, from data/sources.toml.

    every is the interval; up to jitter is added to each. budget is how old the last success may grow before the
    project counts as stale.
    """

    every: timedelta = timedelta(days=1)
    jitter: timedelta = timedelta(0)
    budget: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """An upstream repository, from data/sources.toml.

    name is for people. url maps a revision's kind to a template with {version}, {commit}, {path} and {line}.
    tag turns a version into its tag ("v{version}"). first is the first release that has Rust at all, "" where that
    means nothing; longterm are the series that are kept up for years. rhythm is the most days that pass from one
    release to the next that starts a series, 0 where nobody says so.
    """

    id: str
    name: str
    tag: str
    url: Mapping[str, str]
    schedule: Schedule = Schedule()
    first: str = ""
    longterm: tuple[str, ...] = ()
    rhythm: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfDescription:
    """What a public repository says of itself beside git.

    commits and releases are Atom feeds, api a REST API and repository the OWNER/NAME there, each "" for none.
    milestones and checks say whether these are asked of the API; labels are (arch, label): open issues are counted by
    label.
    """

    commits: str = ""
    releases: str = ""
    api: str = ""
    repository: str = ""
    milestones: bool = False
    checks: bool = False
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """A public git repository of a project, from data/sources.toml.

    urls are the same repository at several hosts, tried in order. branch is the head that is followed: a name, "HEAD"
    for the host's default, "" for none. versions is a regular expression that a release's whole tag matches, its first
    group the version, "" where there are no releases; other tags are no versions. since is the first version of which
    the history is kept; series says that of X.Y.Z only the newest Z is. hosts may be redirected to besides the urls'
    own.
    """

    id: str
    project: str
    urls: tuple[str, ...]
    branch: str
    versions: str
    since: str = ""
    series: bool = False
    hosts: tuple[str, ...] = ()
    site: SelfDescription = SelfDescription()


# --- what a person asks about ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Arch:
    """A port of the kernel, from data/arches.toml: `arm`, the folder under arch/.

    symbol is the Kconfig symbol that is y in this port alone (`ARM`, `PPC`). dropped is the first kernel without
    the port ("6.7"), "" while it is there.
    """

    id: str
    title: str
    symbol: str
    dropped: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What a person means by an architecture: one port with its width, byte order and ISA level fixed.

    on, off and free are Kconfig symbols: fixed to y (the kernel must be able to set them), fixed to n, and
    deliberately left open. where_defined are fixed to y in kernels that define them and ignored in others. names
    maps a naming system (data/arches.toml lists them) to this variant's names there.

    make holds the ARCH= values that build it, the most specific first; subarch is SUBARCH where the port has hosts
    (um). defconfig is its default configuration where what `make defconfig` takes hangs on the machine that runs it, ""
    elsewhere. rustc holds rustc's own names of the ISA (`target_arch`), rust_targets the targets rustc lists for it,
    llvm the backend's folder in LLVM ("" for none), gnu_triples what GCC and binutils call it. isa is a word for
    people. bits is 32 or 64, endian "big" or "little".

    means says of a free symbol what it comes to for a person that an answer hangs on it.
    """

    id: str
    arch: str
    title: str
    bits: int
    endian: str
    on: tuple[str, ...]
    off: tuple[str, ...]
    free: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]
    isa: str = ""
    where_defined: tuple[str, ...] = ()
    srcarch: str = ""
    subarch: str = ""
    defconfig: str = ""
    make: tuple[str, ...] = ()
    rustc: tuple[str, ...] = ()
    rust_targets: tuple[str, ...] = ()
    llvm: str = ""
    gnu_triples: tuple[str, ...] = ()
    dropped: str = ""
    note: str = ""
    means: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """A way from Rust source to machine code, from data/backends.toml. Its rules are in matrix/resolve/backends.

    in_development are the repositories that run ahead of `repositories`.
    """

    id: str
    title: str
    generator: str
    repositories: tuple[str, ...]
    about: str
    aliases: tuple[str, ...] = ()
    in_development: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a name stands for: `amd64` is the variant x86_64, as Debian, Gentoo and Go call it.

    systems are the naming systems in which one of `variants` has that name; () for a word of mouth. see_also are
    the variants that the asker may have meant instead: siblings, and others that hold the name somewhere. elsewhere
    has the naming systems in which the name means other variants, each with these. read is how the grammar took the
    name apart, (part, word) in order, () for a name that is listed as it stands.
    """

    name: str
    systems: tuple[str, ...]
    variants: tuple[str, ...]
    see_also: tuple[str, ...]
    elsewhere: tuple[tuple[str, tuple[str, ...]], ...] = ()
    read: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NameWord:
    """What one word of a name can be, from data/names.toml.

    part is the table that it stands in (`prefix`, `system`, `family`, `gone`, ...), id its key there, like the regular
    expression that a whole word in lower case matches. variants are what it means, or what it leaves of what the rest
    of the name means; () where it decides nothing. system is, of a prefix, the naming system of what follows. title is
    the machine's or system's name for people, dropped the first kernel without the port. linux is whether a system is
    Linux, or bare metal. source is the public file that decides, () for plain words.
    """

    part: str
    id: str
    like: str
    variants: tuple[str, ...] = ()
    system: str = ""
    title: str = ""
    dropped: str = ""
    linux: bool = True
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packaged:
    """A tool, or the kernel, as a distribution has it.

    version is upstream's; source is the public file that says so, inside the distribution's repository.
    """

    version: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DistroArch:
    """One architecture of a distribution, by the distribution's own name (`armhf`).

    variants are what it means here. lacks are tools of the distribution that it does not have on this one, other are
    the versions of those that differ here. sha256 is of the list of packages that says so, "" where none does.
    """

    name: str
    variants: tuple[str, ...]
    lacks: tuple[str, ...] = ()
    other: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A public archive whose suites say what is packaged, from data/toolchains.toml; url is where its dists/ lies."""

    id: str
    title: str
    url: str
    schedule: Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Distro:
    """The kernel and the compilers of a distribution, from data/toolchains.toml or from its package index.

    tools has by name (matrix.registry.distros.PACKAGES) what is known of it: one that is missing is not known. cc is
    the C compiler that builds its own kernel, "gcc" or "clang". repository is what `source` of each tool is a path in.

    read says that it was read of the distribution's package index, which has the date `day` (as 2026-11-21); else it
    was typed on that day from public files, which are as old as their commit or their page. archive and suite are where
    that index lies, "" where there is none that we read. checked_at is when a refresh was told so last, None for what
    came along; fault is why the last refresh of it came to nothing, "" where it did not.
    """

    id: str
    title: str
    aliases: tuple[str, ...]
    repository: str
    day: str
    read: bool
    cc: str
    tools: Mapping[str, Packaged]
    arches: Mapping[str, DistroArch]
    note: str = ""
    archive: str = ""
    suite: str = ""
    checked_at: datetime | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """Everything in data/, validated. Each mapping is keyed by id.

    `names` is keyed by the name in lower case; a Kconfig symbol that means something else than its lower case stands
    there in capitals too (PPC64). `words` is keyed by part and id, in the order of data/names.toml.
    """

    arches: Mapping[str, Arch]
    variants: Mapping[str, Variant]
    backends: Mapping[str, Backend]
    projects: Mapping[str, Project]
    sources: Mapping[str, Source]
    upstreams: Mapping[str, Upstream]
    names: Mapping[str, Meaning]
    words: Mapping[str, NameWord]


# --- what follows ------------------------------------------------------------------------------


class Truth(Enum):
    """Three-valued: unknown is never no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a statement stands: a line (from 1; 0 for the file as a whole) of a file at a revision, and its words."""

    project: str
    revision: str
    path: str
    line: int
    says: str
